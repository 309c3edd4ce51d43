// What a client reads again and again is told without being read again, and nothing else is.
#include <gmock/gmock.h>

#include "dissectors/s7comm/routines.hpp"
#include "tests/dissectors/s7comm_session.hpp"

namespace sightglass {
namespace {

using namespace std::chrono_literals;

// DB 1, from byte 10 on: two words, and a byte at 20 with its item's number.
constexpr std::string_view kAsked =
    "04 02 12 0a 10 04 0002 0001 84 000050 12 0a 10 02 0001 0001 84 0000a0";
constexpr std::string_view kAnswered = "04 02";
constexpr std::string_view kValues = "ff 04 0020 0007 0008 ff 04 0008 09";

/// A session whose routines are not delivered whole, and have been seen once.
struct PolledSession : S7Session {
  PolledSession() {
    take_repeats();
    job(kAsked, "", 1);
    answer(kAnswered, kValues, 1);
  }
};

TEST(S7Routine, FirstRoundIsDeliveredWhole) {
  S7Session session;
  session.take_repeats();
  const Said asked = session.job(kAsked);
  const Said said = session.answer(kAnswered, kValues);
  EXPECT_FALSE(asked.repeated);
  EXPECT_FALSE(said.repeated);
  EXPECT_NE(asked.routine, 0);
  EXPECT_NE(said.routine, 0);
  EXPECT_NE(asked.routine, said.routine);
  EXPECT_EQ(said.function_name, "Read Var (0x04)");
}

TEST(S7Routine, SecondRoundIsToldWithItsEnvelope) {
  PolledSession session;
  const Said asked = session.job(kAsked, "", 2);
  const Said said = session.answer(kAnswered, kValues, 2);
  EXPECT_TRUE(asked.repeated);
  EXPECT_EQ(asked.protocol, Protocol::s7comm);
  EXPECT_EQ(asked.operation, Operation::read);
  EXPECT_EQ(asked.function, 4u);
  EXPECT_EQ(asked.request, 2u);
  EXPECT_EQ(asked.outcome.kind, Outcome::Kind::pending);
  EXPECT_TRUE(said.repeated);
  EXPECT_EQ(said.protocol, Protocol::s7comm);
  EXPECT_EQ(said.function, 4u);
  EXPECT_EQ(said.function_name, asked.function_name);
  EXPECT_EQ(said.request, 2u);
  EXPECT_EQ(said.request_packet, 3u);
  EXPECT_EQ(said.latency, 10ms);
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::accepted);
  EXPECT_FALSE(said.values_changed);
  EXPECT_EQ(session.ended(), "1 accepted, 2 accepted");
}

TEST(S7Routine, AnswerWithOtherValuesSaysSo) {
  PolledSession session;
  session.job(kAsked, "", 2);
  const Said changed = session.answer(kAnswered, "ff 04 0020 0007 0009 ff 04 0008 0a", 2);
  EXPECT_TRUE(changed.repeated);
  EXPECT_TRUE(changed.values_changed);
  session.job(kAsked, "", 3);
  const Said same = session.answer(kAnswered, kValues, 3);
  EXPECT_TRUE(same.repeated);
  EXPECT_FALSE(same.values_changed);
}

TEST(S7Routine, WhatIsNoValueMakesAnotherAnswer) {
  for (const std::string_view other : {
           "ff 05 0020 0007 0008 ff 04 0008 09",   // integers, not bytes
           "ff 04 0020 0007 0008 0a 00 0000 09",   // the second item refused
           "ff 04 0018 0007 00 00 ff 04 0008 09",  // a byte less, and one to fill
       }) {
    PolledSession session;
    session.job(kAsked, "", 2);
    EXPECT_FALSE(session.answer(kAnswered, other, 2).repeated) << other;
  }
}

TEST(S7Routine, RefusalIsARoutineToo) {
  PolledSession session;
  const std::string_view refused = "0a 00 0000 05 00 0000";
  session.job(kAsked, "", 2);
  EXPECT_FALSE(session.answer(kAnswered, refused, 2).repeated);
  session.job(kAsked, "", 3);
  const Said again = session.answer(kAnswered, refused, 3);
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.outcome, (Outcome{Outcome::Kind::refused, 0x0a}));
  EXPECT_NE(again.outcome_name, "");
}

TEST(S7Routine, EverythingButTheReferenceBelongsToTheRequest) {
  PolledSession session;
  EXPECT_FALSE(
      session.job("04 02 12 0a 10 04 0002 0001 84 000058 12 0a 10 02 0001 0001 84 0000a0", "", 2)
          .repeated);
  EXPECT_FALSE(session.job("04 01 12 0a 10 04 0002 0001 84 000050", "", 3).repeated);
  EXPECT_TRUE(session.job(kAsked, "", 4).repeated);
}

