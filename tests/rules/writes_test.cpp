// Who may write what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench_plant.hpp"

namespace sightglass::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

void learned_writes(Plant& plant) {
  plant.host(1s, kPlc);
  plant.host(1s, kEngineering);
  plant.conversation(1s, kEngineering, kPlc);
  for (int second = 2; second < 60; second += 20) {
    plant.write(std::chrono::seconds(second), kHmi, kPlc, registers(40, 2), 45);
  }
}

TEST(Writes, ANewWriterIsToldAsThatAlone) {
  Plant plant(learning_for(60s));
  learned_writes(plant);
  const std::uint64_t frame = plant.write(70s, kEngineering, kPlc, registers(60), 1);
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("CTL-013"));
  EXPECT_THAT(plant.told().alerts.front().frames, ElementsAre(frame));
}

TEST(Writes, AKnownWriterOfANewAddressIsToldOnceForEachAddress) {
  Plant plant(learning_for(60s));
  learned_writes(plant);
  plant.write(70s, kHmi, kPlc, registers(42), 1);
  plant.write(80s, kHmi, kPlc, registers(42), 2);
  plant.write(90s, kHmi, kPlc, registers(43), 2);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("CTL-014", "CTL-014"));
  EXPECT_EQ(plant.told().alerts.front().count, 2u);
  EXPECT_THAT(plant.told().alerts.front().expected,
              HasSubstr("192.168.10.20 wrote holding registers 40-41 of unit 1 (3 times)"));
}

TEST(Writes, AnotherBlockingOfKnownAddressesIsKnown) {
  Plant plant(learning_for(60s));
  plant.write(1s, kHmi, kPlc, registers(40), 1);
  plant.write(2s, kHmi, kPlc, registers(41, 3), 1);
  plant.write(70s, kHmi, kPlc, registers(40, 4), 1);
  plant.write(71s, kHmi, kPlc, registers(42), 1);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(Writes, WhatTheDeviceRefusedIsNotLearned) {
  Plant plant(learning_for(60s));
  plant.write(1s, kHmi, kPlc, registers(40), 1);
  plant.write(2s, kHmi, kPlc, registers(99), 1, {Outcome::Kind::refused, 2});
  plant.write(70s, kHmi, kPlc, registers(99), 1);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("CTL-014"));
  EXPECT_EQ(plant.judge().counters().facts_not_learned, 2u);
}

TEST(Writes, WhatIsDangerousIsNotLearned) {
  Plant plant(learning_for(60s));
  plant.write(1s, kLaptop, kPlc, registers(40), 1, {Outcome::Kind::accepted, 0}, true);
  for (const Fact& fact : plant.judge().learned()) EXPECT_NE(fact.kind, Fact::Kind::write);
}

TEST(Writes, RolesDecideWithoutABaseline) {
  Plant plant({}, site_with_roles());
  for (int second = 1; second < 9; ++second) {
    plant.write(std::chrono::seconds(second), kHmi, kPlc, registers(40), 1);
  }
  plant.write(100s, kLaptop, kPlc, registers(40), 95);
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("CTL-013"));
  const Alert& alert = plant.told().alerts.front();
  EXPECT_EQ(alert.source.ip, station(kLaptop).ip);
  EXPECT_EQ(alert.sentence,
            "Unknown station 192.168.10.66 changed PLC-1 holding register 40 of unit 1: 1 -> 95. "
            "PLC-1 accepted.");
  EXPECT_THAT(alert.expected,
              HasSubstr("HMI-1 (192.168.10.20) wrote holding register 40 of unit 1 8 "
                        "times before"));
}

TEST(Writes, RolesDecideWhileLearningAndAStrangerIsNotLearned) {
  Plant plant(learning_for(60s), site_with_roles());
  plant.write(1s, kLaptop, kPlc, registers(40), 95);
  plant.write(70s, kLaptop, kPlc, registers(40), 96);
  plant.judge().finish();
  EXPECT_EQ(plant.told().of_kind("CTL-013").front().count, 2u);
}

TEST(Writes, TheListOfWritersStandsAboveRoles) {
  site::Description description = site_with_roles().description();
  site::Writer writer;
  writer.asset = "ENG-1";
  description.assets.back().writers = std::vector{writer};
  Plant plant({}, site::Site(description));
  plant.write(1s, kHmi, kPlc, registers(40), 1);
  plant.write(200s, kEngineering, kPlc, registers(41), 1);
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("CTL-013"));
  EXPECT_EQ(plant.told().alerts.front().source.name, "HMI-1");
}

