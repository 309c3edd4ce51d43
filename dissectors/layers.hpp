// One packet with its layers found: what sensor/packet makes and everything after it reads.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dissectors/address.hpp"
#include "dissectors/bytes.hpp"
#include "dissectors/field.hpp"
#include "dissectors/realm.hpp"
#include "dissectors/time.hpp"

namespace sightglass {

enum class NetworkLayer : std::uint8_t { none, ipv4, ipv6, arp };
enum class TransportLayer : std::uint8_t { none, tcp, udp, icmp, icmpv6, other };
std::string_view to_text(TransportLayer transport);  ///< "tcp", ...

namespace tcp_flag {
inline constexpr std::uint16_t fin = 0x001, syn = 0x002, rst = 0x004, psh = 0x008, ack = 0x010,
                               urg = 0x020;
}

/// Why a layer below the application could not be read to its end. The packet keeps what was read.
enum class LayerFault : std::uint8_t {
  none,
  link_too_short,
  too_many_tags,
  nested_too_deep,   ///< more headers around the innermost packet than kMaxOuterHeaders
  tunnel_header,     ///< a tunnel's header is cut off or can not be right
  ip_header,         ///< version, header length or total length can not be right
  transport_header,  ///< fewer bytes than the transport header says
  fragment,          ///< a fragment: its transport layer is not read
};
inline constexpr std::size_t kLayerFaults = static_cast<std::size_t>(LayerFault::fragment) + 1;
std::string_view to_text(LayerFault fault);  ///< "link_too_short"

/// What is wrong with a packet's fragments, though each can be read. One bit each.
enum class FragmentAnomaly : std::uint8_t {
  overlap = 0x01,      ///< covers bytes that an earlier fragment has given, and is not its copy
  conflict = 0x02,     ///< gives other bytes than an earlier fragment; the earlier ones stay
  tiny_first = 0x04,   ///< cuts the transport header in two
  too_long = 0x08,     ///< reaches beyond 65535 bytes
  unaligned = 0x10,    ///< empty, or no multiple of 8 bytes though more follow
  ends_differ = 0x20,  ///< gives another end of the datagram than an earlier fragment
  timeout = 0x40,      ///< an earlier datagram of the same sender was never completed
  flood = 0x80,        ///< another datagram had to be given up for this one
};
inline constexpr std::size_t kFragmentAnomalies = 8;
std::string_view to_text(FragmentAnomaly anomaly);  ///< "fragment_overlap"

/// A datagram put together from fragments.
struct Rebuilt {
  std::uint16_t fragments = 0;  ///< 0: the packet is as captured, and the rest means nothing
  bool ipv6 = false;
  std::uint32_t length = 0;           ///< of the datagram's data
  std::uint32_t captured_length = 0;  ///< of the frame that completed it
};

inline constexpr std::size_t kMaxVlanTags = 4;
inline constexpr std::size_t kMaxOuterHeaders = 16;

/// A kind of header that fields are read from.
enum class Header : std::uint8_t {
  ethernet,
  vlan,          ///< 802.1Q, from its tag control information on
  service_vlan,  ///< 802.1ad, likewise
  pbb,           ///< 802.1ah I-TAG, from its tag control information on
  vntag,
  etag,  ///< 802.1BR
  hsr,
  prp,  ///< the trailer
  mpls,
  pppoe,
  ppp,
  ipv4,
  ipv6,
  ipv6_fragment,
  arp,
  gre,
  gre_checksum,
  gre_key,
  gre_sequence,
  erspan2,
  erspan3,
  vxlan,
  geneve,
  tcp,
  udp,
  icmp,
  icmpv6,
};

/// The headers around the innermost packet and beside its own: tunnels, the packets that carry
/// them, and tags other than VLANs. In wire order; the PRP trailer last. Almost always empty, and
/// then as cheap to copy as a counter.
class OuterHeaders {
 public:
  struct Place {
    Header header;
    std::uint16_t offset;  ///< into the packet's bytes
  };

  OuterHeaders() = default;
  OuterHeaders(const OuterHeaders& from) { *this = from; }
  OuterHeaders& operator=(const OuterHeaders& from) {
    count_ = from.count_;
    for (std::size_t i = 0; i < count_; ++i) places_[i] = from.places_[i];
    return *this;
  }