TEST(S7Routine, WritesAndOtherJobsAreNone) {
  S7Session session;
  session.take_repeats();
  for (const unsigned reference : {1u, 2u}) {
    const Said written =
        session.job("05 01 12 0a 10 04 0001 0001 84 000050", "00 04 0010 0001", reference);
    EXPECT_EQ(written.routine, 0);
    EXPECT_EQ(session.answer("05 01", "ff", reference).routine, 0);
  }
}

TEST(S7Routine, FaultyPdusAreNone) {
  PolledSession session;
  for (const unsigned reference : {2u, 3u}) {
    session.job(kAsked, "", reference);
    const Said said = session.answer("04 01", "ff 04 0020 0007 0008", reference);
    EXPECT_EQ(said.anomalies, "s7comm.response_mismatch");
    EXPECT_EQ(said.routine, 0);
  }
  for (const unsigned reference : {4u, 5u}) {
    const Said said = session.job("04 02 12 0a 10 04 0002 0001 84 000050", "", reference);
    EXPECT_NE(said.anomalies, "");
    EXPECT_EQ(said.routine, 0);
  }
}

TEST(S7Routine, AnswerNobodyAskedForIsNone) {
  PolledSession session;
  const Said said = session.answer(kAnswered, kValues, 1);
  EXPECT_EQ(said.anomalies, "s7comm.duplicate_response");
  EXPECT_FALSE(said.repeated);
}

TEST(S7Routine, AnswerToAnotherFunctionIsReadAsEver) {
  PolledSession session;
  session.job("05 01 12 0a 10 04 0001 0001 84 000050", "00 04 0010 0001", 2);
  const Said said = session.answer(kAnswered, kValues, 2);
  EXPECT_FALSE(said.repeated);
  EXPECT_EQ(said.operation, Operation::write) << "what was asked for";
  EXPECT_EQ(said.function_name, "Write Var (0x05)");
  EXPECT_THAT(said.anomalies, testing::HasSubstr("s7comm.response_mismatch"));
}

TEST(S7Routine, WhatComesInPartsIsReadWhole) {
  PolledSession session;
  const Said part = session.feed(Direction::to_server, iso_packet({0x32}, "02 f0 00"));
  EXPECT_EQ(part.protocol, Protocol::iso_on_tcp);
  EXPECT_FALSE(session.job(kAsked, "", 2).repeated) << "the end of another";
}

TEST(S7Routine, WhoTakesNoRepeatsGetsTheSameAsEver) {
  S7Session session;
  std::string asked, said;
  for (const unsigned reference : {1u, 2u, 3u}) {
    const Said request = session.job(kAsked, "", reference);
    const Said reply = session.answer(kAnswered, kValues, reference);
    EXPECT_NE(request.accesses, "");
    EXPECT_NE(reply.accesses, "");
    EXPECT_TRUE(asked.empty() || asked == request.accesses);
    EXPECT_TRUE(said.empty() || said == reply.accesses);
    EXPECT_EQ(request.request, reference) << "opened once";
    EXPECT_EQ(reply.request, reference);
    asked = request.accesses;
    said = reply.accesses;
  }
  EXPECT_EQ(session.ended(), "1 accepted, 2 accepted, 3 accepted");
}

TEST(S7Routine, FifthAndLaterItemsAreKept) {
  S7Session session;
  session.take_repeats();
  std::string parameters = "04 06", data;
  for (int i = 0; i < 6; ++i) {
    parameters += " 12 0a 10 04 0001 0001 84 0000" + std::to_string(10 * (i + 1));
    data += " ff 04 0010 000" + std::to_string(i);
  }
  session.job(parameters, "", 1);
  const Said first = session.answer("04 06", data, 1);
  EXPECT_TRUE(session.job(parameters, "", 2).repeated);
  const Said whole = session.answer("04 06", data + " 00", 2);
  EXPECT_FALSE(whole.repeated);
  EXPECT_EQ(whole.accesses, first.accesses) << "read with what was asked";
}

TEST(S7Routine, AnswerToARequestThatGaveWayIsReadWithWhatWasAsked) {
  PolledSession session;
  session.job(kAsked, "", 2);
  for (unsigned i = 0; i < 3 * RoutineTable<s7comm::Routines::Routine>::kMost; ++i) {
    char parameters[] = "04 01 12 0a 10 04 0001 0002 84 000000";
    std::snprintf(parameters, sizeof parameters, "04 01 12 0a 10 04 0001 0002 84 %06x", 8 * i);
    session.job(parameters, "", 100 + i);
  }
  const Said said = session.answer(kAnswered, kValues, 2);
  EXPECT_FALSE(said.repeated);
  EXPECT_EQ(said.anomalies, "");
  EXPECT_THAT(said.accesses, testing::HasSubstr("= 7 8"));
}

TEST(S7Routine, TurnedRoundNothingIsKnown) {
  PolledSession session;
  session.turn_round();
  EXPECT_FALSE(session.job(kAsked, "", 2).repeated);
}

}  // namespace
}  // namespace sightglass
