// A window keeps no more samples than its count needs, so a flood costs what a trickle costs.
#include "rules/threshold.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "rules/rule.hpp"

namespace sightglass {

Thresholds::Thresholds(std::size_t most_keys, JudgeCounters& counters)
    : most_keys_(most_keys), counters_(counters) {}

Thresholds::Window& Thresholds::window_for(const std::string& key, Timestamp time) {
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    windows_.splice(windows_.end(), windows_, known->second);
  } else {
    if (windows_.size() >= most_keys_ && !windows_.empty()) {
      ++counters_.threshold_keys_dropped;
      by_key_.erase(windows_.front().key);
      windows_.pop_front();
    }
    windows_.push_back({.key = key, .samples = {}, .latest = time});
    by_key_.emplace(windows_.back().key, std::prev(windows_.end()));
  }
  Window& window = windows_.back();
  window.latest = std::max(window.latest, time);
  return window;
}

std::uint64_t Thresholds::distinct_values(const std::vector<Sample>& samples) {
  std::set<std::string_view> values;
  for (const Sample& sample : samples) values.insert(sample.value);
  return values.size();
}

std::optional<Reached> Thresholds::count(const Threshold& threshold, const std::string& key,
                                         const Match& match) {
  Window& window = window_for(key, match.time);
  auto& samples = window.samples;
  const bool distinct = !threshold.distinct.empty();
  if (distinct) std::erase_if(samples, [&](const Sample& s) { return s.value == match.value; });
  samples.push_back({match.time, match.frame, match.times, std::string(match.value)});
  const std::size_t enough = std::min<std::size_t>(threshold.count, kMostSamples);
  while (!samples.empty() &&
         (samples.size() > enough || window.latest - samples.front().time > threshold.within)) {
    samples.erase(samples.begin());
  }
  std::uint64_t seen = 0;
  for (const Sample& sample : samples) seen += distinct ? 1 : sample.times;
  if (seen < std::min<std::uint64_t>(threshold.count, kMostSamples)) {
    window.reached = false;
    return std::nullopt;
  }
  const bool has_values = !distinct && !match.value.empty();
  Reached reached{
      seen, has_values ? distinct_values(samples) : 0, match.time, match.times, {match.frame}};
  if (!window.reached) {
    reached.first_seen = samples.front().time;
    reached.times = 0;
    reached.frames.clear();
    for (const Sample& sample : samples) {
      reached.times += sample.times;
      reached.frames.push_back(sample.frame);
    }
  }
  window.reached = true;
  return reached;
}

}  // namespace sightglass
