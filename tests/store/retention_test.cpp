// The record stays within its limits, and gives up the least worth first.
#include "store/retention.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "sample_rows.hpp"

namespace sightglass {
namespace {

namespace fs = std::filesystem;
using sample::at;
using sample::id;

// Lets retention run after every commit, and waits until it has nothing left to do.
class Retention : public testing::Test {
 protected:
  static WriterSettings settings(const RetentionLimits& limits) {
    WriterSettings settings;
    settings.retention = limits;
    settings.retention_interval = std::chrono::seconds(0);
    settings.now = [] { return at(1'000'000); };
    return settings;
  }
  void open(const RetentionLimits& limits) { writer_ = sample::writer(file(), settings(limits)); }
  fs::path file() const { return directory_ / "record.db"; }
  void write(Batch batch) {
    ASSERT_TRUE(writer_->submit(std::move(batch)));
    ASSERT_TRUE(writer_->flush().error.ok());
  }
  // Retention runs on the writer's thread after the flush: poll what it counts.
  template <class Done>
  void wait_for(Done done) {
    for (int i = 0; i < 20'000 && !done(writer_->counters().retention); ++i) ::usleep(1000);
    EXPECT_TRUE(done(writer_->counters().retention));
  }
  void add_evidence(Batch& batch, const AlertId& alert, std::size_t bytes) {
    const std::string path = "evidence/" + to_text(alert) + ".pcapng";
    std::ofstream(directory_ / path) << std::string(bytes, 'x');
    batch.evidence.push_back(
        {.alert = alert, .state = EvidenceState::ready, .path = path, .bytes = bytes, .frames = 1});
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_ / "evidence"), fs::directory_iterator()));
  }
  // What a console tells at once: everything, with nothing before it.
  static TriagePage statement(std::vector<TriagePage::Alert> alerts) {
    return {.source = "console", .upto = 1, .last = true, .alerts = std::move(alerts)};
  }
  void tell(TriagePage page) {
    Batch batch;
    batch.triage = std::move(page);
    write(std::move(batch));
  }
  bool has_file(std::uint64_t number) const {
    return fs::exists(directory_ / ("evidence/" + to_text(id(number)) + ".pcapng"));
  }
  EvidenceRecord evidence(std::uint64_t number) {
    EvidenceRecord record;
    EXPECT_TRUE(sample::reader(file())->evidence(id(number), record).ok());
    return record;
  }
  std::vector<std::string> told_subjects() {
    std::vector<HealthEvent> events;
    EXPECT_TRUE(sample::reader(file())->health(0, 10, events).ok());
    std::vector<std::string> subjects;
    for (const HealthEvent& event : events) subjects.push_back(event.subject);
    return subjects;
  }
  bool exists(const AlertId& alert_id) {
    Alert alert;
    return sample::reader(file())->alert(alert_id, alert).ok();
  }

  sample::Directory directory_;
  std::unique_ptr<RecordWriter> writer_;
};

TEST_F(Retention, AgeTakesAlertsWithTheirEvidence) {
  RetentionLimits limits = RetentionLimits::keep_all();
  limits.alert_age = std::chrono::hours(24);
  open(limits);
  Alert recent = sample::alert(2);
  recent.last_seen = at(1'000'000 - 3600);
  Batch batch = sample::batch_of({sample::alert(1), recent});
  add_evidence(batch, id(1), 100);
  add_evidence(batch, id(2), 100);
  write(std::move(batch));
  wait_for([](const RetentionCounters& counters) { return counters.alerts_by_age == 1; });
  writer_.reset();
  EXPECT_FALSE(exists(id(1)));
  EXPECT_TRUE(exists(id(2)));
  EXPECT_EQ(files(), 1u);
}

