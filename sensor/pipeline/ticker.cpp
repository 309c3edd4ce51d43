// Ticks lie on multiples of the interval, so that they do not depend on where a capture begins.
#include "sensor/pipeline/ticker.hpp"

#include <algorithm>

namespace sightglass {
namespace {

Timestamp after(Timestamp time) {
  const auto whole = time.time_since_epoch() / kTickInterval;
  return Timestamp{(whole + 1) * kTickInterval};
}

}  // namespace

std::optional<Tick> Ticker::before_packet(Timestamp time) {
  if (packets_ > 0 && time + kClockStep < last_packet_) ++clock_steps_;
  last_packet_ = time;
  const std::optional<Tick> tick = advance(time);
  ++packets_;
  return tick;
}

std::optional<Tick> Ticker::idle(Timestamp time) { return advance(time); }

std::optional<Tick> Ticker::advance(Timestamp time) {
  if (next_tick_ == Timestamp{}) {
    now_ = std::max(now_, time);
    next_tick_ = after(now_);
    return std::nullopt;
  }
  now_ = std::max(now_, time);
  const bool time_reached = now_ >= next_tick_;
  if (!time_reached && packets_ - packets_at_tick_ < kPacketsPerTick) return std::nullopt;
  packets_at_tick_ = packets_;
  // Nothing can have happened in the silence before this packet but deadlines, which are dated
  // themselves: one tick stands for all that were skipped.
  const Timestamp at = time_reached ? after(now_) - kTickInterval : now_;
  next_tick_ = after(now_);
  return Tick{packets_, at};
}

}  // namespace sightglass
