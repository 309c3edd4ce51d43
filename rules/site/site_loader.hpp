// Reads the site file (docs/site.md): checks everything, reports all mistakes at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/diagnostic.hpp"
#include "rules/site/site.hpp"
#include "rules/yaml/files.hpp"

namespace sightglass::site {

struct LoadedSite {
  std::optional<Site> site;  ///< there when there is no error
  std::vector<Diagnostic> errors;
};

/// An empty file is an empty site.
LoadedSite read_site(const yaml::File& file);
LoadedSite load_site(const std::string& path);

}  // namespace sightglass::site
