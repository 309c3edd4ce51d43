// Cells built as copies of each other: the same addresses, told apart by VLAN or by interface.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rules/alert/eve.hpp"
#include "sensor/capture/capture_file.hpp"
#include "sensor/capture/pcapng_writer.hpp"
#include "sensor/packet/decode.hpp"
#include "sensor/packet/realm_finder.hpp"
#include "sensor/pipeline/load_configuration.hpp"
#include "sensor/pipeline/replay.hpp"

namespace sightglass {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

using namespace std::chrono_literals;

const std::string kTank = SIGHTGLASS_PCAPS "/demo/tank.pcapng";

/// Files of one test, gone with it.
class Files {
 public:
  Files() { std::filesystem::create_directories(folder_); }
  ~Files() { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& content) const {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  std::filesystem::path path(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("sightglass-realms-" + std::to_string(getpid()));
};

std::vector<std::uint8_t> tagged(Bytes frame, std::uint16_t vlan) {
  constexpr std::ptrdiff_t kAddresses = 12;
  std::vector<std::uint8_t> bytes(frame.begin(), frame.begin() + kAddresses);
  bytes.insert(bytes.end(),
               {0x81, 0x00, static_cast<std::uint8_t>(vlan >> 8), static_cast<std::uint8_t>(vlan)});
  bytes.insert(bytes.end(), frame.begin() + kAddresses, frame.end());
  return bytes;
}

struct Cell {
  std::string interface;
  std::uint16_t vlan = 0;  // 0: untagged
};

/// Every packet of the tank once for each cell, at the same time.
std::string tank_in(const std::vector<Cell>& cells) {
  auto opened = CaptureFile::open(kTank);
  EXPECT_EQ(opened.error, "");
  PcapngWriter writer("", "");
  std::map<std::string, std::uint32_t> interfaces;
  for (const Cell& cell : cells) {
    if (interfaces.contains(cell.interface)) continue;
    interfaces[cell.interface] = writer.add_interface(1, 0, cell.interface);
  }
  RawPacket packet;
  while (opened.file->next(packet) == PacketSource::Next::packet) {
    for (const Cell& cell : cells) {
      const auto tag = tagged(packet.bytes, cell.vlan);
      const Bytes bytes = cell.vlan == 0 ? packet.bytes : Bytes(tag);
      writer.add_packet(interfaces[cell.interface], packet.time, bytes,
                        static_cast<std::uint32_t>(bytes.size()), "");
    }
  }
  return writer.take();
}

/// Leaves a case in `record`, if any is named.
ReplayResult run(const std::string& capture, const std::string& site, unsigned workers = 1,
                 const std::string& record = "") {
  ConfigurationRequest request;
  request.site_file = site;
  request.has_baseline = true;
  const LoadedConfiguration loaded = load_configuration(request);
  EXPECT_THAT(loaded.diagnostics, SizeIs(0));
  ReplaySettings settings;
  settings.captures = {capture};
  settings.learn_for = 150s;
  settings.workers = workers;
  if (!record.empty()) settings.case_directory = record;
  const std::atomic<bool> never = false;
  return replay(settings, loaded.configuration, {}, never);
}

std::string lines(const ReplayResult& result) {
  std::string text;
  for (const Alert& alert : result.alerts) text += eve_line(alert) + "\n";
  return text;
}

/// How often each kind was told in each realm.
std::map<std::string, std::map<std::string, int>> by_realm(const ReplayResult& result) {
  std::map<std::string, std::map<std::string, int>> counts;
  for (const Alert& alert : result.alerts) {
    if (!alert.kind.starts_with("SYS-")) ++counts[alert.realm][alert.kind];
  }
  return counts;
}

constexpr std::string_view kByVlan =
    "realm: plant\n"
    "realms:\n"
    "  - {name: cell-1, vlans: [101]}\n"
    "  - {name: cell-2, vlans: [102, 200-210]}\n";
constexpr std::string_view kByInterface =
    "realm: plant\n"
    "realms:\n"
    "  - {name: cell-1, interfaces: [eth1]}\n"
    "  - {name: cell-2, interfaces: [eth2, eth3]}\n";

TEST(Realms, CellsOfTheSameAddressesAreJudgedApart) {
  const Files files;
  const auto alone = run(kTank, files.write("plant.yaml", "realm: plant\n"));
  const auto expected = by_realm(alone).at("plant");
  ASSERT_FALSE(expected.empty());
  const struct {
    std::string_view site;
    std::vector<Cell> cells;
  } plants[] = {{kByVlan, {{"mirror", 101}, {"mirror", 205}}},
                {kByInterface, {{"eth1", 0}, {"eth3", 0}}}};
  for (const auto& plant : plants) {
    const auto capture = files.write("cells.pcapng", tank_in(plant.cells));
    const auto result = run(capture, files.write("site.yaml", std::string(plant.site)));
    const auto found = by_realm(result);
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found.at("cell-1"), expected);
    EXPECT_EQ(found.at("cell-2"), expected);
    EXPECT_EQ(result.conversations.size(), 2 * alone.conversations.size());
    EXPECT_EQ(result.hosts.size(), 2 * alone.hosts.size());
    EXPECT_EQ(result.learned.size(), 2 * alone.learned.size());
    EXPECT_EQ(result.counters.workers.requests, 2 * alone.counters.workers.requests);
  }
}

TEST(Realms, WithoutThemTheSecondCellIsTakenForACopyOfTheFirst) {
  const Files files;
  const auto capture = files.write("cells.pcapng", tank_in({{"mirror", 101}, {"mirror", 102}}));
  const auto result = run(capture, files.write("site.yaml", "realm: plant\n"));
  const auto alone = run(kTank, files.write("plant.yaml", "realm: plant\n"));
  EXPECT_EQ(result.counters.workers.requests, alone.counters.workers.requests);
}

TEST(Realms, TheSameWithAnyNumberOfWorkers) {
  const Files files;
  const auto capture = files.write("cells.pcapng", tank_in({{"mirror", 101}, {"mirror", 102}}));
  const auto site = files.write("site.yaml", std::string(kByVlan));
  const auto one = run(capture, site);
  for (const unsigned workers : {2u, 4u}) {
    const auto many = run(capture, site, workers);
    EXPECT_EQ(lines(many), lines(one));
    EXPECT_EQ(many.hosts, one.hosts);
    EXPECT_EQ(many.conversations, one.conversations);
  }
}

TEST(Realms, OutsideOfTheMainOneAnAddressSaysWhereItIs) {
  const Files files;
  const auto capture = files.write("cells.pcapng", tank_in({{"mirror", 101}}));
  const auto result = run(capture, files.write("site.yaml", std::string(kByVlan)));
  std::vector<std::string> observed;
  for (const Alert& alert : result.alerts) {
    if (alert.kind == "CTL-013") observed.push_back(alert.observed);
  }
  ASSERT_FALSE(observed.empty());
  EXPECT_THAT(observed, Each(HasSubstr("cell-1/192.168.10.66 wrote")));
}

TEST(Realms, EvidenceIsOfTheAlertsCellAlone) {
  const Files files;
  const auto capture = files.write("cells.pcapng", tank_in({{"mirror", 101}, {"mirror", 205}}));
  const auto record = files.path("case");
  run(capture, files.write("site.yaml", std::string(kByVlan)), 1, record.string());
  std::size_t slices = 0, frames = 0;
  for (const auto& slice : std::filesystem::directory_iterator(record / "evidence")) {
    auto opened = CaptureFile::open(slice.path().string());
    ASSERT_EQ(opened.error, "");
    std::set<unsigned> vlans;
    RawPacket packet;
    while (opened.file->next(packet) == PacketSource::Next::packet) {
      vlans.insert(packet.bytes[14] * 256u + packet.bytes[15]);
      ++frames;
    }
    EXPECT_THAT(vlans, SizeIs(1)) << slice.path();
    ++slices;
  }
  EXPECT_GT(slices, 4u);
  EXPECT_GT(frames, 10 * slices) << "hardly any neighbours";
}

/// The realm of a frame with these VLAN tags, outermost first.
std::string_view realm_of(RealmFinder& finder, std::uint32_t interface,
                          const std::vector<std::uint16_t>& vlans) {
  std::vector<std::uint8_t> frame(14);
  frame[12] = 0x88;
  frame[13] = 0xcc;
  for (auto vlan = vlans.rbegin(); vlan != vlans.rend(); ++vlan) frame = tagged(frame, *vlan);
  RawPacket packet;
  packet.bytes = frame;
  packet.original_length = static_cast<std::uint32_t>(frame.size());
  packet.interface = interface;
  packet.link_type = 1;
  Layers layers;
  decode(packet, 1, layers);
  return finder.of(layers).name();
}

TEST(Realms, TheFirstThatFitsAnyTagWins) {
  site::Description plant;
  plant.realms = {{*Realm::named("inner"), {}, {{7, 7}}},
                  {*Realm::named("port"), {"eth1"}, {{10, 20}}},
                  {*Realm::named("rest-of-port"), {"eth1"}, {}}};
  const site::Site site(std::move(plant));
  std::vector<CaptureInterface> interfaces = {{"eth0", 1, 0}};
  RealmFinder finder(site, &interfaces);
  EXPECT_EQ(realm_of(finder, 0, {}), "");
  EXPECT_EQ(realm_of(finder, 0, {15}), "") << "another interface's";
  EXPECT_EQ(realm_of(finder, 0, {15, 7}), "inner");
  interfaces.push_back({"eth1", 1, 0});
  EXPECT_EQ(realm_of(finder, 1, {15}), "port");
  EXPECT_EQ(realm_of(finder, 1, {20}), "port");
  EXPECT_EQ(realm_of(finder, 1, {21}), "rest-of-port");
  EXPECT_EQ(realm_of(finder, 1, {}), "rest-of-port");
  EXPECT_EQ(realm_of(finder, 1, {15, 7}), "inner");
  EXPECT_EQ(realm_of(finder, 1, {4095}), "rest-of-port");
}

TEST(Realms, OneNameIsOneRealm) {
  EXPECT_EQ(Realm::named("cell-9"), Realm::named("cell-9"));
  EXPECT_NE(Realm::named("cell-9"), Realm::named("cell-8"));
  EXPECT_EQ(Realm::named(""), Realm{});
  EXPECT_EQ(Realm::named("cell-9")->name(), "cell-9");
}

}  // namespace
}  // namespace sightglass
