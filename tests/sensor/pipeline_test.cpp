// The whole way from captures to alerts: what is found, and that it does not depend on threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rules/alert/eve.hpp"
#include "sensor/pipeline/load_configuration.hpp"
#include "sensor/pipeline/replay.hpp"
#include "sensor/pipeline/summary.hpp"
#include "sensor/pipeline/ticker.hpp"

namespace sightglass {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kCaptures = SIGHTGLASS_PCAPS;

ReplayResult run(const std::string& capture, unsigned workers, std::optional<Duration> learn_for,
                 const std::string& site = "", std::vector<std::string> rule_files = {}) {
  ConfigurationRequest request;
  request.site_file = site;
  request.rule_files = std::move(rule_files);
  request.has_baseline = learn_for.has_value();
  const LoadedConfiguration loaded = load_configuration(request);
  EXPECT_THAT(loaded.diagnostics, IsEmpty());
  ReplaySettings settings;
  settings.captures = {capture};
  settings.learn_for = learn_for;
  settings.workers = workers;
  const std::atomic<bool> never = false;
  return replay(settings, loaded.configuration, {}, never);
}

std::vector<std::string> lines(const ReplayResult& result) {
  std::vector<std::string> lines;
  for (const Alert& alert : result.alerts) lines.push_back(eve_line(alert));
  return lines;
}

std::vector<std::string> captures_below(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto extension = entry.path().extension();
    if (extension == ".pcap" || extension == ".pcapng") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(Pipeline, FindsTheSameWithAnyNumberOfWorkers) {
  const auto files = captures_below(kCaptures);
  ASSERT_GT(files.size(), 100u);
  std::size_t alerts = 0;
  for (const auto& file : files) {
    const auto one = lines(run(file, 1, std::chrono::seconds(2)));
    alerts += one.size();
    for (const unsigned workers : {2u, 4u}) {
      EXPECT_EQ(one, lines(run(file, workers, std::chrono::seconds(2)))) << file << ", " << workers;
    }
  }
  EXPECT_GT(alerts, 100u);
}

TEST(Pipeline, TheDemonstrationsStoryIsFourAlerts) {
  const ReplayResult result = run(kCaptures + "/demo/tank.pcapng", 1, std::chrono::seconds(150),
                                  kCaptures + "/demo/site.yaml");
  std::vector<std::string> kinds;
  for (const Alert& alert : result.alerts) {
    kinds.push_back(alert.kind);
    EXPECT_EQ(to_text(alert.source.ip), "192.168.10.66");
  }
  ASSERT_THAT(kinds, ElementsAre("NET-001", "APP-017", "APP-016", "CTL-013"));
  const Alert& written = result.alerts.back();
  EXPECT_THAT(written.frames, Contains(423u));
  EXPECT_EQ(written.outcome.kind, Outcome::Kind::accepted);
  EXPECT_THAT(written.objects, ElementsAre("unit 1 holding register 40", HasSubstr("4000")));
  EXPECT_EQ(result.alerts.front().outcome.kind, Outcome::Kind::none) << "a host is no request";
  EXPECT_THAT(written.sentence, HasSubstr("50 -> 95"));
  EXPECT_THAT(written.expected, HasSubstr("3 times before"));
  EXPECT_THAT(written.decoded, Contains(HasSubstr("modbus.reference_num")));
}

TEST(Pipeline, ALocalRuleChangesNoOtherAlert) {
  const auto directory = std::filesystem::temp_directory_path() / "sightglass-local-rule";
  std::filesystem::create_directories(directory);
  const auto file = directory / "local.yaml";
  std::ofstream(file) << "- rule: Somebody writes one register\n"
                         "  id: SITE-001\n"
                         "  desc: To know when.\n"
                         "  condition: 'modbus.func_code == 6'\n"
                         "  severity: info\n"
                         "  category: control\n"
                         "  protects: [equipment]\n"
                         "  consequence: None.\n"
                         "  response: None.\n";
  const auto shipped = [&](std::vector<std::string> rule_files) {
    std::vector<std::string> lines;
    for (const Alert& alert : run(kCaptures + "/demo/tank.pcapng", 1, std::chrono::seconds(150),
                                  kCaptures + "/demo/site.yaml", std::move(rule_files))
                                  .alerts) {
      if (!alert.kind.starts_with("SITE")) lines.push_back(eve_line(alert));
    }
    return lines;
  };
  EXPECT_EQ(shipped({file.string()}), shipped({}));
  std::filesystem::remove_all(directory);
}

TEST(Pipeline, EveryRequestHasOneEndAndNoAlertIsLeftPending) {
  for (const auto& file : captures_below(kCaptures + "/modbus")) {
    const ReplayResult result = run(file, 1, std::nullopt);
    const WorkerCounters& workers = result.counters.workers;
    EXPECT_EQ(workers.requests,
              workers.accepted + workers.refused + workers.unanswered + workers.unseen)
        << file;
    for (const Alert& alert : result.alerts) {
      EXPECT_NE(alert.outcome.kind, Outcome::Kind::pending) << file << ": " << alert.sentence;
    }
  }
}

TEST(Pipeline, AFileThatIsNoCaptureIsAnErrorAndNothingElse) {
  const ReplayResult result = run(kCaptures + "/README.md", 1, std::nullopt);
  ASSERT_THAT(result.errors, SizeIs(1));
  EXPECT_THAT(result.errors.front(), HasSubstr("README.md: not a capture"));
  EXPECT_EQ(result.packets, 0u);
}

TEST(Pipeline, ATruncatedCaptureIsReadToItsEndAndSaysSo) {
  const ReplayResult result = run(kCaptures + "/modbus/cut-file.pcap", 1, std::nullopt);
  ASSERT_THAT(result.early_ends, SizeIs(1));
  EXPECT_GT(result.packets, 0u);
  EXPECT_THAT(result.early_ends.front().reason, HasSubstr("the last packet is cut off at byte "));
  EXPECT_EQ(result.loss.files_cut_off, 1u);
  EXPECT_THAT(replay_summary(result, Configuration()),
              HasSubstr("Not seen:\n  1 capture files that end before their end\n"));
}

TEST(Ticker, TicksOnMultiplesOfTheIntervalWhereverTheCaptureBegins) {
  Ticker ticker;
  const auto at = [](int ms) { return Timestamp{std::chrono::milliseconds(ms)}; };
  EXPECT_FALSE(ticker.before_packet(at(1042)));
  EXPECT_FALSE(ticker.before_packet(at(1099)));
  const auto tick = ticker.before_packet(at(1350));
  ASSERT_TRUE(tick);
  EXPECT_EQ(tick->time, at(1300));
  EXPECT_EQ(tick->packet_number, 2u);
}

TEST(Ticker, TimeThatGoesBackIsCountedAndNotFollowed) {
  Ticker ticker;
  ticker.before_packet(Timestamp{std::chrono::seconds(100)});
  EXPECT_FALSE(ticker.before_packet(Timestamp{std::chrono::seconds(90)}));
  EXPECT_EQ(ticker.now(), Timestamp{std::chrono::seconds(100)});
  EXPECT_EQ(ticker.clock_steps(), 1u);
}

TEST(Ticker, ManyPacketsAtOneTimeStillTick) {
  Ticker ticker;
  std::uint64_t ticks = 0;
  for (std::uint64_t i = 0; i < 3 * kPacketsPerTick; ++i) {
    ticks += ticker.before_packet(Timestamp{std::chrono::seconds(5)}) ? 1 : 0;
  }
  EXPECT_EQ(ticks, 2u);
}

}  // namespace
}  // namespace sightglass
