// Packets on their way from the reader to a worker.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "dissectors/layers.hpp"
#include "sensor/pipeline/epoch.hpp"

namespace sightglass {

inline constexpr std::size_t kBatchBytes = 256 * 1024;
inline constexpr std::size_t kBatchPackets = 1024;

/// A packet with its shard; `layers.bytes` points into the batch.
struct BatchedPacket {
  Layers layers;
  std::uint64_t pair_hash = 0;
};

/// Copies of packets, in order, and the tick that ends them, if one does. Reused, never reallocated
/// while it is being filled.
class PacketBatch {
 public:
  /// What one takes, unless a packet larger than that stood in it.
  static constexpr std::size_t kMemory = kBatchBytes + kBatchPackets * sizeof(BatchedPacket);

  PacketBatch() { packets_.reserve(kBatchPackets); }

  bool has_room(std::size_t bytes) const {
    return packets_.size() < kBatchPackets && bytes_.size() + bytes <= kBatchBytes;
  }
  /// The batch must have room; a packet larger than a whole batch may stand in it alone.
  void add(const Layers& layers, std::uint64_t pair_hash) {
    if (bytes_.empty()) bytes_.reserve(std::max(kBatchBytes, layers.bytes.size()));
    const std::size_t offset = bytes_.size();
    bytes_.insert(bytes_.end(), layers.bytes.begin(), layers.bytes.end());
    packets_.push_back({layers, pair_hash});
    packets_.back().layers.bytes = Bytes(bytes_).subspan(offset, layers.bytes.size());
  }
  const std::vector<BatchedPacket>& packets() const { return packets_; }
  bool empty() const { return packets_.empty() && !end; }
  void clear() {
    packets_.clear();
    bytes_.clear();
    end.reset();
  }

  std::optional<Epoch> end;  ///< the epoch that ends after the packets

 private:
  std::vector<BatchedPacket> packets_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace sightglass
