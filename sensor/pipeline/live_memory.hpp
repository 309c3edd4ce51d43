// Holds a running sensor within its memory.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "rules/judge.hpp"
#include "sensor/evidence/packet_ring.hpp"
#include "sensor/pipeline/live_run.hpp"
#include "sensor/pipeline/memory_budget.hpp"
#include "sensor/pipeline/pipeline.hpp"
#include "store/record_writer.hpp"

namespace sightglass {

/// The limits of all parts, as far as they are set.
MemoryUse most_memory(const LiveSettings& settings);
/// `memory_mib`, or what the parts may take with a quarter more for what is not counted.
std::uint64_t memory_limit(const LiveSettings& settings);

/// Adds up what the parts take, decides on the judge's thread what is given up, and has it given up
/// on the reader's: the ring at once, flows at the next tick.
class LiveMemory {
 public:
  /// All outlive it.
  LiveMemory(const LiveSettings& settings, PacketRing& ring, const Judge& judge,
             const RecordWriter& writer);

  /// About once a second. The judge's thread.
  MemoryUse look(const PipelineCounters& counters);
  /// The reader's thread, every now and then.
  void relieve(Pipeline& pipeline);

  std::uint64_t limit() const { return budget_.limit(); }
  /// The judge's thread.
  const std::array<std::uint64_t, kMemoryReliefs>& reliefs() const { return budget_.times(); }
  MemoryRelief relief() const;  ///< any thread

 private:
  MemoryUse use(const PipelineCounters& counters) const;

  const std::uint64_t kernel_rings_;
  const std::size_t ring_bytes_;
  PacketRing& ring_;
  const Judge& judge_;
  const RecordWriter& writer_;
  MemoryBudget budget_;                         // the judge's thread's
  MemoryRelief given_up_ = MemoryRelief::none;  // the reader's

  mutable std::mutex mutex_;  // of what follows
  MemoryRelief relief_ = MemoryRelief::none;
  std::optional<SensorNotice> notice_;  // waits for the reader
};

}  // namespace sightglass
