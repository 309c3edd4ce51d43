// The cursor that goes through the headers of one packet. Only sensor/packet includes this.
#pragma once

#include <cstdint>

#include "dissectors/bytes.hpp"
#include "dissectors/layers.hpp"

namespace sightglass {

/// Each function reads one header at the cursor and calls the next. The plain way (decode.cpp) pays
/// nothing for encapsulations (encapsulation.cpp): they begin where it would have ended.
class Decoder {
 public:
  /// `layers` holds the packet and says that no layer was found.
  explicit Decoder(Layers& layers)
      : layers_(layers), reader_(layers.bytes), promised_end_(layers.original_length) {}

  void link(std::uint16_t type);
  /// Goes on at the data of a fragment, which is the whole datagram's now.
  void rebuilt();
  /// After the layers: what may stand behind them. The frame has the bytes.
  void prp_trailer();

 private:
  void fail(LayerFault fault) { layers_.fault = fault; }
  std::uint32_t here() const { return static_cast<std::uint32_t>(reader_.offset()); }

  // The plain way, in one piece: a call for each header would be a tenth of the decoder's time.
  void ethernet();
  [[gnu::always_inline]] inline void tagged(std::uint16_t type);
  void ipv4();
  [[gnu::always_inline]] inline void transport(std::uint8_t protocol);
  void tcp();
  [[gnu::always_inline]] inline void limit_to(std::uint64_t length);
  [[gnu::always_inline]] inline void payload_from(std::uint32_t offset, std::uint32_t promised_end);

  // The same for whoever comes back to it.
  void next_type(std::uint16_t type);
  void next_network(std::uint16_t type);
  void next_transport(std::uint8_t protocol);

  void llc();
  void linux_cooked();
  void linux_cooked_v2();
  void loopback(bool network_order);
  void raw_ip();
  void ipv6();
  void arp();
  void after_ipv6_header(std::uint8_t next);
  std::uint8_t extension_header(std::uint8_t type);
  void fragment_data();
  std::uint32_t all_there_is() const;
  void udp();
  void icmp(TransportLayer layer);

  // What may hold another packet. Each leaves the layers as they are when it does not.
  void link_encapsulation(std::uint16_t type);
  void network_encapsulation(std::uint8_t protocol);
  void udp_encapsulation(std::uint16_t port);
  void tag(Header header, std::size_t size);
  void pbb();
  void pppoe(std::uint16_t type);
  void mpls();
  void pseudowire();
  void gre();
  void gre_payload(std::uint16_t protocol, bool has_sequence);
  void erspan2();
  void erspan3();
  void vxlan();
  void geneve();
  bool note(Header header, std::uint32_t offset);
  bool leave_network();
  bool leave_link();
  void inner_ethernet();
  void inner_network(std::uint16_t type);
  void confine(std::uint32_t end);
  bool looks_like_ethernet(std::size_t ahead) const;

  Layers& layers_;
  ByteReader reader_;
  // Where the IP packet ends: as its header says (confined to what was on the wire), captured or
  // not. Offsets into the frame.
  std::uint32_t promised_end_;
  std::size_t vlan_tags_ = 0;  // of the innermost link, priority tags among them
};

}  // namespace sightglass
