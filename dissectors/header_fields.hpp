// Where fields that are integers or addresses stand in their headers.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "dissectors/layers.hpp"
#include "dissectors/packet_fields.hpp"

namespace sightglass {

/// A field of a header: where it stands and which of its bits are it.
struct HeaderField {
  FieldId id;
  Header header;
  std::uint8_t at;
  std::uint8_t size;
  std::uint32_t mask;  // the value is shifted down by the mask's trailing zeros
  std::uint8_t unit = 1;
};

namespace header_fields {

namespace pf = packet_field;
inline constexpr std::uint32_t kWhole = 0xffffffff;

/// By field; a field that stands in several headers, or twice in one, has several rows.
inline constexpr HeaderField kAll[] = {
    {pf::eth_dst, Header::ethernet, 0, 6, kWhole},
    {pf::eth_src, Header::ethernet, 6, 6, kWhole},
    {pf::eth_addr, Header::ethernet, 0, 6, kWhole},
    {pf::eth_addr, Header::ethernet, 6, 6, kWhole},
    {pf::vlan_priority, Header::vlan, 0, 2, 0xe000},
    {pf::vlan_dei, Header::vlan, 0, 2, 0x1000},
    {pf::vlan_id, Header::vlan, 0, 2, 0x0fff},
    {pf::ip_version, Header::ipv4, 0, 1, 0xf0},
    {pf::ip_version, Header::ipv6, 0, 1, 0xf0},  // as in Wireshark
    {pf::ip_hdr_len, Header::ipv4, 0, 1, 0x0f, 4},
    {pf::ip_dsfield, Header::ipv4, 1, 1, kWhole},
    {pf::ip_dscp, Header::ipv4, 1, 1, 0xfc},
    {pf::ip_ecn, Header::ipv4, 1, 1, 0x03},
    {pf::ip_id, Header::ipv4, 4, 2, kWhole},
    {pf::ip_flags, Header::ipv4, 6, 1, 0xe0},
    {pf::ip_flags_rb, Header::ipv4, 6, 1, 0x80},
    {pf::ip_flags_df, Header::ipv4, 6, 1, 0x40},
    {pf::ip_flags_mf, Header::ipv4, 6, 1, 0x20},
    {pf::ip_frag_offset, Header::ipv4, 6, 2, 0x1fff},
    {pf::ip_ttl, Header::ipv4, 8, 1, kWhole},
    {pf::ip_proto, Header::ipv4, 9, 1, kWhole},
    {pf::ip_checksum, Header::ipv4, 10, 2, kWhole},
    {pf::ip_src, Header::ipv4, 12, 4, kWhole},
    {pf::ip_dst, Header::ipv4, 16, 4, kWhole},
    {pf::ip_addr, Header::ipv4, 12, 4, kWhole},
    {pf::ip_addr, Header::ipv4, 16, 4, kWhole},
    {pf::ipv6_version, Header::ipv6, 0, 1, 0xf0},
    {pf::ipv6_tclass, Header::ipv6, 0, 4, 0x0ff00000},
    {pf::ipv6_flow, Header::ipv6, 0, 4, 0x000fffff},
    {pf::ipv6_plen, Header::ipv6, 4, 2, kWhole},
    {pf::ipv6_nxt, Header::ipv6, 6, 1, kWhole},
    {pf::ipv6_hlim, Header::ipv6, 7, 1, kWhole},
    {pf::ipv6_src, Header::ipv6, 8, 16, kWhole},
    {pf::ipv6_dst, Header::ipv6, 24, 16, kWhole},
    {pf::ipv6_addr, Header::ipv6, 8, 16, kWhole},
    {pf::ipv6_addr, Header::ipv6, 24, 16, kWhole},
    {pf::arp_hw_type, Header::arp, 0, 2, kWhole},
    {pf::arp_proto_type, Header::arp, 2, 2, kWhole},
    {pf::arp_hw_size, Header::arp, 4, 1, kWhole},
    {pf::arp_proto_size, Header::arp, 5, 1, kWhole},
    {pf::arp_opcode, Header::arp, 6, 2, kWhole},
    {pf::tcp_srcport, Header::tcp, 0, 2, kWhole},
    {pf::tcp_dstport, Header::tcp, 2, 2, kWhole},
    {pf::tcp_port, Header::tcp, 0, 2, kWhole},
    {pf::tcp_port, Header::tcp, 2, 2, kWhole},
    {pf::tcp_seq_raw, Header::tcp, 4, 4, kWhole},
    {pf::tcp_ack_raw, Header::tcp, 8, 4, kWhole},
    {pf::tcp_hdr_len, Header::tcp, 12, 1, 0xf0, 4},
    {pf::tcp_flags, Header::tcp, 12, 2, 0x0fff},
    {pf::tcp_flags_res, Header::tcp, 12, 2, 0x0e00},
    {pf::tcp_flags_ae, Header::tcp, 12, 2, 0x0100},
    {pf::tcp_flags_cwr, Header::tcp, 12, 2, 0x0080},
    {pf::tcp_flags_ece, Header::tcp, 12, 2, 0x0040},
    {pf::tcp_flags_urg, Header::tcp, 12, 2, tcp_flag::urg},
    {pf::tcp_flags_ack, Header::tcp, 12, 2, tcp_flag::ack},
    {pf::tcp_flags_push, Header::tcp, 12, 2, tcp_flag::psh},
    {pf::tcp_flags_reset, Header::tcp, 12, 2, tcp_flag::rst},
    {pf::tcp_flags_syn, Header::tcp, 12, 2, tcp_flag::syn},
    {pf::tcp_flags_fin, Header::tcp, 12, 2, tcp_flag::fin},
    {pf::tcp_window_size_value, Header::tcp, 14, 2, kWhole},
    {pf::tcp_checksum, Header::tcp, 16, 2, kWhole},
    {pf::tcp_urgent_pointer, Header::tcp, 18, 2, kWhole},
    {pf::udp_srcport, Header::udp, 0, 2, kWhole},
    {pf::udp_dstport, Header::udp, 2, 2, kWhole},
    {pf::udp_port, Header::udp, 0, 2, kWhole},
    {pf::udp_port, Header::udp, 2, 2, kWhole},
    {pf::udp_length, Header::udp, 4, 2, kWhole},
    {pf::udp_checksum, Header::udp, 6, 2, kWhole},
    {pf::icmp_type, Header::icmp, 0, 1, kWhole},
    {pf::icmp_code, Header::icmp, 1, 1, kWhole},
    {pf::icmpv6_type, Header::icmpv6, 0, 1, kWhole},
    {pf::icmpv6_code, Header::icmpv6, 1, 1, kWhole},
    {pf::ieee8021ad_priority, Header::service_vlan, 0, 2, 0xe000},
    {pf::ieee8021ad_dei, Header::service_vlan, 0, 2, 0x1000},
    {pf::ieee8021ad_id, Header::service_vlan, 0, 2, 0x0fff},
    {pf::ieee8021ah_priority, Header::pbb, 0, 4, 0xe0000000},
    {pf::ieee8021ah_isid, Header::pbb, 0, 4, 0x00ffffff},
    {pf::ieee8021ah_cdst, Header::pbb, 4, 6, kWhole},
    {pf::ieee8021ah_csrc, Header::pbb, 10, 6, kWhole},
    {pf::ieee8021ah_etype, Header::service_vlan, 2, 2, kWhole},  // as in Wireshark
    {pf::ieee8021ah_etype, Header::pbb, 16, 2, kWhole},
    {pf::vntag_dir, Header::vntag, 0, 4, 0x80000000},
    {pf::vntag_dst, Header::vntag, 0, 4, 0x3fff0000},
    {pf::vntag_src, Header::vntag, 0, 4, 0x00000fff},
    {pf::vntag_etype, Header::vntag, 4, 2, kWhole},
    {pf::etag_pcp, Header::etag, 0, 2, 0xe000},
    {pf::etag_iecid_base, Header::etag, 0, 2, 0x0fff},
    {pf::etag_ecid_base, Header::etag, 2, 2, 0x0fff},
    {pf::etag_etype, Header::etag, 6, 2, kWhole},
    {pf::hsr_path, Header::hsr, 0, 2, 0xf000},
    {pf::hsr_lsdu_size, Header::hsr, 0, 2, 0x0fff},
    {pf::hsr_sequence_nr, Header::hsr, 2, 2, kWhole},
    {pf::hsr_type, Header::hsr, 4, 2, kWhole},
    {pf::prp_sequence_nr, Header::prp, 0, 2, kWhole},
    {pf::prp_lan, Header::prp, 2, 2, 0xf000},
    {pf::prp_size, Header::prp, 2, 2, 0x0fff},
    {pf::prp_suffix, Header::prp, 4, 2, kWhole},
    {pf::mpls_label, Header::mpls, 0, 4, 0xfffff000},
    {pf::mpls_exp, Header::mpls, 0, 4, 0x00000e00},
    {pf::mpls_bottom, Header::mpls, 0, 4, 0x00000100},
    {pf::mpls_ttl, Header::mpls, 0, 4, 0x000000ff},
    {pf::pppoe_type, Header::pppoe, 0, 1, 0x0f},
    {pf::pppoe_code, Header::pppoe, 1, 1, kWhole},
    {pf::pppoe_session_id, Header::pppoe, 2, 2, kWhole},
    {pf::pppoe_payload_length, Header::pppoe, 4, 2, kWhole},
    {pf::gre_flags_and_version, Header::gre, 0, 2, kWhole},
    {pf::gre_flags_checksum, Header::gre, 0, 2, 0x8000},
    {pf::gre_flags_key, Header::gre, 0, 2, 0x2000},
    {pf::gre_flags_sequence_number, Header::gre, 0, 2, 0x1000},
    {pf::gre_proto, Header::gre, 2, 2, kWhole},
    {pf::gre_checksum, Header::gre_checksum, 0, 2, kWhole},
    {pf::gre_key, Header::gre_key, 0, 4, kWhole},
    {pf::gre_sequence_number, Header::gre_sequence, 0, 4, kWhole},
    {pf::erspan_version, Header::erspan2, 0, 2, 0xf000},
    {pf::erspan_version, Header::erspan3, 0, 2, 0xf000},
    {pf::erspan_vlan, Header::erspan2, 0, 2, 0x0fff},
    {pf::erspan_vlan, Header::erspan3, 0, 2, 0x0fff},
    {pf::erspan_cos, Header::erspan2, 2, 2, 0xe000},
    {pf::erspan_cos, Header::erspan3, 2, 2, 0xe000},
    {pf::erspan_truncated, Header::erspan2, 2, 2, 0x0400},
    {pf::erspan_truncated, Header::erspan3, 2, 2, 0x0400},
    {pf::erspan_spanid, Header::erspan2, 2, 2, 0x03ff},
    {pf::erspan_spanid, Header::erspan3, 2, 2, 0x03ff},
    {pf::erspan_index, Header::erspan2, 4, 4, 0x000fffff},
    {pf::erspan_timestamp, Header::erspan3, 4, 4, kWhole},
    {pf::erspan_direction, Header::erspan3, 10, 2, 0x0008},
    {pf::vxlan_flags, Header::vxlan, 0, 2, kWhole},
    {pf::vxlan_gbp, Header::vxlan, 2, 2, kWhole},
    {pf::vxlan_vni, Header::vxlan, 4, 3, kWhole},
    {pf::geneve_version, Header::geneve, 0, 1, 0xc0},
    {pf::geneve_flags_oam, Header::geneve, 1, 1, 0x80},
    {pf::geneve_flags_critical, Header::geneve, 1, 1, 0x40},
    {pf::geneve_proto_type, Header::geneve, 2, 2, kWhole},
    {pf::geneve_vni, Header::geneve, 4, 3, kWhole},
    {pf::ipv6_fraghdr_nxt, Header::ipv6_fragment, 0, 1, kWhole},
    {pf::ipv6_fraghdr_offset, Header::ipv6_fragment, 2, 2, 0xfff8},
    {pf::ipv6_fraghdr_more, Header::ipv6_fragment, 2, 2, 0x0001},
    {pf::ipv6_fraghdr_ident, Header::ipv6_fragment, 4, 4, kWhole},
};
static_assert(std::is_sorted(std::begin(kAll), std::end(kAll),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));

/// The rows of a field: from kFirstRow[id] to kFirstRow[id + 1].
inline constexpr auto kFirstRow = [] {
  static_assert(std::size(kAll) <= 255);
  std::array<std::uint8_t, pf::end + 1> first{};
  for (FieldId id = 0; id <= pf::end; ++id) {
    const auto row = std::lower_bound(
        std::begin(kAll), std::end(kAll), id,
        [](const HeaderField& field, FieldId wanted) { return field.id < wanted; });
    first[id] = static_cast<std::uint8_t>(row - std::begin(kAll));
  }
  return first;
}();

}  // namespace header_fields
}  // namespace sightglass
