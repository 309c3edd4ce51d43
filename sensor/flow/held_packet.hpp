// A packet kept beyond its callback: because it came early, or before its protocol was known.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "dissectors/layers.hpp"

namespace sightglass {

/// The memory a shard may spend on held packets; shared by all its flows.
struct HeldBudget {
  std::size_t used = 0;
  std::size_t limit = 0;
  std::uint64_t refused = 0;  ///< times there was no room
  /// Room for so many bytes; counts when there is none.
  bool has_room(std::size_t bytes) {
    if (used + bytes <= limit) return true;
    ++refused;
    return false;
  }
};

/// Owns a copy of a packet; `layers()` points into it. Counts against its budget while it lives.
class HeldPacket {
 public:
  HeldPacket(const Layers& layers, HeldBudget& budget)
      : bytes_(layers.bytes.begin(), layers.bytes.end()), layers_(layers), budget_(&budget) {
    layers_.bytes = bytes_;
    budget_->used += cost();
  }
  ~HeldPacket() { release(); }
  HeldPacket(HeldPacket&& from) noexcept
      : bytes_(std::move(from.bytes_)),
        layers_(from.layers_),
        budget_(std::exchange(from.budget_, nullptr)) {}
  HeldPacket& operator=(HeldPacket&& from) noexcept {
    release();
    bytes_ = std::move(from.bytes_);
    layers_ = from.layers_;
    budget_ = std::exchange(from.budget_, nullptr);
    return *this;
  }

  const Layers& layers() const { return layers_; }
  std::size_t cost() const { return cost_of(layers_); }
  static std::size_t cost_of(const Layers& layers) {
    return sizeof(HeldPacket) + layers.bytes.size();
  }

 private:
  void release() {
    if (budget_ != nullptr) budget_->used -= cost();
  }

  std::vector<std::uint8_t> bytes_;
  Layers layers_;
  HeldBudget* budget_;
};

}  // namespace sightglass