TEST_F(Retention, EvidenceLimitTakesTheOldestOfTheLeastSevere) {
  RetentionLimits limits = RetentionLimits::keep_all();
  limits.evidence_bytes = 1000;
  open(limits);
  Batch batch;
  for (std::uint64_t number = 1; number <= 6; ++number) {
    Alert alert = sample::alert(number);
    alert.severity = number <= 3 ? Severity::critical : Severity::low;
    batch.alerts.push_back(alert);
    add_evidence(batch, id(number), 200);
  }
  write(std::move(batch));
  wait_for([](const RetentionCounters& counters) { return counters.evidence_by_size == 2; });
  writer_.reset();
  for (std::uint64_t number = 1; number <= 6; ++number) {
    const bool gone = number == 4 || number == 5;
    EXPECT_EQ(has_file(number), !gone);
    EXPECT_EQ(evidence(number).state, gone ? EvidenceState::none : EvidenceState::ready) << number;
    EXPECT_EQ(evidence(number).lack, gone ? EvidenceLack::evicted : EvidenceLack::none) << number;
  }
  std::vector<HealthEvent> events;
  ASSERT_TRUE(sample::reader(file())->health(0, 10, events).ok());
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, "SYS-005");
  EXPECT_EQ(events[0].subject, "evidence_bytes");
}

