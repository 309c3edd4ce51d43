// A window keeps no more samples than its count needs, so a flood costs what a trickle costs.
#include "rules/threshold.hpp"

#include <algorithm>

#include "rules/rule.hpp"

namespace sightglass {

Thresholds::Thresholds(std::size_t most_keys, JudgeCounters& counters)
    : most_keys_(most_keys), counters_(counters) {}

Thresholds::Window& Thresholds::window_for(const std::string& key, Timestamp time) {
  auto found = windows_.find(key);
  if (found == windows_.end()) {
    if (windows_.size() >= most_keys_ && !quiet_.empty()) {
      ++counters_.threshold_keys_dropped;
      windows_.erase(quiet_.begin()->second);
      quiet_.erase(quiet_.begin());
    }
    found = windows_.emplace(key, Window{}).first;
    found->second.latest = time;
  }
  Window& window = found->second;
  quiet_.erase({window.latest, key});
  window.latest = std::max(window.latest, time);
  quiet_.emplace(window.latest, key);
  return window;
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
  Reached reached{seen, match.time, match.times, {match.frame}};
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
