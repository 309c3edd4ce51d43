// Ranges merge the same way in whatever order they come.
#include "rules/baseline/address_ranges.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sightglass {
namespace {

using ::testing::ElementsAre;

AddressRange range(std::uint32_t first, std::uint32_t last, std::int64_t second = 0) {
  return {first,
          last,
          1,
          timestamp_from_ns(second * 1'000'000'000),
          timestamp_from_ns(second * 1'000'000'000),
          static_cast<std::uint64_t>(second)};
}

AddressRanges ranges_of(const std::vector<AddressRange>& added) {
  AddressRanges ranges;
  for (const AddressRange& one : added) ranges.add(one);
  return ranges;
}

std::vector<AddressRange> list(const AddressRanges& ranges) {
  return {ranges.ranges().begin(), ranges.ranges().end()};
}

TEST(AddressRanges, OverlappingAndTouchingBecomeOne) {
  const auto ranges = list(ranges_of({range(0, 4, 5), range(10, 14, 1), range(5, 9, 3)}));
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_EQ(ranges[0].first, 0u);
  EXPECT_EQ(ranges[0].last, 14u);
  EXPECT_EQ(ranges[0].times, 3u);
  EXPECT_EQ(ranges[0].first_seen, timestamp_from_ns(1'000'000'000));
  EXPECT_EQ(ranges[0].last_seen, timestamp_from_ns(5'000'000'000));
  EXPECT_EQ(ranges[0].first_packet, 1u);
}

TEST(AddressRanges, AGapOfOneAddressKeepsThemApart) {
  EXPECT_EQ(list(ranges_of({range(0, 4), range(6, 9)})).size(), 2u);
}

TEST(AddressRanges, CoverageIsAddressByAddress) {
  const AddressRanges ranges = ranges_of({range(10, 19), range(30, 39)});
  EXPECT_TRUE(ranges.covers(12, 15));
  EXPECT_TRUE(ranges.covers(10, 19));
  EXPECT_FALSE(ranges.covers(9, 10));
  EXPECT_FALSE(ranges.covers(19, 20));
  EXPECT_FALSE(ranges.covers(15, 32)) << "the gap between two ranges is not covered";
}

TEST(AddressRanges, TheHighestAddressDoesNotWrapRound) {
  const AddressRanges ranges = ranges_of({range(UINT32_MAX - 1, UINT32_MAX), range(0, 0)});
  EXPECT_EQ(list(ranges).size(), 2u);
  EXPECT_TRUE(ranges.covers(UINT32_MAX, UINT32_MAX));
}

TEST(AddressRanges, OrderOfAddingDoesNotMatter) {
  std::vector<AddressRange> added;
  std::mt19937 random(7);
  for (std::int64_t i = 0; i < 60; ++i) {
    const auto first = static_cast<std::uint32_t>(random() % 200);
    added.push_back(range(first, first + static_cast<std::uint32_t>(random() % 5), i));
  }
  const auto expected = list(ranges_of(added));
  for (int round = 0; round < 20; ++round) {
    std::ranges::shuffle(added, random);
    EXPECT_EQ(list(ranges_of(added)), expected);
  }
}

TEST(AddressRanges, TooManyAreWidenedOverTheSmallestGap) {
  AddressRanges ranges;
  for (std::uint32_t i = 0; i < AddressRanges::kMost; ++i) {
    EXPECT_EQ(ranges.add(range(100 * i, 100 * i)), AddressRanges::Added::exactly);
  }
  EXPECT_EQ(ranges.add(range(310, 310)), AddressRanges::Added::widened);
  EXPECT_EQ(list(ranges).size(), AddressRanges::kMost);
  EXPECT_TRUE(ranges.covers(300, 310));
  EXPECT_FALSE(ranges.covers(200, 300));
}

TEST(AddressRanges, WithoutNeighboursNothingIsEverWidened) {
  AddressRanges ranges;
  constexpr bool kHaveNeighbours = false;
  for (std::uint32_t i = 0; i < AddressRanges::kMostExact; ++i) {
    ASSERT_EQ(ranges.add(range(3 * i, 3 * i), kHaveNeighbours), AddressRanges::Added::exactly);
  }
  EXPECT_EQ(ranges.add(range(4, 4), kHaveNeighbours), AddressRanges::Added::refused);
  EXPECT_FALSE(ranges.covers(4, 4));
  EXPECT_EQ(ranges.add(range(3, 3), kHaveNeighbours), AddressRanges::Added::exactly);
  EXPECT_EQ(ranges.at(3)->times, 2u);
}

}  // namespace
}  // namespace sightglass
