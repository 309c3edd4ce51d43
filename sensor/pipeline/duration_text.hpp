// Lengths of time as people write them on a command line.
#pragma once

#include <optional>
#include <string_view>

#include "dissectors/time.hpp"

namespace sightglass {

/// "288s", "10m" or "10min", "8h", "7d", "500ms"; nothing for anything else.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace sightglass
