// The order of packets of several interfaces, with sources and a clock that the test moves.
#include "sensor/capture/live_merge.hpp"

#include <gmock/gmock.h>

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sightglass {
namespace {

using Next = PacketSource::Next;
using namespace std::chrono_literals;

Timestamp at(Duration since) { return Timestamp{1'000'000s + since}; }

/// Has what the test gave it; hands out the same memory each time, as a ring may.
class Fake final : public PacketSource {
 public:
  void bring(Duration time, std::uint8_t content) { waiting_.emplace_back(at(time), content); }
  void end() { ended_ = true; }

  Next next(RawPacket& packet) override {
    ++asked;
    memory_.fill(0);  // what was handed out before is no longer valid
    if (waiting_.empty()) return ended_ ? Next::end : Next::idle;
    memory_.fill(waiting_.front().second);
    packet.bytes = memory_;
    packet.time = waiting_.front().first;
    waiting_.pop_front();
    return Next::packet;
  }
  const std::vector<CaptureInterface>& interfaces() const override { return interfaces_; }
  CaptureLoss loss() const override { return {}; }

  int asked = 0;

 private:
  std::deque<std::pair<Timestamp, std::uint8_t>> waiting_;
  std::array<std::uint8_t, 4> memory_{};
  std::vector<CaptureInterface> interfaces_;
  bool ended_ = false;
};

class Merge : public testing::Test {
 protected:
  explicit Merge(std::size_t count = 2) {
    std::vector<PacketSource*> sources;
    for (std::size_t i = 0; i < count; ++i) {
      fakes_.push_back(std::make_unique<Fake>());
      sources.push_back(fakes_.back().get());
    }
    merge_ = std::make_unique<LiveMerge>(sources, [this] { return at(now_); });
  }
  Fake& fake(std::size_t i) { return *fakes_[i]; }
  /// What comes until it is idle or over: "1:7" is content 7 of interface 1.
  std::vector<std::string> all() {
    std::vector<std::string> found;
    RawPacket packet;
    while ((last_ = merge_->next(packet)) == Next::packet) {
      found.push_back(std::to_string(packet.interface) + ":" + std::to_string(packet.bytes[0]));
    }
    return found;
  }

  Duration now_ = 0ms;
  Next last_ = Next::idle;
  std::vector<std::unique_ptr<Fake>> fakes_;
  std::unique_ptr<LiveMerge> merge_;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Merge, AResponseReadFirstDoesNotOvertakeItsRequest) {
  fake(1).bring(2ms, 2);  // the response's block was handed over first
  now_ = 5ms;
  EXPECT_THAT(all(), IsEmpty());
  fake(0).bring(1ms, 1);
  now_ = 15ms;
  EXPECT_THAT(all(), ElementsAre("0:1"));
  now_ = 2ms + kHandOver;
  EXPECT_THAT(all(), ElementsAre("1:2"));
}

TEST_F(Merge, WithAPacketOfEachAtHandNothingWaits) {
  for (int i = 0; i < 4; ++i) {
    fake(0).bring(i * 2 * 1ms, static_cast<std::uint8_t>(2 * i));
    fake(1).bring((i * 2 + 1) * 1ms, static_cast<std::uint8_t>(2 * i + 1));
  }
  now_ = 8ms;
  EXPECT_THAT(all(), ElementsAre("0:0", "1:1", "0:2", "1:3", "0:4", "1:5", "0:6"))
      << "the last has none to be compared with yet";
}

TEST_F(Merge, APacketIsHeldAsLongAsTheKernelMayHoldAnEarlierOneAndNoLonger) {
  fake(0).bring(10ms, 1);
  now_ = 10ms + kHandOver - 1ns;
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_EQ(merge_->due_in(), 1ns);
  EXPECT_FALSE(merge_->wants(0)) << "it has a packet at hand";
  EXPECT_TRUE(merge_->wants(1));
  now_ = 10ms + kHandOver;
  EXPECT_THAT(all(), ElementsAre("0:1"));
}

TEST_F(Merge, ASilentInterfaceIsAskedOnceForAllThatIsOldEnough) {
  for (int i = 0; i < 100; ++i) fake(0).bring(i * 1us, 1);
  now_ = 1ms + kHandOver;
  EXPECT_EQ(all().size(), 100u);
  EXPECT_LE(fake(1).asked, 2) << "for the first packet, and when there were no more";
}

TEST_F(Merge, WhatIsHeldStaysValidWhileOthersAreAsked) {
  fake(0).bring(5ms, 5);
  now_ = 6ms;
  EXPECT_THAT(all(), IsEmpty());
  for (int i = 1; i < 5; ++i) fake(1).bring(i * 1ms, static_cast<std::uint8_t>(i));
  EXPECT_THAT(all(), ElementsAre("1:1", "1:2", "1:3", "1:4"));
  now_ = 5ms + kHandOver;
  EXPECT_THAT(all(), ElementsAre("0:5"));
}

TEST_F(Merge, AtEqualTimesTheOneNamedFirstGoesFirst) {
  fake(1).bring(1ms, 2);
  fake(0).bring(1ms, 1);
  now_ = 1s;
  EXPECT_THAT(all(), ElementsAre("0:1", "1:2"));
}

TEST_F(Merge, PacketsOfOneInterfaceKeepTheirOrderThoughItsTimeGoesBack) {
  fake(0).bring(5ms, 1);
  fake(0).bring(3ms, 2);
  fake(0).bring(6ms, 3);
  now_ = 1s;
  EXPECT_THAT(all(), ElementsAre("0:1", "0:2", "0:3"));
}

TEST_F(Merge, AfterTheClockWasSetBackAnOldSilenceProvesNothing) {
  fake(0).bring(9s, 1);
  fake(0).bring(1s + 1ms, 3);
  now_ = 10s;
  RawPacket packet;
  ASSERT_EQ(merge_->next(packet), Next::packet);  // for the other was found empty at 10 s
  fake(1).bring(1s, 2);
  now_ = 2s;  // set back by 8 s
  EXPECT_THAT(all(), ElementsAre("1:2", "0:3"));
}

TEST_F(Merge, WhatIsDatedAfterTheClockIsNotHeldUntilItComesRound) {
  fake(0).bring(3600s, 1);
  now_ = 0s;
  EXPECT_THAT(all(), ElementsAre("0:1"));
}

TEST_F(Merge, AnEndedInterfaceHoldsNobodyUpAndTheLastOneEndsTheStream) {
  fake(0).end();
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_EQ(last_, Next::idle);
  fake(1).bring(1ms, 1);
  now_ = 1ms;
  EXPECT_THAT(all(), ElementsAre("1:1"));
  fake(1).end();
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_EQ(last_, Next::end);
}

class MergeOfOne : public Merge {
 protected:
  MergeOfOne() : Merge(1) {}
};

TEST_F(MergeOfOne, WaitsForNobody) {
  fake(0).bring(1ms, 1);
  fake(0).bring(2ms, 2);
  EXPECT_THAT(all(), ElementsAre("0:1", "0:2"));
  EXPECT_EQ(merge_->due_in(), std::nullopt);
}

class MergeOfThree : public Merge {
 protected:
  MergeOfThree() : Merge(3) {}
};

TEST_F(MergeOfThree, TheEarliestOfAllThatAreFoundGoesFirst) {
  fake(2).bring(7ms, 7);
  now_ = 8ms;
  EXPECT_THAT(all(), IsEmpty());
  fake(0).bring(5ms, 5);
  fake(1).bring(6ms, 6);
  now_ = 7ms + kHandOver;
  EXPECT_THAT(all(), ElementsAre("0:5", "1:6", "2:7"));
}

}  // namespace
}  // namespace sightglass
