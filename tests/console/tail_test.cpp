#include "console/server/record_tail.hpp"

#include <gtest/gtest.h>

#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

std::size_t listed(SmallConsole& console) {
  const auto page = console.index.list({});
  return page ? page->ids.size() : 0;
}

TEST(Tail, NewAlertIsInTheListBeforeItsEvent) {
  SmallConsole console(1);
  const auto stream = console.events.subscribe({}, "s", [] { return true; });
  stream->take();
  std::size_t when_told = 0;
  stream->when_ready([&] { when_told = listed(console); });
  console.write(sample::alert(2));
  EXPECT_EQ(when_told, 2u);
  const std::string text = stream->take();
  EXPECT_NE(text.find("event: alert\n"), std::string::npos);
  EXPECT_NE(text.find(id_text(2)), std::string::npos);
}

TEST(Tail, GoesOnWhereItStoppedAfterARestart) {
  SmallConsole console(3);
  RecordTail again(console.record, console.index);
  const std::uint64_t rebuilt = again.counters().rebuilds;
  ASSERT_TRUE(again.look(nullptr));
  EXPECT_EQ(again.cursor(), console.tail.cursor());
  EXPECT_EQ(again.counters().changes, 0u);
  EXPECT_EQ(again.counters().rebuilds, rebuilt);
}

TEST(Tail, ReplacedRecordIsReadAnew) {
  SmallConsole console(3);
  const auto stream = console.events.subscribe({}, "s", [] { return true; });
  console.writer.reset();
  std::filesystem::rename(console.directory / "record", console.directory / "old");
  console.writer = sample::writer(console.directory / "record" / "record.db");
  Batch batch;
  batch.alerts = {sample::alert(7)};
  console.writer->submit(std::move(batch));
  ASSERT_TRUE(console.writer->flush().error.ok());
  for (int look = 0; look < kLooksBetweenIdentity; ++look) console.tail.look(&console.events);
  const auto page = console.index.list({});
  ASSERT_EQ(page->ids.size(), 1u);
  EXPECT_EQ(page->ids[0], sample::id(7));
  EXPECT_NE(stream->take().find("event: reset"), std::string::npos);
}

TEST(Tail, LongerRecordInTheSamePlaceAfterARestartIsReadAnew) {
  SmallConsole console(3);
  console.writer.reset();
  console.record.forget_readers();
  // The file system may give the new file the old one's inode, and its log reaches further.
  std::filesystem::remove_all(console.directory / "record");
  console.writer = sample::writer(console.directory / "record" / "record.db");
  Batch batch;
  for (int n = 11; n <= 18; ++n) batch.alerts.push_back(sample::alert(n));
  console.writer->submit(std::move(batch));
  ASSERT_TRUE(console.writer->flush().error.ok());
  RecordTail restarted(console.record, console.index);
  ASSERT_TRUE(restarted.look(&console.events)) << restarted.problem();
  EXPECT_EQ(listed(console), 8u);
}

TEST(Tail, CursorTheRecordNoLongerHasMakesTheIndexAnew) {
  SmallConsole console(3);
  // As after retention of the change log, or a restored copy: further than the log reaches.
  console.index.update({}, 1'000'000);
  console.index.forget(std::vector{sample::id(2)});
  RecordTail tail(console.record, console.index);
  ASSERT_TRUE(tail.look(&console.events));
  EXPECT_EQ(tail.counters().rebuilds, 1u);
  EXPECT_EQ(listed(console), 3u);
}

TEST(Tail, OpenPagesAreToldOnceWhenTheRecordGoesAndWhenItIsBack) {
  SmallConsole console;
  Record later(console.directory / "later");
  RecordTail tail(later, console.index);
  const auto stream = console.events.subscribe({}, "s", [] { return true; });
  stream->take();
  tail.look(&console.events);
  EXPECT_NE(stream->take().find("event: health\n"), std::string::npos);
  tail.look(&console.events);
  EXPECT_EQ(stream->take(), "") << "nothing has changed";
  const auto writer = sample::writer(console.directory / "later" / "record.db");
  ASSERT_TRUE(tail.look(&console.events)) << tail.problem();
  EXPECT_NE(stream->take().find("event: health\n"), std::string::npos);
}

TEST(Tail, MissingRecordIsAProblemUntilItIsThere) {
  SmallConsole console;
  Record later(console.directory / "later");
  RecordTail tail(later, console.index);
  EXPECT_FALSE(tail.look(nullptr));
  EXPECT_NE(tail.problem(), "");
  const auto writer = sample::writer(console.directory / "later" / "record.db");
  EXPECT_TRUE(tail.look(nullptr)) << tail.problem();
  EXPECT_EQ(tail.problem(), "");
}

}  // namespace
}  // namespace sightglass::console