  void clear() { count_ = 0; }
  bool has_room(std::size_t headers) const { return count_ + headers <= kMaxOuterHeaders; }
  /// There must be room.
  void add(Header header, std::uint16_t offset) { places_[count_++] = {header, offset}; }
  /// Forgets the last header when it is of that kind.
  void drop(Header header) {
    if (count_ != 0 && places_[count_ - 1].header == header) --count_;
  }
  bool empty() const { return count_ == 0; }
  const Place* begin() const { return places_.data(); }
  const Place* end() const { return places_.data() + count_; }

 private:
  std::uint8_t count_ = 0;
  std::array<Place, kMaxOuterHeaders> places_;
};

/// A packet and where its layers stand. A plain value without ownership: `bytes` belongs to the
/// reader (or the ring) and lives as long as the callback that delivers it. Offsets are into
/// `bytes`; an offset means something only when its layer is present. Ports and sequence numbers
/// are in host order. Checksums are not verified: offloading makes them wrong on the sender's own
/// captures.
///
/// In a tunnel, all members tell of the innermost packet; what carries it stands in `outer`. The
/// MAC addresses are those of the innermost Ethernet header: where a tunnel carries IP without one,
/// they are of the stations that carry the tunnel.
struct Layers {
  /// As captured, from the link header on. Of a datagram put together from fragments: the frame
  /// that completed it up to the fragment's data, then the data of all fragments.
  Bytes bytes;
  std::uint64_t packet_number = 0;    ///< 1 for the first packet of the run, across all files
  Timestamp time{};                   ///< as captured
  std::uint32_t original_length = 0;  ///< on the wire; more than bytes.size() when truncated
  std::uint32_t interface = 0;        ///< index of the capturing interface, across all files
  bool interface_numbered = false;    ///< the capture itself numbers its interfaces (pcapng, live)
  std::uint16_t link_type = 0;        ///< LINKTYPE_ value
  Realm realm;                        ///< address space, as the site file divides the plant

  bool has_ethernet = false;
  MacAddress source_mac, destination_mac;  ///< cooked captures have a source only
  std::uint16_t ether_type = 0;            ///< after all tags
  std::uint8_t vlan_count = 0;
  /// Outermost first: PCP, DEI, VID. A priority tag (VID 0) names no VLAN and is not among them.
  std::array<std::uint16_t, kMaxVlanTags> vlan_tci{};

  NetworkLayer network = NetworkLayer::none;
  TransportLayer transport = TransportLayer::none;
  LayerFault fault = LayerFault::none;
  std::uint8_t ip_protocol = 0;  ///< the transport's number, after IPv6 extension headers
  std::uint8_t ttl = 0;          ///< time to live or hop limit
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;

  std::uint32_t tcp_sequence = 0, tcp_acknowledgment = 0;
  std::uint16_t tcp_flags = 0, tcp_window = 0;

  std::uint32_t link_offset = 0;       ///< the Ethernet or cooked header
  std::uint32_t network_offset = 0;    ///< the IP or ARP header
  std::uint32_t transport_offset = 0;  ///< the TCP or UDP header
  /// First byte after the transport header; of a fragment, of its data.
  std::uint32_t payload_offset = 0;
  std::uint32_t payload_length = 0;   ///< as the IP header says, confined to what was captured
  std::uint32_t payload_missing = 0;  ///< payload bytes the IP header promises beyond the capture

  /// FragmentAnomaly bits: of this fragment, or of all fragments of the datagram it completed.
  std::uint8_t fragment_anomalies = 0;
  Rebuilt rebuilt;  ///< the last one, where a tunnel's datagram was rebuilt too
  OuterHeaders outer;

  std::size_t captured_length() const {
    return rebuilt.fragments == 0 ? bytes.size() : rebuilt.captured_length;
  }
  Bytes payload() const { return bytes.subspan(payload_offset, payload_length); }
  bool has_tcp() const { return transport == TransportLayer::tcp; }
  bool has_udp() const { return transport == TransportLayer::udp; }
  bool has_ip() const { return network == NetworkLayer::ipv4 || network == NetworkLayer::ipv6; }
  bool tcp_has(std::uint16_t flags) const { return (tcp_flags & flags) == flags; }
  std::uint16_t vlan_id(std::size_t tag) const { return vlan_tci[tag] & 0x0fff; }
};

/// The occurrences of one packet field (frame, eth, vlan, ip, tunnels ...), in wire order, appended
/// to `out`; views into `layers` and its bytes. Nothing when the layer is absent.
void append_packet_field(const Layers& layers, FieldId id, std::vector<Field>& out);

/// Whether the layer called `protocol` ("eth", "vlan", "ip", "vxlan", "tcp" ...; "frame" always) is
/// in this packet.
bool has_layer(const Layers& layers, std::string_view protocol);

}  // namespace sightglass
