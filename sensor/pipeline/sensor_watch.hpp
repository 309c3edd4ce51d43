// What the sensor has to say about itself: what it gets can not be what passes on the plant's
// wires.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/observation.hpp"
#include "sensor/pipeline/pipeline_counters.hpp"

namespace sightglass {

/// How often counters are held against those of the look before, in packet time.
inline constexpr Duration kWatchInterval = std::chrono::seconds(15);
/// Live: how long nothing at all may arrive. LLDP, ARP and polling leave no plant that quiet.
inline constexpr Duration kSilence = std::chrono::seconds(15);
/// A share is judged once this many packets (or PDUs) have come since it was judged last.
inline constexpr std::uint64_t kWatchedPackets = 200;
/// TCP flows with data without which nothing is said of one-way mirrors.
inline constexpr std::uint64_t kWatchedStreams = 3;
inline constexpr unsigned kDuplicatePercent = 20;  ///< more copies than that: a port mirrored twice
inline constexpr unsigned kOneWayPercent = 95;     ///< more flows than that with one end only
inline constexpr unsigned kGapPercent = 1;         ///< more gaps than that per PDU

/// Turns what the pipeline counted into notices. Each look depends on the counters alone, which do
/// not depend on how many workers there are. Used by the thread of the judge.
class SensorWatch {
 public:
  /// `expects_traffic`: live, where silence means that the mirror is gone.
  explicit SensorWatch(bool expects_traffic) : expects_traffic_(expects_traffic) {}

  /// What has been found since the last look. `counters` as of `now`.
  std::vector<SensorNotice> look(const PipelineCounters& counters, Timestamp now);

 private:
  void look_for_silence(const PipelineCounters& counters, Timestamp now);
  void look_for_silence(const InterfaceState& interface, Timestamp now);
  void look_for_loss(const PipelineCounters& counters);
  void add_loss_of_interfaces(const PipelineCounters& counters, std::string& text);
  void look_for_gaps(const PipelineCounters& counters);
  void look_for_copies(const PipelineCounters& counters);
  void look_for_one_way(const PipelineCounters& counters);
  void look_for_clock_steps(const PipelineCounters& counters);

  bool expects_traffic_;
  std::optional<Timestamp> started_;
  std::vector<SensorNotice> notices_;
  // What each was judged by last.
  CaptureLoss loss_;
  std::vector<InterfaceState> interfaces_;
  std::uint64_t dropped_by_us_ = 0, clock_steps_ = 0;
  std::uint64_t gaps_ = 0, messages_ = 0;
  std::uint64_t copies_ = 0, packets_ = 0;
  std::uint64_t one_way_ = 0, streams_ = 0, stream_packets_ = 0;
};

}  // namespace sightglass
