// Which answer belongs to which request.
#include <gtest/gtest.h>

#include "tests/dissectors/modbus_session.hpp"

namespace sightglass {
namespace {

using namespace std::chrono_literals;

TEST(ModbusPairing, AnswerNamesItsRequestAndItsTime) {
  ModbusSession session;
  const Said asked = session.request("03 0000 0001", 7);
  const Said said = session.response("03 02 0001", 7);
  EXPECT_EQ(asked.outcome.kind, Outcome::Kind::pending);
  EXPECT_EQ(said.request, asked.request);
  EXPECT_EQ(said.request_packet, 1u);
  EXPECT_EQ(said.latency, 10ms);
  EXPECT_EQ(said.fields,
            "func_code=3 request_frame=1 response_time=0.010000000 byte_cnt=2 regnum16=0 "
            "regval_uint16=1");
  EXPECT_EQ(session.ended(), "1 accepted");
}

TEST(ModbusPairing, PipelinedRequestsAreToldApartByTransaction) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.request("03 0064 0001", 2);
  EXPECT_EQ(session.response("03 02 0001", 2).accesses, "unit 1 holding register 100 = 1");
  EXPECT_EQ(session.response("03 02 0002", 1).accesses, "unit 1 holding register 0 = 2");
  EXPECT_EQ(session.ended(), "2 accepted, 1 accepted");
}

TEST(ModbusPairing, ConstantTransactionIdentifierPairsFirstInFirstOut) {
  ModbusSession session;
  session.request("03 0000 0001", 0);
  session.request("03 0064 0001", 0);
  EXPECT_EQ(session.response("03 02 0001", 0).accesses, "unit 1 holding register 0 = 1");
  EXPECT_EQ(session.response("03 02 0002", 0).accesses, "unit 1 holding register 100 = 2");
}

TEST(ModbusPairing, ConstantTransactionIdentifierPrefersTheRequestThatFits) {
  ModbusSession session;
  session.request("03 0000 000a", 0);
  session.request("03 0064 0001", 0);
  const Said said = session.response("03 02 0001", 0);
  EXPECT_EQ(said.accesses, "unit 1 holding register 100 = 1");
  EXPECT_EQ(said.anomalies, "");
}

TEST(ModbusPairing, UnitsAndFunctionsOfOneTransactionAreKeptApart) {
  ModbusSession session;
  session.request("03 0000 0001", 5, 1);
  session.request("03 000a 0001", 5, 2);
  session.request("04 0014 0001", 5, 1);
  EXPECT_EQ(session.response("04 02 0001", 5, 1).accesses, "unit 1 input register 20 = 1");
  EXPECT_EQ(session.response("03 02 0001", 5, 2).accesses, "unit 2 holding register 10 = 1");
}

TEST(ModbusPairing, ClientThatLostAnAnswerIsBackInStepWithItsNextRequest) {
  ModbusSession session;
  session.request("03 0000 0001", 0);  // never answered
  session.request("03 0064 0001", 0);
  session.response("03 02 0001", 0);
  session.request("03 00c8 0001", 0);
  EXPECT_EQ(session.response("03 02 0001", 0).accesses, "unit 1 holding register 200 = 1");
  EXPECT_EQ(session.ended(), "1 accepted, 2 unanswered, 3 accepted");
  EXPECT_EQ(session.counters().superseded, 1u);
}

TEST(ModbusPairing, AnswerAfterTheRetryIsLateAndCounted) {
  ModbusSession session;
  session.request("06 0001 0003", 0);
  session.request("06 0001 0003", 0);
  EXPECT_EQ(session.response("06 0001 0003", 0).anomalies, "");
  EXPECT_EQ(session.response("06 0001 0003", 0).anomalies, "");
  EXPECT_EQ(session.counters().late, 1u);
  EXPECT_EQ(session.ended(), "1 accepted, 2 accepted");
}

TEST(ModbusPairing, SilentDeviceIsUnansweredOnceItWasSeenToAnswer) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.response("03 02 0001", 1);
  session.request("03 0000 0001", 2);
  session.wait(4999ms);
  EXPECT_EQ(session.ended(), "1 accepted");
  session.wait(1ms);
  EXPECT_EQ(session.ended(), "2 unanswered");
}

TEST(ModbusPairing, OneWayMirrorIsUnseenNeverUnanswered) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.wait(5s);
  EXPECT_EQ(session.ended(), "1 unseen");
}

TEST(ModbusPairing, LossInTheOtherDirectionIsUnseen) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.response("03 02 0001", 1);
  session.request("03 0000 0001", 2);
  session.gap(Direction::to_client);
  session.request("03 0000 0001", 3);
  session.wait(5s);
  EXPECT_EQ(session.ended(), "1 accepted, 2 unseen, 3 unanswered");
}

