// Notices when a part of the sensor has work and does not get on with it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sightglass {

/// How long a part may have work and finish none. Everything that is waited for takes milliseconds.
inline constexpr std::chrono::seconds kStallTime{10};
inline constexpr std::chrono::seconds kWatchdogInterval{1};

/// A part of the sensor that runs by itself, as it stands.
struct Stage {
  std::string name;        ///< "worker 2"
  std::uint64_t done = 0;  ///< rises with each piece of work finished
  bool has_work = false;   ///< something waits for it, or is in its hands
  std::string waits_for;   ///< whom it waits for itself; "" when for nobody
};

/// A stage began to stall, or goes on again.
struct Stall {
  std::string stage;
  std::string waits_for;
  std::chrono::seconds lasted{};  ///< without progress, so far
  bool is_over = false;
};

/// "worker 2: has had work and made no progress for 10 s; waits for judge"
std::string to_text(const Stall& stall);

/// Looks at all stages once a second, on a thread of its own: those it watches may hang.
class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;
  using Stages = std::function<std::vector<Stage>()>;
  using Tell = std::function<void(const Stall& stall)>;

  /// Both are called from look(); neither may wait for a stage. `stages` always gives the same
  /// ones.
  Watchdog(Stages stages, Tell tell);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Begins the thread.
  void start();
  /// Ends it: nothing is told any more.
  void stop();
  /// One look; what has begun to stall by `now`, or ended, is told once. Not while it is started.
  void look(Clock::time_point now);

  std::uint64_t stalls() const;              ///< that were told. Any thread
  std::vector<std::string> stalled() const;  ///< who stalls now. Any thread

 private:
  struct Seen {
    std::uint64_t done = 0;
    Clock::time_point since;  // when it last got on, or had nothing to do
    bool is_stalled = false;
  };

  void run();

  const Stages stages_;
  const Tell tell_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  bool stopping_ = false;
  std::map<std::string, Seen> seen_;
  std::uint64_t stalls_ = 0;
  std::thread thread_;
};

}  // namespace sightglass
