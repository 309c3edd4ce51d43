// Numbers assigned by IANA, IEEE and tcpdump.org, as far as the decoder acts on them.
#pragma once

#include <cstdint>

namespace sightglass {

namespace link_type {
inline constexpr std::uint16_t null = 0, ethernet = 1, raw_bsd = 12, raw_openbsd = 14, raw = 101,
                               loop = 108, linux_cooked = 113, ipv4 = 228, ipv6 = 229,
                               linux_cooked_v2 = 276;
}
namespace ether_type {
inline constexpr std::uint16_t ipv4 = 0x0800, arp = 0x0806, ethernet_bridging = 0x6558,
                               vlan = 0x8100, ipv6 = 0x86dd, mpls = 0x8847, mpls_upstream = 0x8848,
                               pppoe_discovery = 0x8863, pppoe_session = 0x8864,
                               service_vlan = 0x88a8, pbb = 0x88e7, vntag = 0x8926, hsr = 0x892f,
                               etag = 0x893f, qinq = 0x9100;
inline constexpr std::uint16_t erspan2 = 0x88be, erspan3 = 0x22eb;  // in GRE only
inline constexpr std::uint16_t first = 0x0600;  // below, the field is an IEEE 802.3 length
}  // namespace ether_type
namespace ip_protocol {
inline constexpr std::uint8_t hop_by_hop = 0, icmp = 1, ipv4 = 4, tcp = 6, udp = 17, ipv6 = 41,
                              routing = 43, fragment = 44, gre = 47, authentication = 51,
                              icmpv6 = 58, destination_options = 60, mobility = 135,
                              host_identity = 139, shim6 = 140;
}
namespace udp_port {
inline constexpr std::uint16_t vxlan = 4789, geneve = 6081;
}
namespace ppp_protocol {
inline constexpr std::uint16_t ipv4 = 0x0021, ipv6 = 0x0057;
}

}  // namespace sightglass
