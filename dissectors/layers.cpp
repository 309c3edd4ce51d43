// The fields of a packet, read where its layers stand.
#include "dissectors/layers.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "dissectors/packet_fields.hpp"

namespace sightglass {
namespace {

namespace pf = packet_field;

/// What the offset of a field counts from.
enum class Header : std::uint8_t { ethernet, ipv4, ipv6, arp, tcp, udp, icmp, icmpv6 };

/// A field that is an integer of a header: where it stands and which of its bits are it.
struct HeaderField {
  FieldId id;
  Header header;
  std::uint8_t at;
  std::uint8_t size;
  std::uint32_t mask;  // the value is shifted down by the mask's trailing zeros
  std::uint8_t unit = 1;
};

constexpr std::uint32_t kWhole = 0xffffffff;

constexpr HeaderField kHeaderFields[] = {
    {pf::eth_dst, Header::ethernet, 0, 6, kWhole},
    {pf::eth_src, Header::ethernet, 6, 6, kWhole},
    {pf::eth_addr, Header::ethernet, 0, 6, kWhole},
    {pf::eth_addr, Header::ethernet, 6, 6, kWhole},
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
};

/// The rows of a field: from kFirstRow[id] to kFirstRow[id + 1].
constexpr auto kFirstRow = [] {
  std::array<std::uint8_t, pf::end + 1> first{};
  for (FieldId id = 0; id <= pf::end; ++id) {
    const auto row = std::lower_bound(
        std::begin(kHeaderFields), std::end(kHeaderFields), id,
        [](const HeaderField& field, FieldId wanted) { return field.id < wanted; });
    first[id] = static_cast<std::uint8_t>(row - std::begin(kHeaderFields));
  }
  return first;
}();
static_assert(std::is_sorted(std::begin(kHeaderFields), std::end(kHeaderFields),
                             [](const auto& a, const auto& b) { return a.id < b.id; }));

constexpr std::uint8_t kTcp = 6, kUdp = 17;
constexpr std::uint16_t kFirstEtherType = 0x0600;

/// A header cut off after its first bytes still shows those, as in tshark.
bool has_transport(const Layers& layers, TransportLayer transport, std::uint8_t protocol) {
  if (layers.transport == transport) return true;
  return layers.has_ip() && layers.ip_protocol == protocol &&
         layers.fault == LayerFault::transport_header;
}

/// Where a header occurs: at most twice, the second time in the packet that an ICMP error quotes.
class Places {
 public:
  Places(const Layers& layers, Header header);
  const std::uint32_t* begin() const { return offsets_.data(); }
  const std::uint32_t* end() const { return offsets_.data() + count_; }
  bool empty() const { return count_ == 0; }

 private:
  struct Outer {
    bool is_present = false;
    std::uint32_t offset = 0;
  };
  static Outer outer(const Layers& layers, Header header);
  void add(std::uint32_t offset) { offsets_[count_++] = offset; }
  void add_quoted_ipv4(const Layers& layers, Header header);
  void add_quoted_ipv6(const Layers& layers, Header header);
  void add_transport(const Layers& layers, Header header, std::uint8_t protocol,
                     std::uint32_t offset);

