// The fields of a packet, read where its layers stand.
#include "dissectors/layers.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "dissectors/header_fields.hpp"
#include "dissectors/header_places.hpp"
#include "dissectors/link_protocols.hpp"
#include "dissectors/packet_fields.hpp"

namespace sightglass {
namespace {

namespace pf = packet_field;

constexpr std::uint16_t kFirstEtherType = 0x0600;

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
  void vlan_type();
  void arp_addresses();
  void tcp_data();
  void rebuilt();
  void anomalies();
  void link_protocol();

 private:
  void types_at(Header header, std::uint32_t at, bool wants_type);
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
  for (const std::uint32_t header : HeaderPlaces(layers_, field.header)) {
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
  header_field({pf::ip_len, Header::ipv4, 2, 2, header_fields::kWhole});
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
      return derived(layers_.captured_length());
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
  constexpr std::uint32_t kType = 12;
  types_at(Header::ethernet, kType, id_ == pf::eth_type);
}

void Occurrences::vlan_type() {
  constexpr std::uint32_t kType = 2;
  types_at(Header::vlan, kType, id_ == pf::vlan_etype);
}

/// What stands where an EtherType may: one, or a length of IEEE 802.3.
void Occurrences::types_at(Header header, std::uint32_t at, bool wants_type) {
  for (const std::uint32_t start : HeaderPlaces(layers_, header)) {
    ByteReader reader(layers_.bytes);
    reader.skip(start + at);
    const std::uint16_t number = reader.u16();
    const bool is_type = number >= kFirstEtherType;
    if (reader.ok() && is_type == wants_type) add(Value::number(number), start + at, 2);
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

void Occurrences::rebuilt() {
  const Rebuilt& rebuilt = layers_.rebuilt;
  const bool wants_ipv6 = id_ == pf::ipv6_fragment_count || id_ == pf::ipv6_reassembled_length;
  if (rebuilt.fragments == 0 || rebuilt.ipv6 != wants_ipv6) return;
  const bool count = id_ == pf::ip_fragment_count || id_ == pf::ipv6_fragment_count;
  derived(count ? rebuilt.fragments : rebuilt.length);
}

void Occurrences::anomalies() {
  const LayerFault fault = layers_.fault;
  if (fault != LayerFault::none && fault != LayerFault::fragment) {
    add(Value::text(to_text(fault)), 0, 0);
  }
  for (std::size_t i = 0; i < kFragmentAnomalies; ++i) {
    const unsigned bit = 1u << i;
    if ((layers_.fragment_anomalies & bit) == 0) continue;
    add(Value::text(to_text(static_cast<FragmentAnomaly>(bit))), 0, 0);
  }
}

void Occurrences::link_protocol() {
  const std::string_view name = link_protocol_name(layers_);
  if (!name.empty()) add(Value::text(name), 0, 0);
}

/// A layer is there when one of these headers is.
struct Layer {
  std::string_view name;
  Header header;
};

constexpr Layer kLayers[] = {
    {"arp", Header::arp},
    {"erspan", Header::erspan2},
    {"erspan", Header::erspan3},
    {"etag", Header::etag},
    {"eth", Header::ethernet},
    {"geneve", Header::geneve},
    {"gre", Header::gre},
    {"hsr", Header::hsr},
    {"icmp", Header::icmp},
    {"icmpv6", Header::icmpv6},
    {"ieee8021ad", Header::service_vlan},
    {"ieee8021ah", Header::pbb},
    {"ip", Header::ipv4},
    {"ipv6", Header::ipv6},
    {"mpls", Header::mpls},
    {"ppp", Header::ppp},
    {"prp", Header::prp},
    {"tcp", Header::tcp},
    {"udp", Header::udp},
    {"vlan", Header::vlan},
    {"vntag", Header::vntag},
    {"vxlan", Header::vxlan},
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
    case pf::vlan_etype:
    case pf::vlan_len:
      return occurrences.vlan_type();
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
    case pf::ip_fragment_count:
    case pf::ip_reassembled_length:
    case pf::ipv6_fragment_count:
    case pf::ipv6_reassembled_length:
      return occurrences.rebuilt();
    case pf::sg_packet_anomaly:
      return occurrences.anomalies();
    case pf::sg_link_protocol:
      return occurrences.link_protocol();
    default:
      break;
  }
  if (id >= pf::end) return;
  const std::size_t first = out.size();
  for (std::size_t i = header_fields::kFirstRow[id]; i < header_fields::kFirstRow[id + 1]; ++i) {
    occurrences.header_field(header_fields::kAll[i]);
  }
  // Both addresses of a header come before those of the packet it quotes.
  std::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
            [](const Field& a, const Field& b) { return a.offset < b.offset; });
}

bool has_layer(const Layers& layers, std::string_view protocol) {
  return protocol == "frame" ||
         std::any_of(std::begin(kLayers), std::end(kLayers), [&](const Layer& layer) {
           return layer.name == protocol && !HeaderPlaces(layers, layer.header).empty();
         });
}

std::string_view to_text(TransportLayer transport) {
  constexpr std::array<std::string_view, 6> kNames = {"none", "tcp",    "udp",
                                                      "icmp", "icmpv6", "other"};
  return kNames[static_cast<std::size_t>(transport)];
}

std::string_view to_text(LayerFault fault) {
  constexpr std::array<std::string_view, kLayerFaults> kWords = {
      "none",          "link_too_short", "too_many_tags",    "nested_too_deep",
      "tunnel_header", "ip_header",      "transport_header", "fragment"};
  return kWords[static_cast<std::size_t>(fault)];
}

std::string_view to_text(FragmentAnomaly anomaly) {
  constexpr std::array<std::string_view, kFragmentAnomalies> kWords = {
      "fragment_overlap",   "fragment_conflict",    "fragment_tiny_first", "fragment_too_long",
      "fragment_unaligned", "fragment_ends_differ", "fragment_timeout",    "fragment_flood"};
  return kWords[static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(anomaly)))];
}

}  // namespace sightglass
