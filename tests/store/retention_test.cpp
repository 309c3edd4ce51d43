// The record stays within its limits, and gives up the least worth first.
#include "store/retention.hpp"

#include <gmock/gmock.h>

#include <fstream>

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
  auto reader = sample::reader(file());
  for (std::uint64_t number = 1; number <= 6; ++number) {
    const bool gone = number == 4 || number == 5;
    EXPECT_EQ(fs::exists(directory_ / ("evidence/" + to_text(id(number)) + ".pcapng")), !gone);
    Alert alert;
    ASSERT_TRUE(reader->alert(id(number), alert).ok());
    EXPECT_EQ(alert.evidence, gone ? EvidenceState::none : EvidenceState::ready) << number;
  }
  std::vector<HealthEvent> events;
  ASSERT_TRUE(reader->health(0, 10, events).ok());
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, "SYS-005");
  EXPECT_EQ(events[0].subject, "evidence_bytes");
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
