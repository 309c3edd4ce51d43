// What becomes an alert, and that one event becomes one.
#include "rules/judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench_plant.hpp"

namespace sightglass::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(Judge, AnAlwaysRuleIsToldWhileLearning) {
  Plant plant(learning_for(60s));
  plant.match(1s, "DEV-007", modbus(kHmi, kPlc), 8);
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("DEV-007"));
  const Alert& alert = plant.told().alerts.front();
  EXPECT_THAT(alert.frames, ElementsAre(1));
  EXPECT_EQ(alert.source.ip, station(kHmi).ip);
  EXPECT_EQ(alert.target.ip, station(kPlc).ip);
  EXPECT_EQ(alert.function, "Diagnostics (8)");
  EXPECT_THAT(alert.sentence, HasSubstr("192.168.10.20 sent Diagnostics (8) to 192.168.10.10"));
}

TEST(Judge, ABaselineRuleIsAboutWhatAClientNeverDid) {
  Plant plant(learning_for(60s));
  plant.operation(1s, kEngineering, kPlc, 43);
  plant.match(2s, "APP-017", modbus(kEngineering, kPlc), 43);
  plant.match(61s, "APP-017", modbus(kEngineering, kPlc), 43);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty()) << "while learning, and what was learned";

  Plant other(learning_for(60s));
  other.operation(1s, kEngineering, kPlc, 43);
  other.match(61s, "APP-017", modbus(kLaptop, kPlc), 43);
  other.judge().finish();
  EXPECT_THAT(other.told().kinds(), ElementsAre("APP-017"));
}

TEST(Judge, ABaselineRuleIsSilentWithoutABaseline) {
  Plant plant;
  plant.match(61s, "APP-017", modbus(kLaptop, kPlc), 43);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(Judge, AThresholdRuleIsToldWhenItsValuesAddUp) {
  Plant plant;
  for (std::uint32_t function = 1; function <= 5; ++function) {
    plant.match(std::chrono::seconds(function), "APP-014", modbus(kLaptop, kPlc), function,
                std::to_string(function));
  }
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("APP-014"));
  const Alert& alert = plant.told().alerts.front();
  EXPECT_EQ(alert.count, 5u);
  EXPECT_EQ(alert.first_seen, at(1s));
  EXPECT_THAT(alert.frames, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(alert.observed, HasSubstr("At least 4 different modbus.func_code within 1 min"));
}

TEST(Judge, ANewLaptopThatIdentifiesSweepsAndWritesIsFourAlerts) {
  Plant plant(learning_for(60s));
  for (int second = 0; second < 60; second += 10) {
    plant.write(std::chrono::seconds(second), kHmi, kPlc, registers(40), 45);
  }
  plant.host(100s, kLaptop);
  plant.conversation(100s, kLaptop, kPlc);
  plant.match(101s, "APP-017", modbus(kLaptop, kPlc), 43);
  plant.operation(101s, kLaptop, kPlc, 43);
  for (std::uint32_t unit = 1; unit <= 8; ++unit) plant.operation(105s, kLaptop, kPlc, 3, unit);
  plant.write(110s, kLaptop, kPlc, registers(4000), 1, {Outcome::Kind::refused, 2});
  plant.write(120s, kLaptop, kPlc, registers(40), 95);
  plant.write(192s, kHmi, kPlc, registers(40), 50);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(),
              UnorderedElementsAre("NET-001", "APP-017", "APP-016", "CTL-013"));
  for (const Alert& alert : plant.told().alerts) EXPECT_EQ(alert.source.ip, station(kLaptop).ip);

  const Alert writer = plant.told().of_kind("CTL-013").front();
  EXPECT_EQ(writer.sentence,
            "Unknown station 192.168.10.66 changed 192.168.10.10 holding register 40 of unit 1: "
            "45 -> 95. 192.168.10.10 accepted 1, refused 1.");
  EXPECT_EQ(writer.expected,
            "192.168.10.20 wrote holding register 40 of unit 1 6 times before, last at 2026-01-02 "
            "00:00:50 UTC; no other station wrote it");
  EXPECT_EQ(writer.observed, "192.168.10.66 wrote 95");
  EXPECT_EQ(writer.count, 2u);
  EXPECT_THAT(writer.objects,
              ElementsAre("unit 1 holding register 40", "unit 1 holding register 4000"));
  EXPECT_EQ(writer.outcome.kind, Outcome::Kind::accepted);
}

