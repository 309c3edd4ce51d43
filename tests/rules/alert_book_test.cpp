// Folding, episodes, outcomes, limits, and when an alert is told.
#include "rules/alert/alert_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench_plant.hpp"
#include "rules/bench.hpp"

namespace sightglass::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class AlertBookTest : public ::testing::Test {
 protected:
  AlertBook& book(Announce announce = Announce::at_end, JudgeLimits limits = {}) {
    book_.emplace(AlertBook::Settings{"local", announce, limits}, site, counters, collector);
    return *book_;
  }

  Finding finding(Duration time, std::uint8_t source = kLaptop, std::uint8_t target = kPlc) {
    Finding finding = finding_of(rule, modbus(source, target), at(time), nullptr);
    finding.frames = {++frame_};
    finding.sentence = "Something happened.";
    return finding;
  }

  Finding about_request(Duration time, RequestId request) {
    pdu_ = {};
    pdu_.operation = Operation::write;
    pdu_.function_name = "Write Single Register (6)";
    pdu_.request = request;
    pdu_.packet = ++frame_;
    pdu_.accesses = {
        {registers(static_cast<std::uint32_t>(request)), true, 1, {Value::number(7)}, {}}};
    pdu_.decoded = PduProof("{\"request\":" + std::to_string(request) + "}");
    Finding finding = finding_of(rule, modbus(kLaptop, kPlc), at(time), &pdu_);
    finding.sentence = "Wrote " + std::to_string(request) + ".";
    finding.attempted = "Tried to write " + std::to_string(request) + ".";
    return finding;
  }

  static Completion completion(RequestId request, Outcome::Kind kind) {
    Completion completion;
    completion.request = request;
    completion.outcome = {kind, 0};
    return completion;
  }

  site::Site site;
  JudgeCounters counters;
  Collector collector;
  Rule rule = detector_rule("CTL-013", Detector::new_writer, Severity::high, Fold::source_target);

 private:
  std::optional<AlertBook> book_;
  std::uint64_t frame_ = 0;
  ObservedPdu pdu_;
};

TEST_F(AlertBookTest, FoldsBySourceAndTarget) {
  AlertBook& alerts = book();
  alerts.record(finding(1s));
  alerts.record(finding(2s));
  alerts.record(finding(3s, kEngineering));
  alerts.finish();
  ASSERT_THAT(collector.alerts, SizeIs(2));
  EXPECT_EQ(collector.alerts[0].count, 2u);
  EXPECT_EQ(collector.alerts[0].first_seen, at(1s));
  EXPECT_EQ(collector.alerts[0].last_seen, at(2s));
  EXPECT_THAT(collector.alerts[0].frames, ElementsAre(1, 2));
  EXPECT_EQ(counters.findings, 3u);
  EXPECT_EQ(counters.alerts, 2u);
}

TEST_F(AlertBookTest, FoldsAsTheRuleSays) {
  const auto count = [this](Fold fold) {
    rule.fold = fold;
    collector.alerts.clear();
    AlertBook& alerts = book();
    alerts.record(finding(1s, kLaptop, kPlc));
    alerts.record(finding(2s, kLaptop, kHmi));
    alerts.record(finding(3s, kEngineering, kPlc));
    alerts.record(about_request(4s, 1));
    alerts.record(about_request(5s, 2));
    alerts.finish();
    return collector.alerts.size();
  };
  EXPECT_EQ(count(Fold::source), 2u);
  EXPECT_EQ(count(Fold::target), 2u);
  EXPECT_EQ(count(Fold::source_target), 3u);
  EXPECT_EQ(count(Fold::source_target_object), 5u);
}

TEST_F(AlertBookTest, AnHourOfQuietEndsAnEpisode) {
  AlertBook& alerts = book();
  alerts.record(finding(0s));
  alerts.record(finding(1h));
  alerts.record(finding(2h + 1ns));
  alerts.finish();
  ASSERT_THAT(collector.alerts, SizeIs(2));
  EXPECT_EQ(collector.alerts[0].count, 2u);
  EXPECT_NE(collector.alerts[0].id, collector.alerts[1].id);
}

