// From packets to messages: flows, order, gaps, identification, ends.
#include "sensor/flow/shard.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>

#include "tests/sensor/brick.hpp"

namespace sightglass {
namespace {

using test::brick;
using test::brick_protocols;
using test::hex;
using test::joined;
using test::kBrickPort;
using test::Octets;
using test::Wire;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;

Octets part(const Octets& bytes, std::size_t from, std::size_t to) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(from),
          bytes.begin() + static_cast<std::ptrdiff_t>(std::min(to, bytes.size()))};
}

// --- in order

TEST(Shard, DeliversRequestAndAnswerWithTheirPackets) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("read"));
  wire.data(1, 0, brick("42", 'A'), 8);
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qread", "5 to_client A42"));
  EXPECT_THAT(wire.log.events, ElementsAre("opened", "confirmed"));
}

TEST(Shard, SeveralMessagesInASegmentAndOneOverThree) {
  Wire wire;
  wire.handshake();
  const Octets three = joined({brick("a"), brick("b"), brick("cdef")});
  wire.data(0, 0, part(three, 0, 12));
  wire.data(0, 12, part(three, 12, 13));
  wire.data(0, 13, part(three, 13, 18));
  EXPECT_THAT(wire.log.messages,
              ElementsAre("4 to_server Qa", "4 to_server Qb", "6 to_server Qcdef"));
}

TEST(Shard, RetransmissionIsDeliveredOnce) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 0, brick("a"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa"));
  EXPECT_EQ(wire.counters().retransmissions, 1u);
  EXPECT_EQ(wire.counters().conflicts, 0u);
}

TEST(Shard, RetransmissionWithOtherContentIsAConflictAndTheFirstCounts) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 0, brick("b"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa"));
  EXPECT_THAT(wire.log.events, Contains("conflict"));
  EXPECT_EQ(wire.counters().conflicts, 1u);
}

TEST(Shard, OverlapBringsOnlyWhatIsNew) {
  Wire wire;
  wire.handshake();
  const Octets two = joined(brick("aaaa"), brick("bbbb"));
  wire.data(0, 0, part(two, 0, 10));
  wire.data(0, 4, part(two, 4, 16));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qaaaa", "5 to_server Qbbbb"));
  EXPECT_EQ(wire.counters().overlaps, 1u);
}

TEST(Shard, KeepAliveAndZeroWindowProbeAreNoData) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 4, hex("00"), 0);  // one byte again, of other content
  wire.send({1, 5000, 1005, tcp_flag::ack, {}, 0, {wire.ports[0], wire.ports[1]}});  // window 0
  wire.data(0, 5, hex("ee"));                                                        // a probe
  wire.send({1, 5000, 1005, tcp_flag::ack, {}, 512, {wire.ports[0], wire.ports[1]}});
  wire.data(0, 5, brick("b"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "9 to_server Qb"));
  EXPECT_EQ(wire.counters().keep_alives, 2u);
  EXPECT_EQ(wire.counters().conflicts, 0u);
}

TEST(Shard, ProbeByteThatWasAcceptedIsData) {
  Wire wire;
  wire.handshake();
  const Octets message = brick("ab");
  wire.send({1, 5000, 1000, tcp_flag::ack, {}, 0, {wire.ports[0], wire.ports[1]}});
  wire.data(0, 0, part(message, 0, 1));
  wire.data(0, 1, part(message, 1, 6));
  EXPECT_THAT(wire.log.messages, ElementsAre("6 to_server Qab"));
  EXPECT_THAT(wire.log.events, Not(Contains("gap to_server 1")));
}

// --- out of order

TEST(Shard, WhatWaitedBelongsToThePacketThatFilledTheHole) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 10, brick("c"));
  wire.data(0, 5, brick("b"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "6 to_server Qb", "6 to_server Qc"));
  EXPECT_EQ(wire.counters().out_of_order, 1u);
  EXPECT_EQ(wire.counters().gaps, decltype(FlowCounters::gaps){});
}

TEST(Shard, AcknowledgedHoleIsAGapAndTheStreamIsBackInStep) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(1, 0, brick("A", 'A'), 5);
  wire.data(0, 10, brick("c"), 5);       // "b" was lost
  wire.data(1, 5, brick("C", 'A'), 15);  // and acknowledged
  EXPECT_THAT(wire.log.messages,
              ElementsAre("4 to_server Qa", "5 to_client AA", "6 to_server Qc", "7 to_client AC"));
  EXPECT_THAT(wire.log.events, Contains("gap to_server 5"));
  EXPECT_EQ(wire.counters().gaps_by(GapCause::acknowledged), 1u);
  EXPECT_EQ(wire.counters().gap_bytes, 5u);
}

