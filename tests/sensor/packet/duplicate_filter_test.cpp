// Copies that a mirror delivers, and what only looks like one.
#include "sensor/packet/duplicate_filter.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "sensor/packet/packet_stage.hpp"
#include "tests/sensor/packet/wrapping.hpp"

namespace sightglass {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using test::ethernet;
using test::hex;
using test::joined;
using test::Octets;
using test::wrapping;

class Duplicates : public ::testing::Test {
 protected:
  /// Whether the packet is delivered.
  bool take(const Octets& bytes, Duration later = microseconds(50), std::uint32_t interface = 0) {
    frame_ = bytes;
    now_ += later;
    RawPacket packet = test::raw(frame_);
    packet.time = now_;
    packet.interface = interface;
    return stage_.take(packet, ++number_, layers_);
  }
  std::uint64_t copies(Duplicate::Kind kind) const {
    return stage_.counters().duplicates.copies[static_cast<std::size_t>(kind)];
  }
  /// Of every kind.
  std::uint64_t copies() const {
    const auto& each = stage_.counters().duplicates.copies;
    return std::accumulate(each.begin(), each.end(), std::uint64_t{0});
  }
  /// A segment of 10.0.0.1:49152 to 10.0.0.2:502 with this IP identification and time to live.
  static Octets segment(std::uint16_t identification = 1, std::uint8_t ttl = 64,
                        std::string_view payload = "6869") {
    Octets bytes = test::frame({0, 5, 9, 0x18, hex(payload), 8192, {49152, 502}});
    bytes[18] = static_cast<std::uint8_t>(identification >> 8);
    bytes[19] = static_cast<std::uint8_t>(identification);
    bytes[22] = ttl;
    return bytes;
  }
  static Octets between(Octets bytes, std::uint8_t destination, std::uint8_t source) {
    bytes[5] = destination;
    bytes[11] = source;
    return bytes;
  }

  std::vector<Duplicate> seen;
  Layers layers_;

 private:
  PacketStage stage_{[this](const Duplicate& duplicate) { seen.push_back(duplicate); }};
  Octets frame_;
  Timestamp now_ = timestamp_from_ns(1'700'000'000'000'000'000);
  std::uint64_t number_ = 0;
};

TEST_F(Duplicates, ACopyIsDroppedAndReportedWithBothSightings) {
  EXPECT_TRUE(take(segment(), {}, 3));
  EXPECT_FALSE(take(segment(), milliseconds(5), 4));
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].kind, Duplicate::Kind::exact);
  EXPECT_EQ(seen[0].first.packet_number, 1u);
  EXPECT_EQ(seen[0].again.packet_number, 2u);
  EXPECT_EQ(seen[0].first.interface, 3u);
  EXPECT_EQ(seen[0].again.interface, 4u);
  EXPECT_EQ(seen[0].again.time - seen[0].first.time, milliseconds(5));
  EXPECT_EQ(to_text(seen[0].first.source_mac), "02:00:00:00:00:01");
  EXPECT_EQ(copies(Duplicate::Kind::exact), 1u);
}

TEST_F(Duplicates, AThirdOneIsACopyOfTheFirst) {
  EXPECT_TRUE(take(segment()));
  EXPECT_FALSE(take(segment()));
  EXPECT_FALSE(take(segment()));
  EXPECT_EQ(seen.back().first.packet_number, 1u);
}

TEST_F(Duplicates, WhatComesLaterIsNone) {
  EXPECT_TRUE(take(segment()));
  EXPECT_TRUE(take(segment(), kDuplicateWindow + microseconds(1)));
}

TEST_F(Duplicates, TimeThatGoesBackChangesNothing) {
  EXPECT_TRUE(take(segment()));
  EXPECT_FALSE(take(segment(), milliseconds(-4)));
  EXPECT_TRUE(take(segment(), milliseconds(-4)));
}

TEST_F(Duplicates, ARetransmissionHasItsOwnIdentification) {
  EXPECT_TRUE(take(segment(1)));
  EXPECT_TRUE(take(segment(2)));
}

TEST_F(Duplicates, OtherBytesAreNoCopyEvenWithTheSameChecksum) {
  EXPECT_TRUE(take(segment(1, 64, "0001 0002")));
  EXPECT_TRUE(take(segment(1, 64, "0002 0001")));
}

