// Turns packet times into pipeline time and ticks (decision 2).
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/time.hpp"

namespace sightglass {

/// Pipeline time has reached `time`; every packet up to `packet_number` lies before it. Timers fire
/// on ticks only, so what they find does not depend on how many workers there are.
struct Tick {
  std::uint64_t packet_number = 0;
  Timestamp time{};
};

inline constexpr Duration kTickInterval = std::chrono::milliseconds(100);
/// A tick also follows this many packets, so that what waits for one is bounded whatever the clock
/// says.
inline constexpr std::uint64_t kPacketsPerTick = 16384;
/// A packet this much older than the one before it is a clock step, not a race between interfaces.
inline constexpr Duration kClockStep = std::chrono::seconds(1);

/// Pipeline time is the running maximum of packet times: it never goes back.
class Ticker {
 public:
  /// The tick due before the packet of time `time` is processed, if any. Call once per packet.
  std::optional<Tick> before_packet(Timestamp time);
  /// Live and idle: the wall clock says `time`. The tick due, if any.
  std::optional<Tick> idle(Timestamp time);
  /// The tick at the end of the run: everything seen lies at or before it.
  Tick last() const { return {packets_, now_}; }

  Timestamp now() const { return now_; }
  std::uint64_t packets() const { return packets_; }  ///< packets so far
  /// Packets more than kClockStep before the one that came before them.
  std::uint64_t clock_steps() const { return clock_steps_; }

 private:
  std::optional<Tick> advance(Timestamp time);

  Timestamp now_{};
  Timestamp last_packet_{};
  Timestamp next_tick_{};
  std::uint64_t packets_ = 0;
  std::uint64_t packets_at_tick_ = 0;
  std::uint64_t clock_steps_ = 0;
};

}  // namespace sightglass