  std::array<std::uint32_t, 2> offsets_{};
  std::size_t count_ = 0;
};

Places::Places(const Layers& layers, Header header) {
  const auto [is_present, offset] = outer(layers, header);
  if (is_present) add(offset);
  if (layers.transport == TransportLayer::icmp) add_quoted_ipv4(layers, header);
  if (layers.transport == TransportLayer::icmpv6) add_quoted_ipv6(layers, header);
}

Places::Outer Places::outer(const Layers& layers, Header header) {
  switch (header) {
    case Header::ethernet:
      return {layers.has_ethernet, layers.link_offset};
    case Header::arp:
      return {layers.network == NetworkLayer::arp, layers.network_offset};
    case Header::ipv4:
      return {layers.network == NetworkLayer::ipv4, layers.network_offset};
    case Header::ipv6:
      return {layers.network == NetworkLayer::ipv6, layers.network_offset};
    case Header::tcp:
      return {has_transport(layers, TransportLayer::tcp, kTcp), layers.transport_offset};
    case Header::udp:
      return {has_transport(layers, TransportLayer::udp, kUdp), layers.transport_offset};
    case Header::icmp:
      return {layers.transport == TransportLayer::icmp, layers.transport_offset};
    case Header::icmpv6:
      return {layers.transport == TransportLayer::icmpv6, layers.transport_offset};
  }
  return {};
}

// RFC 792: destination unreachable, source quench, redirect, time exceeded and parameter problem
// carry the header of the packet that caused them, and the first bytes behind it.
void Places::add_quoted_ipv4(const Layers& layers, Header header) {
  constexpr std::array<std::uint8_t, 5> kErrors = {3, 4, 5, 11, 12};
  const std::uint8_t type = layers.bytes[layers.transport_offset];
  if (std::find(kErrors.begin(), kErrors.end(), type) == kErrors.end()) return;
  const Bytes quoted = layers.payload();
  if (quoted.size() < 20 || quoted[0] >> 4 != 4) return;
  if (header == Header::ipv4) return add(layers.payload_offset);
  const std::uint32_t header_length = (quoted[0] & 0xfu) * 4;
  const bool is_first_fragment = ((quoted[6] & 0x1f) | quoted[7]) == 0;
  if (header_length >= 20 && is_first_fragment)
    add_transport(layers, header, quoted[9], header_length);
}

// RFC 4443: the error messages are types 1 to 4.
void Places::add_quoted_ipv6(const Layers& layers, Header header) {
  const std::uint8_t type = layers.bytes[layers.transport_offset];
  const Bytes quoted = layers.payload();
  if (type < 1 || type > 4 || quoted.size() < 40 || quoted[0] >> 4 != 6) return;
  if (header == Header::ipv6) return add(layers.payload_offset);
  add_transport(layers, header, quoted[6], 40);
}

void Places::add_transport(const Layers& layers, Header header, std::uint8_t protocol,
                           std::uint32_t offset) {
  if ((header == Header::tcp && protocol == kTcp) || (header == Header::udp && protocol == kUdp)) {
    add(layers.payload_offset + offset);
  }
}

/// Appends the occurrences of one field.
class Occurrences {
 public:
  Occurrences(const Layers& layers, FieldId id, std::vector<Field>& out)
      : layers_(layers), id_(id), out_(out) {}

  void add(const Value& value, std::size_t offset, std::size_t length) {
    out_.push_back(
        {id_, value, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)});
  }
  void derived(std::uint64_t number) { add(Value::number(number), 0, 0); }

  void header_field(const HeaderField& field);
  void ip_length();
  void frame();
  void ether_type();
  void vlan();
  void arp_addresses();
  void tcp_data();

 private:
  bool is_shown(const HeaderField& field) const;

