// sensor.yaml: what it may say, and how its mistakes are told.
#include "sensor/pipeline/live_settings.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace sightglass {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

LoadedLiveSettings loaded(const std::string& capture, const std::string& more = "") {
  const auto name = "sightglass-sensor-" + std::to_string(getpid()) + ".yaml";
  const auto file = std::filesystem::temp_directory_path() / name;
  std::ofstream(file) << "capture:\n" << capture << "record: {directory: record}\n" << more;
  LoadedLiveSettings loaded = load_live_settings(file.string());
  std::filesystem::remove(file);
  return loaded;
}

TEST(LiveSettings, TheShippedFileIsGood) {
  const auto shipped = load_live_settings(SIGHTGLASS_SOURCE "/packaging/sensor.yaml");
  EXPECT_THAT(shipped.diagnostics, IsEmpty());
  ASSERT_TRUE(shipped.settings);
  EXPECT_THAT(shipped.settings->captures, SizeIs(1));
}

TEST(LiveSettings, OneInterfaceHasAShortForm) {
  const auto one = loaded("  interface: eth1\n  ring_mib: 8\n  filter: not port 22\n");
  ASSERT_TRUE(one.settings) << one.diagnostics.front();
  ASSERT_THAT(one.settings->captures, SizeIs(1));
  EXPECT_EQ(one.settings->captures[0].interface, "eth1");
  EXPECT_EQ(one.settings->captures[0].ring_mib, 8u);
  EXPECT_EQ(one.settings->captures[0].filter, "not port 22");
}

TEST(LiveSettings, InterfacesShareWhatTheyDoNotHaveThemselves) {
  const auto two = loaded(
      "  interfaces:\n    - eth1\n    - {interface: eth2, filter: tcp}\n"
      "  ring_mib: 8\n  filter: not port 22\n");
  ASSERT_TRUE(two.settings) << two.diagnostics.front();
  ASSERT_THAT(two.settings->captures, SizeIs(2));
  EXPECT_EQ(two.settings->captures[0].interface, "eth1");
  EXPECT_EQ(two.settings->captures[0].filter, "not port 22");
  EXPECT_EQ(two.settings->captures[1].interface, "eth2");
  EXPECT_EQ(two.settings->captures[1].filter, "tcp");
  EXPECT_EQ(two.settings->captures[1].ring_mib, 8u);
}

TEST(LiveSettings, MistakesInInterfacesAreToldWithTheirPlace) {
  const auto diagnostics = [](const std::string& capture) { return loaded(capture).diagnostics; };
  EXPECT_THAT(
      diagnostics("  interface: eth1\n  interfaces: [eth2]\n"),
      ElementsAre(HasSubstr(":2:14: error: a capture has an interface or interfaces, not both")));
  EXPECT_THAT(diagnostics("  interfaces: [eth1, eth2, eth1]\n"),
              ElementsAre(HasSubstr(":2:28: error: the interface \"eth1\" is given twice")));
  EXPECT_THAT(diagnostics("  interfaces: []\n"),
              ElementsAre(HasSubstr(":2:15: error: interfaces must be a list of 1 to 16")));
  EXPECT_THAT(diagnostics("  interfaces: eth1\n"),
              ElementsAre(HasSubstr(":2:15: error: interfaces must be a list")));
  EXPECT_THAT(diagnostics("  interfaces:\n    - {interface: eth1, ring_mib: 8}\n"),
              ElementsAre(HasSubstr(":3:25: error: there is no key \"ring_mib\" here")));
  EXPECT_THAT(diagnostics("  interfaces:\n    - {filter: tcp}\n"),
              ElementsAre(HasSubstr(":3:7: error: \"interface\" is missing")));
  EXPECT_THAT(diagnostics("  ring_mib: 8\n"),
              ElementsAre(HasSubstr("error: \"interface\" is missing")));
}

}  // namespace
}  // namespace sightglass
