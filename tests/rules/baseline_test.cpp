// Learning, protecting, and what is worth telling of what is new.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "bench_plant.hpp"
#include "rules/baseline/learned_facts.hpp"

namespace sightglass::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

void usual_minute(Plant& plant, Duration from) {
  plant.host(from, kPlc);
  plant.host(from, kHmi);
  plant.host(from, kEngineering);
  plant.conversation(from, kHmi, kPlc);
  plant.operation(from, kHmi, kPlc, 3);
  plant.read(from, kHmi, kPlc, registers(0, 10));
}

TEST(Baseline, NothingIsToldWhileLearningAndOfWhatWasLearned) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  usual_minute(plant, 61s);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(Baseline, ANewHostIsOneAlertWhateverItDoes) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.host(70s, kLaptop);
  plant.conversation(70s, kLaptop, kPlc);
  plant.conversation(70s, kLaptop, kHmi);
  plant.operation(71s, kLaptop, kPlc, 3);
  plant.read(71s, kLaptop, kPlc, registers(0));
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("NET-001"));
  const Alert& alert = plant.told().alerts.front();
  EXPECT_EQ(alert.sentence, "Unknown station 192.168.10.66 appeared on the network.");
  EXPECT_TRUE(alert.target.ip.is_none());
}

TEST(Baseline, ANewConversationOfKnownHostsIsToldAndItsFunctionsAreNot) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.conversation(70s, kEngineering, kPlc);
  plant.operation(70s, kEngineering, kPlc, 3);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("NET-002"));
}

TEST(Baseline, ANewFunctionIsToldWithTheFunctionsUsedBefore) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.operation(70s, kHmi, kPlc, 8);
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("APP-001"));
  EXPECT_EQ(plant.told().alerts.front().expected,
            "192.168.10.20 used Read Holding Registers (3) on unit 1 of 192.168.10.10 before");
}

TEST(Baseline, AFunctionThatARuleTellsIsNotToldTwice) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  const RequestId request = plant.match(70s, "DEV-007", modbus(kHmi, kPlc), 8);
  Fact operation;
  operation.kind = Fact::Kind::operation;
  operation.conversation = modbus(kHmi, kPlc);
  operation.function = 8;
  operation.object.unit = 1;
  operation.first_seen = operation.last_seen = at(70s);
  ObservedPdu pdu;
  pdu.packet = plant.packet();
  pdu.request = request;
  plant.observe(70s, modbus(kHmi, kPlc), FactSeen{operation, pdu, true});
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("DEV-007"));
}

TEST(Baseline, UnseenAddressesAreAReaderOnlyWithAKnownFunction) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.read(70s, kHmi, kPlc, registers(100, 10));
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("APP-002"));
  EXPECT_THAT(plant.told().alerts.front().expected,
              HasSubstr("192.168.10.20 read holding registers 0-9 of unit 1 (once)"));
}

TEST(Baseline, ANewMethodIsToldWhateverFunctionCallsIt) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.call(2s, kHmi, kPlc, "Reset");
  plant.call(70s, kHmi, kPlc, "Reset");
  plant.call(71s, kHmi, kPlc, "Stop");
  plant.call(72s, kHmi, kPlc, "Stop");
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("CTL-024"));
  const Alert& alert = plant.told().alerts.front();
  EXPECT_EQ(alert.count, 2u);
  EXPECT_THAT(alert.sentence, HasSubstr("called method ns=1;s=Stop"));
  EXPECT_THAT(alert.expected, HasSubstr("called method ns=1;s=Reset (2 times)"));
}

TEST(Baseline, ANewMethodIsToldBesideARuleThatTellsOfItsCaller) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.call(70s, kHmi, kPlc, "Stop", "DEV-007");
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), UnorderedElementsAre("DEV-007", "CTL-024"));
}

TEST(Baseline, TheFirstCallAtAllIsToldAsItsMethod) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.call(70s, kHmi, kPlc, "Stop");
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("CTL-024"));
  EXPECT_THAT(plant.told().alerts.front().expected, HasSubstr("never called any method"));
}

TEST(Baseline, ARepeatFoldsAndADayOfSilenceTellsAgain) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.host(70s, kLaptop);
  plant.host(80s, kLaptop);
  plant.host(2h, kLaptop);
  plant.host(20h, kLaptop);
  EXPECT_EQ(plant.told().alerts.size(), 0u);
  plant.host(45h, kLaptop);
  plant.judge().finish();
  ASSERT_EQ(plant.told().alerts.size(), 2u);
  EXPECT_EQ(plant.told().alerts[0].count, 2u);
  EXPECT_EQ(plant.told().alerts[1].first_seen, at(45h));
}

TEST(Baseline, CountsOfTheWorkersAddUpInTheAlert) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  plant.operation(70s, kHmi, kPlc, 8);
  Fact more;
  more.kind = Fact::Kind::operation;
  more.conversation = modbus(kHmi, kPlc);
  more.function = 8;
  more.object.unit = 1;
  more.times = 41;
  more.first_seen = at(71s);
  more.last_seen = at(90s);
  plant.observe(91s, modbus(kHmi, kPlc), FactSeen{more, {}, false});
  plant.judge().finish();
  ASSERT_EQ(plant.told().alerts.size(), 1u);
  EXPECT_EQ(plant.told().alerts.front().count, 42u);
  EXPECT_EQ(plant.told().alerts.front().last_seen, at(90s));
}

