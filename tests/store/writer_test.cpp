// The one writer: one at a time, honest about a failing disk, alerts dropped last.
#include <gmock/gmock.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <mutex>

#include "sample_rows.hpp"

namespace sightglass {
namespace {

namespace fs = std::filesystem;
using sample::id;
using testing::HasSubstr;

std::uint64_t stored_alerts(const fs::path& file) {
  AlertTotals totals;
  EXPECT_TRUE(sample::reader(file)->alert_totals(totals).ok());
  return totals.all;
}

TEST(Writer, SecondOneIsRefusedAndNamesTheFirst) {
  const sample::Directory directory;
  auto first = sample::writer(directory / "record.db");
  const auto second = RecordWriter::open(directory / "record.db", {});
  EXPECT_EQ(second.error.kind, StoreError::Kind::in_use);
  EXPECT_THAT(second.error.message, HasSubstr("process " + std::to_string(::getpid())));
  first.reset();
  EXPECT_TRUE(RecordWriter::open(directory / "record.db", {}).error.ok());
}

TEST(Writer, AnnouncesAfterTheCommitAndNeverBefore) {
  const sample::Directory directory;
  const fs::path file = directory / "record.db";
  std::promise<std::uint64_t> seen;
  WriterSettings settings;
  settings.committed = [&](std::uint64_t seq) {
    // Another connection already finds what is announced.
    seen.set_value(seq * 100 + stored_alerts(file));
  };
  auto writer = sample::writer(file, settings);
  ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(1), sample::alert(2)})));
  EXPECT_EQ(seen.get_future().get(), 202u);
}

TEST(Writer, ModesLetTheGroupReadAndNobodyElse) {
  const sample::Directory directory;
  const fs::path file = directory / "data/record.db";
  const mode_t before = ::umask(0077);
  auto writer = sample::writer(file);
  ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(1)})));
  writer->flush();
  ::umask(before);
  const auto mode = [](const fs::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777;
  };
  EXPECT_EQ(mode(directory / "data"), 02750u);
  EXPECT_EQ(mode(directory / "data/evidence"), 02750u);
  for (const char* name : {"record.db", "record.db-wal", "record.db-shm"}) {
    EXPECT_EQ(mode(directory / "data" / name), 0640u) << name;
  }
}

TEST(Writer, WalStaysAfterACleanCloseAndIsSmall) {
  const sample::Directory directory;
  auto writer = sample::writer(directory / "record.db");
  for (std::uint64_t number = 0; number < 100; ++number) {
    ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(number)})));
  }
  ASSERT_TRUE(writer->flush().error.ok());
  EXPECT_GT(writer->wal_bytes(), 0u);
  writer.reset();
  EXPECT_TRUE(fs::exists(directory / "record.db-wal"));
  EXPECT_LE(fs::file_size(directory / "record.db-wal"), 16u << 20);
}

TEST(Writer, TellsOfAReaderThatKeepsTheWalFromShrinking) {
  const sample::Directory directory;
  const fs::path file = directory / "record.db";
  WriterSettings settings;
  settings.retention = RetentionLimits::keep_all();
  settings.retention_interval = std::chrono::seconds(0);
  settings.wal_alarm_bytes = 5 << 20;  // above what checkpoints leave
  auto writer = sample::writer(file, settings);
  sqlite3* reader = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &reader), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM alert", nullptr, nullptr, nullptr),
            SQLITE_OK);
  std::vector<HealthEvent> events;
  for (std::uint64_t number = 0; number < 1000 && events.empty(); ++number) {
    Alert alert = sample::alert(number);
    alert.decoded = {std::string(60'000, 'd')};
    ASSERT_TRUE(writer->submit(sample::batch_of({alert})));
    ASSERT_TRUE(writer->flush().error.ok());
    ASSERT_TRUE(sample::reader(file)->health(0, 10, events).ok());
  }
  sqlite3_close(reader);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, "SYS-005");
  EXPECT_EQ(events[0].subject, "record.db-wal");
}

