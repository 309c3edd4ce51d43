// Rules and site from files, and everything that is wrong with them.
#pragma once

#include <string>
#include <vector>

#include "sensor/pipeline/configuration.hpp"

namespace sightglass {

struct ConfigurationRequest {
  std::vector<std::string> rule_files;  ///< besides the shipped catalogue: files or directories
  std::string site_file;                ///< "" = nothing is known of the plant
  bool has_baseline = false;            ///< whether rules that need a baseline can be active
};

struct LoadedConfiguration {
  SharedConfiguration configuration;     ///< null when anything is wrong
  std::vector<std::string> diagnostics;  ///< all of them, ready to print: file:line:column, caret
  std::vector<std::string> notes;        ///< what authors of rules should know; no mistakes
};

LoadedConfiguration load_configuration(const ConfigurationRequest& request);

}  // namespace sightglass