TEST(ModbusPairing, EndOfCaptureIsUnseen) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.response("03 02 0001", 1);
  session.request("03 0000 0001", 2);
  session.finish();
  EXPECT_EQ(session.ended(), "1 accepted, 2 unseen");
}

TEST(ModbusPairing, ListenOnlyModeIsNotADeadDevice) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.response("03 02 0001", 1);
  session.request("08 0004 0000", 2);
  session.wait(5s);
  EXPECT_EQ(session.ended(), "1 accepted, 2 unseen");
}

TEST(ModbusPairing, AnswerAfterTheDeadlineStillHasItsContext) {
  ModbusSession session;
  session.request("03 0064 0001", 1);
  session.wait(6s);
  const Said said = session.response("03 02 0001", 1);
  EXPECT_EQ(said.accesses, "unit 1 holding register 100 = 1");
  EXPECT_EQ(said.anomalies, "");
  EXPECT_EQ(session.counters().late, 1u);
  EXPECT_EQ(session.ended(), "1 unseen");
}

TEST(ModbusPairing, SessionJoinedInTheMiddleHasNoUnsolicitedAnswer) {
  ModbusSession session;
  const Said said = session.response("03 02 0001", 9);
  EXPECT_EQ(said.anomalies, "");
  EXPECT_EQ(said.accesses, "") << "an answer without its request has no address";
  EXPECT_EQ(said.request, 0u);
}

TEST(ModbusPairing, AnswerNobodyAskedForIsUnsolicited) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.response("03 02 0001", 1);
  EXPECT_EQ(session.response("03 02 0001", 2).anomalies, "modbus.unsolicited_response");
}

TEST(ModbusPairing, AnswerWhoseRequestWasLostIsNotUnsolicited) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.response("03 02 0001", 1);
  session.gap(Direction::to_server);
  EXPECT_EQ(session.response("03 02 0001", 2).anomalies, "");
  session.request("03 0000 0001", 3);
  session.response("03 02 0001", 3);
  EXPECT_EQ(session.response("03 02 0001", 4).anomalies, "modbus.unsolicited_response");
}

TEST(ModbusPairing, LossLongAgoExcusesNothing) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.response("03 02 0001", 1);
  session.gap(Direction::to_server);
  session.wait(1s);
  EXPECT_EQ(session.response("03 02 0001", 2).anomalies, "");
  session.wait(5s);
  EXPECT_EQ(session.response("03 02 0001", 3).anomalies, "modbus.unsolicited_response");
}

TEST(ModbusPairing, SecondAnswerIsADuplicate) {
  ModbusSession session;
  session.request("03 0064 0001", 1);
  session.response("03 02 0001", 1);
  const Said said = session.response("03 02 0001", 1);
  EXPECT_EQ(said.anomalies, "modbus.duplicate_response");
  EXPECT_EQ(said.request, 1u);
  EXPECT_EQ(session.ended(), "1 accepted");
}

TEST(ModbusPairing, AnswerOfAnotherUnitIsAMismatch) {
  ModbusSession session;
  session.request("03 0064 0001", 1, 1);
  const Said said = session.response("03 02 0001", 1, 255);
  EXPECT_EQ(said.anomalies, "modbus.response_mismatch");
  EXPECT_EQ(said.request, 1u);
  EXPECT_EQ(session.ended(), "1 accepted");
}

TEST(ModbusPairing, ClampedValueIsAMismatchAndAccepted) {
  ModbusSession session;
  session.request("06 0001 ffff", 1);
  const Said said = session.response("06 0001 2710", 1);
  EXPECT_EQ(said.anomalies, "modbus.response_mismatch");
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::accepted);
}

TEST(ModbusPairing, ShorterReadThanAskedForIsAMismatch) {
  ModbusSession session;
  session.request("03 0000 0003", 1);
  const Said said = session.response("03 04 0001 0002", 1);
  EXPECT_EQ(said.anomalies, "modbus.response_mismatch");
}

TEST(ModbusPairing, AcknowledgeIsAcceptance) {
  ModbusSession session;
  session.request("06 0001 0003", 1);
  const Said said = session.response("86 05", 1);
  EXPECT_EQ(said.outcome, (Outcome{Outcome::Kind::accepted, 5}));
  EXPECT_EQ(said.outcome_name, "Acknowledge (5)");
}

TEST(ModbusPairing, TurningRoundForgetsWhatWasPending) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.turn_round();
  session.wait(6s);
  EXPECT_EQ(session.ended(), "");
  EXPECT_EQ(session.response("03 02 0001", 1).request, 0u);
}

}  // namespace
}  // namespace sightglass
