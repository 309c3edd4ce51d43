// sightglass rules: check, test, explain, and the reference of what is shipped.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apps/sightglass/command.hpp"
#include "rules/catalogue/reference.hpp"
#include "rules/filter/wireshark.hpp"
#include "sensor/pipeline/load_configuration.hpp"
#include "sensor/pipeline/rule_tests.hpp"

namespace sightglass {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string captures = SIGHTGLASS_PCAPS_DIR;
  std::string id;
  bool wireshark = false;
};

ConfigurationRequest request_of(const Options& options) {
  ConfigurationRequest request;
  request.rule_files = options.files;
  request.has_baseline = true;
  return request;
}

/// Null after telling everything that is wrong.
SharedConfiguration load(const ConfigurationRequest& request) {
  const LoadedConfiguration loaded = load_configuration(request);
  for (const auto& diagnostic : loaded.diagnostics) std::fputs(diagnostic.c_str(), stderr);
  return loaded.configuration;
}

int check(const Options& options) {
  const LoadedConfiguration loaded = load_configuration(request_of(options));
  for (const auto& diagnostic : loaded.diagnostics) std::fputs(diagnostic.c_str(), stderr);
  if (!loaded.configuration) {
    std::fprintf(stderr, "%zu mistakes\n", loaded.diagnostics.size());
    return kExitMistake;
  }
  for (const auto& note : loaded.notes) std::printf("note: %s\n", note.c_str());
  const RuleSet& rules = loaded.configuration->rules;
  for (const Rule& rule : rules.inactive()) {
    std::printf("inactive: %s: %s\n", rule.id.c_str(), rule.inactive.c_str());
  }
  std::printf("%zu rules, no mistakes\n", rules.rules().size() + rules.inactive().size());
  return kExitDone;
}

int test(const Options& options) {
  const RuleTestReport report =
      run_rule_tests(request_of(options), options.captures, [](const RuleTestResult& result) {
        std::printf("%-4s %s %s: %s\n", result.passed ? "ok" : "FAIL", result.rule.c_str(),
                    result.capture.c_str(), result.sentence.c_str());
      });
  for (const auto& diagnostic : report.diagnostics) std::fputs(diagnostic.c_str(), stderr);
  if (!report.diagnostics.empty()) return kExitMistake;
  std::printf("%zu tests, %zu failed\n", report.tests, report.failed);
  return report.failed == 0 ? kExitDone : kExitFailed;
}

void print_rule(const Rule& rule) {
  const auto line = [](const char* name, std::string_view text) {
    if (!text.empty()) std::printf("%-13s%.*s\n", name, static_cast<int>(text.size()), text.data());
  };
  std::printf("%s  %s\n", rule.id.c_str(), rule.title.c_str());
  line("severity", to_text(rule.severity));
  line("category", to_text(rule.category));
  line("expects", rule.description);
  line("condition", rule.condition ? rule.condition->text() : "");
  line("detector", rule.detector);
  for (const auto& technique : rule.attack) line("consistent", "with ATT&CK for ICS " + technique);
  line("consequence", rule.consequence);
  line("response", rule.response);
  line("inactive", rule.inactive);
}

int explain(const Options& options) {
  const SharedConfiguration configuration = load(request_of(options));
  if (!configuration) return kExitMistake;
  const Rule* rule = configuration->rules.find(options.id);
  if (rule == nullptr) {
    std::fprintf(stderr, "sightglass rules: there is no rule %s\n", options.id.c_str());
    return kExitMistake;
  }
  if (options.wireshark) {
    if (!rule->condition) {
      std::fprintf(stderr, "sightglass rules: %s is found by a detector, not by a condition\n",
                   options.id.c_str());
      return kExitFailed;
    }
    const auto translated = filter::to_wireshark(*rule->condition, &configuration->site);
    std::printf("%s\n", translated.text.c_str());
    for (const auto& term : translated.dropped)
      std::fprintf(stderr, "# left out: %s\n", term.c_str());
    return kExitDone;
  }
  print_rule(*rule);
  return kExitDone;
}

int reference() {
  const SharedConfiguration configuration =
      load({.rule_files = {}, .site_file = "", .has_baseline = true});
  if (!configuration) return kExitFailed;
  std::fputs(catalogue_reference(configuration->rules.all()).c_str(), stdout);
  return kExitDone;
}

}  // namespace

void add_rules(CLI::App& program, Run& chosen) {
  auto* rules = program.add_subcommand("rules", "Check, test and explain rules");
  rules->require_subcommand(1);
  auto options = std::make_shared<Options>();

  auto* checking = rules->add_subcommand("check", "Say everything that is wrong with rule files");
  checking->add_option("FILE", options->files, "rule files, or directories of them");
  checking->callback([&chosen, options] { chosen = [options] { return check(*options); }; });

  auto* testing =
      rules->add_subcommand("test", "Replay the captures that the rules name as their tests");
  testing->add_option("FILE", options->files, "rules besides the shipped ones");
  testing->add_option("--captures", options->captures, "where the named captures are");
  testing->callback([&chosen, options] { chosen = [options] { return test(*options); }; });

  auto* explaining = rules->add_subcommand("explain", "Say what a rule looks for and what to do");
  explaining->add_option("ID", options->id, "CTL-013")->required();
  explaining->add_option("--rules", options->files, "rules besides the shipped ones")
      ->allow_extra_args(false);
  explaining->add_flag("--wireshark", options->wireshark, "its condition for Wireshark");
  explaining->callback([&chosen, options] { chosen = [options] { return explain(*options); }; });

  auto* referring = rules->add_subcommand("reference", "Print docs/alerts.md");
  referring->callback([&chosen] { chosen = [] { return reference(); }; });
}

}  // namespace sightglass