  const Layers& layers_;
  FieldId id_;
  std::vector<Field>& out_;
};

Value value_of(ValueType type, Bytes bytes, const HeaderField& field) {
  ByteReader reader(bytes);
  if (type == ValueType::ipv6) return Value::ipv6(bytes);
  if (type == ValueType::mac) return Value::mac(MacAddress{reader.u48()});
  std::uint32_t number = 0;
  while (!reader.at_end()) number = number << 8 | reader.u8();
  if (type == ValueType::ipv4) return Value::ipv4(number);
  const std::uint32_t bits = (number & field.mask) >> std::countr_zero(field.mask);
  if (type == ValueType::boolean) return Value::boolean(bits != 0);
  return Value::number(std::uint64_t{bits} * field.unit);
}

/// tshark shows only the ports of a TCP header that is cut off or quoted in a redirect, and of any
/// quoted one no raw sequence number.
bool Occurrences::is_shown(const HeaderField& field) const {
  if (layers_.has_tcp() || field.at + field.size <= 4) return true;
  if (layers_.transport != TransportLayer::icmp && layers_.transport != TransportLayer::icmpv6) {
    return false;
  }
  constexpr std::uint8_t kRedirect = 5;
  return field.id != pf::tcp_seq_raw && layers_.bytes[layers_.transport_offset] != kRedirect;
}

void Occurrences::header_field(const HeaderField& field) {
  for (const std::uint32_t header : Places(layers_, field.header)) {
    if (field.header == Header::tcp && !is_shown(field)) continue;
    ByteReader reader(layers_.bytes);
    reader.skip(header + field.at);
    const Bytes bytes = reader.bytes(field.size);
    if (reader.ok())
      add(value_of(pf::fields[id_].type, bytes, field), header + field.at, field.size);
  }
}

/// A total length of 0 is segmentation offload: the packet reaches to the end of the frame.
void Occurrences::ip_length() {
  const std::size_t first = out_.size();
  header_field({pf::ip_len, Header::ipv4, 2, 2, kWhole});
  if (out_.size() > first && out_[first].value.number() == 0) {
    out_[first].value = Value::number(layers_.original_length - layers_.network_offset);
  }
}

void Occurrences::frame() {
  switch (id_) {
    case pf::frame_number:
      return derived(layers_.packet_number);
    case pf::frame_len:
      return derived(layers_.original_length);
    case pf::frame_cap_len:
      return derived(layers_.bytes.size());
    case pf::frame_time_epoch:
      return add(Value::time(layers_.time), 0, 0);
    case pf::frame_interface_id:
      if (layers_.interface_numbered) derived(layers_.interface);
      return;
    default:
      return;
  }
}

void Occurrences::ether_type() {
  if (!layers_.has_ethernet) return;
  ByteReader reader(layers_.bytes);
  reader.skip(layers_.link_offset + 12);
  const std::uint16_t number = reader.u16();
  const bool is_type = number >= kFirstEtherType;
  if (is_type == (id_ == pf::eth_type)) add(Value::number(number), layers_.link_offset + 12, 2);
}

// 802.1Q (0x8100) and its predecessor of double tagging (0x9100). The service tag of 802.1ad has
// names of its own in Wireshark.
void Occurrences::vlan() {
  constexpr std::uint16_t kServiceTag = 0x88a8, kLinuxCookedV2 = 276;
  constexpr std::size_t kEthernetType = 12, kCookedType = 14;
  const bool is_cooked_v2 = layers_.link_type == kLinuxCookedV2;
  std::size_t identifier = 0;  // offset of the tag protocol identifier before the tag
  std::size_t at = 0;          // offset of the tag control information
  if (layers_.has_ethernet) {
    identifier = layers_.link_offset + kEthernetType;
    at = identifier + 2;
  } else {
    identifier = is_cooked_v2 ? 0 : kCookedType;
    at = is_cooked_v2 ? 20 : kCookedType + 2;
  }
  for (std::size_t i = 0; i < layers_.vlan_count; ++i, identifier = at + 2, at += 4) {
    ByteReader before(layers_.bytes);
    before.skip(identifier);
    if (before.u16() == kServiceTag) continue;
    ByteReader reader(layers_.bytes);
    reader.skip(at);
    const std::uint16_t control = reader.u16();
    const std::uint16_t type = reader.u16();
    if (!reader.ok()) return;
    const bool is_type = type >= kFirstEtherType;
    if (id_ == pf::vlan_priority) add(Value::number(control >> 13), at, 2);
    if (id_ == pf::vlan_dei) add(Value::boolean((control >> 12 & 1) != 0), at, 2);
    if (id_ == pf::vlan_id) add(Value::number(control & 0x0fff), at, 2);
    if (id_ == pf::vlan_etype && is_type) add(Value::number(type), at + 2, 2);
    if (id_ == pf::vlan_len && !is_type) add(Value::number(type), at + 2, 2);
  }
}

// RFC 826. Only Ethernet and IPv4 addresses have fields of their own.
void Occurrences::arp_addresses() {
  if (layers_.network != NetworkLayer::arp) return;
  ByteReader reader(layers_.bytes);
  reader.skip(layers_.network_offset);
  const std::uint16_t hardware = reader.u16();
  const std::uint16_t protocol = reader.u16();
  const std::uint8_t hardware_size = reader.u8();
  const std::uint8_t protocol_size = reader.u8();
  reader.skip(2);
  const std::size_t sender = reader.offset();
  const std::size_t target = sender + hardware_size + protocol_size;
  if (target + hardware_size + protocol_size > layers_.bytes.size()) return;
  const bool is_mac = id_ == pf::arp_src_hw_mac || id_ == pf::arp_dst_hw_mac;
  const bool is_sender = id_ == pf::arp_src_hw_mac || id_ == pf::arp_src_proto_ipv4;
  const std::size_t at = (is_sender ? sender : target) + (is_mac ? 0 : hardware_size);
  ByteReader address(layers_.bytes.subspan(at));
  if (is_mac && hardware == 1 && hardware_size == 6) {
    add(Value::mac(MacAddress{address.u48()}), at, 6);
  }
  if (!is_mac && protocol == 0x0800 && protocol_size == 4) {
    add(Value::ipv4(address.u32()), at, 4);
  }
}

void Occurrences::tcp_data() {
  if (!layers_.has_tcp()) return;
  if (id_ == pf::tcp_len) return derived(layers_.payload_length + layers_.payload_missing);
  if (layers_.payload_length == 0) return;
  add(Value::bytes(layers_.payload()), layers_.payload_offset, layers_.payload_length);
}

struct Layer {
  std::string_view name;
  bool (*is_present)(const Layers&);
};

constexpr Layer kLayers[] = {
    {"frame", [](const Layers&) { return true; }},
    {"eth", [](const Layers& layers) { return layers.has_ethernet; }},
    {"vlan",
     [](const Layers& layers) {
       std::vector<Field> tags;
       append_packet_field(layers, pf::vlan_id, tags);
       return !tags.empty();
     }},
    {"arp", [](const Layers& layers) { return layers.network == NetworkLayer::arp; }},
    {"ip", [](const Layers& layers) { return layers.network == NetworkLayer::ipv4; }},
    {"ipv6", [](const Layers& layers) { return layers.network == NetworkLayer::ipv6; }},
    {"tcp", [](const Layers& layers) { return !Places(layers, Header::tcp).empty(); }},
    {"udp", [](const Layers& layers) { return !Places(layers, Header::udp).empty(); }},
    {"icmp", [](const Layers& layers) { return layers.transport == TransportLayer::icmp; }},
    {"icmpv6", [](const Layers& layers) { return layers.transport == TransportLayer::icmpv6; }},
};

}  // namespace

