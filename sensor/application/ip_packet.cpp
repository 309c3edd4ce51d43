// The library reads headers where it finds them, and trusts the lengths in them: it finds ours.
#include "sensor/application/ip_packet.hpp"

#include <algorithm>

#include "sensor/packet/protocol_numbers.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kIpv4Header = 20, kTcpHeader = 20, kUdpHeader = 8, kUdpLengthAt = 4;
constexpr std::size_t kMostTransport = 0xffff - kIpv4Header;

void put16(std::vector<std::uint8_t>& packet, std::size_t value) {
  packet.push_back(static_cast<std::uint8_t>(value >> 8));
  packet.push_back(static_cast<std::uint8_t>(value));
}

void put_header(const Layers& layers, std::size_t transport, std::vector<std::uint8_t>& packet) {
  if (layers.network == NetworkLayer::ipv4) {
    packet.insert(packet.end(), {0x45, 0});
    put16(packet, kIpv4Header + transport);
    packet.insert(packet.end(), {0, 0, 0, 0, layers.ttl, layers.ip_protocol, 0, 0});
  } else {
    packet.insert(packet.end(), {0x60, 0, 0, 0});
    put16(packet, transport);
    packet.insert(packet.end(), {layers.ip_protocol, layers.ttl});
  }
  for (const IpAddress* address : {&layers.source, &layers.destination}) {
    const Bytes octets = address->bytes();
    packet.insert(packet.end(), octets.begin(), octets.end());
  }
}

}  // namespace

bool write_ip_packet(const Layers& layers, std::vector<std::uint8_t>& packet) {
  packet.clear();
  const bool is_tcp = layers.has_tcp();
  if (!layers.has_ip() || (!is_tcp && !layers.has_udp()) || layers.payload_length == 0)
    return false;
  const std::size_t header_length = layers.payload_offset - layers.transport_offset;
  const std::size_t transport = header_length + layers.payload_length;
  if (header_length < (is_tcp ? kTcpHeader : kUdpHeader) || transport > kMostTransport)
    return false;
  put_header(layers, transport, packet);
  const std::size_t begin = packet.size();
  const Bytes bytes = layers.bytes.subspan(layers.transport_offset, transport);
  packet.insert(packet.end(), bytes.begin(), bytes.end());
  if (!is_tcp) {
    packet[begin + kUdpLengthAt] = static_cast<std::uint8_t>(transport >> 8);
    packet[begin + kUdpLengthAt + 1] = static_cast<std::uint8_t>(transport);
  }
  return true;
}

}  // namespace sightglass
