// The rules we ship: the YAML of this folder, carried inside the program.
#pragma once

#include <vector>

#include "rules/yaml/files.hpp"

namespace sightglass {

/// Every file of the catalogue, in order of name. The text lives for the program.
std::vector<yaml::File> catalogue_files();

}  // namespace sightglass