TEST(Shard, SegmentThatComesAfterItsGapIsStillRead) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 10, brick("c"));
  wire.data(1, 0, {}, 15);
  wire.data(0, 5, brick("b"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "5 to_server Qc", "7 to_server Qb"));
  EXPECT_EQ(wire.counters().late_segments, 1u);
}

TEST(Shard, KeepAliveThatComesBeforeItsDataLosesNothing) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 9, hex("00"));  // repeats the last byte of "b"
  wire.data(1, 0, {}, 10);
  wire.data(0, 5, brick("b"));
  wire.data(0, 10, brick("c"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "7 to_server Qb", "8 to_server Qc"));
}

TEST(Shard, OldHoleIsAGapAtATick) {
  FlowLimits limits;
  limits.gap_timeout = 3s;
  Wire wire(limits);
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 10, brick("c"));
  wire.pass(2s);
  wire.tick();
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa"));
  wire.pass(2s);
  wire.tick();
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "5 to_server Qc"));
  EXPECT_EQ(wire.counters().gaps_by(GapCause::timeout), 1u);
}

TEST(Shard, HoleAtTheEndOfTheCaptureIsAGap) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 10, brick("c"));
  wire.finish();
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "5 to_server Qc"));
  EXPECT_EQ(wire.counters().gaps_by(GapCause::end_of_flow), 1u);
}

TEST(Shard, TooManyHeldSegmentsAreAGap) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  for (std::uint32_t i = 0; i <= kMaxHeldSegments; ++i) wire.data(0, 10 + 5 * i, brick("c"));
  EXPECT_EQ(wire.counters().gaps_by(GapCause::held_limit), 1u);
  EXPECT_EQ(wire.log.messages.size(), kMaxHeldSegments + 2);
}

TEST(Shard, WithoutMemoryForHeldPacketsTheStreamGoesOn) {
  FlowLimits limits;
  limits.held_bytes = 0;
  Wire wire(limits);
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 10, brick("c"));
  wire.data(0, 15, brick("d"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "5 to_server Qc", "6 to_server Qd"));
  EXPECT_EQ(wire.counters().gaps_by(GapCause::held_limit), 1u);
}

TEST(Shard, SnapLengthIsAGapOfExactlyTheMissingBytes) {
  Wire wire;
  wire.handshake();
  test::Segment segment{0,
                        1000,
                        5000,
                        tcp_flag::ack,
                        joined(brick("a"), brick("bb")),
                        8192,
                        {wire.ports[0], wire.ports[1]}};
  Octets bytes = test::frame(segment);
  RawPacket packet = test::raw(bytes);
  packet.bytes = packet.bytes.first(bytes.size() - 3);
  packet.time = timestamp_from_ns(1'700'000'000'100'000'000);
  Layers layers;
  decode(packet, 4, layers);
  wire.shard().packet(layers, host_pair_hash(layers));
  wire.data(0, 11, brick("c"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "4 to_server Qc"));
  EXPECT_EQ(wire.counters().gaps_by(GapCause::snap_length), 1u);
  EXPECT_EQ(wire.counters().gap_bytes, 3u);
}

TEST(Shard, SequenceNumbersWrap) {
  Wire wire;
  const auto send = [&](std::uint32_t sequence, const Octets& payload, std::uint16_t flags) {
    wire.send({0, sequence, 0, flags, payload, 8192, {wire.ports[0], wire.ports[1]}});
  };
  send(0xfffffffc, {}, tcp_flag::syn);
  send(0xfffffffd, brick("a"), tcp_flag::ack);
  send(7, brick("c"), tcp_flag::ack);
  send(2, brick("b"), tcp_flag::ack);
  EXPECT_THAT(wire.log.messages, ElementsAre("2 to_server Qa", "4 to_server Qb", "4 to_server Qc"));
}

TEST(Shard, SequenceJumpIsAnotherStreamAndNotDeafness) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 0x60000000, brick("b"));
  wire.data(0, 0x60000005, brick("c"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "5 to_server Qb", "6 to_server Qc"));
  EXPECT_EQ(wire.counters().gaps_by(GapCause::sequence_jump), 1u);
}

// --- out of step

