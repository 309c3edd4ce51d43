// Which packets end up in an alert's slice.
#include "sensor/evidence/evidence_cutter.hpp"

#include <gmock/gmock.h>

#include <map>

#include "packets.hpp"

namespace sightglass {
namespace {

using sample::alert_of;
using sample::Packet;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Cutting : public testing::Test {
 protected:
  EvidenceCutter make(const EvidenceLimits& limits = {}, EvidencePlant plant = {}) {
    return {directory_.path(),
            {"sightglass test", {"eth1", "eth2"}},
            limits,
            EvidenceCutter::Sync::each,
            [this](const EvidenceRecord& record) { records_[record.alert.bytes[15]] = record; },
            std::move(plant)};
  }
  // Frames 1, 2, 3 ... every `step` ms from 0 on, of one conversation.
  static void feed(EvidenceCutter& cutter, std::uint64_t frames, std::int64_t step) {
    for (std::uint64_t number = 1; number <= frames; ++number) {
      const auto ms = static_cast<std::int64_t>(number - 1) * step;
      cutter.frame(Packet(1, 2, ms, number % 2 == 0).layers(number));
    }
  }
  std::filesystem::path file(std::uint8_t tag) { return directory_.path() / records_[tag].path; }
  std::vector<std::int64_t> times(std::uint8_t tag) { return sample::times_in(file(tag)); }

  sample::RecordDirectory directory_;
  std::map<int, EvidenceRecord> records_;
};

TEST_F(Cutting, PacketsOfAnotherRealmAreNoNeighbours) {
  site::Description plant;
  plant.realms = {{*Realm::named("cell-1"), {"eth1"}, {}}, {*Realm::named("cell-2"), {"eth2"}, {}}};
  const std::vector<CaptureInterface> interfaces = {{"eth1", 1, 0}, {"eth2", 1, 0}};
  EvidenceCutter cutter = make({}, {std::make_shared<site::Site>(std::move(plant)), &interfaces});
  Alert first = alert_of(1, 1, 2, {5}, 40, 40), second = alert_of(2, 1, 2, {6}, 50, 50);
  first.realm = "cell-1";
  second.realm = "cell-2";
  cutter.add(first);
  cutter.add(second);
  for (std::uint64_t number = 1; number <= 10; ++number) {
    const Packet packet(1, 2, static_cast<std::int64_t>(number - 1) * 10);
    Layers layers = packet.layers(number);
    layers.interface = (number - 1) % 2;
    cutter.frame(layers);
  }
  cutter.finish();
  EXPECT_THAT(times(1), ElementsAre(0, 20, 40, 60, 80));
  EXPECT_THAT(times(2), ElementsAre(10, 30, 50, 70, 90));
}

TEST_F(Cutting, TakesAtMost64FramesOnEachSide) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {100}, 990, 990));
  feed(cutter, 300, 10);
  cutter.finish();
  const auto cut = times(1);
  ASSERT_EQ(cut.size(), 64u + 1 + 64);
  EXPECT_EQ(cut.front(), (100 - 1 - 64) * 10);
  EXPECT_EQ(cut.back(), (100 - 1 + 64) * 10);
  EXPECT_TRUE(std::is_sorted(cut.begin(), cut.end()));
  EXPECT_EQ(records_[1].state, EvidenceState::ready);
  EXPECT_EQ(records_[1].frames, cut.size());
  EXPECT_EQ(records_[1].bytes, std::filesystem::file_size(file(1)));
}

TEST_F(Cutting, TakesAtMost5SecondsOnEachSide) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {21}, 20'000, 20'000));
  feed(cutter, 50, 1000);
  cutter.finish();
  EXPECT_THAT(times(1), ElementsAre(15'000, 16'000, 17'000, 18'000, 19'000, 20'000, 21'000, 22'000,
                                    23'000, 24'000, 25'000));
}

TEST_F(Cutting, LeavesOtherConversationsOut) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {4}, 30, 30));
  cutter.frame(Packet(1, 2, 0).layers(1));
  cutter.frame(Packet(1, 3, 10).layers(2));        // another server
  cutter.frame(Packet(1, 2, 20, true).layers(3));  // the answer belongs to it
  cutter.frame(Packet(1, 2, 30).layers(4));
  cutter.frame(Packet(4, 2, 40).layers(5));  // another client
  cutter.frame(Packet(1, 2, 50, true).layers(6));
  cutter.finish();
  EXPECT_THAT(times(1), ElementsAre(0, 20, 30, 50));
}

