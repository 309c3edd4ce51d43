// Finds the layers of a packet: link, VLAN tags, network, transport.
#pragma once

#include <array>
#include <cstdint>

#include "dissectors/layers.hpp"
#include "sensor/capture/packet_source.hpp"

namespace sightglass {

/// Reads the headers of `packet` into `layers` (whatever it held before is gone). `number` counts
/// the packets of the run from 1. Understands Ethernet (802.1Q, 802.1ad, 802.3 with LLC and SNAP),
/// Linux cooked v1 and v2, raw IP, BSD loopback; IPv4, IPv6 with extension headers, ARP; TCP, UDP,
/// ICMP; and of the tunnels named in `Header`, the innermost packet. What can not be read is named
/// in `layers.fault` and everything before it stays. Checksums are not verified. A total length of
/// 0 (segmentation offload) reaches to the end of the packet.
void decode(const RawPacket& packet, std::uint64_t number, Layers& layers);

/// Goes on where a fragment ended, once Defragmenter has put its datagram together: `layers.bytes`
/// hold it whole from `layers.payload_offset` on.
void decode_rebuilt(Layers& layers);

/// What the decoder met, one counter for each thing that was not read to its end.
struct DecodeCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;      ///< on the wire
  std::uint64_t truncated = 0;  ///< captured shorter than they were on the wire
  std::array<std::uint64_t, kLayerFaults> faults{};  ///< by LayerFault
  std::uint64_t unknown_network = 0;                 ///< neither IP nor ARP, without fault

  void count(const Layers& layers) {
    ++packets;
    bytes += layers.original_length;
    truncated += layers.original_length > layers.bytes.size() ? 1 : 0;
    ++faults[static_cast<std::size_t>(layers.fault)];
    const bool unknown = layers.network == NetworkLayer::none && layers.fault == LayerFault::none;
    unknown_network += unknown ? 1 : 0;
  }
  std::uint64_t of(LayerFault fault) const { return faults[static_cast<std::size_t>(fault)]; }
};

}  // namespace sightglass
