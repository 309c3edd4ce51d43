// Points in time as text: UTC, whatever the machine's zone and locale.
#pragma once

#include <string>

#include "dissectors/time.hpp"

namespace sightglass {

/// 2015-02-24T17:40:10.066448+0000: Suricata's EVE form, microseconds, rounded down.
std::string eve_time(Timestamp time);
/// 2015-02-24T17:40:10.066448123Z: RFC 3339 with all nine digits.
std::string exact_time(Timestamp time);
/// 2015-02-24 17:40:10 UTC: for sentences.
std::string spoken_time(Timestamp time);
/// "10 s", "5 min", "1 h", "250 ms": the largest unit that divides it.
std::string spoken_duration(Duration length);

}  // namespace sightglass
