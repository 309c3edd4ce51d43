// The layers, from the link up. Each function reads one header and calls the next.
#include "sensor/packet/decode.hpp"

#include <algorithm>

#include "sensor/packet/decoder.hpp"
#include "sensor/packet/protocol_numbers.hpp"

namespace sightglass {
namespace {

// IPv6 extension headers in one packet. Real ones have at most three.
constexpr int kMaxExtensionHeaders = 16;
constexpr std::size_t kPrpTrailer = 6;

constexpr bool is_extension_header(std::uint8_t type) {
  switch (type) {
    case ip_protocol::hop_by_hop:
    case ip_protocol::routing:
    case ip_protocol::fragment:
    case ip_protocol::authentication:
    case ip_protocol::destination_options:
    case ip_protocol::mobility:
    case ip_protocol::host_identity:
    case ip_protocol::shim6:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Decoder::link(std::uint16_t type) {
  switch (type) {
    case link_type::ethernet:
      return ethernet();
    case link_type::linux_cooked:
      return linux_cooked();
    case link_type::linux_cooked_v2:
      return linux_cooked_v2();
    case link_type::null:
      return loopback(false);
    case link_type::loop:
      return loopback(true);
    case link_type::raw:
    case link_type::raw_bsd:
    case link_type::raw_openbsd:
    case link_type::ipv4:
    case link_type::ipv6:
      return raw_ip();
    default:
      return;  // counted as unknown network
  }
}

// Headers of a fixed size are read with a reader of their own: what is known to be there is not
// asked for again, and its offset stays in a register.

void Decoder::ethernet() {
  constexpr std::size_t kHeader = 14;
  layers_.link_offset = here();
  ByteReader header = reader_.take(kHeader);
  if (!header.ok()) return fail(LayerFault::link_too_short);
  layers_.destination_mac = MacAddress{header.u48()};
  layers_.source_mac = MacAddress{header.u48()};
  const std::uint16_t type = header.u16();
  layers_.has_ethernet = true;
  tagged(type);
}

// SNAP (IEEE 802, OUI 0) carries an EtherType; any other LLC has no network layer for us.
void Decoder::llc() {
  ByteReader header = reader_;
  const std::uint64_t snap = header.u48();
  const std::uint16_t type = header.u16();
  if (!header.ok() || snap != 0xaaaa'0300'0000) return;
  reader_.skip(8);
  next_type(type);
}

void Decoder::linux_cooked() {
  reader_.skip(4);  // packet type, ARPHRD
  const std::uint16_t address_length = reader_.u16();
  const std::uint64_t address = reader_.u48();
  reader_.skip(2);
  const std::uint16_t type = reader_.u16();
  if (!reader_.ok()) return fail(LayerFault::link_too_short);
  if (address_length == 6) layers_.source_mac = MacAddress{address};
  next_type(type);
}

void Decoder::linux_cooked_v2() {
  const std::uint16_t type = reader_.u16();
  reader_.skip(9);  // reserved, interface index, ARPHRD, packet type
  const std::uint8_t address_length = reader_.u8();
  const std::uint64_t address = reader_.u48();
  reader_.skip(2);
  if (!reader_.ok()) return fail(LayerFault::link_too_short);
  if (address_length == 6) layers_.source_mac = MacAddress{address};
  next_type(type);
}

// The address family in the byte order of the machine that captured: small either way round.
void Decoder::loopback(bool network_order) {
  std::uint32_t family = reader_.u32();
  if (!reader_.ok()) return fail(LayerFault::link_too_short);
  if (!network_order && family > 0xffff) family = __builtin_bswap32(family);
  constexpr std::uint32_t kInet = 2, kInet6Linux = 10, kInet6Bsd = 24, kInet6FreeBsd = 28,
                          kInet6Darwin = 30;
  switch (family) {
    case kInet:
      return next_type(ether_type::ipv4);
    case kInet6Linux:
    case kInet6Bsd:
    case kInet6FreeBsd:
    case kInet6Darwin:
      return next_type(ether_type::ipv6);
    default:
      return;
  }
}

void Decoder::raw_ip() {
  ByteReader first = reader_;
  const unsigned version = first.u8() >> 4;
  if (!first.ok()) return fail(LayerFault::link_too_short);
  next_type(version == 6 ? ether_type::ipv6 : ether_type::ipv4);
}

void Decoder::tagged(std::uint16_t type) {
  while (type == ether_type::vlan || type == ether_type::service_vlan || type == ether_type::qinq) {
    if (vlan_tags_++ == kMaxVlanTags) return fail(LayerFault::too_many_tags);
    const std::uint16_t tag = reader_.u16();
    type = reader_.u16();
    if (!reader_.ok()) return fail(LayerFault::link_too_short);
    if ((tag & 0x0fff) != 0) layers_.vlan_tci[layers_.vlan_count++] = tag;
  }
  layers_.ether_type = type;
  layers_.network_offset = here();
  if (type == ether_type::ipv4) return ipv4();
  if (type == ether_type::ipv6) return ipv6();
  if (type == ether_type::arp) return arp();
  if (type >= ether_type::first) return link_encapsulation(type);
  layers_.ether_type = 0;
  llc();
}

void Decoder::next_type(std::uint16_t type) { tagged(type); }
void Decoder::next_transport(std::uint8_t protocol) { transport(protocol); }

void Decoder::next_network(std::uint16_t type) {
  layers_.network_offset = here();
  if (type == ether_type::ipv4) return ipv4();
  if (type == ether_type::ipv6) return ipv6();
  if (type == ether_type::arp) return arp();
  if (type == ether_type::mpls || type == ether_type::mpls_upstream) mpls();
}

void Decoder::arp() {
  constexpr std::size_t kFixedPart = 8;
  if (reader_.remaining() < kFixedPart) return fail(LayerFault::link_too_short);
  layers_.network = NetworkLayer::arp;
}

/// The IP packet is `length` bytes from its header on; what the wire (or the tunnel around it) did
/// not carry was never there.
void Decoder::limit_to(std::uint64_t length) {
  promised_end_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(layers_.network_offset + length, promised_end_));
}

/// What an IP header without a length says: all there is.
std::uint32_t Decoder::all_there_is() const {
  return std::min(promised_end_, layers_.original_length) - layers_.network_offset;
}

void Decoder::ipv4() {
  constexpr std::size_t kHeader = 20;
  ByteReader header = reader_.take(kHeader);
  if (!header.ok()) return fail(LayerFault::ip_header);
  const std::uint8_t version_and_length = header.u8();
  header.skip(1);
  const std::uint16_t total_length = header.u16();
  header.skip(2);
  const std::uint16_t fragment = header.u16();
  const std::uint8_t ttl = header.u8();
  const std::uint8_t protocol = header.u8();
  header.skip(2);
  const std::uint32_t source = header.u32();
  const std::uint32_t destination = header.u32();
  const std::uint32_t header_length = (version_and_length & 0xfu) * 4;
  const bool impossible = version_and_length >> 4 != 4 || header_length < 20 ||
                          (total_length != 0 && total_length < header_length);
  if (impossible) return fail(LayerFault::ip_header);
  layers_.network = NetworkLayer::ipv4;
  layers_.source.set_v4(source);
  layers_.destination.set_v4(destination);
  layers_.ttl = ttl;
  layers_.ip_protocol = protocol;
  limit_to(total_length == 0 ? all_there_is() : total_length);
  reader_.skip(header_length - 20);
  if (!reader_.ok()) return fail(LayerFault::ip_header);
  constexpr std::uint16_t kMoreAndOffset = 0x3fff;
  if ((fragment & kMoreAndOffset) != 0) return fragment_data();
  transport(protocol);
}

void Decoder::ipv6() {
  const std::uint32_t version_and_flow = reader_.u32();
  const std::uint16_t payload_length = reader_.u16();
  std::uint8_t next = reader_.u8();
  const std::uint8_t hop_limit = reader_.u8();
  const Bytes source = reader_.bytes(16);
  const Bytes destination = reader_.bytes(16);
  if (!reader_.ok() || version_and_flow >> 28 != 6) return fail(LayerFault::ip_header);
  layers_.network = NetworkLayer::ipv6;
  layers_.source = IpAddress::v6(source);
  layers_.destination = IpAddress::v6(destination);
  layers_.ttl = hop_limit;
  limit_to(payload_length == 0 ? all_there_is() : std::uint64_t{40} + payload_length);
  after_ipv6_header(next);
}

void Decoder::after_ipv6_header(std::uint8_t next) {
  for (int i = 0; is_extension_header(next); ++i) {
    if (i == kMaxExtensionHeaders) return fail(LayerFault::ip_header);
    layers_.transport_offset = here();
    next = extension_header(next);
    if (layers_.fault != LayerFault::none) break;
  }
  layers_.ip_protocol = next;
  if (layers_.fault == LayerFault::fragment) return fragment_data();
  if (layers_.fault == LayerFault::none) next_transport(next);
}

/// A fragment's data is a payload without a transport layer.
void Decoder::fragment_data() {
  fail(LayerFault::fragment);
  payload_from(here(), promised_end_);
}

void Decoder::rebuilt() {
  layers_.fault = LayerFault::none;
  promised_end_ = static_cast<std::uint32_t>(layers_.bytes.size());
  reader_.skip(layers_.payload_offset);
  if (layers_.network == NetworkLayer::ipv6) return after_ipv6_header(layers_.ip_protocol);
  next_transport(layers_.ip_protocol);
}

/// Steps over one extension header; what follows it.
std::uint8_t Decoder::extension_header(std::uint8_t type) {
  const std::uint8_t next = reader_.u8();
  if (type == ip_protocol::fragment) {
    note(Header::ipv6_fragment, here() - 1);
    reader_.skip(1);
    const std::uint16_t offset_and_more = reader_.u16();
    reader_.skip(4);
    if ((offset_and_more & 0xfff9) != 0) fail(LayerFault::fragment);
  } else {
    // RFC 4302 counts the authentication header in 4 bytes, all others count in 8.
    const std::size_t unit = type == ip_protocol::authentication ? 4 : 8;
    reader_.skip(reader_.u8() * unit + 6);
  }
  if (!reader_.ok()) fail(LayerFault::ip_header);
  return next;
}

void Decoder::transport(std::uint8_t protocol) {
  layers_.transport_offset = here();
  switch (protocol) {
    case ip_protocol::tcp:
      return tcp();
    case ip_protocol::udp:
      return udp();
    case ip_protocol::icmp:
      return icmp(TransportLayer::icmp);
    case ip_protocol::icmpv6:
      return icmp(TransportLayer::icmpv6);
    default:
      layers_.transport = TransportLayer::other;
      payload_from(here(), promised_end_);
      return network_encapsulation(protocol);
  }
}

/// The payload begins at `offset`; up to `promised_end` belongs to it, as far as it was captured.
void Decoder::payload_from(std::uint32_t offset, std::uint32_t promised_end) {
  const auto captured_end =
      std::min(promised_end, static_cast<std::uint32_t>(layers_.bytes.size()));
  layers_.payload_offset = std::min(offset, static_cast<std::uint32_t>(layers_.bytes.size()));
  layers_.payload_length = captured_end > offset ? captured_end - offset : 0;
  const std::uint32_t promised = promised_end > offset ? promised_end - offset : 0;
  layers_.payload_missing = promised - layers_.payload_length;
}

void Decoder::tcp() {
  constexpr std::size_t kHeader = 20;
  const std::uint32_t start = here();
  ByteReader header = reader_.take(kHeader);
  if (!header.ok()) return fail(LayerFault::transport_header);
  layers_.source_port = header.u16();
  layers_.destination_port = header.u16();
  layers_.tcp_sequence = header.u32();
  layers_.tcp_acknowledgment = header.u32();
  const std::uint16_t offset_and_flags = header.u16();
  layers_.tcp_window = header.u16();
  const std::uint32_t header_length = (offset_and_flags >> 12) * 4u;
  if (header_length < kHeader || start + header_length > promised_end_) {
    return fail(LayerFault::transport_header);
  }
  layers_.transport = TransportLayer::tcp;
  layers_.tcp_flags = offset_and_flags & 0x0fff;
  payload_from(start + header_length, promised_end_);
}

void Decoder::udp() {
  const std::uint32_t start = here();
  layers_.source_port = reader_.u16();
  layers_.destination_port = reader_.u16();
  const std::uint16_t length = reader_.u16();
  reader_.skip(2);
  const bool impossible = length != 0 && (length < 8 || start + length > promised_end_);
  if (!reader_.ok() || impossible) return fail(LayerFault::transport_header);
  layers_.transport = TransportLayer::udp;
  payload_from(start + 8, length == 0 ? promised_end_ : start + length);
  const std::uint16_t port = layers_.destination_port;
  if (port == udp_port::vxlan || port == udp_port::geneve) udp_encapsulation(port);
}

void Decoder::icmp(TransportLayer layer) {
  constexpr std::uint32_t kHeader = 8;
  if (reader_.remaining() < kHeader) return fail(LayerFault::transport_header);
  layers_.transport = layer;
  payload_from(here() + kHeader, promised_end_);
}

namespace {

/// Says that no layer was found. Assigning a whole new Layers would be a third of the decoder's
/// time; what only means something when its layer is present may keep old values.
void reset(Layers& layers) {
  layers.has_ethernet = false;
  layers.source_mac = layers.destination_mac = MacAddress{};
  layers.ether_type = 0;
  layers.vlan_count = 0;
  layers.network = NetworkLayer::none;
  layers.transport = TransportLayer::none;
  layers.fault = LayerFault::none;
  layers.ip_protocol = layers.ttl = 0;
  layers.source = layers.destination = IpAddress{};
  layers.source_port = layers.destination_port = 0;
  layers.tcp_sequence = layers.tcp_acknowledgment = 0;
  layers.tcp_flags = layers.tcp_window = 0;
  layers.link_offset = layers.network_offset = layers.transport_offset = 0;
  layers.payload_offset = layers.payload_length = layers.payload_missing = 0;
  layers.fragment_anomalies = 0;
  layers.rebuilt.fragments = 0;
  layers.outer.clear();
}

}  // namespace

void decode(const RawPacket& packet, std::uint64_t number, Layers& layers) {
  reset(layers);
  layers.bytes = packet.bytes;
  layers.packet_number = number;
  layers.time = packet.time;
  layers.original_length = packet.original_length;
  layers.interface = packet.interface;
  layers.interface_numbered = packet.interface_numbered;
  layers.link_type = packet.link_type;
  Decoder decoder(layers);
  decoder.link(packet.link_type);
  const std::size_t behind = layers.bytes.size() - layers.payload_offset - layers.payload_length;
  const bool is_whole = layers.original_length == layers.bytes.size();
  if (behind >= kPrpTrailer && is_whole) decoder.prp_trailer();
}

void decode_rebuilt(Layers& layers) { Decoder(layers).rebuilt(); }

}  // namespace sightglass
