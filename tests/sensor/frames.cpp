#include "tests/sensor/frames.hpp"

namespace sightglass::test {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

void append16(Octets& out, std::uint32_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void append32(Octets& out, std::uint32_t value) {
  append16(out, value >> 16);
  append16(out, value & 0xffff);
}

Octets ipv4_between(std::uint8_t protocol, int side, Bytes payload) {
  Octets out = hex("45 00");
  append16(out, static_cast<std::uint32_t>(20 + payload.size()));
  const Octets rest = hex("0001 4000 40");
  out.insert(out.end(), rest.begin(), rest.end());
  out.push_back(protocol);
  append16(out, 0);
  append32(out, side == 0 ? 0x0a000001 : 0x0a000002);
  append32(out, side == 0 ? 0x0a000002 : 0x0a000001);
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

}  // namespace

Octets hex(std::string_view text) {
  Octets out;
  int high = -1;
  for (const char c : text) {
    const int value = digit(c);
    if (value < 0) continue;
    if (high < 0) {
      high = value;
    } else {
      out.push_back(static_cast<std::uint8_t>(high << 4 | value));
      high = -1;
    }
  }
  return out;
}

Octets joined(std::initializer_list<Bytes> parts) {
  Octets out;
  for (const Bytes part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

Octets ethernet(std::uint16_t type, Bytes payload) {
  Octets out = hex("02 00 00 00 00 02 | 02 00 00 00 00 01");
  append16(out, type);
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

Octets ipv4(std::uint8_t protocol, Bytes payload) { return ipv4_between(protocol, 0, payload); }

Octets frame(const Segment& segment) {
  Octets tcp;
  append16(tcp, segment.ports[segment.side]);
  append16(tcp, segment.ports[1 - segment.side]);
  append32(tcp, segment.sequence);
  append32(tcp, segment.acknowledgment);
  append16(tcp, 0x5000u | segment.flags);
  append16(tcp, segment.window);
  append32(tcp, 0);
  tcp.insert(tcp.end(), segment.payload.begin(), segment.payload.end());
  return ethernet(0x0800, ipv4_between(6, segment.side, tcp));
}

RawPacket raw(const Octets& bytes, std::uint16_t link_type) {
  RawPacket packet;
  packet.bytes = bytes;
  packet.original_length = static_cast<std::uint32_t>(bytes.size());
  packet.link_type = link_type;
  return packet;
}

}  // namespace sightglass::test
