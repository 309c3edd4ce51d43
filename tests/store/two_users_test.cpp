// The console's user reads what the sensor's user writes, whatever state the sensor is in.
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "sample_rows.hpp"

namespace sightglass {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kSensorUser = 61001, kConsoleUser = 61002;
constexpr gid_t kGroup = 61003;

// Runs `act` as that user in a process of its own; its result is the exit status.
template <class Act>
pid_t start_as(uid_t user, Act act) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  if (::setgroups(0, nullptr) != 0 || ::setgid(kGroup) != 0 || ::setuid(user) != 0) ::_exit(100);
  ::_exit(act());
}

int status_of(pid_t child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

template <class Act>
int run_as(uid_t user, Act act) {
  return status_of(start_as(user, act));
}

// The number of alerts the console's user sees; 200 when it can not read, 201 when it can write.
int seen_by_console(const fs::path& file) {
  return run_as(kConsoleUser, [&] {
    auto opened = RecordReader::open(file);
    if (opened.reader == nullptr) {
      std::fprintf(stderr, "%s\n", opened.error.message.c_str());
      return 200;
    }
    AlertTotals totals;
    const StoreError error = opened.reader->alert_totals(totals);
    if (!error.ok()) {
      std::fprintf(stderr, "%s\n", error.message.c_str());
      return 200;
    }
    if (::access(file.c_str(), W_OK) == 0) return 201;
    return static_cast<int>(totals.all);
  });
}

class TwoUsers : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to become two users";
    ASSERT_EQ(::chmod(directory_.path().c_str(), 0755), 0);
    fs::create_directory(directory_ / "data");
    ASSERT_EQ(::chown((directory_ / "data").c_str(), kSensorUser, kGroup), 0);
    ASSERT_EQ(::chmod((directory_ / "data").c_str(), 02750), 0);
  }

  fs::path file() const { return directory_ / "data/record.db"; }

  // A sensor that has committed `alerts` and then lives until `release` is closed; dies by itself
  // when `clean`, else by our SIGKILL.
  void start_sensor(std::uint64_t alerts, bool clean) {
    int ready[2], release[2];
    ASSERT_EQ(::pipe(ready), 0);
    ASSERT_EQ(::pipe(release), 0);
    sensor_ = start_as(kSensorUser, [&] {
      ::close(release[1]);
      auto opened = RecordWriter::open(file(), {});
      if (opened.writer == nullptr) {
        std::fprintf(stderr, "%s\n", opened.error.message.c_str());
        return 1;
      }
      Batch batch;
      for (std::uint64_t number = 1; number <= alerts; ++number) {
        batch.alerts.push_back(sample::alert(number));
      }
      opened.writer->submit(std::move(batch));
      opened.writer->flush();
      char byte = 1;
      if (::write(ready[1], &byte, 1) != 1) return 1;
      while (::read(release[0], &byte, 1) > 0) {
      }
      if (clean) opened.writer.reset();
      return 0;
    });
    ::close(ready[1]);
    ::close(release[0]);
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ::close(ready[0]);
    release_ = release[1];
  }
  void stop_sensor() {
    ::close(release_);
    EXPECT_EQ(status_of(sensor_), 0);
  }
  void kill_sensor() {
    ::kill(sensor_, SIGKILL);
    status_of(sensor_);
    ::close(release_);
  }

  sample::Directory directory_;
  pid_t sensor_ = 0;
  int release_ = -1;
};

TEST_F(TwoUsers, ConsoleReadsWhileTheSensorIsUp) {
  start_sensor(3, true);
  EXPECT_EQ(seen_by_console(file()), 3);
  stop_sensor();
}

TEST_F(TwoUsers, ConsoleReadsAfterTheSensorStopped) {
  start_sensor(3, true);
  stop_sensor();
  EXPECT_EQ(seen_by_console(file()), 3);
}

TEST_F(TwoUsers, ConsoleReadsAfterTheSensorWasKilled) {
  start_sensor(4, false);
  kill_sensor();
  EXPECT_EQ(seen_by_console(file()), 4);
  start_sensor(6, true);
  EXPECT_EQ(seen_by_console(file()), 6);
  stop_sensor();
}

TEST_F(TwoUsers, ConsoleReadsARestoredCopyWithoutItsWal) {
  start_sensor(5, true);
  stop_sensor();
  fs::remove(file().string() + "-wal");
  fs::remove(file().string() + "-shm");
  EXPECT_EQ(seen_by_console(file()), 5);
  start_sensor(7, true);
  EXPECT_EQ(seen_by_console(file()), 7);
  stop_sensor();
}

TEST_F(TwoUsers, StrangerReadsNothing) {
  start_sensor(1, true);
  const int seen = run_as(kSensorUser + 10, [&] {
    return ::setgid(kGroup) == 0 && RecordReader::open(file()).reader != nullptr ? 1 : 0;
  });
  EXPECT_EQ(seen, 1) << "in the group it may";
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(61999) != 0 || ::setuid(61999) != 0) ::_exit(100);
    const auto opened = RecordReader::open(file());
    ::_exit(opened.error.kind == StoreError::Kind::refused ? 0 : 1);
  }
  EXPECT_EQ(status_of(stranger), 0);
  stop_sensor();
}

TEST_F(TwoUsers, ReaderOfARestoredCopyFollowsWhenTheSensorStarts) {
  start_sensor(2, true);
  stop_sensor();
  fs::remove(file().string() + "-wal");
  fs::remove(file().string() + "-shm");
  int go[2], seen[2];
  ASSERT_EQ(::pipe(go), 0);
  ASSERT_EQ(::pipe(seen), 0);
  const pid_t console = start_as(kConsoleUser, [&] {
    ::close(go[1]);
    auto reader = RecordReader::open(file()).reader;
    AlertTotals totals;
    if (reader == nullptr || !reader->alert_totals(totals).ok() || totals.all != 2) return 1;
    char byte = 1;
    if (::write(seen[1], &byte, 1) != 1) return 2;
    if (::read(go[0], &byte, 1) != 1) return 3;
    return reader->alert_totals(totals).ok() && totals.all == 9 ? 0 : 4;
  });
  ::close(go[0]);
  char byte = 0;
  ASSERT_EQ(::read(seen[0], &byte, 1), 1);
  start_sensor(9, true);
  ASSERT_EQ(::write(go[1], &byte, 1), 1);
  EXPECT_EQ(status_of(console), 0);
  stop_sensor();
}

}  // namespace
}  // namespace sightglass