TEST(Shard, GarbageIsOneUnreadableRunAndTheNextMessageIsFound) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, joined({brick("a"), Bytes(hex("ffffff")), brick("b"), brick("c")}));
  wire.data(0, 18, brick("d"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "unreadable 4 3", "4 to_server Qb",
                                             "4 to_server Qc", "5 to_server Qd"));
  EXPECT_EQ(wire.counters().out_of_step, 1u);
  EXPECT_EQ(wire.counters().skipped_bytes, 3u);
}

TEST(Shard, SessionJoinedInTheMiddleOfAMessageIsPickedUp) {
  Wire wire;
  const Octets first = brick("abc");
  wire.data(0, 3, part(first, 3, 7));
  wire.data(0, 7, brick("d"));
  wire.data(1, 0, brick("D", 'A'), 12);
  EXPECT_THAT(wire.log.messages, ElementsAre("2 to_server Qd", "3 to_client AD"));
}

TEST(Shard, JoinedInTheMiddleSeeksWhatBeginsSegmentsThereOnly) {
  ProtocolEntry at_segments = brick_protocols().front();
  at_segments.begins_segments = true;
  constexpr std::uint16_t kOtherPort = 7999;
  Wire wire({}, {&at_segments, 1});
  wire.ports[1] = kOtherPort;
  const Octets within = joined({hex("00 01"), Bytes(brick("abc")), Bytes(brick("d"))});
  const auto size = static_cast<std::uint32_t>(within.size());
  Flow* const flow = wire.data(0, 0, within);
  EXPECT_EQ(flow->protocol, Protocol::unknown);
  wire.data(0, size, joined({brick("e"), brick("f")}));
  EXPECT_NE(flow->protocol, Protocol::unknown);
}

TEST(Shard, JoinedInTheMiddleFindsAMessageThatBeginsNoSegment) {
  Wire wire;
  const Octets stream = joined({brick("abc"), brick("d"), brick("e"), brick("f")});
  for (std::uint32_t at = 3; at < stream.size(); ++at) wire.data(0, at, part(stream, at, at + 1));
  EXPECT_THAT(wire.log.messages,
              ElementsAre("9 to_server Qd", "14 to_server Qe", "19 to_server Qf"));
}

TEST(Shard, MessageLongerThanTheLimitIsOutOfStep) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 5, hex("b51cff51"));
  wire.data(0, 9, brick("b"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "6 to_server Qb"));
  EXPECT_EQ(wire.counters().messages_too_long, 1u);
}

TEST(Shard, SearchThatOutgrowsItsLimitBeginsAnew) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 5, hex("00"));
  // Each segment may begin a message whose end never comes: it says 250 bytes and brings one more.
  std::uint32_t at = 6;
  for (std::size_t i = 0; i <= kMaxSearchSegments; ++i, at += 1) wire.data(0, at, hex("b5"));
  wire.data(0, at, brick("b"));
  EXPECT_THAT(wire.log.messages,
              Contains(std::to_string(kMaxSearchSegments + 7) + " to_server Qb"));
}

// --- identification

TEST(Identification, OnePduIsEnoughOnTheStandardPort) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a", '?'));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server ?a"));
}

TEST(Identification, ElsewhereOneFromEachSide) {
  Wire wire;
  wire.ports[1] = 9000;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  EXPECT_THAT(wire.log.messages, IsEmpty());
  wire.data(1, 0, brick("A", 'A'), 5);
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "5 to_client AA"));
}

TEST(Identification, ElsewhereAnAnswerTooLongToKeepIsKnownByItsBeginning) {
  Octets answers;
  while (answers.size() <= kMaxUndecidedBytes) {
    const Octets one = brick(std::string(200, 'A'), 'A');
    answers.insert(answers.end(), one.begin(), one.end());
  }
  Wire wire;
  wire.ports[1] = 9000;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(1, 0, answers, 5);
  EXPECT_THAT(wire.log.messages, SizeIs(1 + answers.size() / 204));
}

TEST(Identification, ElsewhereTwoInARowFromOneSide) {
  Wire wire;
  wire.ports[1] = 9000;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 5, brick("b"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "5 to_server Qb"));
}

TEST(Identification, ElsewhereWhatIsNotTypicalConfirmsNothing) {
  Wire wire;
  wire.ports[1] = 9000;
  wire.handshake();
  wire.data(0, 0, joined(brick("a", '?'), brick("b", '?')));
  EXPECT_THAT(wire.log.messages, IsEmpty());
}