TEST(Judge, ARefusedRequestIsTheClientsDoing) {
  Plant plant;
  RuleMatch match;
  match.rule = &plant.rule("DEV-007");
  match.pdu.direction = Direction::to_client;
  match.pdu.function_name = "Read Holding Registers (3)";
  match.pdu.outcome = {Outcome::Kind::refused, 2};
  match.pdu.outcome_name = "Illegal data address (2)";
  plant.observe(1s, modbus(kLaptop, kPlc), match);
  plant.judge().finish();
  const Alert& alert = plant.told().alerts.front();
  EXPECT_EQ(alert.source.ip, station(kLaptop).ip);
  EXPECT_THAT(alert.sentence, HasSubstr("which refused: Illegal data address (2)."));
}

TEST(Judge, AProtocolOnItsOwnPortIsNoNews) {
  Plant plant;
  plant.match(1s, "APP-013", modbus(kHmi, kPlc), 0);
  Conversation elsewhere = modbus(kHmi, kPlc, 2);
  elsewhere.server_port = 5020;
  plant.match(2s, "APP-013", elsewhere, 0);
  plant.judge().finish();
  ASSERT_EQ(plant.told().of_kind("APP-013").size(), 1u);
  EXPECT_EQ(plant.told().of_kind("APP-013").front().target.port, 5020);
  EXPECT_THAT(plant.told().of_kind("APP-013").front().sentence, HasSubstr("port 5020 (modbus)"));
}

TEST(Judge, TlsBelongsOnAnyPort) {
  Plant plant;
  Conversation web = modbus(kHmi, kPlc);
  web.protocol = Protocol::tls;
  web.server_port = 443;
  plant.match(1s, "APP-013", web, 0);
  plant.judge().finish();
  EXPECT_TRUE(plant.told().alerts.empty());
}

TEST(Judge, AlertsComeInTheOrderOfTheirBeginning) {
  Plant plant(learning_for(10s));
  plant.host(1s, kPlc);
  plant.host(20s, 70);
  plant.host(30s, 60);
  plant.host(40s, 80);
  plant.judge().finish();
  std::vector<Timestamp> begun;
  for (const Alert& alert : plant.told().alerts) begun.push_back(alert.first_seen);
  EXPECT_THAT(begun, ElementsAre(at(20s), at(30s), at(40s)));
}

TEST(Judge, TheSameObservationsGiveTheSameAlerts) {
  const auto run = [] {
    Plant plant(learning_for(10s));
    plant.write(1s, kHmi, kPlc, registers(40), 45);
    plant.host(20s, kLaptop);
    plant.write(21s, kLaptop, kPlc, registers(40), 95);
    plant.judge().finish();
    std::vector<AlertId> ids;
    for (const Alert& alert : plant.told().alerts) ids.push_back(alert.id);
    return ids;
  };
  EXPECT_EQ(run(), run());
  EXPECT_EQ(run().size(), 2u);
}

TEST(Judge, OtherRulesAndAnotherSiteHoldFromTheNextObservation) {
  Plant plant;
  plant.write(1s, kLaptop, kPlc, registers(40), 1);
  const RuleSet rules(detector_rules());
  const site::Site site = site_with_roles();
  plant.judge().configure(rules, site);
  plant.write(2s, kLaptop, kPlc, registers(40), 2);
  plant.judge().finish();
  ASSERT_EQ(plant.told().of_kind("CTL-013").size(), 1u);
  EXPECT_EQ(plant.told().of_kind("CTL-013").front().count, 1u);
  EXPECT_EQ(plant.told().of_kind("CTL-013").front().target.name, "PLC-1");
}

}  // namespace
}  // namespace sightglass::test
