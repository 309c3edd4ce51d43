// What the parts of a sensor take of memory, and what is given up when it is too much.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/observation.hpp"
#include "sensor/flow/flow_limits.hpp"

namespace sightglass {

/// Bytes, by part: now, or at most. What is known of each part's size; code, libraries and what is
/// small are not among them.
struct MemoryUse {
  std::uint64_t kernel_rings = 0;   ///< packets not yet read
  std::uint64_t evidence_ring = 0;  ///< packets for evidence
  std::uint64_t flows = 0;          ///< flow table, connections and what is noted with them
  std::uint64_t held_packets = 0;   ///< of streams: early, undecided, out of step
  std::uint64_t known_facts = 0;    ///< what flows have told the judge
  std::uint64_t queues = 0;         ///< packets on their way to the workers
  std::uint64_t judge = 0;          ///< baseline, alerts, decoded PDUs
  std::uint64_t conversations = 0;  ///< not yet given to the record
  std::uint64_t applications = 0;   ///< nDPI and what it is asked about
  std::uint64_t store_queue = 0;    ///< not yet on disk
  std::uint64_t process = 0;        ///< resident memory of the process, as measured; 0: not known

  std::uint64_t sum() const {
    return kernel_rings + evidence_ring + flows + held_packets + known_facts + queues + judge +
           conversations + applications + store_queue;
  }
  /// Whichever is more.
  std::uint64_t total() const { return std::max(sum(), process); }
};

/// "kernel rings 64 MiB, evidence ring 64 MiB, ..." without parts of nothing.
std::string to_text(const MemoryUse& use);

/// Resident memory of this process; 0 when the kernel does not tell.
std::uint64_t resident_bytes();

/// What is given up. Each step includes those before it; sessions of a confirmed protocol, baseline
/// and alerts are never given up.
enum class MemoryRelief : std::uint8_t {
  none,
  evidence,         ///< the older three quarters of the packets for evidence
  transient_flows,  ///< FlowRelief::transient
  unknown_streams,  ///< FlowRelief::streams
};
inline constexpr std::size_t kMemoryReliefs = 4;
FlowRelief flow_relief(MemoryRelief relief);
/// "older packets of the evidence ring"
std::string_view to_text(MemoryRelief relief);

/// What the judge is told of a step.
SensorNotice notice_of(MemoryRelief relief, const MemoryUse& use, std::uint64_t limit);

/// Looks a step needs to show: flows go a few at a time.
inline constexpr unsigned kReliefLooks = 5;
/// A step is taken back after so many looks below kCalmPercent of the limit.
inline constexpr unsigned kCalmLooks = 60;
inline constexpr unsigned kCalmPercent = 80;

/// Holds what is used against a limit, about once a second. Used by one thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t limit) : limit_(limit) {}

  std::uint64_t limit() const { return limit_; }
  /// Whether look() with this use would take a step: worth returning free memory to the kernel and
  /// measuring again before.
  bool is_due(const MemoryUse& use) const { return use.total() > limit_ && pause_ == 0; }
  /// What is to be given up from now on: a step more than before, a step less, or the same.
  MemoryRelief look(const MemoryUse& use);

  /// How often each step was taken, by MemoryRelief.
  const std::array<std::uint64_t, kMemoryReliefs>& times() const { return times_; }

 private:
  std::uint64_t limit_;
  MemoryRelief relief_ = MemoryRelief::none;
  unsigned pause_ = 0;  // looks until the last step has shown
  unsigned calm_ = 0;   // looks below kCalmPercent in a row
  std::array<std::uint64_t, kMemoryReliefs> times_{};
};

}  // namespace sightglass
