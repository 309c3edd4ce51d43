// gather_captures OUT CAPTURE...: the Ethernet frames of all captures, one capture after the other,
// as one that can be replayed into a network: each capture's hosts under addresses of their own, so
// that connections of two captures are never taken for one. Says how many frames there are, how
// many of them carry no IP, and how many it left out: what is no Ethernet, and what no interface
// can send.
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "sensor/capture/capture_file.hpp"
#include "sensor/capture/pcapng_writer.hpp"
#include "sensor/packet/decode.hpp"

namespace sightglass {
namespace {

constexpr std::uint16_t kEthernet = 1;
constexpr std::size_t kHeader = 14, kLongest = kHeader + 65'535;
/// As frames follow each other at full speed.
constexpr auto kApart = std::chrono::microseconds(10);

/// Turns bits of an address over, the same for all of one capture: different ones stay different.
/// Of the first octet only those that leave multicast multicast, and the rest what it was.
void turn_over(std::uint8_t* address, std::uint32_t capture) {
  constexpr std::uint32_t kWithinClass = 0x0f;
  address[0] ^= static_cast<std::uint8_t>(capture >> 8 & kWithinClass);
  address[1] ^= static_cast<std::uint8_t>(capture);
}

void readdress(std::vector<std::uint8_t>& bytes, std::uint32_t capture) {
  RawPacket packet;
  packet.bytes = bytes;
  packet.original_length = static_cast<std::uint32_t>(bytes.size());
  packet.link_type = kEthernet;
  Layers layers;
  decode(packet, 1, layers);
  if (layers.network == NetworkLayer::ipv4) {
    turn_over(bytes.data() + layers.network_offset + 12, capture);
    turn_over(bytes.data() + layers.network_offset + 16, capture);
  } else if (layers.network == NetworkLayer::ipv6) {
    constexpr std::size_t kInterfaceIdentifier = 8;
    turn_over(bytes.data() + layers.network_offset + 8 + kInterfaceIdentifier, capture);
    turn_over(bytes.data() + layers.network_offset + 24 + kInterfaceIdentifier, capture);
  }
}

int run(const char* out, int count, char** captures) {
  PcapngWriter writer{{}, {}};
  writer.add_interface(kEthernet, 0, {});
  std::ofstream file(out, std::ios::binary);
  std::uint64_t written = 0, left_out = 0;
  Timestamp time = timestamp_from_ns(1'700'000'000'000'000'000);
  for (int i = 0; i < count; ++i) {
    const auto opened = CaptureFile::open(captures[i]);
    if (!opened.file) return 1;
    RawPacket packet;
    while (opened.file->next(packet) == PacketSource::Next::packet) {
      if (packet.link_type != kEthernet || packet.bytes.size() < kHeader ||
          packet.bytes.size() > kLongest) {
        ++left_out;
        continue;
      }
      std::vector<std::uint8_t> bytes(packet.bytes.begin(), packet.bytes.end());
      readdress(bytes, static_cast<std::uint32_t>(i));
      writer.add_packet(0, time += kApart, bytes, static_cast<std::uint32_t>(bytes.size()), {});
      ++written;
    }
    file << writer.take();
  }
  std::printf("%llu frames, %llu left out\n", static_cast<unsigned long long>(written),
              static_cast<unsigned long long>(left_out));
  return file.good() ? 0 : 1;
}

}  // namespace
}  // namespace sightglass

int main(int count, char** arguments) {
  const int status = count > 2 ? sightglass::run(arguments[1], count - 2, arguments + 2) : 2;
  if (status == 2) std::fprintf(stderr, "usage: gather_captures OUT CAPTURE...\n");
  return status;
}