TEST(Baseline, CountsOfTheWorkersBeginNothing) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  Fact counted;
  counted.kind = Fact::Kind::operation;
  counted.conversation = modbus(kHmi, kPlc);
  counted.function = 99;
  counted.first_seen = counted.last_seen = at(70s);
  plant.observe(80s, modbus(kHmi, kPlc), FactSeen{counted, {}, false});
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(Baseline, AnAnswerWithoutItsRequestSaysNothingNew) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  Fact operation;
  operation.kind = Fact::Kind::operation;
  operation.conversation = modbus(kHmi, kPlc);
  operation.function = 99;
  operation.first_seen = operation.last_seen = at(70s);
  ObservedPdu answer;
  answer.direction = Direction::to_client;
  answer.packet = 100;
  plant.observe(70s, modbus(kHmi, kPlc), FactSeen{operation, answer, false});
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(Baseline, AConversationToldLateBelongsToItsBeginning) {
  Plant plant(learning_for(60s));
  usual_minute(plant, 1s);
  Fact late;
  late.kind = Fact::Kind::conversation;
  late.conversation = modbus(kEngineering, kPlc);
  late.first_seen = at(50s);
  late.last_seen = at(90s);
  plant.observe(90s, late.conversation, FactSeen{late, {}, false});
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(Baseline, LearningEndsAtItsPacketTime) {
  Plant plant(learning_for(60s));
  plant.host(1s, kPlc);
  EXPECT_TRUE(plant.judge().is_learning());
  EXPECT_EQ(plant.judge().learning_ends(), at(61s));
  plant.host(60s + 999ms, kHmi);
  plant.tick(61s);
  EXPECT_FALSE(plant.judge().is_learning());
  plant.host(61s, kLaptop);
  plant.judge().finish();
  EXPECT_EQ(plant.told().alerts.size(), 1u);
}

TEST(Baseline, WhatWasLearnedProtectsAnotherRun) {
  JudgeSettings learn;
  learn.learning.mode = Learning::Mode::learn;
  Plant first(learn);
  usual_minute(first, 1s);
  first.write(2s, kHmi, kPlc, registers(40), 45);
  first.judge().finish();

  JudgeSettings protect;
  protect.learning.mode = Learning::Mode::protect;
  protect.learning.facts = first.judge().learned();
  Plant second(protect);
  EXPECT_EQ(canonical_text(second.judge().learned()), canonical_text(first.judge().learned()));
  usual_minute(second, 1000s);
  second.write(1001s, kHmi, kPlc, registers(40), 46);
  second.write(1002s, kEngineering, kPlc, registers(40), 47);
  second.judge().finish();
  EXPECT_THAT(second.told().of_kind("CTL-013").front().expected,
              HasSubstr("192.168.10.20 wrote holding register 40 of unit 1 2 times before"));
  EXPECT_EQ(second.told().of_kind("CTL-014").size(), 0u);
}

TEST(Baseline, TheLimitDropsNewFactsAndCountsThem) {
  JudgeSettings settings = learning_for(60s);
  settings.limits.baseline_entries = 2;
  Plant plant(settings);
  for (std::uint8_t host = 1; host <= 5; ++host) plant.host(1s, host);
  EXPECT_EQ(plant.judge().learned().size(), 2u);
  EXPECT_EQ(plant.judge().counters().facts_dropped, 3u);
}

std::vector<Fact> many_facts() {
  std::vector<Fact> facts;
  std::mt19937 random(11);
  for (std::uint32_t i = 0; i < 200; ++i) {
    Fact fact;
    fact.kind = static_cast<Fact::Kind>(random() % 5);
    fact.conversation = modbus(static_cast<std::uint8_t>(20 + random() % 3), kPlc, i);
    fact.function = static_cast<std::uint32_t>(random() % 4);
    const auto address = static_cast<std::uint32_t>(random() % 40);
    const auto count = static_cast<std::uint32_t>(1 + random() % 3);
    if (fact.kind >= Fact::Kind::read) fact.object = registers(address, count);
    fact.first_seen = fact.last_seen = at(std::chrono::seconds(random() % 1000));
    fact.first_packet = i + 1;
    facts.push_back(fact);
  }
  return facts;
}

TEST(LearnedFacts, MergingDoesNotDependOnTheOrder) {
  std::vector<Fact> facts = many_facts();
  std::mt19937 random(3);
  std::string expected;
  for (int round = 0; round < 10; ++round) {
    JudgeCounters counters;
    LearnedFacts learned(1000, counters);
    for (const Fact& fact : facts) learned.learn(fact);
    const std::string text = canonical_text(learned.facts());
    if (round == 0) expected = text;
    EXPECT_EQ(text, expected);
    std::ranges::shuffle(facts, random);
  }
  EXPECT_THAT(expected, HasSubstr("write 192.168.10.20 > 192.168.10.10 modbus unit 1 holding"));
}

TEST(LearnedFacts, ANameOutlivesTheFactItCameWith) {
  JudgeCounters counters;
  LearnedFacts learned(10, counters);
  {
    const std::string name = "A name that is longer than a short string";
    Fact fact;
    fact.kind = Fact::Kind::operation;
    fact.function_name = name;
    learned.learn(fact);
  }
  EXPECT_EQ(learned.facts().front().function_name, "A name that is longer than a short string");
}

}  // namespace
}  // namespace sightglass::test
