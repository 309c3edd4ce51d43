// sensor.yaml: the configuration of sightglass-sensor.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sensor/pipeline/live_run.hpp"

namespace sightglass {

struct LoadedLiveSettings {
  std::optional<LiveSettings> settings;  ///< there when there is no mistake
  std::vector<std::string> diagnostics;  ///< every mistake, ready to print
};

/// Reads the file (packaging/sensor.yaml shows every key). Relative paths in it start at its
/// folder.
LoadedLiveSettings load_live_settings(const std::string& path);

}  // namespace sightglass
