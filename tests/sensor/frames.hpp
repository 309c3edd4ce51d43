// Builds packets for tests, from the addresses up.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "dissectors/layers.hpp"
#include "sensor/capture/packet_source.hpp"

namespace sightglass::test {

using Octets = std::vector<std::uint8_t>;

/// "0a 1b" or "0a1b"; anything else between digits is skipped, so hex can be annotated with '|'.
Octets hex(std::string_view text);
Octets joined(std::initializer_list<Bytes> parts);
inline Octets joined(const Octets& a, const Octets& b) { return joined({Bytes(a), Bytes(b)}); }

/// One TCP segment between 10.0.0.1 (side 0) and 10.0.0.2 (side 1).
struct Segment {
  int side = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint16_t flags = tcp_flag::ack | tcp_flag::psh;
  Octets payload;
  std::uint16_t window = 8192;
  std::uint16_t ports[2] = {49152, 502};
};
/// Ethernet, IPv4 and TCP headers around it.
Octets frame(const Segment& segment);

/// An Ethernet frame: 02:00:00:00:00:02 from 02:00:00:00:00:01.
Octets ethernet(std::uint16_t type, Bytes payload);
Octets ipv4(std::uint8_t protocol, Bytes payload);

/// `bytes` must outlive it.
RawPacket raw(const Octets& bytes, std::uint16_t link_type = 1);

}  // namespace sightglass::test
