// A long replay: asked how far it is, and ended before its end.
#include "sensor/pipeline/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

#include "sensor/capture/capture_file.hpp"
#include "sensor/capture/pcapng_writer.hpp"
#include "sensor/pipeline/load_configuration.hpp"
#include "sensor/pipeline/summary.hpp"
#include "store/case_directory.hpp"

namespace sightglass {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// A folder of one test, with a capture that is long enough for several reports.
class LongReplay : public testing::Test {
 protected:
  LongReplay() {
    std::filesystem::create_directories(folder_);
    auto opened = CaptureFile::open(SIGHTGLASS_PCAPS "/demo/tank.pcapng");
    PcapngWriter writer("", "");
    writer.add_interface(1, 0, "eth1");
    RawPacket packet;
    std::vector<std::pair<Timestamp, std::vector<std::uint8_t>>> packets;
    while (opened.file->next(packet) == PacketSource::Next::packet) {
      packets.emplace_back(packet.time, std::vector(packet.bytes.begin(), packet.bytes.end()));
    }
    for (int day = 0; day < kDays; ++day) {
      for (const auto& [time, bytes] : packets) {
        writer.add_packet(0, time + std::chrono::hours(24 * day), bytes,
                          static_cast<std::uint32_t>(bytes.size()), "");
      }
    }
    packets_ = packets.size() * kDays;
    std::ofstream(capture(), std::ios::binary) << writer.take();
    const LoadedConfiguration loaded = load_configuration({});
    configuration_ = loaded.configuration;
  }
  ~LongReplay() override { std::filesystem::remove_all(folder_); }

  std::string capture() const { return (folder_ / "long.pcapng").string(); }
  ReplaySettings settings() const {
    ReplaySettings settings;
    settings.captures = {capture()};
    settings.case_directory = folder_ / "case";
    return settings;
  }
  CaseManifest manifest() const {
    std::ifstream file(folder_ / "case" / "manifest.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    CaseManifest manifest;
    EXPECT_TRUE(parse_manifest(text, manifest).ok());
    return manifest;
  }

  static constexpr int kDays = 60;
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("sightglass-replay-" + std::to_string(getpid()));
  SharedConfiguration configuration_;
  std::size_t packets_ = 0;
};

TEST_F(LongReplay, EndedEarlyLeavesACaseOfWhatWasRead) {
  std::atomic<bool> stop = false;
  const auto end_at_once = [&](const ReplayProgress&) { stop = true; };
  const ReplayResult result = replay(settings(), configuration_, end_at_once, stop);
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.record_error, "");
  ASSERT_LT(result.packets, packets_);
  EXPECT_EQ(result.counters.packets.decoded.packets, result.packets);
  const CaseManifest manifest = this->manifest();
  EXPECT_EQ(manifest.packets, result.packets);
  EXPECT_EQ(manifest.settings.at("interrupted_after_packets"), std::to_string(result.packets));
  ASSERT_THAT(manifest.inputs, SizeIs(1));
  EXPECT_LT(manifest.inputs[0].bytes, std::filesystem::file_size(capture()));
  EXPECT_EQ(manifest.alerts, result.alerts.size());
}

TEST_F(LongReplay, ReadToItsEndItsDigestIsOfTheWholeFile) {
  const std::atomic<bool> never = false;
  const ReplayResult result = replay(settings(), configuration_, {}, never);
  EXPECT_EQ(result.packets, packets_);
  const CaseManifest manifest = this->manifest();
  EXPECT_FALSE(manifest.settings.contains("interrupted_after_packets"));
  EXPECT_EQ(manifest.inputs.at(0).bytes, std::filesystem::file_size(capture()));
}

TEST_F(LongReplay, TellsInBetweenWhatItFoundSoFar) {
  const std::atomic<bool> never = false;
  std::vector<ReplayResult> told;
  ReplaySettings two_workers = settings();
  two_workers.workers = 2;
  const ReplayResult whole = replay(
      two_workers, configuration_, [&](const ReplayProgress& at) { told.push_back(at.so_far()); },
      never);
  ASSERT_THAT(told, SizeIs(packets_ / 16'384));
  std::uint64_t requests = 0;
  for (const ReplayResult& now : told) {
    EXPECT_GE(now.counters.workers.requests, requests) << "it only grows";
    requests = now.counters.workers.requests;
    EXPECT_THAT(replay_summary(now, *configuration_),
                HasSubstr(std::to_string(now.packets) + " packets from"));
  }
  EXPECT_GT(requests, 0u);
  EXPECT_GT(whole.counters.workers.requests, requests);
}

}  // namespace
}  // namespace sightglass
