// The ring of recent packets, and evidence cut from it.
#include "sensor/evidence/live_evidence.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "packets.hpp"

namespace sightglass {
namespace {

using sample::alert_of;
using sample::Packet;
using testing::ElementsAre;

TEST(PacketRing, KeepsTheLatestInOrder) {
  PacketRing ring(0);
  const std::size_t size = 60'000;
  std::uint64_t number = 0;
  for (; number < 500;) {
    const std::vector<std::uint8_t> bytes(size, static_cast<std::uint8_t>(number));
    RawPacket packet;
    packet.bytes = bytes;
    packet.time = sample::at_ms(static_cast<std::int64_t>(number));
    ring.push(packet, ++number);
  }
  std::uint64_t expected = ring.reach().first_number;
  EXPECT_GT(expected, 400u);
  EXPECT_TRUE(ring.reach().dropped);
  EXPECT_EQ(ring.reach().last_number, 500u);
  ring.snapshot().for_each([&](const PacketRing::Frame& frame) {
    ASSERT_EQ(frame.number, expected++);
    ASSERT_EQ(frame.packet.bytes.size(), size);
    ASSERT_EQ(frame.packet.bytes[size - 1], static_cast<std::uint8_t>(frame.number - 1));
  });
  EXPECT_EQ(expected, 501u);
}

TEST(PacketRing, SnapshotOutlivesWhatItHolds) {
  PacketRing ring(0);
  const Packet first(1, 2, 0);
  ring.push(first.raw(), 1);
  const auto snapshot = ring.snapshot();
  const std::vector<std::uint8_t> large(200'000, 9);
  for (std::uint64_t number = 2; number < 100; ++number) {
    RawPacket packet;
    packet.bytes = large;
    ring.push(packet, number);
  }
  EXPECT_GT(ring.reach().first_number, 1u);
  int frames = 0;
  snapshot.for_each([&](const PacketRing::Frame& frame) {
    ++frames;
    EXPECT_EQ(frame.number, 1u);
    EXPECT_TRUE(std::equal(frame.packet.bytes.begin(), frame.packet.bytes.end(),
                           first.raw().bytes.begin(), first.raw().bytes.end()));
  });
  EXPECT_EQ(frames, 1);
}

TEST(PacketRing, TakesPacketsLargerThanAChunk) {
  PacketRing ring(0);
  const std::vector<std::uint8_t> huge(3 * PacketRing::kChunkBytes, 7);
  RawPacket packet;
  packet.bytes = huge;
  EXPECT_EQ(ring.push(packet, 1).size(), huge.size());
}

TEST(PacketRing, IsReadWhileItIsFilled) {
  PacketRing ring(0);
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      std::uint64_t last = 0;
      ring.snapshot().for_each([&](const PacketRing::Frame& frame) {
        EXPECT_GT(frame.number, last);
        EXPECT_EQ(frame.packet.bytes.back(), static_cast<std::uint8_t>(frame.number));
        last = frame.number;
      });
      EXPECT_GE(ring.reach().last_number, last);
    }
  });
  std::vector<std::uint8_t> bytes(500);
  for (std::uint64_t number = 1; number < 40'000; ++number) {
    bytes.back() = static_cast<std::uint8_t>(number);
    RawPacket packet;
    packet.bytes = bytes;
    ring.push(packet, number);
  }
  done = true;
  reader.join();
}

class Live : public testing::Test {
 protected:
  void start(std::chrono::milliseconds longest_wait = std::chrono::hours(1)) {
    LiveEvidenceSettings settings;
    settings.directory = directory_.path();
    settings.interval = std::chrono::milliseconds(1);
    settings.longest_wait = longest_wait;
    settings.most_waiting = 2;
    settings.limits.has_room = [this](std::uint64_t bytes) {
      asked_for_ = bytes;
      return has_room_;
    };
    evidence_ = std::make_unique<LiveEvidence>(ring_, settings, [this](const EvidenceRecord& done) {
      if (finished_++ == 0) done_.set_value(done);
    });
  }
  void push(std::uint64_t number, std::int64_t ms, std::uint8_t client = 1) {
    ring_.push(Packet(client, 2, ms).raw(), number);
  }
  // The first finished slice.
  EvidenceRecord wait() { return done_.get_future().get(); }
  std::vector<std::int64_t> times(const EvidenceRecord& record) {
    return sample::times_in(directory_.path() / record.path);
  }

  sample::RecordDirectory directory_;
  PacketRing ring_{0};
  std::promise<EvidenceRecord> done_;
  int finished_ = 0;  // the live evidence's thread's
  bool has_room_ = true;
  std::uint64_t asked_for_ = 0;
  std::unique_ptr<LiveEvidence> evidence_;
};

