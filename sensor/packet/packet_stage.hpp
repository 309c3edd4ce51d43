// The packet stage: from captured bytes to the layers of what they carry.
#pragma once

#include <cstdint>

#include "sensor/packet/decode.hpp"
#include "sensor/packet/defragmenter.hpp"

namespace sightglass {

struct PacketCounters {
  DecodeCounters decoded;
  DefragmentCounters fragments;
};

/// Decodes packets in the order they came and puts fragments together. Belongs to the reader
/// (decision 1): what it keeps of packets depends on their order, not on the number of workers.
class PacketStage {
 public:
  explicit PacketStage(const DefragmentLimits& limits = {}) : defragmenter_(limits) {}

  /// `number` rises. `layers` is what the packet carries; a datagram that it completes is whole,
  /// and `layers.bytes` valid until the next call.
  void take(const RawPacket& packet, std::uint64_t number, Layers& layers) {
    decode(packet, number, layers);
    if (layers.fault == LayerFault::fragment) defragment(layers);
    decoded_.count(layers);
  }

  PacketCounters counters() const { return {decoded_, defragmenter_.counters()}; }

 private:
  /// A tunnel's datagram may carry a fragment again; deeper than this nobody sends.
  static constexpr int kMostRebuilt = 4;

  void defragment(Layers& layers) {
    for (int i = 0; i < kMostRebuilt && layers.fault == LayerFault::fragment; ++i) {
      if (!defragmenter_.add(layers)) return;
      decode_rebuilt(layers);
    }
  }

  DecodeCounters decoded_;
  Defragmenter defragmenter_;
};

}  // namespace sightglass