void append_packet_field(const Layers& layers, FieldId id, std::vector<Field>& out) {
  Occurrences occurrences(layers, id, out);
  switch (id) {
    case pf::frame_number:
    case pf::frame_len:
    case pf::frame_cap_len:
    case pf::frame_time_epoch:
    case pf::frame_interface_id:
      return occurrences.frame();
    case pf::eth_type:
    case pf::eth_len:
      return occurrences.ether_type();
    case pf::vlan_priority:
    case pf::vlan_dei:
    case pf::vlan_id:
    case pf::vlan_etype:
    case pf::vlan_len:
      return occurrences.vlan();
    case pf::arp_src_hw_mac:
    case pf::arp_src_proto_ipv4:
    case pf::arp_dst_hw_mac:
    case pf::arp_dst_proto_ipv4:
      return occurrences.arp_addresses();
    case pf::ip_len:
      return occurrences.ip_length();
    case pf::tcp_len:
    case pf::tcp_payload:
      return occurrences.tcp_data();
    default:
      break;
  }
  if (id >= pf::end) return;
  const std::size_t first = out.size();
  for (std::size_t i = kFirstRow[id]; i < kFirstRow[id + 1]; ++i) {
    occurrences.header_field(kHeaderFields[i]);
  }
  // Both addresses of a header come before those of the packet it quotes.
  std::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
            [](const Field& a, const Field& b) { return a.offset < b.offset; });
}

bool has_layer(const Layers& layers, std::string_view protocol) {
  const auto* found = std::find_if(std::begin(kLayers), std::end(kLayers),
                                   [&](const Layer& layer) { return layer.name == protocol; });
  return found != std::end(kLayers) && found->is_present(layers);
}

}  // namespace sightglass
