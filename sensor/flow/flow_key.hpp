// Who talks to whom: the key of a flow and the hashes that spread flows over shards.
#pragma once

#include <compare>
#include <cstdint>
#include <tuple>

#include "dissectors/address.hpp"
#include "dissectors/layers.hpp"

namespace sightglass {

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;  ///< 0 where the transport has none
  auto operator<=>(const Endpoint&) const = default;
};

/// The inner 5-tuple without direction: `endpoints[0]` is the lower one. VLANs are not part of it,
/// because mirrors tag the two directions differently; where cells use the same addresses, the site
/// file makes realms of them.
struct FlowKey {
  Endpoint endpoints[2];
  std::uint8_t ip_protocol = 0;
  Realm realm;
  bool operator==(const FlowKey&) const = default;
};

/// Which of the key's endpoints.
using Side = std::uint8_t;
constexpr Side other(Side side) { return side ^ 1; }

/// The key of an IP packet, and which endpoint sent it.
struct PacketKey {
  FlowKey key;
  Side sender = 0;
};

constexpr std::uint64_t mix(std::uint64_t bits) {
  // The finaliser of MurmurHash3: every bit of the input reaches every bit of the result.
  bits = (bits ^ bits >> 33) * 0xff51afd7ed558ccd;
  bits = (bits ^ bits >> 33) * 0xc4ceb9fe1a85ec53;
  return bits ^ bits >> 33;
}

inline std::uint64_t address_hash(const IpAddress& address) {
  if (address.family == IpAddress::Family::v4) return mix(address.v4_bits());
  ByteReader reader(address.octets);
  const std::uint64_t high = reader.u64();
  return mix(high ^ mix(reader.u64() + 0x9e3779b97f4a7c15));
}

/// The same for both directions of a host pair; without IP, of a pair of MAC addresses. Fixed for
/// all time: which shard a conversation belongs to must not depend on the machine or the run.
inline std::uint64_t host_pair_hash(const Layers& layers) {
  const std::uint64_t pair = layers.has_ip()
                                 ? address_hash(layers.source) + address_hash(layers.destination)
                                 : mix(layers.source_mac.bits) + mix(layers.destination_mac.bits);
  return mix(pair + layers.realm.number());
}

/// `layers` must have IP.
inline PacketKey packet_key(const Layers& layers) {
  const bool has_ports = layers.has_tcp() || layers.has_udp();
  const std::uint16_t source_port = has_ports ? layers.source_port : std::uint16_t{0};
  const std::uint16_t destination_port = has_ports ? layers.destination_port : std::uint16_t{0};
  bool swapped = false;
  if (layers.network == NetworkLayer::ipv4) {
    swapped = (std::uint64_t{layers.destination.v4_bits()} << 16 | destination_port) <
              (std::uint64_t{layers.source.v4_bits()} << 16 | source_port);
  } else {
    swapped = std::tie(layers.destination, destination_port) < std::tie(layers.source, source_port);
  }
  PacketKey result;
  result.sender = swapped ? 1 : 0;
  Endpoint& source = result.key.endpoints[result.sender];
  source.address = layers.source;
  source.port = source_port;
  Endpoint& destination = result.key.endpoints[other(result.sender)];
  destination.address = layers.destination;
  destination.port = destination_port;
  result.key.ip_protocol = layers.ip_protocol;
  result.key.realm = layers.realm;
  return result;
}

inline std::uint64_t flow_hash(std::uint64_t pair_hash, const FlowKey& key) {
  const std::uint64_t ports = std::uint64_t{key.endpoints[0].port} << 24 |
                              std::uint64_t{key.endpoints[1].port} << 8 | key.ip_protocol;
  return mix(pair_hash + ports);
}

}  // namespace sightglass
