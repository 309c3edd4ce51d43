#include "sensor/evidence/live_evidence.hpp"

#include <algorithm>
#include <utility>

#include "sensor/packet/decode.hpp"

namespace sightglass {
namespace {

std::uint64_t first_frame(const Alert& alert) {
  const auto lowest = std::min_element(alert.frames.begin(), alert.frames.end());
  return lowest == alert.frames.end() ? 0 : *lowest;
}

// Whether the 5 s after the alert are in the ring.
bool has_followed(const Alert& alert, const PacketRing::Reach& reach) {
  return reach.last_number != 0 && reach.last_time > alert.last_seen + kNeighbourTime;
}

// Whether the ring goes back to 5 s before the alert.
bool reaches_back(const Alert& alert, const PacketRing::Reach& reach) {
  return !reach.dropped || reach.first_time <= alert.first_seen - kNeighbourTime;
}

}  // namespace

LiveEvidence::LiveEvidence(const PacketRing& ring, LiveEvidenceSettings settings,
                           std::function<void(const EvidenceRecord&)> finished)
    : ring_(ring),
      settings_(std::move(settings)),
      finished_(std::move(finished)),
      plant_(settings_.plant) {
  thread_ = std::thread([this] { work(); });
}

LiveEvidence::~LiveEvidence() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

bool LiveEvidence::request(const Alert& alert) {
  // Frames that have gone can not be cut again, and the file there is better than a new one.
  const PacketRing::Reach reach = ring_.reach();
  const std::lock_guard lock(mutex_);
  const auto found = waiting_.find(alert.id);
  if (found != waiting_.end()) {
    found->second.alert = alert;
    return true;
  }
  const bool is_update = alert.revision > 1;
  if (is_update && first_frame(alert) < reach.first_number) return true;
  // Its list of frames is full: an alert that goes on for a day is not cut anew all day.
  if (is_update && alert.frames.size() >= kAlertFrames) return true;
  if (stopping_ || waiting_.size() >= settings_.most_waiting) {
    ++counters_.refused;
    return false;
  }
  waiting_.emplace(alert.id, Waiting{alert, Clock::now()});
  return true;
}

void LiveEvidence::watch(std::shared_ptr<const site::Site> site) {
  const std::lock_guard lock(mutex_);
  plant_.site = std::move(site);
}

std::size_t LiveEvidence::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

EvidenceCounters LiveEvidence::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

void LiveEvidence::work() {
  bool ending = false;
  while (!ending) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, settings_.interval, [&] { return stopping_; });
      ending = stopping_;
    }
    const PacketRing::Reach reach = ring_.reach();
    const std::vector<Waiting> due = take_due(reach, ending);
    if (!due.empty()) cut(due, reach, ending);
  }
}

std::vector<LiveEvidence::Waiting> LiveEvidence::take_due(const PacketRing::Reach& reach,
                                                          bool ending) {
  std::vector<Waiting> due;
  const std::lock_guard lock(mutex_);
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    const Waiting& waiting = entry->second;
    const bool endangered = first_frame(waiting.alert) < reach.safe_number;
    const bool waited = Clock::now() - waiting.requested > settings_.longest_wait;
    if (ending || endangered || waited || has_followed(waiting.alert, reach)) {
      due.push_back(std::move(entry->second));
      entry = waiting_.erase(entry);
    } else {
      ++entry;
    }
  }
  return due;
}

void LiveEvidence::cut(const std::vector<Waiting>& due, const PacketRing::Reach& reach,
                       bool ending) {
  EvidencePlant plant;
  {
    const std::lock_guard lock(mutex_);
    plant = plant_;
  }
  EvidenceCutter cutter(settings_.directory, settings_.origin, settings_.limits,
                        EvidenceCutter::Sync::each, finished_, std::move(plant));
  Timestamp from = Timestamp::max();
  std::uint64_t first_number = ~std::uint64_t{0};
  for (const Waiting& waiting : due) {
    // On an idle wire nothing more will come: then what is there is all there is.
    const bool followed = has_followed(waiting.alert, reach) ||
                          (!ending && Clock::now() - waiting.requested > settings_.longest_wait);
    cutter.add(waiting.alert, followed && reaches_back(waiting.alert, reach));
    from = std::min(from, waiting.alert.first_seen - kNeighbourTime);
    first_number = std::min(first_number, first_frame(waiting.alert));
  }
  Layers layers;
  ring_.snapshot().for_each([&](const PacketRing::Frame& frame) {
    if (frame.packet.time < from && frame.number < first_number) return;
    decode(frame.packet, frame.number, layers);
    cutter.frame(layers);
  });
  cutter.finish();
  const std::lock_guard lock(mutex_);
  counters_ += cutter.counters();
}

}  // namespace sightglass
