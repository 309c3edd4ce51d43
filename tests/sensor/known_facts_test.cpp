#include "sensor/pipeline/known_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass {
namespace {

using Sighting = KnownFacts::Sighting;
using testing::ElementsAre;
using testing::Pair;

constexpr std::uint32_t kRead = 3;

Object registers(std::uint32_t first) { return {ObjectSpace::holding_register, 1, 0, first, 10}; }

Sighting see_read(KnownFacts& facts, std::uint32_t first, std::int64_t at = 0) {
  return facts.see(Fact::Kind::read, Operation::read, kRead, "Read", registers(first),
                   timestamp_from_ns(at));
}

std::vector<std::pair<std::uint32_t, std::uint64_t>> taken(KnownFacts& facts) {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> counts;
  facts.take_counts([&](const KnownFacts::Counted& counted) {
    counts.emplace_back(counted.object.first, counted.sightings.times);
  });
  return counts;
}

TEST(KnownFacts, PollingThatComesRoundIsCountedByObject) {
  KnownFacts facts;
  for (std::uint32_t first : {0, 40, 80}) EXPECT_EQ(see_read(facts, first), Sighting::first);
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t first : {0, 40, 80}) EXPECT_EQ(see_read(facts, first), Sighting::repeat);
  }
  EXPECT_THAT(taken(facts), ElementsAre(Pair(0, 3), Pair(40, 3), Pair(80, 3)));
  EXPECT_FALSE(facts.dirty());
}

TEST(KnownFacts, AnyOtherOrderIsCountedTheSame) {
  KnownFacts facts;
  for (std::uint32_t first : {0, 40, 80}) see_read(facts, first);
  for (std::uint32_t first : {80, 0, 0, 80, 40, 80}) {
    EXPECT_EQ(see_read(facts, first), Sighting::repeat) << first;
  }
  EXPECT_THAT(taken(facts), ElementsAre(Pair(0, 2), Pair(40, 1), Pair(80, 3)));
}

TEST(KnownFacts, CountsSayWhenTheyBeganAndEnded) {
  KnownFacts facts;
  for (std::int64_t at : {1, 5, 9}) see_read(facts, 0, at);
  std::pair<std::int64_t, std::int64_t> when;
  facts.take_counts([&](const KnownFacts::Counted& counted) {
    when = {to_ns(counted.sightings.first), to_ns(counted.sightings.last)};
  });
  EXPECT_EQ(when, std::pair(std::int64_t{5}, std::int64_t{9}));
}

TEST(KnownFacts, WhatWasCountedElsewhereIsAddedWithItsTimes) {
  KnownFacts facts;
  for (std::int64_t at : {1, 5}) see_read(facts, 0, at);
  facts.add(facts.last_place(), {3, timestamp_from_ns(4), timestamp_from_ns(9)});
  KnownFacts::Sightings seen;
  facts.take_counts([&](const KnownFacts::Counted& counted) { seen = counted.sightings; });
  EXPECT_EQ(seen.times, 4u);
  EXPECT_EQ(to_ns(seen.first), 4);
  EXPECT_EQ(to_ns(seen.last), 9);
}

TEST(KnownFacts, WritesAreKnownButNotCounted) {
  KnownFacts facts;
  const auto write = [&] {
    return facts.see(Fact::Kind::write, Operation::write, 6, "Write", registers(0), Timestamp());
  };
  EXPECT_EQ(write(), Sighting::first);
  EXPECT_EQ(write(), Sighting::repeat);
  EXPECT_FALSE(facts.dirty());
}

TEST(KnownFacts, SameObjectReadAndWrittenAreTwoFacts) {
  KnownFacts facts;
  EXPECT_EQ(see_read(facts, 0), Sighting::first);
  EXPECT_EQ(
      facts.see(Fact::Kind::write, Operation::write, kRead, "Write", registers(0), Timestamp()),
      Sighting::first);
}

TEST(KnownFacts, BeyondItsLimitNothingIsRemembered) {
  KnownFacts facts;
  for (std::uint32_t i = 0; i < kFactsPerFlow; ++i) {
    ASSERT_EQ(see_read(facts, i), Sighting::first) << i;
  }
  EXPECT_EQ(see_read(facts, 1'000'000), Sighting::no_room);
  EXPECT_EQ(see_read(facts, 1'000'000), Sighting::no_room);
  EXPECT_EQ(see_read(facts, 0), Sighting::repeat);
}

}  // namespace
}  // namespace sightglass
