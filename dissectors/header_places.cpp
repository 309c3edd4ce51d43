#include "dissectors/header_places.hpp"

#include <algorithm>
#include <iterator>

namespace sightglass {
namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17;

/// A header cut off after its first bytes still shows those, as in tshark.
bool has_transport(const Layers& layers, TransportLayer transport, std::uint8_t protocol) {
  if (layers.transport == transport) return true;
  return layers.has_ip() && layers.ip_protocol == protocol &&
         layers.fault == LayerFault::transport_header;
}

/// A tag protocol identifier and how many bytes stand between it and the next type.
struct TagType {
  std::uint16_t ether_type;
  Header header;
  std::uint8_t size;
};
constexpr TagType kTagTypes[] = {
    {0x8100, Header::vlan, 2},  {0x88a8, Header::service_vlan, 2}, {0x9100, Header::vlan, 2},
    {0x8926, Header::vntag, 4}, {0x892f, Header::hsr, 4},          {0x893f, Header::etag, 6},
};

}  // namespace

HeaderPlaces::HeaderPlaces(const Layers& layers, Header header) : layers_(layers), header_(header) {
  if (header == Header::vlan || header == Header::service_vlan) {
    add_all_tags();
    return;
  }
  bool customer = false;  // whether the header before was an I-TAG: it holds the next MAC addresses
  for (const OuterHeaders::Place& place : layers.outer) {
    const bool is_customers = customer && place.header == Header::ethernet;
    if (place.header == header && !is_customers) add(place.offset);
    customer = place.header == Header::pbb;
  }
  const auto [is_present, offset] = inner();
  if (is_present && !(customer && header == Header::ethernet)) add(offset);
  if (layers.transport == TransportLayer::icmp) add_quoted_ipv4();
  if (layers.transport == TransportLayer::icmpv6) add_quoted_ipv6();
}

void HeaderPlaces::add(std::uint32_t offset) {
  if (count_ < kMost) offsets_[count_++] = offset;
}

HeaderPlaces::Inner HeaderPlaces::inner() const {
  switch (header_) {
    case Header::ethernet:
      return {layers_.has_ethernet, layers_.link_offset};
    case Header::arp:
      return {layers_.network == NetworkLayer::arp, layers_.network_offset};
    case Header::ipv4:
      return {layers_.network == NetworkLayer::ipv4, layers_.network_offset};
    case Header::ipv6:
      return {layers_.network == NetworkLayer::ipv6, layers_.network_offset};
    case Header::tcp:
      return {has_transport(layers_, TransportLayer::tcp, kTcp), layers_.transport_offset};
    case Header::udp:
      return {has_transport(layers_, TransportLayer::udp, kUdp), layers_.transport_offset};
    case Header::icmp:
      return {layers_.transport == TransportLayer::icmp, layers_.transport_offset};
    case Header::icmpv6:
      return {layers_.transport == TransportLayer::icmpv6, layers_.transport_offset};
    default:
      return {};
  }
}

/// The tags of one link header: the type that says so stands at `identifier`, the first tag at
/// `tag`, all further ones behind it.
void HeaderPlaces::add_tags_of(std::uint32_t identifier, std::uint32_t tag) {
  ByteReader before(layers_.bytes);
  before.skip(identifier);
  std::uint16_t type = before.u16();
  ByteReader reader(layers_.bytes);
  reader.skip(tag);
  while (reader.ok()) {
    const auto* const found =
        std::find_if(std::begin(kTagTypes), std::end(kTagTypes),
                     [&](const TagType& known) { return known.ether_type == type; });
    if (found == std::end(kTagTypes)) return;
    const auto at = static_cast<std::uint32_t>(reader.offset());
    reader.skip(found->size);
    type = reader.u16();
    if (reader.ok() && found->header == header_) add(at);
  }
}

void HeaderPlaces::add_all_tags() {
  constexpr std::uint16_t kLinuxCooked = 113, kLinuxCookedV2 = 276;
  constexpr std::uint32_t kEthernetType = 12, kCookedType = 14, kCookedV2Type = 0,
                          kCookedV2End = 20;
  if (layers_.link_type == kLinuxCooked) add_tags_of(kCookedType, kCookedType + 2);
  if (layers_.link_type == kLinuxCookedV2) add_tags_of(kCookedV2Type, kCookedV2End);
  for (const OuterHeaders::Place& place : layers_.outer) {
    if (place.header != Header::ethernet) continue;
    add_tags_of(place.offset + kEthernetType, place.offset + kEthernetType + 2);
  }
  const std::uint32_t inner = layers_.link_offset + kEthernetType;
  if (layers_.has_ethernet) add_tags_of(inner, inner + 2);
}

// RFC 792: destination unreachable, source quench, redirect, time exceeded and parameter problem
// carry the header of the packet that caused them, and the first bytes behind it.
void HeaderPlaces::add_quoted_ipv4() {
  constexpr std::array<std::uint8_t, 5> kErrors = {3, 4, 5, 11, 12};
  const std::uint8_t type = layers_.bytes[layers_.transport_offset];
  if (std::find(kErrors.begin(), kErrors.end(), type) == kErrors.end()) return;
  const Bytes quoted = layers_.payload();
  if (quoted.size() < 20 || quoted[0] >> 4 != 4) return;
  if (header_ == Header::ipv4) return add(layers_.payload_offset);
  const std::uint32_t header_length = (quoted[0] & 0xfu) * 4;
  const bool is_first_fragment = ((quoted[6] & 0x1f) | quoted[7]) == 0;
  if (header_length >= 20 && is_first_fragment) add_quoted_transport(quoted[9], header_length);
}

// RFC 4443: the error messages are types 1 to 4.
void HeaderPlaces::add_quoted_ipv6() {
  const std::uint8_t type = layers_.bytes[layers_.transport_offset];
  const Bytes quoted = layers_.payload();
  if (type < 1 || type > 4 || quoted.size() < 40 || quoted[0] >> 4 != 6) return;
  if (header_ == Header::ipv6) return add(layers_.payload_offset);
  add_quoted_transport(quoted[6], 40);
}

void HeaderPlaces::add_quoted_transport(std::uint8_t protocol, std::uint32_t offset) {
  const bool tcp = header_ == Header::tcp && protocol == kTcp;
  const bool udp = header_ == Header::udp && protocol == kUdp;
  if (tcp || udp) add(layers_.payload_offset + offset);
}

}  // namespace sightglass