TEST(Writer, FinishedCaseIsOneFile) {
  const sample::Directory directory;
  const fs::path file = directory / "record.db";
  auto writer = sample::writer(file, WriterSettings::offline());
  ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(1)})));
  const StoreError error = writer->finish_case();
  ASSERT_TRUE(error.ok()) << error.message;
  EXPECT_FALSE(writer->submit(sample::batch_of({sample::alert(2)})));
  writer.reset();
  for (const char* suffix : {"-wal", "-shm", "-journal", ".lock"}) {
    EXPECT_FALSE(fs::exists(file.string() + suffix)) << suffix;
  }
  EXPECT_EQ(stored_alerts(file), 1u);
}

// Another process in the middle of a write of its own.
class Blocker {
 public:
  explicit Blocker(const fs::path& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &handle_), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~Blocker() { sqlite3_close(handle_); }
  void release() { sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr); }

 private:
  sqlite3* handle_ = nullptr;
};

TEST(Writer, WaitsForALockedDatabaseAndThenWrites) {
  const sample::Directory directory;
  auto writer = sample::writer(directory / "record.db");
  {
    Blocker blocker(directory / "record.db");
    ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(1)})));
    while (writer->counters().busy == 0) ::usleep(1000);
    blocker.release();
  }
  EXPECT_TRUE(writer->flush().error.ok());
  EXPECT_EQ(stored_alerts(directory / "record.db"), 1u);
  EXPECT_GE(writer->counters().failed_commits, 1u);
}

TEST(Writer, FullQueueDropsStatisticsFirstAndAlertsLast) {
  const sample::Directory directory;
  WriterSettings settings;
  settings.queue_bytes = 200'000;
  auto writer = sample::writer(directory / "record.db", settings);
  std::uint64_t refused = 0;
  {
    Blocker blocker(directory / "record.db");
    Batch first = sample::batch_of({sample::alert(1)});
    ASSERT_TRUE(writer->submit(std::move(first)));
    while (writer->counters().busy == 0) ::usleep(1000);

    for (std::uint64_t number = 2; number < 400; ++number) {
      Batch batch = sample::batch_of({sample::alert(number)});
      batch.health.emplace_back().kind = "SYS-003";
      batch.conversations.emplace_back();
      batch.statistics.emplace();
      batch.statistics->counters.push_back({"a", number});
      writer->submit(std::move(batch));
      const WriterCounters counters = writer->counters();
      EXPECT_LE(counters.queued_bytes, settings.queue_bytes);
      if (counters.dropped_alerts != 0) {
        // By then everything of less worth has gone from the batches that wait.
        EXPECT_GT(counters.dropped_health, 0u);
        EXPECT_GE(counters.dropped_conversations, counters.dropped_health);
        EXPECT_GE(counters.dropped_statistics, counters.dropped_conversations);
      }
    }
    refused = writer->counters().dropped_alerts;
    EXPECT_GT(refused, 0u);
    blocker.release();
  }
  EXPECT_TRUE(writer->flush().error.ok());
  EXPECT_EQ(stored_alerts(directory / "record.db"), 399 - refused);
}

TEST(Writer, OfflineWaitsForRoomInsteadOfDropping) {
  const sample::Directory directory;
  WriterSettings settings = WriterSettings::offline();
  settings.queue_bytes = 20'000;
  auto writer = sample::writer(directory / "record.db", settings);
  for (std::uint64_t number = 0; number < 300; ++number) {
    ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(number)})));
  }
  ASSERT_TRUE(writer->flush().error.ok());
  EXPECT_EQ(writer->counters().dropped_alerts, 0u);
  EXPECT_EQ(stored_alerts(directory / "record.db"), 300u);
}

TEST(Writer, BatchTheDatabaseNeverTakesDoesNotStopTheOthers) {
  const sample::Directory directory;
  auto writer = sample::writer(directory / "record.db");
  Alert impossible = sample::alert(2);
  impossible.severity = static_cast<Severity>(9);
  writer->submit(sample::batch_of({sample::alert(1)}));
  writer->submit(sample::batch_of({impossible}));
  writer->submit(sample::batch_of({sample::alert(3)}));
  EXPECT_TRUE(writer->flush().error.ok());
  EXPECT_EQ(writer->counters().rejected_batches, 1u);
  EXPECT_EQ(stored_alerts(directory / "record.db"), 2u);
}

