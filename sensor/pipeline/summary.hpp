// What a replay says at its end: what was seen, and what was not.
#pragma once

#include <string>

#include "sensor/pipeline/replay.hpp"

namespace sightglass {

/// A paragraph for people; every loss, gap and limit that is not zero has its line (promise 10).
std::string replay_summary(const ReplayResult& result, const Configuration& configuration);

}  // namespace sightglass
