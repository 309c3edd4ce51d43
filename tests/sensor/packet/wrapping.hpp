// Puts Ethernet frames into tunnels, and tags on them.
#pragma once

#include <span>
#include <string_view>

#include "tests/sensor/frames.hpp"

namespace sightglass::test {

/// One way to carry a frame. What carries it is 192.0.2.1 -> 192.0.2.2 (or 2001:db8:f::1 -> ::2),
/// 06:00:00:00:00:01 -> 06:00:00:00:00:02.
struct Wrapping {
  std::string_view name;
  bool carries_ethernet;  ///< else only IPv4 and IPv6 packets: other frames stay as they are
  Octets (*wrap)(Bytes frame);
};
std::span<const Wrapping> wrappings();
const Wrapping& wrapping(std::string_view name);

/// The Ethernet frame, without tags, that carries `payload` between the tunnel's ends.
Octets carrier(std::uint16_t type, Bytes payload);
/// An IPv4 header without options between the tunnel's ends.
Octets carrier_ipv4(std::uint8_t protocol, Bytes payload);

}  // namespace sightglass::test
