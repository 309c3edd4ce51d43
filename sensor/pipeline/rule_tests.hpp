// Runs the captures that rules name as their tests.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sensor/pipeline/load_configuration.hpp"

namespace sightglass {

struct RuleTestResult {
  std::string rule, capture;
  bool passed = false;
  std::string sentence;  ///< "1 alert, as it should"; "2 alerts where 1 was meant"
};

struct RuleTestReport {
  std::vector<std::string> diagnostics;  ///< mistakes in rules or a site file: nothing was run
  std::size_t tests = 0, failed = 0;
};

/// Replays every test of every rule (the catalogue's and those of `request`) from the folder
/// `captures`, telling each result as it comes. Site files stand relative to the rule's file, those
/// of the catalogue relative to `captures`.
RuleTestReport run_rule_tests(const ConfigurationRequest& request, const std::string& captures,
                              const std::function<void(const RuleTestResult&)>& tell);

}  // namespace sightglass