TEST_F(Cutting, RaisingFramesCarryAComment) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {3, 5}, 20, 40));
  feed(cutter, 9, 10);
  cutter.finish();
  const std::string bytes = sample::contents(file(1));
  EXPECT_EQ(
      sample::occurrences(bytes, "CTL-013 00000000000000000000000000000001: raised the alert"), 2u);
  EXPECT_THAT(bytes, HasSubstr("10.0.0.1 wrote coil 7"));
  EXPECT_THAT(times(1), ElementsAre(0, 10, 20, 30, 40, 50, 60, 70, 80));
}

TEST_F(Cutting, RaisingFrameOutsideTheConversationIsThereAllTheSame) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {2}, 10, 10));
  cutter.frame(Packet(1, 2, 0).layers(1));
  cutter.frame(Packet(7, 8, 10).layers(2));
  cutter.finish();
  EXPECT_THAT(times(1), ElementsAre(0, 10));
  EXPECT_EQ(records_[1].state, EvidenceState::ready);
}

TEST_F(Cutting, ManyAlertsInOnePass) {
  EvidenceCutter cutter = make();
  for (std::uint8_t tag = 1; tag <= 100; ++tag) {
    const std::uint64_t number = tag * 10u;
    const auto ms = static_cast<std::int64_t>(number - 1) * 10;
    cutter.add(alert_of(tag, 1, 2, {number}, ms, ms));
  }
  feed(cutter, 1000, 10);
  cutter.finish();
  EXPECT_EQ(cutter.counters().slices, 100u);
  for (std::uint8_t tag = 1; tag <= 100; ++tag) {
    EXPECT_EQ(records_[tag].state, EvidenceState::ready);
    EXPECT_THAT(times(tag), testing::Contains((tag * 10 - 1) * 10));
  }
}

TEST_F(Cutting, EveryAlertOfOneFrameGetsIt) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {2}, 10, 10));
  cutter.add(alert_of(2, 1, 2, {2}, 10, 10));
  cutter.add(alert_of(3, 9, 2, {2}, 10, 10));
  feed(cutter, 3, 10);
  cutter.finish();
  EXPECT_THAT(times(1), ElementsAre(0, 10, 20));
  EXPECT_THAT(times(2), ElementsAre(0, 10, 20));
  EXPECT_THAT(times(3), ElementsAre(10));
}

TEST_F(Cutting, AlertWithoutTargetTakesAllOfItsSource) {
  EvidenceCutter cutter = make();
  Alert scan = alert_of(1, 1, 2, {2}, 10, 10);
  scan.target = {};
  scan.transport = TransportLayer::none;
  cutter.add(scan);
  cutter.frame(Packet(1, 2, 0).layers(1));
  cutter.frame(Packet(1, 3, 10).layers(2));
  cutter.frame(Packet(5, 6, 20).layers(3));
  cutter.frame(Packet(1, 4, 30, true).layers(4));
  cutter.finish();
  EXPECT_THAT(times(1), ElementsAre(0, 10, 30));
}

TEST_F(Cutting, MissingRaisingFrameMakesItPartial) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {2, 77}, 10, 760));
  feed(cutter, 5, 10);
  cutter.finish();
  EXPECT_EQ(records_[1].state, EvidenceState::partial);
  EXPECT_EQ(cutter.counters().raising_missing, 1u);
}

TEST_F(Cutting, WithoutAnyPacketThereIsNoFile) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {}, 10, 10));
  cutter.finish();
  EXPECT_EQ(records_[1].state, EvidenceState::none);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path() / "evidence"));
}

TEST_F(Cutting, SliceLimitKeepsRaisingFrames) {
  EvidenceLimits limits;
  limits.slice_bytes = 1000;
  EvidenceCutter cutter = make(limits);
  cutter.add(alert_of(1, 1, 2, {50, 60}, 490, 590));
  feed(cutter, 100, 10);
  cutter.finish();
  EXPECT_GT(cutter.counters().over_slice, 0u);
  EXPECT_THAT(times(1), testing::IsSupersetOf({490, 590}));
  EXPECT_EQ(records_[1].state, EvidenceState::partial);
}

TEST_F(Cutting, TotalLimitIsNeverPassed) {
  EvidenceLimits limits;
  limits.total_bytes = 20'000;
  EvidenceCutter cutter = make(limits);
  for (std::uint8_t tag = 1; tag <= 20; ++tag) cutter.add(alert_of(tag, 1, 2, {50}, 490, 490));
  feed(cutter, 100, 10);
  cutter.finish();
  EXPECT_GT(cutter.counters().over_total, 0u);
  EXPECT_LE(cutter.counters().bytes, limits.total_bytes + 20 * 300);  // and headers
}

