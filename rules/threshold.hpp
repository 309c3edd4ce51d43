// Matches that mean something only when there are many of them in a short time.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dissectors/time.hpp"
#include "rules/judge_limits.hpp"

namespace sightglass {

struct Threshold;

/// One match, as a threshold sees it.
struct Match {
  Timestamp time{};
  std::uint64_t frame = 0;
  std::uint64_t times = 1;
  std::string_view value;  ///< counted instead of the matches when the threshold is about values
};

/// What a threshold that is reached rests on: at first the whole window, later the new match.
struct Reached {
  std::uint64_t seen = 0;  ///< matches or distinct values within the window; a lower bound
  /// Distinct values within the window, where they are given and not counted; likewise.
  std::uint64_t values = 0;
  Timestamp first_seen{};
  std::uint64_t times = 0;
  std::vector<std::uint64_t> frames;
};

/// Sliding windows in packet time, one per (rule, key). Each keeps at most kMostSamples matches;
/// the key that was counted least recently makes room for a new one. Judge's thread.
class Thresholds {
 public:
  static constexpr std::size_t kMostSamples = 4096;

  Thresholds(std::size_t most_keys, JudgeCounters& counters);

  /// Counts a match under `key` (the rule's id and the parties it counts by). Nothing until
  /// `threshold.count` matches, or distinct values, lie within `threshold.within`; from then on
  /// every match, until the window falls below the count again.
  std::optional<Reached> count(const Threshold& threshold, const std::string& key,
                               const Match& match);

 private:
  struct Sample {
    Timestamp time{};
    std::uint64_t frame = 0, times = 0;
    std::string value;
  };
  struct Window {
    std::string key;
    std::vector<Sample> samples;  ///< oldest first
    Timestamp latest{};
    bool reached = false;
  };

  static std::uint64_t distinct_values(const std::vector<Sample>& samples);
  Window& window_for(const std::string& key, Timestamp time);

  std::size_t most_keys_;
  JudgeCounters& counters_;
  std::list<Window> windows_;  ///< least recently counted first
  std::unordered_map<std::string_view, std::list<Window>::iterator> by_key_;
};

}  // namespace sightglass