TEST_F(Live, WaitsForThe5SecondsAfter) {
  start();
  push(1, 0);
  push(2, 6000);
  push(3, 6100, 9);
  push(4, 7000);
  ASSERT_TRUE(evidence_->request(alert_of(1, 1, 2, {4}, 7000, 7000)));
  push(5, 8000);
  push(6, 12'000);
  EXPECT_EQ(evidence_->waiting(), 1u);  // 12,000 is not yet 5 s after
  push(7, 12'500);
  const EvidenceRecord record = wait();
  EXPECT_EQ(record.state, EvidenceState::ready);
  EXPECT_THAT(times(record), ElementsAre(6000, 7000, 8000, 12'000));
}

TEST_F(Live, UpdateWhileWaitingAddsItsFrames) {
  start();
  push(1, 0);
  Alert alert = alert_of(1, 1, 2, {1}, 0, 0);
  ASSERT_TRUE(evidence_->request(alert));
  push(2, 4000);
  alert.revision = 2;
  alert.frames = {1, 2};
  alert.last_seen = sample::at_ms(4000);
  ASSERT_TRUE(evidence_->request(alert));
  push(3, 5500);
  push(4, 9500);
  const EvidenceRecord record = wait();
  EXPECT_THAT(times(record), ElementsAre(0, 4000, 5500));
  EXPECT_EQ(
      sample::occurrences(sample::contents(directory_.path() / record.path), ": raised the alert"),
      2u);
}

TEST_F(Live, AlertThatGoesOnIsNotCutForEver) {
  start(std::chrono::milliseconds(0));
  push(1, 0);
  Alert alert = alert_of(1, 1, 2, {1}, 0, 0);
  ASSERT_TRUE(evidence_->request(alert));
  EXPECT_EQ(wait().state, EvidenceState::ready);
  alert.revision = 2;
  alert.frames.assign(kAlertFrames, 1);
  ASSERT_TRUE(evidence_->request(alert));
  EXPECT_EQ(evidence_->waiting(), 0u);
  evidence_.reset();
  EXPECT_EQ(finished_, 1);
}

TEST_F(Live, CutsBeforeTheRingLosesTheRaisingFrame) {
  start();
  push(1, 0);
  ASSERT_TRUE(evidence_->request(alert_of(1, 1, 2, {1}, 0, 0)));
  // Fills the ring without time going on; stops as soon as the slice is there.
  auto future = done_.get_future();
  const std::vector<std::uint8_t> large(100'000, 1);
  std::uint64_t number = 2;
  while (future.wait_for(std::chrono::milliseconds(2)) != std::future_status::ready) {
    RawPacket packet;
    packet.bytes = large;
    packet.time = sample::at_ms(10);
    ring_.push(packet, number++);
  }
  const EvidenceRecord record = future.get();
  EXPECT_EQ(record.state, EvidenceState::partial);
  EXPECT_THAT(times(record), ElementsAre(0));
}

TEST_F(Live, SliceWithoutRoomIsGivenUpAndLeavesNothing) {
  has_room_ = false;
  start();
  push(1, 0);
  ASSERT_TRUE(evidence_->request(alert_of(1, 1, 2, {1}, 0, 0)));
  evidence_.reset();
  const EvidenceRecord record = wait();
  EXPECT_EQ(record.state, EvidenceState::none);
  EXPECT_EQ(record.lack, EvidenceLack::full);
  EXPECT_GT(asked_for_, 0u);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path() / "evidence"));
}

TEST_F(Live, SliceAsksForAsMuchRoomAsItTakes) {
  start();
  push(1, 0);
  ASSERT_TRUE(evidence_->request(alert_of(1, 1, 2, {1}, 0, 0)));
  evidence_.reset();
  const EvidenceRecord record = wait();
  EXPECT_EQ(asked_for_, record.bytes);
  EXPECT_EQ(std::filesystem::file_size(directory_.path() / record.path), record.bytes);
}

TEST_F(Live, EndCutsWhatWaits) {
  start();
  push(1, 0);
  ASSERT_TRUE(evidence_->request(alert_of(1, 1, 2, {1}, 0, 0)));
  evidence_.reset();
  const EvidenceRecord record = wait();
  EXPECT_EQ(record.state, EvidenceState::partial);
  EXPECT_THAT(times(record), ElementsAre(0));
}

TEST_F(Live, IdleWireDoesNotKeepAnAlertWaiting) {
  start(std::chrono::milliseconds(5));
  push(1, 0);
  ASSERT_TRUE(evidence_->request(alert_of(1, 1, 2, {1}, 0, 0)));
  EXPECT_EQ(wait().state, EvidenceState::ready);
}

TEST_F(Live, TooManyWaitingAreRefusedAndCounted) {
  start();
  push(1, 0);
  EXPECT_TRUE(evidence_->request(alert_of(1, 1, 2, {1}, 0, 0)));
  EXPECT_TRUE(evidence_->request(alert_of(2, 1, 2, {1}, 0, 0)));
  EXPECT_FALSE(evidence_->request(alert_of(3, 1, 2, {1}, 0, 0)));
  EXPECT_EQ(evidence_->counters().refused, 1u);
  evidence_.reset();
  EXPECT_EQ(finished_, 2);
}

}  // namespace
}  // namespace sightglass