TEST(Writes, WithoutSiteAndBaselineEverybodyMayWrite) {
  Plant plant;
  plant.write(1s, kLaptop, kPlc, registers(40), 1);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(Writes, ARefusedWriteIsAStepLowerAndAnUnansweredOneIsNot) {
  const auto told = [](Outcome outcome) {
    Plant plant({}, site_with_roles());
    plant.write(1s, kLaptop, kPlc, registers(40), 95, outcome);
    plant.judge().finish();
    return plant.told().alerts.front();
  };
  EXPECT_EQ(told({Outcome::Kind::accepted, 0}).severity, Severity::critical);
  const Alert refused = told({Outcome::Kind::refused, 2});
  EXPECT_EQ(refused.severity, Severity::high);
  EXPECT_EQ(refused.outcome_name, "Illegal data address (2)");
  EXPECT_THAT(refused.sentence, HasSubstr("tried to write PLC-1"));
  EXPECT_THAT(refused.sentence, HasSubstr("PLC-1 refused: Illegal data address (2)."));
  EXPECT_EQ(told({Outcome::Kind::unanswered, 0}).severity, Severity::critical);
  EXPECT_EQ(told({Outcome::Kind::unseen, 0}).severity, Severity::critical);
}

TEST(Writes, ASweepIsToldBesideItsWriter) {
  Plant plant({}, site_with_roles());
  for (std::uint32_t i = 0; i < 30; ++i) {
    plant.write(std::chrono::milliseconds(100 * i), kLaptop, kPlc, registers(i), 1);
  }
  plant.judge().finish();
  ASSERT_EQ(plant.told().of_kind("CTL-017").size(), 1u);
  EXPECT_EQ(plant.told().of_kind("CTL-017").front().count, 30u);
  EXPECT_EQ(plant.told().of_kind("CTL-013").front().objects.size(), 30u);
}

TEST(Writes, TwoStationsWithinAMinuteAreAConflict) {
  Plant plant({}, site_with_roles());
  plant.write(1s, kHmi, kPlc, registers(40), 50);
  plant.write(31s, kEngineering, kPlc, registers(39, 2), 60);
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("CTL-020"));
  EXPECT_THAT(plant.told().alerts.front().sentence, HasSubstr("30 s after HMI-1"));
}

TEST(Writes, WhoAnswersAConflictDoesNotMakeAnother) {
  Plant plant({}, site_with_roles());
  plant.write(1s, kHmi, kPlc, registers(40), 50);
  plant.write(11s, kEngineering, kPlc, registers(40), 60);
  plant.write(21s, kHmi, kPlc, registers(40), 50);
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("CTL-020"));
  EXPECT_EQ(plant.told().alerts.front().source.name, "ENG-1");
}

TEST(Writes, APauseOrTheBaselineMakesItNoConflict) {
  Plant apart({}, site_with_roles());
  apart.write(1s, kHmi, kPlc, registers(40), 50);
  apart.write(62s, kEngineering, kPlc, registers(40), 60);
  apart.judge().finish();
  EXPECT_THAT(apart.told().kinds(), IsEmpty());

  Plant known(learning_for(600s));
  known.write(1s, kHmi, kPlc, registers(40), 50);
  known.write(100s, kEngineering, kPlc, registers(40), 50);
  known.write(700s, kHmi, kPlc, registers(40), 50);
  known.write(710s, kEngineering, kPlc, registers(40), 60);
  known.judge().finish();
  EXPECT_THAT(known.told().kinds(), IsEmpty());
}

TEST(Writes, WhoRestoresWhatAStrangerWroteIsNotAtFault) {
  Plant plant({}, site_with_roles());
  plant.write(1s, kHmi, kPlc, registers(40), 50);
  plant.write(10s, kLaptop, kPlc, registers(40), 95);
  plant.write(11s, kHmi, kPlc, registers(40), 50);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("CTL-013"));
}

TEST(Writes, UnitZeroOfAGatewayIsEverybody) {
  const Outcome silence{Outcome::Kind::unanswered, 0};
  Plant plant;
  plant.write(1s, kHmi, kPlc, registers(5, 1, 0), 1, silence);
  EXPECT_EQ(plant.judge().counters().findings, 0u) << "not known as a gateway yet";
  plant.write(2s, kHmi, kPlc, registers(5, 1, 1), 1);
  plant.write(3s, kHmi, kPlc, registers(5, 1, 2), 1);
  plant.write(4s, kHmi, kPlc, registers(5, 1, 0), 1);
  EXPECT_EQ(plant.judge().counters().findings, 0u) << "answered: the device itself";
  plant.write(5s, kHmi, kPlc, registers(5, 1, 0), 1, silence);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("CTL-019"));
}

TEST(Writes, OverwritingAgainAndAgainIsAFight) {
  Plant plant({}, site_with_roles());
  for (int i = 0; i < 3; ++i) {
    plant.write(std::chrono::seconds(10 * i), kHmi, kPlc, registers(40), 50);
    plant.write(std::chrono::seconds(10 * i + 1), kEngineering, kPlc, registers(40), 60);
  }
  plant.judge().finish();
  const auto fights = plant.told().of_kind("CTL-021");
  ASSERT_EQ(fights.size(), 1u);
  EXPECT_EQ(fights.front().source.name, "ENG-1");
  EXPECT_EQ(fights.front().count, 3u);
}

TEST(Writes, OutcomesNobodyCanWaitForAreCounted) {
  JudgeSettings settings = learning_for(60s);
  settings.limits.waiting_requests = 1;
  Plant plant(settings);
  plant.write(1s, kHmi, kPlc, registers(1), 1, Outcome{});
  plant.write(2s, kHmi, kPlc, registers(2), 1, Outcome{});
  EXPECT_EQ(plant.judge().counters().outcomes_dropped, 1u);
}

}  // namespace
}  // namespace sightglass::test