// Six alerts of 200 bytes each, the first two critical; then 1000 bytes are allowed.
class EvidenceByTriage : public Retention {
 protected:
  void SetUp() override {
    open(RetentionLimits::keep_all());
    Batch batch;
    for (std::uint64_t number = 1; number <= 6; ++number) {
      Alert alert = sample::alert(number);
      alert.severity = number <= 2 ? Severity::critical : Severity::low;
      batch.alerts.push_back(alert);
      add_evidence(batch, id(number), 200);
    }
    write(std::move(batch));
  }
  void limit() {
    RetentionLimits limits = RetentionLimits::keep_all();
    limits.evidence_bytes = 1000;
    writer_.reset();
    open(limits);
  }
  // Refuses something: that is told in the pass that looked for room in vain.
  void wait_for_a_pass_in_vain() {
    const std::size_t before = told_subjects().size();
    EXPECT_FALSE(writer_->reserve_evidence(1));
    for (int i = 0; i < 20'000 && told_subjects().size() == before; ++i) ::usleep(1000);
    EXPECT_EQ(told_subjects().front(), "evidence_refused");
  }
};

TEST_F(EvidenceByTriage, TakesClosedAlertsOnlyLeastSevereThenOldest) {
  tell(statement({{id(1), TriageState::closed},
                  {id(2), TriageState::closed},
                  {id(5), TriageState::closed},
                  {id(6), TriageState::held}}));
  limit();
  wait_for([](const RetentionCounters& counters) { return counters.evidence_by_size == 2; });
  writer_.reset();
  for (std::uint64_t number = 1; number <= 6; ++number) {
    EXPECT_EQ(has_file(number), number != 1 && number != 5) << number;
  }
}

TEST_F(EvidenceByTriage, TakesNothingOfWhatIsOpenOrHeld) {
  tell(statement({{id(3), TriageState::held}}));
  limit();
  wait_for_a_pass_in_vain();
  EXPECT_EQ(files(), 6u);
}

TEST_F(EvidenceByTriage, ClosedAlertThatGoesOnCountsAsOpen) {
  tell(statement({{id(3), TriageState::closed}, {id(4), TriageState::closed}}));
  Alert again = sample::alert(3);
  again.severity = Severity::low;
  again.revision = 2;
  again.count = 2;
  write(sample::batch_of({again}));
  limit();
  wait_for([](const RetentionCounters& counters) { return counters.evidence_by_size == 1; });
  wait_for_a_pass_in_vain();
  EXPECT_TRUE(has_file(3));
  EXPECT_FALSE(has_file(4));
}

TEST_F(EvidenceByTriage, LateOutcomeOfAClosedAlertLeavesItClosed) {
  tell(statement({{id(3), TriageState::closed}}));
  Alert outcome = sample::alert(3);
  outcome.revision = 2;
  write(sample::batch_of({outcome}));
  limit();
  wait_for([](const RetentionCounters& counters) { return counters.evidence_by_size == 1; });
  EXPECT_EQ(evidence(3).lack, EvidenceLack::evicted);
}

TEST_F(EvidenceByTriage, NewStatementForgetsWhatItDoesNotTellAgain) {
  tell(statement({{id(3), TriageState::closed}, {id(4), TriageState::held}}));
  // Another console begins, and has not come to alerts 3 and 4 yet.
  tell({.source = "another", .upto = 1, .alerts = {{id(5), TriageState::closed}}});
  limit();
  wait_for([](const RetentionCounters& counters) { return counters.evidence_by_size == 1; });
  wait_for_a_pass_in_vain();
  EXPECT_TRUE(has_file(3)) << "closed once, but not told again yet";
  EXPECT_FALSE(has_file(5));
  tell({.source = "another",
        .after = 1,
        .upto = 2,
        .last = true,
        .alerts = {{id(4), TriageState::closed}}});
  wait_for([](const RetentionCounters& counters) { return counters.evidence_by_size == 2; });
  EXPECT_FALSE(has_file(4)) << "held once, closed now";
}

TEST_F(EvidenceByTriage, PageThatDoesNotFollowChangesNothing) {
  tell(statement({}));
  tell({.source = "console",
        .after = 7,
        .upto = 8,
        .last = true,
        .alerts = {{id(3), TriageState::closed}}});
  tell({.source = "another",
        .after = 1,
        .upto = 2,
        .last = true,
        .alerts = {{id(3), TriageState::closed}}});
  TriageTold told;
  ASSERT_TRUE(sample::reader(file())->triage_told(told).ok());
  EXPECT_EQ(told, (TriageTold{"console", 1}));
  limit();
  wait_for_a_pass_in_vain();
  EXPECT_EQ(files(), 6u);
}

TEST_F(EvidenceByTriage, PageToldTwiceIsToldOnce) {
  const TriagePage page = statement({{id(3), TriageState::held}, {id(9), TriageState::closed}});
  tell(page);
  tell(page);
  tell({.source = "console", .after = 1, .upto = 2, .alerts = {{id(3), TriageState::closed}}});
  limit();
  wait_for([](const RetentionCounters& counters) { return counters.evidence_by_size == 1; });
  EXPECT_FALSE(has_file(3));
}

TEST_F(EvidenceByTriage, RefusedRoomIsToldOnceUntilThereIsSome) {
  tell(statement({}));
  limit();
  wait_for_a_pass_in_vain();
  EXPECT_FALSE(writer_->reserve_evidence(1));
  EXPECT_EQ(writer_->counters().evidence_refused_full, 2u);
  tell(statement({{id(3), TriageState::closed}, {id(4), TriageState::closed}}));
  wait_for([](const RetentionCounters& counters) { return counters.evidence_by_size == 2; });
  EXPECT_EQ(std::ranges::count(told_subjects(), "evidence_refused"), 1);
  EXPECT_TRUE(writer_->reserve_evidence(200));
  EXPECT_FALSE(writer_->reserve_evidence(1)) << "what is promised counts";
}

TEST_F(Retention, FileOfAnAlertThatIsGoneDoesNotStay) {
  open(RetentionLimits::keep_all());
  Batch batch;
  add_evidence(batch, id(1), 100);
  write(std::move(batch));
  EXPECT_FALSE(has_file(1));
  EXPECT_EQ(writer_->counters().evidence_bytes, 0u);
}

TEST_F(Retention, AgeSparesHeldAlerts) {
  RetentionLimits limits = RetentionLimits::keep_all();
  limits.alert_age = std::chrono::hours(24);
  open(RetentionLimits::keep_all());
  Batch batch = sample::batch_of({sample::alert(1), sample::alert(2), sample::alert(3)});
  batch.triage = statement({{id(1), TriageState::held}, {id(3), TriageState::closed}});
  write(std::move(batch));
  writer_.reset();
  open(limits);
  wait_for([](const RetentionCounters& counters) { return counters.alerts_by_age == 2; });
  writer_.reset();
  EXPECT_TRUE(exists(id(1)));
}

TEST_F(Retention, RecordLimitTakesClosedAlertsBeforeOthersAndNeverHeldOnes) {
  RetentionLimits limits = RetentionLimits::keep_all();
  limits.record_bytes = 2 << 20;
  open(RetentionLimits::keep_all());
  std::vector<TriagePage::Alert> told;
  for (std::uint64_t number = 0; number < 200; ++number) {
    Alert alert = sample::alert(number);
    alert.severity = number % 2 == 0 ? Severity::critical : Severity::info;
    alert.decoded = {std::string(20'000, 'd')};
    ASSERT_TRUE(writer_->submit(sample::batch_of({alert})));
    if (number % 2 == 0 && number < 140) told.push_back({id(number), TriageState::closed});
    if (number == 1) told.push_back({id(number), TriageState::held});
  }
  tell(statement(told));
  writer_.reset();
  open(limits);  // 4 MB where 2 are allowed: 70 closed are not enough
  wait_for([](const RetentionCounters& counters) { return counters.alerts_by_size >= 100; });
  writer_.reset();
  EXPECT_FALSE(exists(id(0))) << "critical, but closed";
  EXPECT_TRUE(exists(id(198))) << "critical and open";
  EXPECT_TRUE(exists(id(1))) << "the oldest of the least severe, but held";
  EXPECT_FALSE(exists(id(3)));
}

TEST_F(Retention, RecordLimitTakesTheLeastSevereAndShrinksTheFile) {
  RetentionLimits limits = RetentionLimits::keep_all();
  limits.record_bytes = 2 << 20;
  open(limits);
  for (std::uint64_t number = 0; number < 500; ++number) {
    Alert alert = sample::alert(number);
    alert.severity = number % 10 == 0 ? Severity::critical : Severity::info;
    alert.decoded = {std::string(20'000, 'd')};
    ASSERT_TRUE(writer_->submit(sample::batch_of({alert})));
  }
  ASSERT_TRUE(writer_->flush().error.ok());
  wait_for([](const RetentionCounters& counters) { return counters.alerts_by_size >= 400; });
  writer_.reset();
  auto reader = sample::reader(file());
  AlertTotals totals;
  ASSERT_TRUE(reader->alert_totals(totals).ok());
  EXPECT_EQ(totals.by_severity[1], 50u);
  EXPECT_LT(totals.by_severity[5], 100u);
  std::vector<HealthEvent> events;
  ASSERT_TRUE(reader->health(0, 10, events).ok());
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0].subject, "record_bytes");
}

TEST_F(Retention, ShortenedChangeLogResetsOldCursors) {
  RetentionLimits limits = RetentionLimits::keep_all();
  limits.changes = 10;
  open(limits);
  for (std::uint64_t number = 1; number <= 50; ++number) {
    ASSERT_TRUE(writer_->submit(sample::batch_of({sample::alert(number)})));
  }
  ASSERT_TRUE(writer_->flush().error.ok());
  wait_for([](const RetentionCounters& counters) { return counters.changes == 40; });
  auto reader = sample::reader(file());
  ChangePage page;
  ASSERT_TRUE(reader->changes(39, 100, page).ok());
  ASSERT_EQ(page.changes.size(), 1u);
  EXPECT_EQ(page.changes[0].kind, ChangeKind::reset);
  EXPECT_EQ(page.changes[0].seq, 50u);
  ASSERT_TRUE(reader->changes(40, 100, page).ok());
  EXPECT_EQ(page.changes.size(), 10u);
  ASSERT_TRUE(reader->changes(50, 100, page).ok());
  EXPECT_TRUE(page.changes.empty());
}

TEST_F(Retention, CasesKeepEverythingHoweverOld) {
  WriterSettings offline = WriterSettings::offline();
  offline.retention_interval = std::chrono::seconds(0);
  writer_ = sample::writer(file(), offline);
  Alert ancient = sample::alert(1);
  ancient.first_seen = ancient.last_seen = timestamp_from_ns(1);
  write(sample::batch_of({ancient}));
  write(sample::batch_of({sample::alert(2)}));
  writer_.reset();
  EXPECT_TRUE(exists(id(1)));
}

}  // namespace
}  // namespace sightglass
