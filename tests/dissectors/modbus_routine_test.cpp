// What a client asks again and again is told without being read again, and nothing else is.
#include <gmock/gmock.h>

#include <cstdio>

#include "dissectors/modbus/routines.hpp"
#include "tests/dissectors/modbus_session.hpp"

namespace sightglass {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kMost = RoutineTable<modbus::Routines::Routine>::kMost;

/// A session whose routines are not delivered whole, and have been seen once.
struct PolledSession : ModbusSession {
  PolledSession() {
    take_repeats();
    request("03 0064 0002", 1);
    response("03 04 0007 0008", 1);
  }
};

TEST(ModbusRoutine, FirstRoundIsDeliveredWhole) {
  ModbusSession session;
  session.take_repeats();
  const Said asked = session.request("03 0064 0002");
  const Said said = session.response("03 04 0007 0008");
  EXPECT_FALSE(asked.repeated);
  EXPECT_FALSE(said.repeated);
  EXPECT_NE(asked.routine, 0);
  EXPECT_NE(said.routine, 0);
  EXPECT_NE(asked.routine, said.routine);
}

TEST(ModbusRoutine, SecondRoundIsToldWithItsEnvelope) {
  PolledSession session;
  const Said asked = session.request("03 0064 0002", 2);
  const Said said = session.response("03 04 0007 0008", 2);
  EXPECT_TRUE(asked.repeated);
  EXPECT_EQ(asked.operation, Operation::read);
  EXPECT_EQ(asked.function, 3u);
  EXPECT_EQ(asked.function_name, "Read Holding Registers (3)");
  EXPECT_EQ(asked.request, 2u);
  EXPECT_TRUE(said.repeated);
  EXPECT_EQ(said.operation, Operation::read);
  EXPECT_EQ(said.function_name, "Read Holding Registers (3)");
  EXPECT_EQ(said.request, 2u);
  EXPECT_EQ(said.request_packet, 3u);
  EXPECT_EQ(said.latency, 10ms);
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::accepted);
  EXPECT_EQ(session.ended(), "1 accepted, 2 accepted");
}

TEST(ModbusRoutine, AnswerWithOtherValuesSaysSo) {
  PolledSession session;
  session.request("03 0064 0002", 2);
  const Said changed = session.response("03 04 0007 0009", 2);
  EXPECT_TRUE(changed.repeated);
  EXPECT_TRUE(changed.values_changed);
  session.request("03 0064 0002", 3);
  const Said same = session.response("03 04 0007 0008", 3);
  EXPECT_TRUE(same.repeated);
  EXPECT_FALSE(same.values_changed);
}

TEST(ModbusRoutine, AnswerOfAnotherLengthIsDeliveredWholeAndIsTheRoutineFromThenOn) {
  ModbusSession session;
  session.take_repeats();
  const auto ask = [&](unsigned transaction) { session.request("2b 0e 01 00", transaction); };
  ask(1);
  session.response("2b 0e 01 01 00 00 01 00 03 41 42 43", 1);
  ask(2);
  EXPECT_FALSE(session.response("2b 0e 01 01 00 00 01 00 02 41 42", 2).repeated);
  ask(3);
  EXPECT_TRUE(session.response("2b 0e 01 01 00 00 01 00 02 41 42", 3).repeated);
  ask(4);
  EXPECT_FALSE(session.response("2b 0e 01 01 00 00 01 00 02 41 43", 4).repeated)
      << "an identification is no value";
}

TEST(ModbusRoutine, ByteCountThatLiesIsReadWhole) {
  PolledSession session;
  session.request("03 0064 0002", 2);
  const Said said = session.response("03 03 0007 0008", 2);
  EXPECT_FALSE(said.repeated);
  EXPECT_NE(said.anomalies, "");
}