TEST_F(AlertBookTest, ADayEndsAnEpisodeThatNeverPauses) {
  AlertBook& alerts = book();
  for (int minute = 0; minute < 25 * 60; minute += 30) {
    alerts.record(finding(std::chrono::minutes(minute)));
  }
  alerts.finish();
  ASSERT_THAT(collector.alerts, SizeIs(2));
  EXPECT_EQ(collector.alerts[0].count, 48u);
}

TEST_F(AlertBookTest, IdsDoNotDependOnFrameNumbersOrLabels) {
  AlertBook& alerts = book();
  alerts.record(finding(1s));
  alerts.finish();
  site = site_with_roles();
  AlertBook& labelled = book();
  finding(0s);  // takes a frame number
  labelled.record(finding(1s));
  labelled.finish();
  ASSERT_THAT(collector.alerts, SizeIs(2));
  EXPECT_EQ(collector.alerts[0].id, collector.alerts[1].id);
  EXPECT_NE(collector.alerts[0].target.name, collector.alerts[1].target.name);
}

TEST_F(AlertBookTest, FramesKeepBothEnds) {
  AlertBook& alerts = book();
  for (int i = 0; i < 200; ++i) alerts.record(finding(std::chrono::seconds(i)));
  alerts.finish();
  const auto& frames = collector.alerts.front().frames;
  ASSERT_THAT(frames, SizeIs(kAlertFrames));
  EXPECT_EQ(frames.front(), 1u);
  EXPECT_EQ(frames[kAlertFrames / 2 - 1], kAlertFrames / 2);
  EXPECT_EQ(frames[kAlertFrames / 2], 200 - kAlertFrames / 2 + 1);
  EXPECT_EQ(frames.back(), 200u);
}

TEST_F(AlertBookTest, ObjectsAndEvidenceAreBounded) {
  AlertBook& alerts = book();
  for (RequestId request = 1; request <= 40; ++request) alerts.record(about_request(1s, request));
  alerts.finish();
  const Alert& alert = collector.alerts.front();
  EXPECT_THAT(alert.objects, SizeIs(kAlertObjects));
  EXPECT_EQ(alert.objects_omitted, 40 - kAlertObjects);
  EXPECT_THAT(alert.decoded, SizeIs(kAlertPdus));
  EXPECT_EQ(counters.evidence_dropped, 40 - kAlertPdus);
}

TEST_F(AlertBookTest, TheWorstOutcomeSpeaks) {
  AlertBook& alerts = book();
  alerts.record(about_request(1s, 1));
  alerts.record(about_request(2s, 2));
  alerts.record(about_request(3s, 3));
  alerts.request_ended({1, 1}, completion(1, Outcome::Kind::refused), PduProof());
  alerts.request_ended({1, 2}, completion(2, Outcome::Kind::accepted), PduProof("{\"answer\":2}"));
  alerts.request_ended({1, 3}, completion(3, Outcome::Kind::unanswered), PduProof());
  alerts.finish();
  const Alert& alert = collector.alerts.front();
  EXPECT_EQ(alert.outcome.kind, Outcome::Kind::accepted);
  EXPECT_EQ(alert.sentence, "Wrote 2. 192.168.10.10 accepted 1, refused 1, left 1 unanswered.");
  EXPECT_THAT(alert.decoded, ElementsAre("{\"request\":1}", "{\"request\":2}", "{\"request\":3}",
                                         "{\"answer\":2}"));
}

TEST_F(AlertBookTest, WhatIsNotAboutARequestHasNoOutcome) {
  AlertBook& alerts = book();
  alerts.record(finding(1s));
  alerts.finish();
  EXPECT_EQ(collector.alerts.front().outcome.kind, Outcome::Kind::none);
}

TEST_F(AlertBookTest, IsLoweredOnlyWhenEveryRequestWasRefused) {
  AlertBook& alerts = book();
  alerts.record(about_request(1s, 1));
  alerts.record(about_request(2s, 2));
  alerts.request_ended({1, 1}, completion(1, Outcome::Kind::refused), PduProof());
  alerts.finish();
  EXPECT_EQ(collector.alerts.front().severity, Severity::high) << "one still waits";

  collector.alerts.clear();
  AlertBook& others = book();
  others.record(about_request(1s, 1));
  others.request_ended({1, 1}, completion(1, Outcome::Kind::refused), PduProof());
  others.finish();
  EXPECT_EQ(collector.alerts.front().severity, Severity::medium);
  EXPECT_EQ(collector.alerts.front().sentence, "Tried to write 1. 192.168.10.10 refused.");
}

