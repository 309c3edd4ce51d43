#include "console/server/events.hpp"

#include <gtest/gtest.h>

#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

bool yes() { return true; }

TEST(Events, NewClientLearnsWhereItStandsAndThenHears) {
  EventHub hub(7);
  const auto stream = hub.subscribe({}, "s", yes);
  EXPECT_EQ(stream->take(), "retry: 2000\nid: 7\n\n");
  hub.publish(8, "alert", R"({"id":"a"})");
  EXPECT_EQ(stream->take(), "id: 8\nevent: alert\ndata: {\"id\":\"a\"}\n\n");
  EXPECT_EQ(stream->take(), "");
}

TEST(Events, ResumedClientHearsExactlyWhatItMissed) {
  EventHub hub(7);
  for (std::uint64_t seq = 8; seq <= 10; ++seq) hub.publish(seq, "alert", "{}");
  const std::string text = hub.subscribe(8, "s", yes)->take();
  EXPECT_EQ(text.find("id: 8\n"), std::string::npos);
  EXPECT_NE(text.find("id: 9\n"), std::string::npos);
  EXPECT_NE(text.find("id: 10\n"), std::string::npos);
  EXPECT_EQ(text.find("reset"), std::string::npos);
  EXPECT_EQ(hub.subscribe(10, "s", yes)->take().find("event"), std::string::npos);
}

TEST(Events, ClientThatWasAwayTooLongIsReset) {
  EventHub hub(7);
  for (std::uint64_t seq = 8; seq < 10 + kEventsKept; ++seq) hub.publish(seq, "alert", "{}");
  EXPECT_NE(hub.subscribe(8, "s", yes)->take().find("event: reset"), std::string::npos);
  EXPECT_NE(hub.subscribe(1'000'000, "s", yes)->take().find("event: reset"), std::string::npos)
      << "of another record";
  EXPECT_EQ(hub.subscribe(9, "s", yes)->take().find("event: reset"), std::string::npos);
  EXPECT_EQ(hub.counters().not_resumable, 2u);
}

TEST(Events, SlowClientIsResetInsteadOfTakingMemory) {
  EventHub hub(0);
  const auto slow = hub.subscribe({}, "s", yes);
  const std::string large(100'000, 'x');
  for (std::uint64_t seq = 1; seq <= 11; ++seq) hub.publish(seq, "alert", large);
  EXPECT_EQ(slow->take(), "id: 11\nevent: reset\ndata: {}\n\n");
  EXPECT_EQ(hub.counters().streams_reset, 1u);
}

TEST(Events, StreamsAreCountedPerSessionAndInAll) {
  EventHub hub(0);
  std::vector<std::shared_ptr<EventSource>> open;
  for (std::size_t i = 0; i < kStreamsPerSession; ++i) open.push_back(hub.subscribe({}, "s", yes));
  EXPECT_EQ(hub.subscribe({}, "s", yes), nullptr);
  EXPECT_NE(hub.subscribe({}, "other", yes), nullptr);
  open.pop_back();
  EXPECT_NE(hub.subscribe({}, "s", yes), nullptr) << "one has ended";
  while (open.size() < kStreamsMost) {
    auto stream = hub.subscribe({}, std::to_string(open.size()), yes);
    if (!stream) break;
    open.push_back(std::move(stream));
  }
  EXPECT_EQ(hub.subscribe({}, "one more", yes), nullptr);
}

TEST(Events, WakesWhoeverWaits) {
  EventHub hub(0);
  const auto stream = hub.subscribe({}, "s", yes);
  int woken = 0;
  stream->when_ready([&] { ++woken; });
  hub.publish(1, "alert", "{}");
  EXPECT_EQ(woken, 1);
}

TEST(EventsApi, StreamEndsWithItsSession) {
  SmallConsole console;
  const Response response = console.ask(Role::viewer, Method::get, "/events");
  ASSERT_NE(response.events, nullptr);
  EXPECT_EQ(response.content_type, "text/event-stream");
  EXPECT_TRUE(response.events->may_go_on());
  console.accounts.revoke("the.viewer", console.session(Role::viewer).id, "");
  EXPECT_FALSE(response.events->may_go_on());
}

TEST(EventsApi, ChangesOfPeopleAreHeardToo) {
  SmallConsole console(1);
  const Response response = console.ask(Role::viewer, Method::get, "/events");
  response.events->take();
  console.ask(Role::analyst, Method::post, "/alerts/" + id_text(1) + "/notes", R"({"text":"x"})");
  EXPECT_EQ(response.events->take(), "event: triage\ndata: {\"id\":\"" + id_text(1) + "\"}\n\n");
}

}  // namespace
}  // namespace sightglass::console