TEST(Identification, ElsewhereABeginningThatIsNotTypicalIsNotWaitedFor) {
  Wire wire;
  wire.ports[1] = 9000;
  wire.handshake();
  wire.data(0, 0, brick("a", '?'));
  wire.data(0, 5, joined(brick("b"), brick("c")));
  EXPECT_THAT(wire.log.messages, IsEmpty());
  EXPECT_EQ(wire.counters().undecided, 1u);
}

TEST(Identification, ElsewhereOtherContentIsGivenUpAtOnce) {
  Wire wire;
  wire.ports[1] = 9000;
  wire.handshake();
  wire.data(0, 0, hex("474554"));
  wire.data(0, 3, joined(brick("a"), brick("b")));
  EXPECT_THAT(wire.log.messages, IsEmpty());
  EXPECT_EQ(wire.counters().undecided, 1u);
}

TEST(Identification, OtherContentOnTheStandardPortIsToldOnceAndWatchedOn) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, Octets(3000, 0x20));
  wire.data(0, 3000, Octets(3000, 0x20));
  wire.data(0, 6000, brick("a"));
  EXPECT_EQ(wire.counters().other_protocol, 1u);
  EXPECT_THAT(wire.log.messages, ElementsAre("6 to_server Qa"));
}

TEST(Identification, GapBeforeTheDecisionIsKeptInItsPlace) {
  Wire wire;
  wire.ports[1] = 9000;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.data(0, 10, brick("c"));
  wire.data(1, 0, brick("A", 'A'), 15);
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "5 to_server Qc", "6 to_client AA"));
}

TEST(Client, IsWhoSentTheSyn) {
  Wire wire;
  wire.ports[0] = kBrickPort;
  wire.ports[1] = 49152;
  wire.handshake();
  wire.data(0, 0, brick("a", 'E'));
  EXPECT_EQ(wire.log.last_client_port, kBrickPort);
}

TEST(Client, IsToldByTheShapeOfTheMessage) {
  Wire wire;
  wire.data(1, 0, brick("a", 'Q'));
  EXPECT_EQ(wire.log.last_client_port, kBrickPort);
}

TEST(Client, IsTurnedRoundByALaterProof) {
  Wire wire;
  wire.data(1, 0, brick("a", 'E'));
  EXPECT_EQ(wire.log.last_client_port, 49152);
  wire.data(1, 5, brick("b", 'Q'));
  EXPECT_EQ(wire.log.last_client_port, kBrickPort);
  EXPECT_THAT(wire.log.messages, ElementsAre("1 to_client Ea", "2 to_server Qb"));
  EXPECT_EQ(wire.counters().turned_round, 1u);
}

TEST(Client, IsWhoDidNotSendTheSynWhereTheServerSaysSo) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("r", 'R'));
  wire.data(1, 0, brick("a", 'Q'), 5);
  wire.data(0, 5, brick("b", 'A'), 5);
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_client Rr", "5 to_server Qa", "6 to_client Ab"));
  EXPECT_EQ(wire.log.last_client_port, kBrickPort);
}

TEST(Client, IsWhoDidNotSendTheSynOnAnotherPortToo) {
  Wire wire;
  wire.ports[1] = 9000;
  wire.handshake();
  wire.data(0, 0, brick("r", 'R'));
  wire.data(1, 0, brick("a", 'Q'), 5);
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_client Rr", "5 to_server Qa"));
  EXPECT_EQ(wire.log.last_client_port, 9000);
}

// --- the life of flows

TEST(Shard, NewSynOfTheSamePortsIsAnotherFlow) {
  Wire wire;
  wire.handshake();
  Flow* const first = wire.data(0, 0, brick("a"));
  const std::uint64_t id = first->id;
  wire.send({0, 777777, 0, tcp_flag::syn, {}, 8192, {wire.ports[0], wire.ports[1]}});
  Flow* const second =
      wire.send({0, 777778, 0, tcp_flag::ack, brick("b"), 8192, {wire.ports[0], wire.ports[1]}});
  EXPECT_NE(second->id, id);
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "6 to_server Qb"));
  EXPECT_EQ(wire.counters().closed_by(CloseReason::reused), 1u);
}

TEST(Shard, RepeatedSynIsTheSameFlow) {
  Wire wire;
  wire.handshake();
  wire.send({0, 999, 0, tcp_flag::syn, {}, 8192, {wire.ports[0], wire.ports[1]}});
  EXPECT_EQ(wire.counters().opened, 1u);
}

