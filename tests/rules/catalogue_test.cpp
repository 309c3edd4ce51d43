// The shipped rules load without a mistake, are proven both ways, and docs/alerts.md is theirs.
#include "rules/catalogue/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "rules/catalogue/reference.hpp"
#include "rules/detectors.hpp"
#include "rules/rule_loader.hpp"
#include "rules/rule_set.hpp"

namespace sightglass {
namespace {

using ::testing::IsEmpty;

LoadedRules shipped() {
  std::vector<std::string_view> detectors;
  for (const DetectorSpec& spec : all_detectors()) detectors.push_back(spec.name);
  const std::vector<yaml::File> files = catalogue_files();
  return read_rules(files, detectors);
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Catalogue, LoadsWithoutAMistake) {
  const LoadedRules loaded = shipped();
  EXPECT_EQ(to_text(loaded.errors), "");
  EXPECT_GE(loaded.rules.size(), 25u);
}

TEST(Catalogue, EveryRuleSaysWhatItMeansAndWhatToDo) {
  for (const Rule& rule : shipped().rules) {
    EXPECT_NE(rule.description, "") << rule.id;
    EXPECT_NE(rule.consequence, "") << rule.id;
    EXPECT_NE(rule.response, "") << rule.id;
    EXPECT_FALSE(rule.protects == Protects{}) << rule.id;
    EXPECT_THAT(rule.attack, ::testing::Not(IsEmpty())) << rule.id;
  }
}

TEST(Catalogue, EveryRuleIsProvenByACaptureThatFiresItAndOneThatDoesNot) {
  for (const Rule& rule : shipped().rules) {
    // No capture can show that nothing comes: Pipeline.LiveSilenceIsTold does.
    if (rule.detector == "sensor.no_traffic") continue;
    // Nor can one take a sensor's memory: a replay has no limit. MemoryBudget's tests do.
    if (rule.detector == "sensor.memory") continue;
    bool fires = false;
    bool quiet = false;
    for (const RuleTest& test : rule.tests) {
      (test.alerts > 0 ? fires : quiet) = true;
      const std::filesystem::path capture = std::filesystem::path(SIGHTGLASS_PCAPS) / test.capture;
      EXPECT_TRUE(std::filesystem::exists(capture)) << rule.id << " " << capture;
      if (test.site.empty()) continue;
      const auto site = std::filesystem::path(SIGHTGLASS_PCAPS) / test.site;
      EXPECT_TRUE(std::filesystem::exists(site)) << rule.id << " " << site;
    }
    EXPECT_TRUE(fires) << rule.id;
    EXPECT_TRUE(quiet) << rule.id;
  }
}

TEST(Catalogue, EveryDetectorHasARule) {
  const RuleSet rules(std::move(shipped().rules));
  const DetectorRules listening(rules);
  for (const DetectorSpec& spec : all_detectors()) {
    EXPECT_NE(listening[spec.detector], nullptr) << spec.name;
  }
}

TEST(Catalogue, DocumentationIsUpToDate) {
  const std::filesystem::path path =
      std::filesystem::path(SIGHTGLASS_SOURCE) / "docs" / "alerts.md";
  const std::string expected = catalogue_reference(shipped().rules);
  if (text_of(path) == expected) return;
  const auto fresh = std::filesystem::path(::testing::TempDir()) / "alerts.md";
  std::ofstream(fresh, std::ios::binary) << expected;
  FAIL() << "docs/alerts.md is stale: copy " << fresh << " over it";
}

}  // namespace
}  // namespace sightglass
