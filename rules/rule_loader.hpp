// Reads rules from YAML (docs/rules.md): checks everything, reports all mistakes at once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diagnostic.hpp"
#include "rules/rule.hpp"
#include "rules/yaml/files.hpp"

namespace sightglass {

/// Rules of one run, of all files together.
inline constexpr std::size_t kMaxRules = 10'000;

struct LoadedRules {
  std::vector<Rule> rules;         ///< use them only when there is no error
  std::vector<Diagnostic> errors;  ///< in the order of files and lines
  /// What a rule's author should know, one sentence each: a condition that was joined with its
  /// application.
  std::vector<std::string> notes;
};

/// Reads the rules of files already in memory. `detectors`: the names `detector:` may have.
LoadedRules read_rules(std::span<const yaml::File> files,
                       std::span<const std::string_view> detectors);

/// The same from files and directories.
LoadedRules load_rules(std::span<const std::string> paths,
                       std::span<const std::string_view> detectors);

/// 2013 for "CTL-013", 100004 for "SITE-004"; 0 for what is no id of a rule.
std::uint32_t signature_id(std::string_view rule_id);

}  // namespace sightglass