TEST_F(Duplicates, AcrossVlansAndTags) {
  EXPECT_TRUE(take(segment()));
  EXPECT_FALSE(take(wrapping("vlan").wrap(segment())));
  EXPECT_EQ(seen[0].kind, Duplicate::Kind::retagged);
  EXPECT_EQ(seen[0].first.vlan, 0);
  EXPECT_EQ(seen[0].again.vlan, 100);
  EXPECT_FALSE(take(wrapping("qinq").wrap(segment())));
  EXPECT_EQ(seen[1].again.vlan, 200);
}

TEST_F(Duplicates, AcrossARouter) {
  EXPECT_TRUE(take(between(segment(1, 64), 2, 1)));
  EXPECT_FALSE(take(between(segment(1, 63), 4, 3)));
  EXPECT_EQ(seen[0].kind, Duplicate::Kind::routed);
  EXPECT_EQ(to_text(seen[0].first.destination_mac), "02:00:00:00:00:02");
  EXPECT_EQ(to_text(seen[0].again.source_mac), "02:00:00:00:00:03");
  EXPECT_EQ(seen[0].again.ttl, 63);
  EXPECT_TRUE(take(segment(1, 64 - kMostHops - 1))) << "too far";
}

TEST_F(Duplicates, ARelayThatKeepsTheTimeToLiveShowsBothMacPairs) {
  EXPECT_TRUE(take(between(segment(), 2, 1)));
  EXPECT_FALSE(take(between(segment(), 9, 1)));
  EXPECT_EQ(seen[0].kind, Duplicate::Kind::relayed);
}

TEST_F(Duplicates, PaddingDoesNotMatter) {
  EXPECT_TRUE(take(joined(segment(), hex("00000000"))));
  EXPECT_FALSE(take(wrapping("vlan").wrap(segment())));
}

TEST_F(Duplicates, FragmentsAreComparedBeforeTheyArePutTogether) {
  const auto fragment = [](std::size_t begin, bool more) {
    Octets packet = test::ipv4(17, hex("03e8 07d0 0018 0000 6162636465666768"));
    packet[6] = static_cast<std::uint8_t>(more ? 0x20 : 0);
    packet[7] = static_cast<std::uint8_t>(begin / 8);
    return ethernet(0x0800, packet);
  };
  EXPECT_TRUE(take(fragment(0, true)));
  EXPECT_FALSE(take(fragment(0, true)));
  EXPECT_TRUE(take(fragment(16, false)));
  EXPECT_TRUE(layers_.has_udp());
  EXPECT_FALSE(take(fragment(16, false)));
}

TEST_F(Duplicates, Ipv6WithoutIdentification) {
  const Octets bytes =
      ethernet(0x86dd, hex("60000000 000c 11 40 20010db8000000000000000000000001"
                           "20010db8000000000000000000000002 0001 0002 000c 0000 01020304"));
  Octets hop = bytes;
  hop[14 + 7] = 63;
  EXPECT_TRUE(take(bytes));
  EXPECT_FALSE(take(hop));
  EXPECT_EQ(seen[0].kind, Duplicate::Kind::routed);
}

TEST_F(Duplicates, ArpAndFramesThatCountTheirOwn) {
  const Octets arp = ethernet(0x0806, hex("0001 0800 06 04 0001 020000000001 0a000001"
                                          "000000000000 0a000002"));
  EXPECT_TRUE(take(arp));
  EXPECT_FALSE(take(joined(arp, hex("000000"))));
  EXPECT_TRUE(take(between(arp, 2, 7))) << "a claim by another station";
  const Octets goose = ethernet(0x88b8, hex("0001 0010 0000 0000 61 06 0102030405"));
  EXPECT_TRUE(take(goose));
  EXPECT_FALSE(take(goose));
}

TEST_F(Duplicates, FramesThatGoRoundInALoopAreNone) {
  Octets arp = ethernet(0x0806, hex("0001 0800 06 04 0001 020000000001 0a000001"
                                    "000000000000 0a000002"));
  std::fill_n(arp.begin(), 6, std::uint8_t{0xff});
  Octets udp = segment();
  udp[0] = 0x01;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(take(arp));
    EXPECT_TRUE(take(udp));
  }
}