// Files may not grow: every write to the WAL fails until the limit is lifted.
class FileSizeLimit {
 public:
  FileSizeLimit() : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    set(4096);
  }
  ~FileSizeLimit() {
    lift();
    ::signal(SIGXFSZ, handler_);
  }
  void lift() { set(before_.rlim_cur); }

 private:
  void set(rlim_t bytes) {
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  rlimit before_{};
  void (*handler_)(int);
};

TEST(Writer, SurvivesADiskThatRefusesToWrite) {
  const sample::Directory directory;
  auto writer = sample::writer(directory / "record.db");
  {
    FileSizeLimit limit;
    ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(1)})));
    while (writer->counters().failed_commits < 2) ::usleep(1000);
    EXPECT_EQ(writer->counters().commits, 0u);
  }
  EXPECT_TRUE(writer->flush().error.ok());
  EXPECT_EQ(stored_alerts(directory / "record.db"), 1u);
  EXPECT_GE(writer->counters().io + writer->counters().full, 2u);
}

TEST(Writer, OfflineGivesUpOnABrokenDiskAndSaysSo) {
  const sample::Directory directory;
  auto writer = sample::writer(directory / "record.db", WriterSettings::offline());
  const FileSizeLimit limit;
  ASSERT_TRUE(writer->submit(sample::batch_of({sample::alert(1)})));
  const auto flushed = writer->flush();
  EXPECT_EQ(flushed.error.kind, StoreError::Kind::stopped);
  EXPECT_EQ(writer->finish_case().kind, StoreError::Kind::stopped);
  EXPECT_EQ(writer->counters().dropped_alerts, 1u);
}

TEST(Writer, FullDiskLosesNothingThatFitsInTheQueue) {
  const sample::Directory directory;
  const fs::path disk = directory / "disk";
  fs::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=16m") != 0) {
    GTEST_SKIP() << "needs the right to mount";
  }
  {
    auto writer = sample::writer(disk / "record.db");
    const fs::path ballast = disk / "ballast";
    std::ofstream(ballast) << std::string(32 << 20, 'b');  // as much as fits
    std::uint64_t number = 1;
    while (writer->counters().full == 0) {
      Alert alert = sample::alert(number++);
      alert.decoded = {std::string(20'000, 'd')};
      writer->submit(sample::batch_of({alert}));
      ::usleep(1000);
    }
    fs::remove(ballast);
    EXPECT_TRUE(writer->flush().error.ok());
    EXPECT_EQ(writer->counters().dropped_alerts, 0u);
    EXPECT_EQ(stored_alerts(disk / "record.db"), number - 1);
  }
  EXPECT_EQ(::umount2(disk.c_str(), MNT_DETACH), 0);
}

TEST(Writer, RepairsEvidenceThatACrashLeftHalfWay) {
  const sample::Directory directory;
  const fs::path file = directory / "record.db";
  {
    auto writer = sample::writer(file);
    Alert with_file = sample::alert(1), without = sample::alert(2);
    with_file.evidence = without.evidence = EvidenceState::collecting;
    writer->submit(sample::batch_of({with_file, without}));
  }
  const auto slice = [&](std::uint64_t number) {
    return directory / ("evidence/" + to_text(id(number)) + ".pcapng");
  };
  std::ofstream(slice(1)) << "whole";
  std::ofstream(slice(3)) << "of no alert";
  std::ofstream(slice(1).string() + ".tmp") << "half";
  sample::writer(file).reset();

  EXPECT_TRUE(fs::exists(slice(1)));
  EXPECT_FALSE(fs::exists(slice(3)));
  EXPECT_FALSE(fs::exists(slice(1).string() + ".tmp"));
  auto reader = sample::reader(file);
  EvidenceRecord evidence;
  ASSERT_TRUE(reader->evidence(id(1), evidence).ok());
  EXPECT_EQ(evidence.state, EvidenceState::partial);
  EXPECT_EQ(evidence.bytes, 5u);
  ASSERT_TRUE(reader->evidence(id(2), evidence).ok());
  EXPECT_EQ(evidence.state, EvidenceState::none);
}

}  // namespace
}  // namespace sightglass
