// What must hold of any stream: the same bytes give the same messages, however they travel.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/sensor/brick.hpp"

namespace sightglass {
namespace {

using test::brick;
using test::Octets;
using test::Wire;

/// "to_server Qab": a logged message without its packet.
std::vector<std::string> without_packets(const std::vector<std::string>& messages) {
  std::vector<std::string> out;
  for (const std::string& message : messages) out.push_back(message.substr(message.find(' ') + 1));
  return out;
}

struct Piece {
  std::uint32_t offset;
  Octets bytes;
};

std::vector<Piece> cut(const Octets& stream, std::mt19937& random, std::size_t longest) {
  std::vector<Piece> pieces;
  std::size_t at = 0;
  while (at < stream.size()) {
    const std::size_t size = std::min(1 + random() % longest, stream.size() - at);
    const auto begin = stream.begin() + static_cast<std::ptrdiff_t>(at);
    pieces.push_back(
        {static_cast<std::uint32_t>(at), {begin, begin + static_cast<std::ptrdiff_t>(size)}});
    at += size;
  }
  return pieces;
}

class AnyStream : public ::testing::TestWithParam<unsigned> {
 protected:
  AnyStream() : random(GetParam()) {
    for (int i = 0; i < 60; ++i) {
      std::string letters;
      for (auto length = random() % 40; length > 0; --length) {
        letters += static_cast<char>('a' + random() % 26);
      }
      stream = test::joined(stream, brick(letters));
      expected.push_back("to_server Q" + letters);
    }
  }
  std::mt19937 random;
  Octets stream;
  std::vector<std::string> expected;
};

TEST_P(AnyStream, SegmentationChangesNothing) {
  Wire wire;
  wire.handshake();
  for (const Piece& piece : cut(stream, random, 1 + GetParam() % 50)) {
    wire.data(0, piece.offset, piece.bytes);
  }
  EXPECT_EQ(without_packets(wire.log.messages), expected);
}

TEST_P(AnyStream, ReorderingAndDuplicationChangeNothing) {
  std::vector<Piece> pieces = cut(stream, random, 30);
  for (std::size_t i = 0; i + 1 < pieces.size(); i += 2) {
    if (random() % 2 == 0) std::swap(pieces[i], pieces[i + 1]);
    if (random() % 4 == 0)
      pieces.insert(pieces.begin() + static_cast<std::ptrdiff_t>(i), pieces[i]);
  }
  Wire wire;
  wire.handshake();
  for (const Piece& piece : pieces) wire.data(0, piece.offset, piece.bytes);
  EXPECT_EQ(without_packets(wire.log.messages), expected);
  EXPECT_EQ(wire.counters().conflicts, 0u);
}

TEST_P(AnyStream, AnyOrderWithinTheLimitsChangesNothing) {
  std::vector<Piece> pieces = cut(stream, random, 60);
  ASSERT_LT(pieces.size(), kMaxHeldSegments);
  std::shuffle(pieces.begin(), pieces.end(), random);
  Wire wire;
  wire.handshake();
  for (const Piece& piece : pieces) wire.data(0, piece.offset, piece.bytes);
  EXPECT_EQ(without_packets(wire.log.messages), expected);
}

TEST_P(AnyStream, LosingOneSegmentLosesOnlyWhatItCarried) {
  const std::vector<Piece> pieces = cut(stream, random, 30);
  const std::size_t lost = 1 + random() % (pieces.size() - 2);
  Wire wire;
  wire.handshake();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i != lost) wire.data(0, pieces[i].offset, pieces[i].bytes);
  }
  wire.finish();
  const std::vector<std::string> found = without_packets(wire.log.messages);
  // Everything found was sent, in that order; missing is what touched the lost bytes, and at most
  // one more until the stream is in step.
  std::size_t next = 0;
  for (const std::string& message : found) {
    while (next < expected.size() && expected[next] != message) ++next;
    ASSERT_LT(next, expected.size()) << message;
    ++next;
  }
  const std::size_t begin = pieces[lost].offset;
  const std::size_t end = begin + pieces[lost].bytes.size();
  std::size_t touched = 0;
  std::size_t at = 0;
  for (const std::string& message : expected) {
    const std::size_t size = message.size() - std::string("to_server Q").size() + 4;
    touched += at < end && at + size > begin ? 1 : 0;
    at += size;
  }
  EXPECT_GE(found.size() + touched + 1, expected.size());
}

TEST_P(AnyStream, JoiningAnywhereIsInStepWithinTwoMessages) {
  const std::vector<Piece> pieces = cut(stream, random, 30);
  for (std::size_t from = 1; from < pieces.size(); ++from) {
    Wire wire;
    for (std::size_t i = from; i < pieces.size(); ++i) {
      wire.data(0, pieces[i].offset, pieces[i].bytes);
    }
    wire.finish();
    std::size_t whole = 0;
    std::size_t at = 0;
    for (const std::string& message : expected) {
      whole += at >= pieces[from].offset ? 1 : 0;
      at += message.size() - std::string("to_server Q").size() + 4;
    }
    EXPECT_GE(wire.log.messages.size() + 2, whole) << from;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyStream, ::testing::Range(1u, 40u));

}  // namespace
}  // namespace sightglass