TEST(Shard, DataAfterAResetIsStillRead) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.send({1, 5000, 1005, tcp_flag::rst, {}, 0, {wire.ports[0], wire.ports[1]}});
  wire.data(0, 5, brick("b"));
  EXPECT_THAT(wire.log.messages, ElementsAre("4 to_server Qa", "6 to_server Qb"));
}

TEST(Shard, ClosedFlowEndsAfterAWhileOfSilence) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  for (const int side : {0, 1}) {
    wire.send({side,
               side == 0 ? 1005u : 5000u,
               0,
               tcp_flag::fin | tcp_flag::ack,
               {},
               8192,
               {wire.ports[0], wire.ports[1]}});
  }
  wire.pass(1s);
  wire.tick();
  EXPECT_EQ(wire.shard().flow_count(), 1u);
  wire.pass(1min);
  wire.tick();
  EXPECT_EQ(wire.shard().flow_count(), 0u);
  EXPECT_EQ(wire.counters().closed_by(CloseReason::finished), 1u);
  EXPECT_THAT(wire.log.events, ElementsAre("opened", "confirmed", "completion", "closed"));
}

TEST(Shard, SilentFlowsEndByTheirClass) {
  FlowLimits limits;
  Wire wire(limits);
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.packet(test::ethernet(0x0800, test::ipv4(17, hex("03e8 07d0 0009 0000 61"))));
  wire.pass(limits.transient_idle + 1s);
  wire.tick();
  EXPECT_EQ(wire.shard().flow_count(), 1u);
  wire.pass(limits.session_idle);
  wire.tick();
  EXPECT_EQ(wire.shard().flow_count(), 0u);
  EXPECT_EQ(wire.counters().closed_by(CloseReason::idle), 2u);
}

TEST(Shard, FullTableGivesUpHalfOpenFlowsAndKeepsSessions) {
  FlowLimits limits;
  limits.flows = 4;
  Wire wire(limits);
  wire.handshake();
  wire.data(0, 0, brick("a"));
  for (std::uint16_t port = 1; port <= 100; ++port) {
    wire.send({0, 1, 0, tcp_flag::syn, {}, 8192, {port, kBrickPort}});
  }
  EXPECT_EQ(wire.shard().flow_count(), 4u);
  EXPECT_EQ(wire.counters().closed_by(CloseReason::evicted), 97u);
  EXPECT_EQ(wire.counters().evicted_sessions, 0u);
  wire.data(0, 5, brick("b"));
  EXPECT_THAT(wire.log.messages, Contains("105 to_server Qb"));
}

TEST(Shard, SessionsAreGivenUpOnlyForSessions) {
  FlowLimits limits;
  limits.flows = 1;
  Wire wire(limits);
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.send({0, 1, 0, tcp_flag::syn, {}, 8192, {1, kBrickPort}});
  EXPECT_EQ(wire.counters().evicted_sessions, 1u);
}

/// A half-open connection of its own.
void attempt(Wire& wire, std::uint16_t port) {
  wire.send({0, 1, 0, tcp_flag::syn, {}, 8192, {port, kBrickPort}});
}

/// Room for so many flows.
FlowLimits limits_of(std::size_t flows) {
  FlowLimits limits;
  limits.flows = flows;
  return limits;
}

TEST(Shard, ShortOfMemoryItPutsOutTransientFlowsAndKeepsSessions) {
  Wire wire(limits_of(80));
  wire.handshake();
  wire.data(0, 0, brick("a"));
  for (std::uint16_t port = 1; port <= 40; ++port) attempt(wire, port);
  wire.shard().relieve(FlowRelief::transient);
  wire.tick();
  EXPECT_EQ(wire.shard().flow_count(), 20u) << "half of 41";
  attempt(wire, 50);
  EXPECT_LE(wire.shard().flow_count(), 21u) << "and does not grow again";
  EXPECT_EQ(wire.counters().given_up, wire.counters().closed_by(CloseReason::evicted));
  EXPECT_EQ(wire.counters().evicted_sessions, 0u);
  wire.data(0, 5, brick("b"));
  EXPECT_THAT(wire.log.messages, Contains(testing::EndsWith("to_server Qb")));
  wire.shard().relieve(FlowRelief::none);
  for (std::uint16_t port = 60; port <= 100; ++port) attempt(wire, port);
  EXPECT_GT(wire.shard().flow_count(), 50u);
}

