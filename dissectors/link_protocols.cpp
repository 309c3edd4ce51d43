#include "dissectors/link_protocols.hpp"

#include <algorithm>
#include <array>

namespace sightglass {
namespace {

constexpr LinkProtocol kProtocols[] = {
    {0x0800, "ipv4", "Internet Protocol version 4", false},
    {0x0806, "arp", "Address Resolution Protocol", false},
    {0x0842, "wake_on_lan", "wake-on-LAN, without IP", false},
    {0x22f0, "avtp", "audio and video transport, IEEE 1722", true},
    {0x6558, "ethernet_bridging", "transparent Ethernet bridging", false},
    {0x8035, "rarp", "reverse ARP", false},
    {0x8100, "vlan", "802.1Q tag", false},
    {0x86dd, "ipv6", "Internet Protocol version 6", false},
    {0x8808, "flow_control", "Ethernet pause frames", false},
    {0x8809, "slow_protocols", "LACP, OAM and other slow protocols", false},
    {0x8847, "mpls", "MPLS", false},
    {0x8848, "mpls", "MPLS, upstream-assigned label", false},
    {0x8863, "pppoe_discovery", "PPP over Ethernet, discovery", false},
    {0x8864, "pppoe", "PPP over Ethernet, session", false},
    {0x888e, "eapol", "port authentication, IEEE 802.1X", false},
    {0x8892, "profinet", "PROFINET RT, IRT and DCP", true},
    {0x88a2, "aoe", "ATA over Ethernet", false},
    {0x88a4, "ethercat", "EtherCAT", false},
    {0x88a8, "service_vlan", "802.1ad service tag", false},
    {0x88ab, "powerlink", "Ethernet POWERLINK", false},
    {0x88b8, "goose", "IEC 61850 GOOSE", true},
    {0x88b9, "gse_management", "IEC 61850 GSE management", false},
    {0x88ba, "sampled_values", "IEC 61850 sampled values", true},
    {0x88cc, "lldp", "Link Layer Discovery Protocol", false},
    {0x88cd, "sercos", "SERCOS III", false},
    {0x88e1, "homeplug_av", "HomePlug AV", false},
    {0x88e3, "mrp", "Media Redundancy Protocol", true},
    {0x88e5, "macsec", "MAC security, IEEE 802.1AE", true},
    {0x88e7, "pbb", "provider backbone bridging, IEEE 802.1ah", false},
    {0x88f5, "mvrp", "Multiple VLAN Registration Protocol", false},
    {0x88f6, "mmrp", "Multiple MAC Registration Protocol", false},
    {0x88f7, "ptp", "Precision Time Protocol, IEEE 1588", true},
    {0x88fb, "prp", "supervision of the Parallel Redundancy Protocol", true},
    {0x8902, "cfm", "connectivity fault management, IEEE 802.1ag", false},
    {0x8906, "fcoe", "Fibre Channel over Ethernet", false},
    {0x890f, "cc_link_ie", "CC-Link IE", false},
    {0x8915, "roce", "RDMA over Ethernet", true},
    {0x8926, "vntag", "VN-tag", false},
    {0x892f, "hsr", "High-availability Seamless Redundancy", true},
    {0x893f, "etag", "802.1BR tag", false},
    {0x9000, "loopback", "configuration test (loopback)", false},
    {0x9100, "vlan", "802.1Q tag in a tag", false},
};
static_assert(std::is_sorted(std::begin(kProtocols), std::end(kProtocols),
                             [](const auto& a, const auto& b) {
                               return a.ether_type < b.ether_type;
                             }));

/// Protocols of IEEE 802.2, by the service access point of the destination.
struct LlcProtocol {
  std::uint8_t access_point;
  std::string_view name;
};
constexpr LlcProtocol kLlcProtocols[] = {
    {0x42, "stp"}, {0xe0, "ipx"}, {0xf0, "netbios"}, {0xfe, "iso_network"}};

/// Behind an SNAP header, by organization and protocol.
struct SnapProtocol {
  std::uint64_t identifier;
  std::string_view name;
};
constexpr SnapProtocol kSnapProtocols[] = {{0x00000c'0104, "port_aggregation"},
                                           {0x00000c'010b, "stp"},
                                           {0x00000c'010c, "vlan_bridge"},
                                           {0x00000c'0111, "udld"},
                                           {0x00000c'2000, "cdp"},
                                           {0x00000c'2003, "vtp"},
                                           {0x00000c'2004, "dtp"}};

std::string_view llc_name(const Layers& layers) {
  if (layers.network_offset > layers.bytes.size()) return {};
  ByteReader reader(layers.bytes.subspan(layers.network_offset));
  const std::uint8_t access_point = reader.u8();
  reader.skip(2);
  const std::uint64_t organization = reader.u24();
  const std::uint64_t identifier = organization << 16 | reader.u16();
  constexpr std::uint8_t kSnap = 0xaa;
  if (access_point == kSnap) {
    for (const SnapProtocol& known : kSnapProtocols) {
      if (reader.ok() && known.identifier == identifier) return known.name;
    }
    return {};
  }
  for (const LlcProtocol& known : kLlcProtocols) {
    if (known.access_point == access_point) return known.name;
  }
  return {};
}

}  // namespace

std::span<const LinkProtocol> link_protocols() { return kProtocols; }

const LinkProtocol* find_link_protocol(std::uint16_t ether_type) {
  const auto* const found = std::lower_bound(
      std::begin(kProtocols), std::end(kProtocols), ether_type,
      [](const LinkProtocol& known, std::uint16_t type) { return known.ether_type < type; });
  return found != std::end(kProtocols) && found->ether_type == ether_type ? found : nullptr;
}

std::string_view link_protocol_name(const Layers& layers) {
  const LinkProtocol* const known = find_link_protocol(layers.ether_type);
  if (known != nullptr) return known->name;
  return layers.ether_type == 0 && layers.has_ethernet ? llc_name(layers) : std::string_view();
}

}  // namespace sightglass
