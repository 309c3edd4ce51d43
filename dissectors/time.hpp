// Packet time: nanoseconds since 1970-01-01 UTC. Nothing in the pipeline asks any other clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace sightglass {

using Duration = std::chrono::nanoseconds;
using Timestamp = std::chrono::sys_time<Duration>;

constexpr Timestamp timestamp_from_ns(std::int64_t ns) { return Timestamp{Duration{ns}}; }
constexpr std::int64_t to_ns(Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace sightglass
