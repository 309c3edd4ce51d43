// Packets in packets: tags other than VLANs, MPLS, PPPoE, provider backbone bridges, GRE with what
// it carries (ERSPAN, NVGRE), VXLAN, GENEVE, IP in IP. How deep they nest is limited by the room in
// Layers::outer: every one takes a place there.
#include <algorithm>

#include "sensor/packet/decoder.hpp"
#include "sensor/packet/protocol_numbers.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kEthernetHeader = 14;

/// A tag between the MAC addresses and the EtherType that is no VLAN: its size without that type.
struct LinkTag {
  std::uint16_t ether_type;
  Header header;
  std::uint8_t size;
};
constexpr LinkTag kLinkTags[] = {
    {ether_type::vntag, Header::vntag, 4},
    {ether_type::hsr, Header::hsr, 4},   // IEC 62439-3, 5.7
    {ether_type::etag, Header::etag, 6}  // IEEE 802.1BR, 11.1.2
};

}  // namespace

/// Writes down a header; false when there is no room for it.
bool Decoder::note(Header header, std::uint32_t offset) {
  if (!layers_.outer.has_room(1) || offset > 0xffff) {
    fail(LayerFault::nested_too_deep);
    return false;
  }
  layers_.outer.add(header, static_cast<std::uint16_t>(offset));
  return true;
}

/// The IP packet (and UDP header) read so far carries another one: it becomes an outer one.
bool Decoder::leave_network() {
  const bool udp = layers_.has_udp();
  const bool ipv4 = layers_.network == NetworkLayer::ipv4;
  if (layers_.has_ip() && !note(ipv4 ? Header::ipv4 : Header::ipv6, layers_.network_offset)) {
    return false;
  }
  if (udp && !note(Header::udp, layers_.transport_offset)) return false;
  layers_.network = NetworkLayer::none;
  layers_.transport = TransportLayer::none;
  layers_.ip_protocol = layers_.ttl = 0;
  layers_.source = layers_.destination = IpAddress{};
  layers_.source_port = layers_.destination_port = 0;
  layers_.payload_offset = layers_.payload_length = layers_.payload_missing = 0;
  return true;
}

/// The Ethernet header read so far is an outer one.
bool Decoder::leave_link() {
  if (layers_.has_ethernet && !note(Header::ethernet, layers_.link_offset)) return false;
  layers_.has_ethernet = false;
  layers_.source_mac = layers_.destination_mac = MacAddress{};
  layers_.ether_type = 0;
  layers_.vlan_count = 0;
  vlan_tags_ = 0;
  return true;
}

/// Nothing of what follows lies behind `end`.
void Decoder::confine(std::uint32_t end) {
  promised_end_ = std::min(promised_end_, end);
  const std::size_t at = reader_.offset();
  reader_ = ByteReader(layers_.bytes.first(
      std::min<std::size_t>(layers_.bytes.size(), std::max<std::size_t>(promised_end_, at))));
  reader_.skip(at);
}

void Decoder::inner_ethernet() {
  if (leave_network() && leave_link()) ethernet();
}

void Decoder::inner_network(std::uint16_t type) {
  if (leave_network()) next_network(type);
}

void Decoder::link_encapsulation(std::uint16_t type) {
  switch (type) {
    case ether_type::mpls:
    case ether_type::mpls_upstream:
      return mpls();
    case ether_type::pppoe_discovery:
    case ether_type::pppoe_session:
      return pppoe(type);
    case ether_type::pbb:
      return pbb();
    default:
      break;
  }
  for (const LinkTag& known : kLinkTags) {
    if (type == known.ether_type) return tag(known.header, known.size);
  }
}

void Decoder::tag(Header header, std::size_t size) {
  const std::uint32_t start = here();
  reader_.skip(size);
  const std::uint16_t type = reader_.u16();
  if (!reader_.ok()) return fail(LayerFault::link_too_short);
  if (note(header, start)) next_type(type);
}

// IEEE 802.1Q, 9.7: the I-TAG ends with the customer's addresses, so that the customer's frame
// begins inside of it.
void Decoder::pbb() {
  const std::uint32_t start = here();
  ByteReader ahead = reader_;
  ahead.skip(4 + kEthernetHeader);
  if (!ahead.ok()) return fail(LayerFault::tunnel_header);
  if (!leave_link() || !note(Header::pbb, start)) return;
  reader_.skip(4);
  ethernet();
}