TEST_F(Cutting, WindowLimitIsCountedAndMakesItPartial) {
  EvidenceLimits limits;
  limits.window_bytes = 2000;
  EvidenceCutter cutter = make(limits);
  cutter.add(alert_of(1, 1, 2, {100}, 990, 990));
  feed(cutter, 101, 10);
  cutter.finish();
  EXPECT_GT(cutter.counters().over_window, 0u);
  EXPECT_EQ(records_[1].state, EvidenceState::partial);
  EXPECT_THAT(times(1), testing::Contains(990));
}

TEST_F(Cutting, SpillingToDiskChangesNothing) {
  std::string whole;
  for (const std::uint64_t gathered : {std::uint64_t{64} << 20, std::uint64_t{1}}) {
    EvidenceLimits limits;
    limits.gathered_bytes = gathered;
    EvidenceCutter cutter = make(limits);
    cutter.add(alert_of(1, 1, 2, {40, 80}, 390, 790));
    feed(cutter, 150, 10);
    cutter.finish();
    if (whole.empty()) whole = sample::contents(file(1));
    EXPECT_EQ(sample::contents(file(1)), whole);
  }
}

TEST_F(Cutting, EachInterfaceHasABlockWithItsName) {
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {1, 2}, 0, 10));
  for (std::uint64_t number = 1; number <= 2; ++number) {
    const Packet packet(1, 2, static_cast<std::int64_t>(number) * 10, number == 2);
    Layers layers = packet.layers(number);
    layers.interface = static_cast<std::uint32_t>(number % 2);  // the request on eth2
    cutter.frame(layers);
  }
  cutter.finish();
  auto opened = CaptureFile::open(file(1).string());
  ASSERT_NE(opened.file, nullptr) << opened.error;
  std::vector<std::string> names;
  for (RawPacket packet; opened.file->next(packet) == PacketSource::Next::packet;) {
    names.push_back(opened.file->interfaces().at(packet.interface).name);
  }
  EXPECT_THAT(names, ElementsAre("eth2", "eth1"));
}

TEST_F(Cutting, DiskThatRefusesIsCounted) {
  std::filesystem::remove(directory_.path() / "evidence");
  EvidenceCutter cutter = make();
  cutter.add(alert_of(1, 1, 2, {2}, 10, 10));
  feed(cutter, 5, 10);
  cutter.finish();
  EXPECT_EQ(records_[1].state, EvidenceState::none);
  EXPECT_EQ(cutter.counters().write_failures, 1u);
}

TEST_F(Cutting, UnfinishedCutterLeavesNoFiles) {
  {
    EvidenceLimits limits;
    limits.gathered_bytes = 1;
    EvidenceCutter cutter = make(limits);
    cutter.add(alert_of(1, 1, 2, {2}, 10, 10));
    feed(cutter, 5, 10);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path() / "evidence"));
}

TEST(PcapngWriter, CommentIsOneLineOfText) {
  PcapngWriter writer("line\nbreak\x01", "");
  EXPECT_THAT(writer.gathered(), HasSubstr("line break "));
  PcapngWriter longer(std::string(10'000, '\xc3'), "");
  EXPECT_LT(longer.gathered().size(), 5000u);
}

TEST(PcapngWriter, PacketComesBackAsItWent) {
  const sample::RecordDirectory directory;
  PcapngWriter writer("", "");
  writer.add_interface(113, 96, "eth1");
  writer.add_interface(1, 0, "");
  const std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5};
  writer.add_packet(1, timestamp_from_ns(1'234'567'890'123'456'789), bytes, 1500, "comment");
  const auto file = directory.path() / "x.pcapng";
  std::ofstream(file, std::ios::binary) << writer.take();
  auto opened = CaptureFile::open(file.string());
  ASSERT_NE(opened.file, nullptr) << opened.error;
  RawPacket packet;
  ASSERT_EQ(opened.file->next(packet), PacketSource::Next::packet);
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), packet.bytes.begin(), packet.bytes.end()));
  EXPECT_EQ(to_ns(packet.time), 1'234'567'890'123'456'789);
  EXPECT_EQ(packet.original_length, 1500u);
  EXPECT_EQ(packet.link_type, 1u);
  EXPECT_EQ(packet.interface, 1u);
  EXPECT_EQ(opened.file->interfaces().at(0).name, "eth1");
  EXPECT_EQ(opened.file->interfaces().at(0).link_type, 113u);
  EXPECT_EQ(opened.file->next(packet), PacketSource::Next::end);
}

}  // namespace
}  // namespace sightglass
