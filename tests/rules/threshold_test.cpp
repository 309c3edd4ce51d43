// Windows slide in packet time; floods cost no more memory than the count needs.
#include "rules/threshold.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/rule.hpp"

namespace sightglass {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;

Threshold three_in_ten_seconds(std::string distinct = "") {
  Threshold threshold;
  threshold.count = 3;
  threshold.within = seconds(10);
  threshold.distinct = std::move(distinct);
  return threshold;
}

Match match(int second, std::string_view value = "", std::uint64_t times = 1) {
  return {Timestamp{} + seconds(second), static_cast<std::uint64_t>(second), times, value};
}

class ThresholdsTest : public ::testing::Test {
 protected:
  JudgeCounters counters;
  Thresholds thresholds{2, counters};
};

TEST_F(ThresholdsTest, IsReachedByTheCountAndNamesTheWholeWindow) {
  const Threshold threshold = three_in_ten_seconds();
  EXPECT_FALSE(thresholds.count(threshold, "a", match(1)));
  EXPECT_FALSE(thresholds.count(threshold, "a", match(2)));
  const auto reached = thresholds.count(threshold, "a", match(3));
  ASSERT_TRUE(reached);
  EXPECT_EQ(reached->times, 3u);
  EXPECT_EQ(reached->first_seen, Timestamp{} + seconds(1));
  EXPECT_THAT(reached->frames, ElementsAre(1, 2, 3));
}

TEST_F(ThresholdsTest, GoesOnMatchByMatchWhileTheWindowIsFull) {
  const Threshold threshold = three_in_ten_seconds();
  for (int second = 1; second <= 3; ++second) {
    thresholds.count(threshold, "a", match(second));
  }
  const auto reached = thresholds.count(threshold, "a", match(4));
  ASSERT_TRUE(reached);
  EXPECT_EQ(reached->times, 1u);
  EXPECT_THAT(reached->frames, ElementsAre(4));
  EXPECT_FALSE(thresholds.count(threshold, "a", match(30))) << "the window is empty again";
}

TEST_F(ThresholdsTest, SaysHowManyValuesTheMatchesHad) {
  const Threshold threshold = three_in_ten_seconds();
  thresholds.count(threshold, "a", match(1, "x"));
  thresholds.count(threshold, "a", match(2, "y"));
  const auto reached = thresholds.count(threshold, "a", match(3, "x"));
  ASSERT_TRUE(reached);
  EXPECT_EQ(reached->seen, 3u);
  EXPECT_EQ(reached->values, 2u);
}

TEST_F(ThresholdsTest, WhatIsTooFarApartDoesNotAddUp) {
  const Threshold threshold = three_in_ten_seconds();
  for (int second = 0; second < 60; second += 6) {
    EXPECT_FALSE(thresholds.count(threshold, "a", match(second)));
  }
}

TEST_F(ThresholdsTest, DistinctCountsValuesNotMatches) {
  const Threshold threshold = three_in_ten_seconds("modbus.func_code");
  EXPECT_FALSE(thresholds.count(threshold, "a", match(1, "1")));
  EXPECT_FALSE(thresholds.count(threshold, "a", match(2, "1")));
  EXPECT_FALSE(thresholds.count(threshold, "a", match(3, "2")));
  EXPECT_FALSE(thresholds.count(threshold, "a", match(4, "2")));
  EXPECT_TRUE(thresholds.count(threshold, "a", match(5, "3")));
}

TEST_F(ThresholdsTest, RepeatsFoldedByAWorkerCountAsManyTimes) {
  EXPECT_TRUE(thresholds.count(three_in_ten_seconds(), "a", match(1, "", 3)));
}

TEST_F(ThresholdsTest, KeysAreCountedApartAndTheQuietestMakesRoom) {
  const Threshold threshold = three_in_ten_seconds();
  thresholds.count(threshold, "a", match(1, "", 2));
  thresholds.count(threshold, "b", match(2, "", 2));
  EXPECT_EQ(counters.threshold_keys_dropped, 0u);
  thresholds.count(threshold, "c", match(3, "", 2));
  EXPECT_EQ(counters.threshold_keys_dropped, 1u);
  EXPECT_TRUE(thresholds.count(threshold, "b", match(4))) << "b was kept";
  EXPECT_FALSE(thresholds.count(threshold, "a", match(4))) << "a was forgotten";
}

}  // namespace
}  // namespace sightglass
