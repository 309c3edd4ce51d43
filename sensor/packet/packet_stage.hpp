// The packet stage: from captured bytes to the layers of what they carry.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "sensor/packet/decode.hpp"
#include "sensor/packet/defragmenter.hpp"
#include "sensor/packet/duplicate_filter.hpp"
#include "sensor/packet/realm_finder.hpp"

namespace sightglass {

struct PacketCounters {
  DecodeCounters decoded;
  DefragmentCounters fragments;
  DuplicateCounters duplicates;
};

/// Decodes packets in the order they came, drops copies and puts fragments together. Belongs to the
/// reader (decision 1): what it keeps of packets depends on their order, not on the number of
/// workers.
class PacketStage {
 public:
  explicit PacketStage(DuplicateFilter::Listener listener = {}, const DefragmentLimits& limits = {})
      : duplicates_(std::move(listener)), defragmenter_(limits) {}

  /// Packets from now on belong to the realms that it finds; before, all belong to the main one.
  void divide(RealmFinder realms) { realms_ = std::move(realms); }

  /// `number` rises. `layers` is what the packet carries; a datagram that it completes is whole,
  /// and `layers.bytes` valid until the next call. False for a copy, which nobody else should see.
  bool take(const RawPacket& packet, std::uint64_t number, Layers& layers) {
    decode(packet, number, layers);
    layers.realm = realms_ ? realms_->of(layers) : Realm{};
    const bool is_new = !duplicates_.is_copy(layers);
    if (layers.fault == LayerFault::fragment && is_new) defragment(layers);
    decoded_.count(layers);
    return is_new;
  }

  /// The same for who wants to see every packet, copies too.
  void take_any(const RawPacket& packet, std::uint64_t number, Layers& layers) {
    decode(packet, number, layers);
    layers.realm = realms_ ? realms_->of(layers) : Realm{};
    if (layers.fault == LayerFault::fragment) defragment(layers);
    decoded_.count(layers);
  }

  PacketCounters counters() const {
    return {decoded_, defragmenter_.counters(), duplicates_.counters()};
  }

 private:
  /// A tunnel's datagram may carry a fragment again; deeper than this nobody sends.
  static constexpr int kMostRebuilt = 4;

  void defragment(Layers& layers) {
    for (int i = 0; i < kMostRebuilt && layers.fault == LayerFault::fragment; ++i) {
      if (!defragmenter_.add(layers)) return;
      decode_rebuilt(layers);
    }
  }

  std::optional<RealmFinder> realms_;
  DecodeCounters decoded_;
  DuplicateFilter duplicates_;
  Defragmenter defragmenter_;
};

}  // namespace sightglass
