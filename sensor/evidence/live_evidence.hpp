// Evidence of a running sensor: alerts wait for what follows them, then are cut from the ring.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sensor/evidence/evidence_cutter.hpp"
#include "sensor/evidence/packet_ring.hpp"

namespace sightglass {

struct LiveEvidenceSettings {
  std::filesystem::path directory;  ///< the record's, with `evidence/` in it
  EvidenceOrigin origin;            ///< written into the files
  EvidenceLimits limits;            ///< of what is cut at once
  EvidencePlant plant = {};         ///< until another one is told
  /// How often the ring is looked at.
  std::chrono::milliseconds interval{100};
  /// An alert is cut this long after its request even when no packet tells that 5 s have passed.
  std::chrono::milliseconds longest_wait{8000};
  /// Alerts that may wait; more are refused and counted.
  std::size_t most_waiting = 4096;
};

/// Cuts slices on a thread of its own. An alert is cut once 5 s of packet time have passed since
/// its last raising frame, or before the ring would lose a raising frame, or at the end: then it is
/// `partial`. Until then it is `collecting`, and an update of the alert replaces its request. An
/// update of an alert that was cut already cuts it anew only while the ring still holds all its
/// frames (what is proven stays proven) and fewer than kAlertFrames are known.
class LiveEvidence {
 public:
  /// `finished` is called on this object's thread; `ring` outlives it.
  LiveEvidence(const PacketRing& ring, LiveEvidenceSettings settings,
               std::function<void(const EvidenceRecord&)> finished);
  /// Cuts what waits, as `partial` where its time was not over, and ends.
  ~LiveEvidence();
  LiveEvidence(const LiveEvidence&) = delete;
  LiveEvidence& operator=(const LiveEvidence&) = delete;

  /// Any thread; never waits for a file. Call it after the alert was given to the record: evidence
  /// of an alert that is not there is not kept. False when too many wait already; nothing is told
  /// then.
  bool request(const Alert& alert);
  /// What is cut from now on is cut by this site file. Any thread.
  void watch(std::shared_ptr<const site::Site> site);
  std::size_t waiting() const;
  EvidenceCounters counters() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Alert alert;
    Clock::time_point requested;
  };

  void work();
  void cut(const std::vector<Waiting>& due, const PacketRing::Reach& reach, bool ending);
  std::vector<Waiting> take_due(const PacketRing::Reach& reach, bool ending);

  const PacketRing& ring_;
  const LiveEvidenceSettings settings_;
  const std::function<void(const EvidenceRecord&)> finished_;

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  EvidencePlant plant_;
  std::map<AlertId, Waiting> waiting_;
  EvidenceCounters counters_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace sightglass
