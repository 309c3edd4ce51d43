// Who begins a connection and leaves it alone is found in time, and a flood of them takes no
// memory.
#include "sensor/pipeline/attempts.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace sightglass {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Timestamp at(Duration time) { return Timestamp{time}; }

/// Its number, where nobody has to make room.
std::uint64_t begin(Attempts& attempts, Flow& flow, Duration now) {
  return attempts.begin(flow, at(now), [](Flow&) { ADD_FAILURE() << "there was room"; });
}

std::vector<Flow*> expired(Attempts& attempts, Duration now) {
  std::vector<Flow*> flows;
  attempts.expire(at(now), [&](Flow& flow) { flows.push_back(&flow); });
  return flows;
}

TEST(Attempts, AreLeftAloneAfterTheirTimeAndOnce) {
  Attempts attempts;
  Flow first, second;
  begin(attempts, first, 10s);
  begin(attempts, second, 11s);
  EXPECT_THAT(expired(attempts, 11999ms), IsEmpty());
  EXPECT_THAT(expired(attempts, 12s), ElementsAre(&first));
  EXPECT_THAT(expired(attempts, 20s), ElementsAre(&second));
  EXPECT_THAT(expired(attempts, 30s), IsEmpty());
}

TEST(Attempts, WhatIsForgottenIsNotLookedAtAgain) {
  Attempts attempts;
  Flow first, second;
  const std::uint64_t number = begin(attempts, first, 10s);
  begin(attempts, second, 10s);
  EXPECT_TRUE(attempts.forget(number));
  EXPECT_THAT(expired(attempts, 12s), ElementsAre(&second));
  EXPECT_FALSE(attempts.forget(number)) << "its time is over";
}

TEST(Attempts, MoreThanMayWaitMakeTheOldestGiveWayAtOnce) {
  Attempts attempts;
  std::vector<Flow> flows(kMostAttempts + 3);
  std::vector<Flow*> gave_way;
  for (Flow& flow : flows) {
    const auto number =
        attempts.begin(flow, at(10s), [&](Flow& oldest) { gave_way.push_back(&oldest); });
    if (&flow == &flows[1]) attempts.forget(number);
    EXPECT_LE(attempts.bytes(), kMostAttempts * 16);
  }
  EXPECT_THAT(gave_way, ElementsAre(&flows[0], &flows[2])) << "and one was forgotten already";
  EXPECT_EQ(attempts.cut_short(), 2u);
  EXPECT_EQ(expired(attempts, 12s).size(), kMostAttempts);
}

TEST(Attempts, SoManyHostsAreToldUntilTheHourIsOver) {
  Attempts attempts;
  for (std::uint64_t host = 0; host < kMostAttempters; ++host) {
    EXPECT_TRUE(attempts.is_told(host, at(10000s)));
  }
  EXPECT_FALSE(attempts.is_told(kMostAttempters, at(10000s)));
  EXPECT_TRUE(attempts.is_told(0, at(10000s))) << "it is one of them";
  EXPECT_TRUE(attempts.is_told(kMostAttempters, at(10000s) + kAttemptersKnown));
}

}  // namespace
}  // namespace sightglass