TEST_F(Duplicates, CyclicProcessDataIsNone) {
  const Octets powerlink = ethernet(0x88ab, hex("03 01 f0 00 00 00 2a"));
  EXPECT_TRUE(take(powerlink));
  EXPECT_TRUE(take(powerlink));
  const Octets unknown = ethernet(0x9876, hex("0102"));
  EXPECT_TRUE(take(unknown));
  EXPECT_TRUE(take(unknown));
}

TEST_F(Duplicates, BothWaysOfARedundantNetwork) {
  const Octets a = wrapping("prp").wrap(segment());
  Octets b = a;
  b[b.size() - 4] = static_cast<std::uint8_t>(0xb0 | (b[b.size() - 4] & 0x0f));
  EXPECT_TRUE(take(a));
  EXPECT_FALSE(take(b, milliseconds(300)));
  EXPECT_EQ(seen[0].kind, Duplicate::Kind::redundant);
  EXPECT_TRUE(take(b, milliseconds(401)));
  const Octets process = wrapping("hsr").wrap(ethernet(0x88ab, hex("03 01 f0 00")));
  Octets other_way = process;
  other_way[14] |= 0x10;  // path
  EXPECT_TRUE(take(process));
  EXPECT_FALSE(take(other_way, milliseconds(20)));
  EXPECT_EQ(copies(Duplicate::Kind::redundant), 2u);
}

TEST_F(Duplicates, ASequenceNumberAloneMakesNoCopy) {
  EXPECT_TRUE(take(wrapping("prp").wrap(segment(1))));
  EXPECT_TRUE(take(wrapping("prp").wrap(segment(2))));
  Octets next = wrapping("prp").wrap(segment(1));
  next[next.size() - 5] ^= 1;  // another sequence number, after a second
  EXPECT_TRUE(take(next, std::chrono::seconds(1)));
}

TEST_F(Duplicates, ATunneledCopyIsOne) {
  EXPECT_TRUE(take(wrapping("erspan2").wrap(segment())));
  Octets other_mirror = wrapping("erspan2").wrap(segment());
  other_mirror[41] = 99;  // its own sequence number
  EXPECT_FALSE(take(other_mirror));
}

TEST_F(Duplicates, AreFoundWhateverWasRememberedInBetween) {
  // Many times what is remembered; each packet's copy comes 20 packets later.
  std::size_t delivered = 0;
  constexpr std::size_t kPackets = 20'000;
  for (std::size_t i = 0; i < kPackets; ++i) {
    const auto of = [](std::size_t n) {
      Octets bytes = segment(static_cast<std::uint16_t>(n));
      bytes.resize(54 + n % 1400, static_cast<std::uint8_t>(n));
      const std::size_t total = bytes.size() - 14;
      bytes[16] = static_cast<std::uint8_t>(total >> 8);
      bytes[17] = static_cast<std::uint8_t>(total);
      return bytes;
    };
    delivered += take(of(i), microseconds(10)) ? 1 : 0;
    if (i >= 20) {
      ASSERT_FALSE(take(of(i - 20), microseconds(10))) << i;
    }
  }
  EXPECT_EQ(delivered, kPackets);
}

TEST_F(Duplicates, AreFoundAcrossGenerations) {
  take(segment(1));
  take(segment(2), microseconds(4900));
  take(segment(3), microseconds(200));  // a generation began with the first one and ends here
  EXPECT_FALSE(take(segment(2), microseconds(100)));
  EXPECT_FALSE(take(segment(3), microseconds(100)));
}

TEST_F(Duplicates, NumbersOfGenerationsComeAgainWithoutHarm) {
  for (std::uint32_t i = 0; i < 0x10000 + 10; ++i) {
    const auto identification = static_cast<std::uint16_t>(i % 7);
    ASSERT_TRUE(take(segment(identification), milliseconds(6))) << i;
    ASSERT_FALSE(take(segment(identification), milliseconds(1))) << i;
  }
}

TEST_F(Duplicates, EveryPrefixIsDeliveredOrCountedAsACopy) {
  std::uint64_t taken = 0, delivered = 0;
  for (const Octets& whole : {wrapping("prp").wrap(segment()), wrapping("hsr").wrap(segment()),
                              ethernet(0x0806, hex("0001 0800 06 04 0001 0200"))}) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      const Octets prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      for (int times = 0; times < 2; ++times) {
        ++taken;
        delivered += take(prefix) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(copies(), 0u);
  EXPECT_EQ(delivered + copies(), taken);
}

}  // namespace
}  // namespace sightglass
