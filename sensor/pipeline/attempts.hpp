// Connections that are begun, and whether anything follows.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_set>

#include "dissectors/time.hpp"
#include "sensor/flow/flow.hpp"

namespace sightglass {

/// How long a client may leave its SYN alone before it counts as half-open.
inline constexpr Duration kHalfOpenAfter = std::chrono::seconds(2);
/// Attempts of one shard that may wait for that; with more, the oldest waits no longer.
inline constexpr std::size_t kMostAttempts = 4096;
/// Hosts of one shard told within kAttemptersKnown that do nothing but attempt; others are told
/// when they go on.
inline constexpr std::size_t kMostAttempters = 16;
inline constexpr Duration kAttemptersKnown = std::chrono::hours(1);

/// The attempts of one shard. Results depend on its packets and ticks alone.
class Attempts {
 public:
  /// `flow` began with a SYN at `now`: the number of the attempt, from 1 on. Calls
  /// `left_alone(Flow&)` for the oldest if it has to make room.
  template <typename LeftAlone>
  std::uint64_t begin(Flow& flow, Timestamp now, LeftAlone left_alone) {
    if (waiting_.size() >= kMostAttempts) {
      cut_short_ += waiting_.front().flow != nullptr;
      end_oldest(left_alone);
    }
    waiting_.push_back({&flow, now});
    return ++begun_;
  }
  /// The flow is no more, or its client goes on. Whether it was waited for.
  bool forget(std::uint64_t number) {
    const std::uint64_t first = begun_ - waiting_.size() + 1;
    if (number < first) return false;
    waiting_[number - first].flow = nullptr;
    return true;
  }
  /// Calls `left_alone(Flow&)` for those that were waited for long enough, oldest first.
  template <typename LeftAlone>
  void expire(Timestamp now, LeftAlone left_alone) {
    while (!waiting_.empty() && now - waiting_.front().since >= kHalfOpenAfter) {
      end_oldest(left_alone);
    }
  }

  /// Attempts that were not waited for long enough, by kMostAttempts.
  std::uint64_t cut_short() const { return cut_short_; }
  std::uint64_t bytes() const { return waiting_.size() * sizeof(Attempt); }

  /// Whether a host that only attempts is told.
  bool is_told(std::uint64_t host, Timestamp now) {
    if (now - known_since_ >= kAttemptersKnown) {
      known_since_ = now;
      attempters_.clear();
    }
    return attempters_.contains(host) ||
           (attempters_.size() < kMostAttempters && attempters_.insert(host).second);
  }

 private:
  struct Attempt {
    Flow* flow;
    Timestamp since;
  };

  template <typename LeftAlone>
  void end_oldest(LeftAlone left_alone) {
    Flow* const flow = waiting_.front().flow;
    waiting_.pop_front();
    if (flow != nullptr) left_alone(*flow);
  }

  std::deque<Attempt> waiting_;
  std::uint64_t begun_ = 0;  // number of the last in `waiting_`
  std::uint64_t cut_short_ = 0;
  std::unordered_set<std::uint64_t> attempters_;
  Timestamp known_since_{};
};

}  // namespace sightglass