TEST(Shard, ShortOfMemoryItKeepsUnknownStreamsUntilTheyAreTheNext) {
  Wire wire(limits_of(40));
  for (std::uint16_t port = 1; port <= 10; ++port) {
    attempt(wire, port);
    wire.send({0, 2, 0, tcp_flag::ack, hex("ff ff ff ff"), 8192, {port, 9}});
  }
  wire.shard().relieve(FlowRelief::transient);
  wire.tick();
  EXPECT_EQ(wire.shard().flow_count(), 10u) << "the attempts have gone";
  wire.shard().relieve(FlowRelief::streams);
  wire.tick();
  EXPECT_EQ(wire.shard().flow_count(), 5u);
}

TEST(Shard, ShortOfMemoryItStillFollowsWhatBegins) {
  Wire wire(limits_of(80));
  wire.shard().relieve(FlowRelief::streams);
  wire.handshake();
  for (std::uint16_t port = 1; port <= 5; ++port) attempt(wire, port);
  wire.tick();
  wire.data(0, 0, brick("a"));
  EXPECT_THAT(wire.log.events, Contains("confirmed"));
  EXPECT_EQ(wire.counters().given_up, 0u);
}

TEST(Shard, ShortOfMemoryItNeverGivesUpSessions) {
  Wire wire(limits_of(16));
  for (std::uint16_t port = 1; port <= 10; ++port) {
    wire.send({0, 1, 0, tcp_flag::syn, {}, 8192, {port, kBrickPort}});
    wire.send({0, 2, 0, tcp_flag::ack, brick("a"), 8192, {port, kBrickPort}});
  }
  wire.shard().relieve(FlowRelief::streams);
  wire.tick();
  attempt(wire, 50);
  EXPECT_EQ(wire.shard().flow_count(), 11u);
  EXPECT_EQ(wire.counters().given_up, 0u);
}

TEST(Shard, EndOfCaptureClosesEverything) {
  Wire wire;
  wire.handshake();
  wire.data(0, 0, brick("a"));
  wire.finish();
  EXPECT_EQ(wire.counters().closed_by(CloseReason::end_of_capture), 1u);
  EXPECT_THAT(wire.log.events, ElementsAre("opened", "confirmed", "completion", "closed"));
  EXPECT_EQ(wire.counters().messages, 1u);
}

TEST(Shard, PacketsWithoutIpHaveNoFlow) {
  Wire wire;
  EXPECT_EQ(wire.packet(test::ethernet(0x0806, hex("0001 0800 06 04 0001"))), nullptr);
  EXPECT_EQ(wire.shard().flow_count(), 0u);
}

TEST(Shard, VlansOfAFlowAreASet) {
  Wire wire;
  const Octets plain = test::frame({});
  const auto tagged = [&](std::uint8_t id) {
    const Octets tag = {0x81, 0x00, 0x00, id};
    return joined({Bytes(plain).first(12), tag, Bytes(plain).subspan(12)});
  };
  wire.packet(tagged(5));
  wire.packet(tagged(6));
  Flow* const flow = wire.packet(tagged(5));
  EXPECT_EQ(flow->vlans.count, 2);
  EXPECT_EQ(flow->sent[0].packets, 3u);
}

TEST(HostPair, BothDirectionsShareAShard) {
  Layers forward, backward;
  const Octets there = test::frame(test::Segment{});
  const Octets back = test::frame({1, 0, 0, tcp_flag::ack, {}, 8192, {49152, 502}});
  decode(test::raw(there), 1, forward);
  decode(test::raw(back), 2, backward);
  EXPECT_EQ(host_pair_hash(forward), host_pair_hash(backward));
  EXPECT_LT(shard_of(host_pair_hash(forward)), kShards);
  EXPECT_EQ(packet_key(forward).key, packet_key(backward).key);
  EXPECT_NE(packet_key(forward).sender, packet_key(backward).sender);
}

TEST(HostPair, AsManyAsMayBeFollowedFindRoomInTheirShards) {
  const Octets frame = test::frame(test::Segment{});
  Layers layers;
  decode(test::raw(frame), 1, layers);
  for (const std::uint64_t flows : {kFewestFlows, kDefaultFlows}) {
    std::array<std::size_t, kShards> used{};
    for (std::uint32_t pair = 0; pair < flows; ++pair) {
      layers.source = IpAddress::v4(0x0a000000 + pair / 250);
      layers.destination = IpAddress::v4(0x0b000000 + pair % 250);
      ++used[shard_of(host_pair_hash(layers))];
    }
    EXPECT_LE(*std::ranges::max_element(used), FlowLimits::of(flows).flows);
    EXPECT_GT(*std::ranges::max_element(used), flows / kShards) << "they fall unevenly";
  }
}

}  // namespace
}  // namespace sightglass
