// SIGKILL at any moment: what was announced is there, and the file opens.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <random>

#include "sample_rows.hpp"

namespace sightglass {
namespace {

namespace fs = std::filesystem;

// Writes for ever, telling each announced seq through the pipe. Never returns.
[[noreturn]] void write_until_killed(const fs::path& file, int pipe) {
  WriterSettings settings;
  settings.alert_delay = std::chrono::milliseconds(0);
  settings.retention_interval = std::chrono::seconds(0);
  settings.retention.alert_age = {};  // these alerts are years old
  settings.committed = [pipe](std::uint64_t seq) {
    if (::write(pipe, &seq, sizeof seq) != sizeof seq) ::_exit(2);
  };
  auto opened = RecordWriter::open(file, {}, settings);
  if (opened.writer == nullptr) ::_exit(3);
  const std::uint64_t before = opened.writer->flush().seq;
  for (std::uint64_t number = before + 1;; ++number) {
    Alert alert = sample::alert(number);
    alert.decoded = {std::string(3000, 'd')};
    opened.writer->submit(sample::batch_of({alert}));
    if (number % 16 == 0) opened.writer->flush();
  }
}

// The last seq the child announced before it died; 0 when none.
std::uint64_t drain(int pipe) {
  std::uint64_t seq = 0, last = 0;
  while (::read(pipe, &seq, sizeof seq) == sizeof seq) last = seq;
  return last;
}

TEST(Crash, KillAtAnyMomentLosesNothingAnnounced) {
  const sample::Directory directory;
  const fs::path file = directory / "record.db";
  std::mt19937 random(20260101);  // the moments vary with the machine anyway
  std::uniform_int_distribution<useconds_t> moment(0, 60'000);
  std::uint64_t announced = 0;
  for (int round = 0; round < 25; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      write_until_killed(file, ends[1]);
    }
    ::close(ends[1]);
    if (round % 5 != 0) {  // the others are killed while they open
      std::uint64_t first = 0;
      ASSERT_EQ(::read(ends[0], &first, sizeof first), static_cast<ssize_t>(sizeof first));
      announced = std::max(announced, first);
    }
    ::usleep(moment(random));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
    announced = std::max(announced, drain(ends[0]));
    ::close(ends[0]);

    if (announced == 0) continue;  // killed before there was anything
    // First as a reader finds it, then as the next writer does.
    auto reader = sample::reader(file);
    ASSERT_NE(reader, nullptr);
    std::uint64_t seq = 0;
    ASSERT_TRUE(reader->last_seq(seq).ok());
    EXPECT_GE(seq, announced);
    AlertTotals totals;
    ASSERT_TRUE(reader->alert_totals(totals).ok());
    EXPECT_EQ(totals.all, seq) << "every change is an alert, in the same transaction";
    Alert alert;
    EXPECT_TRUE(reader->alert(sample::id(announced), alert).ok());
    EXPECT_EQ(alert.decoded.size(), 1u);
  }
  EXPECT_GT(announced, 0u);
}

}  // namespace
}  // namespace sightglass
