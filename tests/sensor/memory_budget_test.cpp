// What is given up when memory is short, and in which order.
#include "sensor/pipeline/memory_budget.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "sensor/evidence/packet_ring.hpp"

namespace sightglass {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kMib = 1 << 20;

MemoryUse used(std::uint64_t mib) {
  MemoryUse use;
  use.flows = mib * kMib;
  return use;
}

class Budget : public testing::Test {
 protected:
  MemoryRelief look(std::uint64_t mib, unsigned times = 1) {
    MemoryRelief relief = MemoryRelief::none;
    for (unsigned i = 0; i < times; ++i) relief = budget_.look(used(mib));
    return relief;
  }
  MemoryBudget budget_{100 * kMib};
};

TEST_F(Budget, WithinItNothingIsGivenUp) { EXPECT_EQ(look(100, 1000), MemoryRelief::none); }

TEST_F(Budget, OverItOneStepAfterTheOtherIsTaken) {
  EXPECT_EQ(look(101), MemoryRelief::evidence);
  EXPECT_EQ(look(101, kReliefLooks), MemoryRelief::evidence) << "it has time to show";
  EXPECT_EQ(look(101), MemoryRelief::transient_flows);
  EXPECT_EQ(look(101, kReliefLooks + 1), MemoryRelief::unknown_streams);
  EXPECT_EQ(look(101, 1000), MemoryRelief::unknown_streams) << "there is nothing else to give";
  EXPECT_THAT(budget_.times(), ElementsAre(0u, 1u, 1u, 1u));
}

TEST_F(Budget, AStepThatHelpedIsTheLast) {
  look(101);
  EXPECT_EQ(look(90, 1000), MemoryRelief::evidence) << "and stays: more would not fit";
}

TEST_F(Budget, StepsAreTakenBackOneByOneWhenThereIsRoomForLong) {
  look(101, kReliefLooks + 2);
  EXPECT_EQ(look(79, kCalmLooks - 1), MemoryRelief::transient_flows);
  EXPECT_EQ(look(79), MemoryRelief::evidence);
  EXPECT_EQ(look(79, kCalmLooks), MemoryRelief::none);
}

TEST_F(Budget, TheProcessCountsAsMuchAsItsParts) {
  MemoryUse use = used(1);
  use.process = 101 * kMib;
  EXPECT_EQ(budget_.look(use), MemoryRelief::evidence);
}

TEST(MemoryNotice, SaysHowMuchIsUsedByWhatAndWhatGoes) {
  MemoryUse use = used(90);
  use.judge = 20 * kMib;
  const SensorNotice notice = notice_of(MemoryRelief::transient_flows, use, 100 * kMib);
  EXPECT_EQ(notice.observed,
            "110 MiB are used and 100 may be (flows 90 MiB, judge 20 MiB): closed and transient "
            "flows are given up");
}

TEST(MemoryOfTheProcess, IsMeasured) {
  EXPECT_GT(resident_bytes(), kMib);
  EXPECT_LT(resident_bytes(), std::uint64_t{1} << 40);
}

TEST(MemoryOfTheRing, FallsWhenItIsMadeSmallerAndTheLatestPacketsStay) {
  PacketRing ring(64 * kMib);
  const std::vector<std::uint8_t> bytes(1000);
  RawPacket packet;
  packet.bytes = bytes;
  std::uint64_t number = 0;
  while (ring.bytes() < 32 * kMib) ring.push(packet, ++number);
  ring.resize(0);
  EXPECT_LE(ring.bytes(), 8 * kMib);
  EXPECT_GT(ring.reach().first_number, 1u);
  EXPECT_TRUE(ring.reach().dropped);
  ring.push(packet, ++number);
  EXPECT_EQ(ring.reach().last_number, number);
}

}  // namespace
}  // namespace sightglass