// IEC 62439-3, 4.1.8: sequence number, LAN (A or B), size of what it ends, and a suffix. Padding
// that happens to look so is told by the size.
void Decoder::prp_trailer() {
  constexpr std::size_t kSize = 6;
  constexpr std::uint16_t kSuffix = 0x88fb;
  const Bytes frame = layers_.bytes;
  const std::size_t start = frame.size() - kSize;
  ByteReader trailer(frame.subspan(start));
  trailer.skip(2);
  const std::uint16_t lan_and_size = trailer.u16();
  if (trailer.u16() != kSuffix || !layers_.has_ethernet) return;
  const unsigned lan = lan_and_size >> 12;
  const std::size_t tags = 4 * vlan_tags_;
  const std::size_t size = frame.size() - layers_.link_offset - kEthernetHeader - tags;
  if ((lan != 0xa && lan != 0xb) || (lan_and_size & 0x0fff) != size) return;
  note(Header::prp, static_cast<std::uint32_t>(start));
}

// RFC 2516, 4; RFC 1661, 6.5: the first byte of a compressed protocol is odd.
void Decoder::pppoe(std::uint16_t type) {
  const std::uint32_t start = here();
  const std::uint8_t version_and_type = reader_.u8();
  const std::uint8_t code = reader_.u8();
  reader_.skip(2);
  const std::uint16_t length = reader_.u16();
  if (!reader_.ok() || version_and_type != 0x11) return fail(LayerFault::tunnel_header);
  if (!note(Header::pppoe, start)) return;
  if (type != ether_type::pppoe_session || code != 0) return;
  confine(here() + length);
  const std::uint32_t ppp = here();
  std::uint16_t protocol = reader_.u8();
  if ((protocol & 1) == 0) protocol = static_cast<std::uint16_t>(protocol << 8 | reader_.u8());
  if (!reader_.ok()) return fail(LayerFault::tunnel_header);
  if (!note(Header::ppp, ppp)) return;
  if (protocol == ppp_protocol::ipv4) return inner_network(ether_type::ipv4);
  if (protocol == ppp_protocol::ipv6) return inner_network(ether_type::ipv6);
}

// RFC 3032. The stack says nothing of what it carries: RFC 4928 tells IP by its first four bits,
// RFC 4385 a control word and an associated channel.
void Decoder::mpls() {
  bool bottom = false;
  while (!bottom) {
    const std::uint32_t start = here();
    bottom = (reader_.u32() & 0x100) != 0;
    if (!reader_.ok()) return fail(LayerFault::tunnel_header);
    if (!note(Header::mpls, start)) return;
  }
  ByteReader ahead = reader_;
  switch (ahead.u8() >> 4) {
    case 4:
      return inner_network(ether_type::ipv4);
    case 6:
      return inner_network(ether_type::ipv6);
    case 1:
      return;
    default:
      return pseudowire();
  }
}

/// Ethernet, with a control word before it (RFC 4448, 4.6: its first 16 bits are 0) or without one:
/// whichever looks right.
void Decoder::pseudowire() {
  constexpr std::size_t kControlWord = 4;
  ByteReader ahead = reader_;
  const bool may_be_control_word = ahead.u16() == 0;
  if (may_be_control_word && looks_like_ethernet(kControlWord)) {
    reader_.skip(kControlWord);
  } else if (!looks_like_ethernet(0)) {
    return;
  }
  inner_ethernet();
}

/// Whether an EtherType that is used, or a length that fits, stands where it would.
bool Decoder::looks_like_ethernet(std::size_t ahead) const {
  ByteReader reader = reader_;
  reader.skip(ahead + 12);
  const std::uint16_t type = reader.u16();
  if (!reader.ok()) return false;
  if (type < ether_type::first) return type <= promised_end_ - here() - ahead - kEthernetHeader;
  return type == ether_type::ipv4 || type == ether_type::arp || type == ether_type::ipv6 ||
         type == ether_type::vlan || type >= ether_type::mpls;
}

void Decoder::network_encapsulation(std::uint8_t protocol) {
  if (protocol != ip_protocol::gre && protocol != ip_protocol::ipv4 &&
      protocol != ip_protocol::ipv6) {
    return;
  }
  confine(promised_end_);
  if (protocol == ip_protocol::gre) return gre();
  inner_network(protocol == ip_protocol::ipv4 ? ether_type::ipv4 : ether_type::ipv6);
}

