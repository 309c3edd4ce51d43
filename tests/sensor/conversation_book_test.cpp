// Conversations: added up over spans, flows and workers, and bounded.
#include "sensor/pipeline/conversation_book.hpp"

#include <gtest/gtest.h>

namespace sightglass {
namespace {

using namespace std::chrono_literals;

Timestamp at(Duration since_the_epoch) { return Timestamp{since_the_epoch}; }

ConversationCounts span(std::uint32_t client, Duration from, Duration to) {
  ConversationCounts counts;
  counts.client.ip = IpAddress::v4(client);
  counts.server.ip = IpAddress::v4(0x0a000001);
  counts.server_port = 502;
  counts.packets = 10;
  counts.of_pdus.make().operations[static_cast<std::size_t>(Operation::read)] = 4;
  counts.of_pdus.make().latency.add(3ms);
  counts.first_seen = at(from);
  counts.last_seen = at(to);
  return counts;
}

std::vector<ConversationCounts> sorted(std::vector<ConversationCounts> found) {
  sort_canonically(found);
  return found;
}

TEST(ConversationBook, AddsSpansOfOneConversationUp) {
  ConversationBook book;
  book.add(sorted({span(1, 10s, 20s), span(2, 10s, 20s), span(1, 5s, 15s)}));
  book.add(sorted({span(1, 20s, 30s)}));
  const auto taken = book.take();
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].packets, 30u);
  EXPECT_EQ(taken[0].of_pdus->operations[static_cast<std::size_t>(Operation::read)], 12u);
  EXPECT_EQ(taken[0].of_pdus->latency.total(), 3u);
  EXPECT_EQ(taken[0].first_seen, at(5s));
  EXPECT_EQ(taken[0].last_seen, at(30s));
  EXPECT_EQ(taken[1].packets, 10u);
  EXPECT_TRUE(book.take().empty());
}

TEST(ConversationBook, WhatFindsNoRoomIsCountedAndDoesNotDependOnTheOrder) {
  ConversationBook one(2), other(2);
  one.add(sorted({span(3, 1s, 2s), span(1, 1s, 2s), span(2, 1s, 2s)}));
  other.add(sorted({span(2, 1s, 2s), span(3, 1s, 2s), span(1, 1s, 2s)}));
  EXPECT_EQ(one.untold(), 1u);
  EXPECT_EQ(one.take(), other.take());
  one.add(sorted({span(3, 1s, 2s)}));
  EXPECT_EQ(one.untold(), 1u);
}

TEST(LatencyHistogram, TellsTheBoundThatAShareIsBelow) {
  LatencyHistogram latency;
  EXPECT_EQ(latency.faster_than(50), std::nullopt);
  for (int i = 0; i < 90; ++i) latency.add(3ms);
  for (int i = 0; i < 10; ++i) latency.add(40ms);
  EXPECT_EQ(latency.faster_than(50), Duration(1 << 22));  // 4.2 ms
  EXPECT_EQ(latency.faster_than(90), Duration(1 << 22));
  EXPECT_EQ(latency.faster_than(91), Duration(1 << 26));  // 67 ms
}

TEST(LatencyHistogram, ExtremesFallIntoTheOuterBuckets) {
  LatencyHistogram latency;
  latency.add(-1s);  // a clock that went back
  latency.add(0s);
  EXPECT_EQ(latency.count(0), 2u);
  latency.add(24h);
  EXPECT_EQ(latency.count(LatencyHistogram::kBuckets - 1), 1u);
  EXPECT_EQ(latency.faster_than(100), std::nullopt);
}

}  // namespace
}  // namespace sightglass
