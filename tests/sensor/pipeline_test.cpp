// The whole way from captures to alerts: what is found, and that it does not depend on threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "rules/alert/eve.hpp"
#include "sensor/pipeline/load_configuration.hpp"
#include "sensor/pipeline/memory_budget.hpp"
#include "sensor/pipeline/replay.hpp"
#include "sensor/pipeline/summary.hpp"
#include "sensor/pipeline/ticker.hpp"

namespace sightglass {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using namespace std::chrono_literals;

const std::string kCaptures = SIGHTGLASS_PCAPS;

Timestamp at(Duration since_the_epoch) { return Timestamp{since_the_epoch}; }

SharedConfiguration configured(bool has_baseline, const std::string& site = "",
                               std::vector<std::string> rule_files = {}) {
  ConfigurationRequest request;
  request.site_file = site;
  request.rule_files = std::move(rule_files);
  request.has_baseline = has_baseline;
  const LoadedConfiguration loaded = load_configuration(request);
  EXPECT_THAT(loaded.diagnostics, IsEmpty());
  return loaded.configuration;
}

/// A file with one rule of the plant's own, gone with this object.
class LocalRule {
 public:
  LocalRule(const std::string& id, const std::string& condition, const std::string& more = "")
      : path_(std::filesystem::temp_directory_path() /
              ("sightglass-" + id + "-" + std::to_string(getpid()) + ".yaml")) {
    std::ofstream(path_) << "- rule: Of the plant\n"
                         << "  id: " << id << "\n"
                         << "  desc: To know when.\n"
                         << "  condition: '" << condition << "'\n"
                         << "  severity: info\n"
                            "  category: control\n"
                            "  protects: [equipment]\n"
                            "  consequence: None.\n"
                            "  response: None.\n"
                         << more;
  }
  ~LocalRule() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  LocalRule(const LocalRule&) = delete;
  LocalRule& operator=(const LocalRule&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

ReplayResult run_by(const SharedConfiguration& configuration, const std::string& capture,
                    unsigned workers, std::optional<Duration> learn_for) {
  ReplaySettings settings;
  settings.captures = {capture};
  settings.learn_for = learn_for;
  settings.workers = workers;
  const std::atomic<bool> never = false;
  return replay(settings, configuration, {}, never);
}

ReplayResult run(const std::string& capture, unsigned workers, std::optional<Duration> learn_for,
                 const std::string& site = "", std::vector<std::string> rule_files = {}) {
  return run_by(configured(learn_for.has_value(), site, std::move(rule_files)), capture, workers,
                learn_for);
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

struct Found {
  std::size_t alerts = 0, conversations = 0, named = 0;
};

/// With one worker, of all captures; with more it must be the same.
Found expect_the_same_with_any_number_of_workers(const std::vector<std::string>& files) {
  const SharedConfiguration shipped = configured(true);
  constexpr auto kLearnFor = std::chrono::seconds(2);
  Found found;
  for (const auto& file : files) {
    const ReplayResult one = run_by(shipped, file, 1, kLearnFor);
    found.alerts += one.alerts.size();
    found.conversations += one.conversations.size();
    found.named += static_cast<std::size_t>(std::ranges::count_if(
        one.conversations, [](const ConversationCounts& counts) { return !counts.app.empty(); }));
    for (const unsigned workers : {2u, 4u, 8u}) {
      const ReplayResult other = run_by(shipped, file, workers, kLearnFor);
      EXPECT_EQ(lines(one), lines(other)) << file << ", " << workers;
      EXPECT_EQ(one.conversations, other.conversations) << file << ", " << workers;
    }
  }
  return found;
}

TEST(Pipeline, FindsTheSameWithAnyNumberOfWorkers) {
  const auto files = captures_below(kCaptures);
  ASSERT_GT(files.size(), 100u);
  const Found found = expect_the_same_with_any_number_of_workers(files);
  EXPECT_GT(found.alerts, 100u);
  EXPECT_GT(found.named, 3u);
  EXPECT_GT(found.conversations, files.size());
}

TEST(Corpus, GivesTheSameFindingsWithAnyNumberOfWorkers) {
  if (!std::filesystem::is_directory(SIGHTGLASS_CORPUS)) {
    GTEST_SKIP() << "no captures at " SIGHTGLASS_CORPUS;
  }
  const Found found = expect_the_same_with_any_number_of_workers(captures_below(SIGHTGLASS_CORPUS));
  EXPECT_GT(found.alerts, 0u);
  EXPECT_GT(found.conversations, 0u);
}

/// What was learned, in words: what routines count must be what PDUs read whole would.
std::vector<std::string> counted_facts(const ReplayResult& result) {
  std::vector<std::string> facts;
  for (const Fact& fact : result.learned) {
    facts.push_back(std::to_string(static_cast<int>(fact.kind)) + " " +
                    to_text(fact.conversation.client.ip) + " " +
                    to_text(fact.conversation.server.ip) + " " + std::to_string(fact.function) +
                    " " + to_text(fact.object) + " " + std::to_string(fact.times) + " " +
                    std::to_string(to_ns(fact.last_seen)));
  }
  return facts;
}

TEST(Pipeline, RoutinesComeToTheSameAsPdusReadWhole) {
  // A rule on a frame's length has to see every PDU.
  const LocalRule rule("SITE-002", "(modbus || s7comm) && frame.len > 1000000");
  const SharedConfiguration known = configured(true);
  const SharedConfiguration whole = configured(true, "", {rule.path()});
  std::uint64_t repeated = 0;
  for (const auto& capture : captures_below(kCaptures)) {
    const ReplayResult a = run_by(known, capture, 1, std::chrono::seconds(2));
    const ReplayResult b = run_by(whole, capture, 1, std::chrono::seconds(2));
    repeated += a.counters.workers.repeated_messages;
    EXPECT_EQ(b.counters.workers.repeated_messages, 0u);
    EXPECT_EQ(lines(a), lines(b)) << capture;
    EXPECT_EQ(counted_facts(a), counted_facts(b)) << capture;
    EXPECT_EQ(a.conversations, b.conversations) << capture;
    EXPECT_EQ(a.counters.workers.messages, b.counters.workers.messages) << capture;
    EXPECT_EQ(a.counters.workers.requests, b.counters.workers.requests) << capture;
    EXPECT_EQ(a.counters.workers.accepted, b.counters.workers.accepted) << capture;
  }
  EXPECT_GT(repeated, 500u);
}

TEST(Pipeline, ARuleOnValuesSeesEachOfThem) {
  const LocalRule rule("SITE-003", R"(modbus.regval_uint16 > 1207 && sg.direction == "to_client")",
                       "  fold: source\n");
  const SharedConfiguration judged = configured(true, "", {rule.path()});
  const std::string capture = kCaptures + "/demo/tank.pcapng";
  const ReplayResult result = run_by(judged, capture, 1, std::chrono::seconds(150));
  std::uint64_t seen = 0;
  for (const Alert& alert : result.alerts) seen += alert.kind == "SITE-003" ? alert.count : 0;
  // tshark -Y 'modbus.regval_uint16 > 1207 && tcp.srcport == 502' finds as many.
  EXPECT_EQ(seen, 80u);
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

std::vector<Alert> alerts_of(const ReplayResult& result, std::string_view kind) {
  std::vector<Alert> alerts;
  for (const Alert& alert : result.alerts) {
    if (alert.kind == kind) alerts.push_back(alert);
  }
  return alerts;
}

TEST(Pipeline, AFloodFromInventedAddressesIsOneAlertAndFewHosts) {
  const ReplayResult result =
      run(kCaptures + "/network/syn-flood-many-sources.pcap", 1, std::chrono::seconds(2));
  const std::vector<Alert> floods = alerts_of(result, "NET-014");
  ASSERT_THAT(floods, SizeIs(1));
  EXPECT_TRUE(floods.front().source.ip.is_none()) << "none of them did it alone";
  EXPECT_EQ(to_text(floods.front().target.ip), "192.168.10.10");
  EXPECT_THAT(floods.front().sentence, HasSubstr(" addresses to 192.168.10.10, port 502"));
  const std::vector<Alert> hosts = alerts_of(result, "NET-001");
  const auto invented = std::ranges::count_if(
      hosts, [](const Alert& alert) { return to_text(alert.source.ip).starts_with("10.66."); });
  EXPECT_EQ(invented, JudgeLimits{}.attempters);
  EXPECT_EQ(result.judge.attempters_untold + result.counters.workers.attempters_untold,
            200 - JudgeLimits{}.attempters);
}

TEST(Pipeline, AFloodFromOneAddressNamesIt) {
  const ReplayResult result =
      run(kCaptures + "/network/syn-flood.pcap", 1, std::chrono::seconds(2));
  const std::vector<Alert> floods = alerts_of(result, "NET-014");
  ASSERT_THAT(floods, SizeIs(1));
  EXPECT_EQ(to_text(floods.front().source.ip), "192.168.10.67");
  EXPECT_THAT(alerts_of(result, "NET-001"), SizeIs(1));
}

TEST(Pipeline, WhoLooksForOthersIsTold) {
  // Nobody answers it, so that it does nothing but attempt.
  const ReplayResult result =
      run(kCaptures + "/network/tcp-address-scan.pcap", 1, std::chrono::seconds(2));
  const std::vector<Alert> hosts = alerts_of(result, "NET-001");
  EXPECT_EQ(std::ranges::count(hosts, "192.168.10.66",
                               [](const Alert& alert) { return to_text(alert.source.ip); }),
            1);
  EXPECT_THAT(alerts_of(result, "NET-014"), IsEmpty());
}

TEST(Pipeline, ALocalRuleChangesNoOtherAlert) {
  const LocalRule rule("SITE-001", "modbus.func_code == 6");
  const auto shipped = [&](std::vector<std::string> rule_files) {
    std::vector<std::string> lines;
    for (const Alert& alert : run(kCaptures + "/demo/tank.pcapng", 1, std::chrono::seconds(150),
                                  kCaptures + "/demo/site.yaml", std::move(rule_files))
                                  .alerts) {
      if (!alert.kind.starts_with("SITE")) lines.push_back(eve_line(alert));
    }
    return lines;
  };
  EXPECT_EQ(shipped({rule.path()}), shipped({}));
}

/// Application of the conversations of a capture that have one, "protocol: application".
std::vector<std::string> applications(const ReplayResult& result) {
  std::vector<std::string> words;
  for (const ConversationCounts& counts : result.conversations) {
    if (counts.app.empty()) continue;
    words.push_back(std::string(to_text(counts.protocol)) + ": " + counts.app + ", " +
                    counts.app_category);
  }
  return words;
}

TEST(Pipeline, ConversationsOfNoProtocolOfOursAreNamed) {
  const auto of = [](const std::string& capture) {
    return applications(run(kCaptures + capture, 1, std::nullopt));
  };
  EXPECT_THAT(of("/network/ssh-other-port.pcap"), ElementsAre("unknown: SSH, RemoteAccess"));
  EXPECT_THAT(of("/network/http-basic-password.pcap"), ElementsAre("unknown: HTTP, Web"));
  EXPECT_THAT(of("/network/telnet-login.pcap"), IsEmpty()) << "nothing in it is Telnet's own";
  EXPECT_THAT(of("/modbus/polling.pcap"), IsEmpty());
  EXPECT_THAT(of("/modbus/http-on-502.pcap"), IsEmpty()) << "a Modbus server answers it";
}

TEST(Pipeline, WhatOursConfirmIsNotNamed) {
  for (const auto& file : captures_below(kCaptures)) {
    const ReplayResult result = run(file, 1, std::nullopt);
    for (const ConversationCounts& counts : result.conversations) {
      if (leaves_application_open(counts.protocol)) continue;
      EXPECT_EQ(counts.app, "") << file;
    }
  }
}

TEST(Pipeline, ARuleOnApplicationsJudgesEachConversationOnce) {
  const LocalRule rule("SITE-004",
                       R"(sg.app == "SSH" && tcp.port == 2222 && sg.server.ip == 192.168.10.10)");
  const SharedConfiguration judged = configured(true, "", {rule.path()});
  for (const unsigned workers : {1u, 2u, 4u}) {
    const ReplayResult result =
        run_by(judged, kCaptures + "/network/ssh-other-port.pcap", workers, std::nullopt);
    std::vector<Alert> told;
    for (const Alert& alert : result.alerts) {
      if (alert.kind == "SITE-004") told.push_back(alert);
    }
    ASSERT_THAT(told, SizeIs(1)) << workers;
    EXPECT_EQ(told.front().count, 1u);
    EXPECT_THAT(told.front().frames, SizeIs(1));
    EXPECT_THAT(told.front().sentence, HasSubstr("(SSH)"));
    EXPECT_EQ(to_text(told.front().target.ip), "192.168.10.10");
  }
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
  EXPECT_EQ(result.counters.loss.files_cut_off, 1u);
  EXPECT_THAT(replay_summary(result, Configuration()),
              HasSubstr("Not seen:\n  capture files that end before their end: 1\n"));
}

/// A live pipeline: the packets and the silences that the test gives it.
struct LivePipeline {
  LivePipeline() {
    ConfigurationRequest request;
    configuration = load_configuration(request).configuration;
    JudgeSettings judging;
    judging.announce = Announce::at_once;
    judge.emplace(configuration->rules, configuration->site, judging, told);
    PipelineSettings settings;
    settings.expects_traffic = true;
    pipeline.emplace(settings, configuration, *judge);
  }
  void packet(Timestamp time) {
    static constexpr std::uint8_t kLoopback[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,
                                                   0,    0,    0,    0,    1,    0x90, 0x00};
    RawPacket packet;
    packet.bytes = kLoopback;
    packet.original_length = sizeof kLoopback;
    packet.time = time;
    packet.link_type = 1;
    pipeline->packet(packet);
  }
  /// Of alerts as they begin.
  std::vector<std::string> sentences() const {
    std::vector<std::string> sentences;
    for (const Alert& alert : told.alerts) {
      if (alert.revision == 1) sentences.push_back(alert.kind + " " + alert.sentence);
    }
    return sentences;
  }
  std::vector<std::string> kinds() const {
    std::vector<std::string> kinds;
    for (const Alert& alert : told.alerts) kinds.push_back(alert.kind);
    return kinds;
  }

  struct Told final : AlertSink {
    void alert(const Alert& alert) override { alerts.push_back(alert); }
    std::vector<Alert> alerts;
  } told;
  SharedConfiguration configuration;
  std::optional<Judge> judge;
  std::optional<Pipeline> pipeline;
};

TEST(Pipeline, LiveSilenceIsTold) {
  LivePipeline live;
  for (int second = 100; second < 130; ++second) live.packet(at(std::chrono::seconds(second)));
  live.pipeline->idle(at(140s));
  EXPECT_THAT(live.kinds(), IsEmpty()) << "a packet came 11 s ago";
  live.pipeline->idle(at(160s));
  ASSERT_THAT(live.kinds(), ElementsAre("SYS-001"));
  const Alert& alert = live.told.alerts.front();
  EXPECT_THAT(alert.sentence, HasSubstr("The last packet came 1970-01-01 00:02:09"));
  EXPECT_EQ(alert.severity, Severity::critical);
  EXPECT_EQ(alert.wireshark_filter, "") << "it is about nobody's packets";
  live.pipeline->finish();
}

TEST(Pipeline, LiveSilenceFromTheBeginningIsTold) {
  LivePipeline live;
  for (int second = 100; second < 130; ++second)
    live.pipeline->idle(at(std::chrono::seconds(second)));
  ASSERT_THAT(live.kinds(), ElementsAre("SYS-001"));
  EXPECT_THAT(live.told.alerts.front().sentence, HasSubstr("No packet has come since"));
  live.pipeline->finish();
}

TEST(Pipeline, PacketsTheSourceLostAreTold) {
  LivePipeline live;
  live.packet(at(100s));
  CaptureLoss loss;
  loss.dropped_by_kernel = 7;
  live.pipeline->report_loss(loss);
  live.packet(at(130s));
  live.packet(at(131s));
  ASSERT_THAT(live.kinds(), ElementsAre("SYS-003"));
  EXPECT_THAT(live.told.alerts.front().sentence, HasSubstr("7 packets lost in the kernel"));
  live.pipeline->finish();
  EXPECT_THAT(live.kinds(), SizeIs(1)) << "nothing was lost since";
}

InterfaceState interface(const std::string& name, std::uint64_t packets, Timestamp last_packet) {
  InterfaceState state;
  state.name = name;
  state.packets = packets;
  state.last_packet = last_packet;
  return state;
}

TEST(Pipeline, AnInterfaceThatWentSilentIsToldByNameWhileTheOtherTalks) {
  LivePipeline live;
  for (int second = 100; second < 160; ++second) {
    const auto until = [&](int end) { return at(std::chrono::seconds(std::min(second, end))); };
    live.pipeline->report_interfaces({interface("eth1", 50, until(1000)),
                                      interface("eth2", 7, until(120)), interface("eth3", 0, {})});
    live.packet(at(std::chrono::seconds(second)));
  }
  EXPECT_THAT(
      live.sentences(),
      ElementsAre(AllOf(HasSubstr("SYS-001"), HasSubstr("No packet has come on eth3 since")),
                  AllOf(HasSubstr("SYS-001"),
                        HasSubstr("The last packet on eth2 came 1970-01-01 00:02:00"))))
      << "an alert for each";
  live.pipeline->finish();
}

TEST(Pipeline, AnInterfaceThatIsGoneIsToldAtOnce) {
  LivePipeline live;
  live.packet(at(100s));
  std::vector<InterfaceState> states = {interface("eth1", 1, at(100s)),
                                        interface("eth2", 9, at(100s))};
  states[1].is_gone = true;
  live.pipeline->report_interfaces(states);
  live.packet(at(101s));
  states[0].last_packet = at(116s);
  live.pipeline->report_interfaces(states);
  live.packet(at(116s));
  live.pipeline->finish();
  EXPECT_THAT(live.sentences(),
              ElementsAre(AllOf(HasSubstr("SYS-001"), HasSubstr("The last packet on eth2 came"),
                                HasSubstr("; the interface is gone"))));
}

TEST(Pipeline, LossNamesTheInterfacesThatLost) {
  LivePipeline live;
  live.packet(at(100s));
  std::vector<InterfaceState> states = {interface("eth1", 1, at(130s)),
                                        interface("eth2", 9, at(130s))};
  states[1].dropped_by_kernel = 7;
  live.pipeline->report_interfaces(states);
  live.packet(at(130s));
  live.packet(at(131s));
  ASSERT_THAT(live.kinds(), ElementsAre("SYS-003"));
  EXPECT_THAT(live.told.alerts.front().sentence,
              HasSubstr("7 packets lost in the kernel (eth2: 7)"));
  live.pipeline->finish();
}

TEST(Pipeline, WhatIsGivenUpForMemoryIsToldAtTheNextTick) {
  LivePipeline live;
  live.packet(at(100s));
  MemoryUse use;
  use.flows = 900 << 20;
  live.pipeline->relieve(FlowRelief::transient,
                         notice_of(MemoryRelief::transient_flows, use, 800 << 20));
  EXPECT_THAT(live.sentences(), IsEmpty());
  live.packet(at(101s));
  live.packet(at(102s));
  EXPECT_THAT(live.sentences(),
              ElementsAre(AllOf(HasSubstr("SYS-016"), HasSubstr("closed and transient flows"))))
      << "once";
  live.pipeline->finish();
}

TEST(Ticker, TicksOnMultiplesOfTheIntervalWhereverTheCaptureBegins) {
  Ticker ticker;
  EXPECT_FALSE(ticker.before_packet(at(1042ms)));
  EXPECT_FALSE(ticker.before_packet(at(1099ms)));
  const auto tick = ticker.before_packet(at(1350ms));
  ASSERT_TRUE(tick);
  EXPECT_EQ(tick->time, at(1300ms));
  EXPECT_EQ(tick->packet_number, 2u);
}

TEST(Ticker, TimeThatGoesBackIsCountedAndNotFollowed) {
  Ticker ticker;
  ticker.before_packet(Timestamp{std::chrono::seconds(100)});
  EXPECT_FALSE(ticker.before_packet(Timestamp{std::chrono::seconds(90)}));
  EXPECT_EQ(ticker.now(), Timestamp{std::chrono::seconds(100)});
  EXPECT_EQ(ticker.clock_steps(), 1u);
}

TEST(Ticker, AStepBackIsOneHoweverManyPacketsFollow) {
  Ticker ticker;
  const Timestamp later = at(100s);
  ticker.before_packet(later);
  for (int i = 0; i < 5; ++i) ticker.before_packet(at(40s) + i * 1ms);
  EXPECT_EQ(ticker.clock_steps(), 1u);
  EXPECT_EQ(ticker.now(), later);
}

TEST(Ticker, TicksLiveBeforeTheFirstPacket) {
  Ticker ticker;
  EXPECT_FALSE(ticker.idle(at(1s)));
  const auto tick = ticker.idle(at(2s));
  ASSERT_TRUE(tick);
  EXPECT_EQ(tick->packet_number, 0u);
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