TEST_F(AlertBookTest, LiveIsToldAtOnceThenAtMostOnceASecond) {
  AlertBook& alerts = book(Announce::at_once);
  alerts.record(about_request(0s, 1));
  ASSERT_THAT(collector.alerts, SizeIs(1));
  EXPECT_EQ(collector.alerts[0].outcome.kind, Outcome::Kind::pending);
  alerts.request_ended({1, 1}, completion(1, Outcome::Kind::accepted), PduProof());
  alerts.tick(at(500ms));
  EXPECT_THAT(collector.alerts, SizeIs(1));
  alerts.record(finding(600ms));
  alerts.tick(at(1s));
  ASSERT_THAT(collector.alerts, SizeIs(2));
  EXPECT_EQ(collector.alerts[1].revision, 2u);
  EXPECT_EQ(collector.alerts[1].id, collector.alerts[0].id);
  EXPECT_EQ(collector.alerts[1].count, 2u);
  EXPECT_EQ(collector.alerts[1].outcome.kind, Outcome::Kind::accepted);
  alerts.tick(at(5s));
  alerts.finish();
  EXPECT_THAT(collector.alerts, SizeIs(2)) << "nothing changed since";
}

TEST_F(AlertBookTest, LiveTellsTheLastChangeAtTheEnd) {
  AlertBook& alerts = book(Announce::at_once);
  alerts.record(finding(0s));
  alerts.record(finding(100ms));
  alerts.finish();
  ASSERT_THAT(collector.alerts, SizeIs(2));
  EXPECT_EQ(collector.alerts[1].count, 2u);
}

TEST_F(AlertBookTest, OpenAlertsAreBoundedAndTheQuietestEnds) {
  JudgeLimits limits;
  limits.open_alerts = 2;
  AlertBook& alerts = book(Announce::at_end, limits);
  alerts.record(finding(1s, 1));
  alerts.record(finding(2s, 2));
  alerts.record(finding(3s, 1));
  alerts.record(finding(4s, 3));
  EXPECT_EQ(counters.alerts_ended_early, 1u);
  alerts.record(finding(5s, 2));
  alerts.finish();
  EXPECT_THAT(collector.alerts, SizeIs(4));
}

TEST_F(AlertBookTest, HeldAlertsAreBoundedAndCounted) {
  JudgeLimits limits;
  limits.open_alerts = 1;
  limits.held_alerts = 1;
  AlertBook& alerts = book(Announce::at_end, limits);
  for (std::uint8_t i = 1; i <= 4; ++i) alerts.record(finding(std::chrono::seconds(i), i));
  EXPECT_EQ(counters.alerts_out_of_order, 2u);
  EXPECT_THAT(collector.alerts, SizeIs(2));
  alerts.finish();
  EXPECT_THAT(collector.alerts, SizeIs(4));
}

TEST_F(AlertBookTest, PortsThatDifferAreNotTold) {
  AlertBook& alerts = book();
  alerts.record(finding(1s));
  Finding other = finding(2s);
  other.conversation.client_port = 50'001;
  alerts.record(other);
  alerts.finish();
  EXPECT_EQ(collector.alerts.front().source.port, 0);
  EXPECT_EQ(collector.alerts.front().target.port, 502);
}

TEST_F(AlertBookTest, TheSenderOfAnAnswerIsTheSource) {
  AlertBook& alerts = book();
  Finding answer = finding(1s);
  answer.by = Direction::to_client;
  alerts.record(answer);
  alerts.finish();
  const Alert& alert = collector.alerts.front();
  EXPECT_EQ(alert.source.ip, station(kPlc).ip);
  EXPECT_EQ(alert.source.port, 502);
  EXPECT_EQ(alert.wireshark_filter,
            "ip.addr == 192.168.10.10 && ip.addr == 192.168.10.66 && tcp.port == 502 && modbus");
}

}  // namespace
}  // namespace sightglass::test
