#include "console/server/config.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace sightglass::console {
namespace {

struct Parsed {
  ConsoleConfig config;
  std::vector<Diagnostic> diagnostics;
};

Parsed parse(std::string_view text) {
  Parsed parsed;
  parsed.config = parse_config("/etc/sightglass/console.yaml", text, parsed.diagnostics);
  return parsed;
}

TEST(ConsoleConfig, EverySettingIsRead) {
  const Parsed parsed = parse(R"(record: /var/lib/sightglass/record
state: /var/lib/sightglass/console
web: web
listen: 0.0.0.0
port: 443
names: [console.plant.example, 10.1.2.3]
certificate: tls/console.crt
key: tls/console.key
)");
  EXPECT_TRUE(parsed.diagnostics.empty()) << to_text(parsed.diagnostics);
  EXPECT_EQ(parsed.config.record, "/var/lib/sightglass/record");
  EXPECT_EQ(parsed.config.web, "/etc/sightglass/web") << "beside the file";
  EXPECT_EQ(parsed.config.listen, "0.0.0.0");
  EXPECT_EQ(parsed.config.port, 443);
  EXPECT_EQ(parsed.config.names.size(), 2u);
  EXPECT_EQ(parsed.config.key, "/etc/sightglass/tls/console.key");
}

TEST(ConsoleConfig, MistakesAreToldAllAtOnceWithTheirPlace) {
  const Parsed parsed = parse(R"(record: /r
state: /s
listen: localhost
prot: 8443
port: 70000
names: one
port: 1
key: k
)");
  std::string told;
  for (const Diagnostic& diagnostic : parsed.diagnostics) {
    told += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) + " " +
            diagnostic.message + "\n";
  }
  EXPECT_EQ(told,
            "3:9 expected an IP address to listen on, such as 127.0.0.1 or 0.0.0.0\n"
            "4:1 there is no setting \"prot\"; did you mean \"port\"?\n"
            "5:7 expected a port number from 0 to 65535\n"
            "6:8 expected a list of host names: [console.plant.example]\n"
            "7:1 \"port\" is set twice\n"
            "8:6 \"certificate\" and \"key\" belong together: set both or neither\n");
}

TEST(ConsoleConfig, MissingSettingsAreNamed) {
  const Parsed parsed = parse("port: 1\n");
  ASSERT_EQ(parsed.diagnostics.size(), 2u);
  EXPECT_EQ(parsed.diagnostics[0].message, "\"record\" is missing");
  EXPECT_EQ(parsed.diagnostics[1].message, "\"state\" is missing");
}

TEST(ConsoleConfig, BrokenYamlIsOneMistakeAtItsPlace) {
  const Parsed parsed = parse("record: [\n");
  ASSERT_EQ(parsed.diagnostics.size(), 1u);
  EXPECT_EQ(parsed.diagnostics[0].line, 2u);
}

TEST(ConsoleConfig, WhatIsNoMapIsRefused) {
  EXPECT_EQ(parse("- record\n").diagnostics.size(), 1u);
  EXPECT_EQ(parse("").diagnostics.size(), 1u);
}

TEST(ConsoleConfig, MissingFileIsToldWithItsName) {
  std::vector<Diagnostic> diagnostics;
  read_config("/nowhere/console.yaml", diagnostics);
  ASSERT_EQ(diagnostics.size(), 1u);
  EXPECT_EQ(diagnostics[0].file, "/nowhere/console.yaml");
}

/// The line of packaging/console.yaml that sets `key`, commented out or not; "" when there is none.
std::string line_of(std::string_view key, const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::string set = line.starts_with("# ") ? line.substr(2) : line;
    if (set.starts_with(std::string(key) + ": ")) return set;
  }
  return "";
}

TEST(ConsoleConfig, ShippedFileNamesEveryKeyAndHasNoMistake) {
  const std::string file = SIGHTGLASS_SOURCE "/packaging/console.yaml";
  std::vector<Diagnostic> diagnostics;
  read_config(file, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << to_text(diagnostics);

  std::ifstream stream(file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  std::string everything;
  for (const std::string_view key : config_keys()) {
    const std::string line = line_of(key, text);
    EXPECT_FALSE(line.empty()) << key;
    everything += line + "\n";
  }
  const Parsed all = parse(everything);
  EXPECT_TRUE(all.diagnostics.empty()) << to_text(all.diagnostics);
  EXPECT_EQ(all.config.port, ConsoleConfig{}.port) << "a commented key shows its default";
  EXPECT_EQ(all.config.listen, ConsoleConfig{}.listen) << "a commented key shows its default";
}

}  // namespace
}  // namespace sightglass::console