TEST(ModbusRoutine, RefusalIsARoutineToo) {
  PolledSession session;
  session.request("03 0064 0002", 2);
  EXPECT_FALSE(session.response("83 02", 2).repeated);
  session.request("03 0064 0002", 3);
  const Said refused = session.response("83 02", 3);
  EXPECT_TRUE(refused.repeated);
  EXPECT_EQ(refused.outcome, (Outcome{Outcome::Kind::refused, 2}));
  EXPECT_EQ(refused.outcome_name, "Illegal data address (2)");
}

TEST(ModbusRoutine, UnitAddressAndQuantityBelongToTheRequest) {
  PolledSession session;
  EXPECT_FALSE(session.request("03 0064 0002", 2, 9).repeated);
  EXPECT_FALSE(session.request("03 0065 0002", 3).repeated);
  EXPECT_FALSE(session.request("03 0064 0003", 4).repeated);
  EXPECT_FALSE(session.request("04 0064 0002", 5).repeated);
  EXPECT_TRUE(session.request("03 0064 0002", 6).repeated);
}

TEST(ModbusRoutine, FaultyPdusAreNone) {
  PolledSession session;
  for (const unsigned transaction : {2u, 3u}) {
    const Said said = session.request("03 0064 0000", transaction);
    EXPECT_EQ(said.anomalies, "modbus.quantity_out_of_specification");
    EXPECT_EQ(said.routine, 0);
  }
  for (const unsigned transaction : {4u, 5u}) {
    session.request("03 0064 0002", transaction, 1);
    const Said said = session.response("03 04 0007 0008", transaction, 2);
    EXPECT_EQ(said.anomalies, "modbus.response_mismatch") << "another unit answers";
    EXPECT_EQ(said.routine, 0);
  }
}

TEST(ModbusRoutine, AnswerNobodyAskedForIsNone) {
  PolledSession session;
  const Said said = session.response("03 04 0007 0008", 1);
  EXPECT_EQ(said.anomalies, "modbus.duplicate_response");
  EXPECT_FALSE(said.repeated);
}

TEST(ModbusRoutine, WhoTakesNoRepeatsGetsTheSameAsEver) {
  ModbusSession session;
  for (const unsigned transaction : {1u, 2u, 3u}) {
    EXPECT_EQ(session.request("03 0064 0002", transaction).accesses,
              "unit 1 holding registers 100-101");
    EXPECT_EQ(session.response("03 04 0007 0008", transaction).accesses,
              "unit 1 holding registers 100-101 = 7 8");
  }
}

TEST(ModbusRoutine, WhatIsAskedSeldomGivesWay) {
  PolledSession session;
  const auto ask = [&](unsigned address) {
    char pdu[16];
    std::snprintf(pdu, sizeof pdu, "03 %04x 0001", address);
    return session.request(pdu, 1000 + address);
  };
  for (unsigned round = 0; round < 3; ++round) {
    for (unsigned i = 0; i < kMost; ++i) ask(1000 + 100 * round + i);
  }
  const Said again = session.request("03 0064 0002", 2);
  EXPECT_FALSE(again.repeated) << "others took its place";
  EXPECT_LE(again.routine, 2 * kMost);
  EXPECT_TRUE(ask(1200 + kMost - 1).repeated);
}

TEST(ModbusRoutine, AnswerToARequestThatGaveWayIsReadWithWhatWasAsked) {
  PolledSession session;
  session.request("03 0064 0002", 2);
  for (unsigned i = 0; i < 3 * kMost; ++i) {
    char pdu[16];
    std::snprintf(pdu, sizeof pdu, "04 %04x 0001", 1000 + i);
    session.request(pdu, 1000 + i);
  }
  const Said said = session.response("03 04 0007 0008", 2);
  EXPECT_FALSE(said.repeated);
  EXPECT_EQ(said.accesses, "unit 1 holding registers 100-101 = 7 8");
}

TEST(ModbusRoutine, TurnedRoundNothingIsKnown) {
  PolledSession session;
  session.turn_round();
  EXPECT_FALSE(session.request("03 0064 0002", 2).repeated);
}

}  // namespace
}  // namespace sightglass
