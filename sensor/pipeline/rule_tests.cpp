// A replay for each distinct capture, site and learning time, shared by all rules that ask for it.
#include "sensor/pipeline/rule_tests.hpp"

#include <filesystem>
#include <map>
#include <tuple>

#include "sensor/pipeline/replay.hpp"

namespace sightglass {
namespace {

/// What a replay depends on.
struct Setting {
  std::string capture, site;
  std::optional<Duration> learn_for;
  bool operator<(const Setting& other) const {
    return std::tie(capture, site, learn_for) <
           std::tie(other.capture, other.site, other.learn_for);
  }
};

struct Raised {
  std::map<std::string, std::size_t> alerts;  ///< by rule id
  std::vector<std::string> errors;
};

Raised replay_once(const Setting& setting, const ConfigurationRequest& request) {
  Raised outcome;
  ConfigurationRequest with_site = request;
  with_site.site_file = setting.site;
  with_site.has_baseline = setting.learn_for.has_value();
  const LoadedConfiguration loaded = load_configuration(with_site);
  if (!loaded.configuration) {
    outcome.errors = loaded.diagnostics;
    return outcome;
  }
  ReplaySettings settings;
  settings.captures = {setting.capture};
  settings.learn_for = setting.learn_for;
  const std::atomic<bool> never = false;
  const ReplayResult result = replay(settings, loaded.configuration, {}, never);
  outcome.errors = result.errors;
  for (const Alert& alert : result.alerts) ++outcome.alerts[alert.kind];
  return outcome;
}

std::string alerts_word(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " alert" : " alerts");
}

std::string site_path(const Rule& rule, const std::string& site, const std::string& captures) {
  if (site.empty()) return "";
  const std::filesystem::path file(rule.file);
  const bool shipped = rule.file.starts_with("catalogue/");
  return ((shipped ? std::filesystem::path(captures) : file.parent_path()) / site).string();
}

RuleTestResult judged(const Rule& rule, const RuleTest& test, const Raised& outcome) {
  RuleTestResult result{rule.id, test.capture, false, ""};
  if (!outcome.errors.empty()) {
    result.sentence = outcome.errors.front();
    return result;
  }
  const auto found = outcome.alerts.find(rule.id);
  const std::size_t alerts = found == outcome.alerts.end() ? 0 : found->second;
  result.passed = alerts == test.alerts;
  result.sentence =
      alerts_word(alerts) +
      (result.passed ? ", as it should" : " where " + std::to_string(test.alerts) + " was meant");
  return result;
}

}  // namespace

RuleTestReport run_rule_tests(const ConfigurationRequest& request, const std::string& captures,
                              const std::function<void(const RuleTestResult&)>& tell) {
  RuleTestReport report;
  const LoadedConfiguration loaded = load_configuration(request);
  report.diagnostics = loaded.diagnostics;
  if (!loaded.configuration) return report;
  std::map<Setting, Raised> outcomes;
  const auto run = [&](const Rule& rule) {
    for (const RuleTest& test : rule.tests) {
      const Setting setting{(std::filesystem::path(captures) / test.capture).string(),
                            site_path(rule, test.site, captures), test.learn_for};
      auto [place, fresh] = outcomes.try_emplace(setting);
      if (fresh) place->second = replay_once(setting, request);
      const RuleTestResult result = judged(rule, test, place->second);
      ++report.tests;
      report.failed += result.passed ? 0 : 1;
      tell(result);
    }
  };
  for (const Rule& rule : loaded.configuration->rules.rules()) run(rule);
  for (const Rule& rule : loaded.configuration->rules.inactive()) run(rule);
  return report;
}

}  // namespace sightglass
