#include "sensor/pipeline/watchdog.hpp"

#include <utility>

namespace sightglass {

std::string to_text(const Stall& stall) {
  const std::string lasted = std::to_string(stall.lasted.count()) + " s";
  if (stall.is_over) return stall.stage + ": goes on again after " + lasted;
  return stall.stage + ": has had work and made no progress for " + lasted +
         (stall.waits_for.empty() ? "" : "; waits for " + stall.waits_for);
}

Watchdog::Watchdog(Stages stages, Tell tell) : stages_(std::move(stages)), tell_(std::move(tell)) {}

Watchdog::~Watchdog() { stop(); }

void Watchdog::start() {
  thread_ = std::thread([this] { run(); });
}

void Watchdog::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kWatchdogInterval, [this] { return stopping_; })) {
    lock.unlock();
    look(Clock::now());
    lock.lock();
  }
}

void Watchdog::look(Clock::time_point now) {
  std::vector<Stall> news;
  const std::vector<Stage> stages = stages_();
  {
    const std::scoped_lock lock(mutex_);
    for (const Stage& stage : stages) {
      const auto [place, is_new] = seen_.try_emplace(stage.name, Seen{stage.done, now, false});
      Seen& seen = place->second;
      const auto lasted = std::chrono::duration_cast<std::chrono::seconds>(now - seen.since);
      if (stage.done != seen.done || !stage.has_work) {
        if (seen.is_stalled) news.push_back({stage.name, "", lasted, true});
        seen = {stage.done, now, false};
      } else if (lasted >= kStallTime && !seen.is_stalled) {
        seen.is_stalled = true;
        ++stalls_;
        news.push_back({stage.name, stage.waits_for, lasted, false});
      }
    }
  }
  for (const Stall& stall : news) tell_(stall);
}

std::uint64_t Watchdog::stalls() const {
  const std::scoped_lock lock(mutex_);
  return stalls_;
}

std::vector<std::string> Watchdog::stalled() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, seen] : seen_) {
    if (seen.is_stalled) names.push_back(name);
  }
  return names;
}

}  // namespace sightglass
