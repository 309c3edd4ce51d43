// Reads configuration files from disk, within their limits.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/yaml/tree.hpp"

namespace sightglass::yaml {

/// Files of one directory, and of all paths together.
inline constexpr std::size_t kMaxFiles = 1000;

/// The file at `path`; nothing and a diagnostic when it can not be read or is too large.
std::optional<File> read_file(const std::string& path, std::vector<Diagnostic>& errors);

/// Files and directories (their *.yaml and *.yml, not those below, by name) in the order given.
std::vector<File> read_files(std::span<const std::string> paths, std::vector<Diagnostic>& errors);

}  // namespace sightglass::yaml