// RFC 2784, RFC 2890. Version 1 is PPTP's; the routing of RFC 1701 is obsolete.
void Decoder::gre() {
  constexpr std::uint16_t kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000,
                          kVersion = 0x0007;
  const std::uint32_t start = here();
  const std::uint16_t flags = reader_.u16();
  const std::uint16_t protocol = reader_.u16();
  if (!reader_.ok()) return fail(LayerFault::tunnel_header);
  if (!note(Header::gre, start)) return;
  if ((flags & (kRouting | kVersion)) != 0) return;
  for (const auto& [flag, header] :
       {std::pair(kChecksum, Header::gre_checksum), std::pair(kKey, Header::gre_key),
        std::pair(kSequence, Header::gre_sequence)}) {
    if ((flags & flag) == 0) continue;
    const std::uint32_t field = here();
    reader_.skip(4);
    if (!reader_.ok()) return fail(LayerFault::tunnel_header);
    if (!note(header, field)) return;
  }
  gre_payload(protocol, (flags & kSequence) != 0);
}

void Decoder::gre_payload(std::uint16_t protocol, bool has_sequence) {
  switch (protocol) {
    case ether_type::ipv4:
    case ether_type::ipv6:
    case ether_type::arp:
    case ether_type::mpls:
    case ether_type::mpls_upstream:
      return inner_network(protocol);
    case ether_type::ethernet_bridging:
      return inner_ethernet();
    case ether_type::erspan2:
      // Type I has no header of its own, and no sequence number in GRE.
      return has_sequence ? erspan2() : inner_ethernet();
    case ether_type::erspan3:
      return erspan3();
    default:
      return;
  }
}

namespace {
/// The mirroring switch cut the frame; it is not for the tunnel to say how long it was.
constexpr std::uint16_t kErspanTruncated = 0x0400;
constexpr std::uint32_t kUnlimited = 0xffffffff;
}  // namespace

// draft-foschiano-erspan-03, 4.2
void Decoder::erspan2() {
  const std::uint32_t start = here();
  reader_.skip(2);
  const std::uint16_t session = reader_.u16();
  reader_.skip(4);
  if (!reader_.ok()) return fail(LayerFault::tunnel_header);
  if (!note(Header::erspan2, start)) return;
  if ((session & kErspanTruncated) != 0) promised_end_ = kUnlimited;
  inner_ethernet();
}

// draft-foschiano-erspan-03, 4.3. Frame type 0 is Ethernet, 2 is IP.
void Decoder::erspan3() {
  constexpr std::uint16_t kPlatformHeader = 0x0001, kFrameType = 0x7c00, kEthernet = 0x0000,
                          kIp = 0x0800;
  const std::uint32_t start = here();
  reader_.skip(2);
  const std::uint16_t session = reader_.u16();
  reader_.skip(6);
  const std::uint16_t form = reader_.u16();
  if ((form & kPlatformHeader) != 0) reader_.skip(8);
  if (!reader_.ok()) return fail(LayerFault::tunnel_header);
  if (!note(Header::erspan3, start)) return;
  if ((session & kErspanTruncated) != 0) promised_end_ = kUnlimited;
  if ((form & kFrameType) == kEthernet) return inner_ethernet();
  if ((form & kFrameType) != kIp) return;
  ByteReader ahead = reader_;
  inner_network(ahead.u8() >> 4 == 6 ? ether_type::ipv6 : ether_type::ipv4);
}

/// What is on a tunnel's port and does not have its header stays the datagram that it is.
void Decoder::udp_encapsulation(std::uint16_t port) {
  confine(layers_.payload_offset + layers_.payload_length + layers_.payload_missing);
  return port == udp_port::vxlan ? vxlan() : geneve();
}

// RFC 7348, 5
void Decoder::vxlan() {
  constexpr std::uint8_t kHasIdentifier = 0x08;
  const std::uint32_t start = here();
  const std::uint8_t flags = reader_.u8();
  reader_.skip(7);
  if (!reader_.ok() || (flags & kHasIdentifier) == 0) return fail(LayerFault::tunnel_header);
  if (note(Header::vxlan, start)) inner_ethernet();
}

// RFC 8926, 3.4
void Decoder::geneve() {
  const std::uint32_t start = here();
  const std::uint8_t version_and_length = reader_.u8();
  reader_.skip(1);
  const std::uint16_t protocol = reader_.u16();
  reader_.skip(4u + (version_and_length & 0x3fu) * 4u);
  if (!reader_.ok() || version_and_length >> 6 != 0) return fail(LayerFault::tunnel_header);
  if (!note(Header::geneve, start)) return;
  if (protocol == ether_type::ethernet_bridging) return inner_ethernet();
  if (protocol == ether_type::ipv4 || protocol == ether_type::ipv6) inner_network(protocol);
}

}  // namespace sightglass
