// Datagrams from fragments: what is put together, what is named, what is given up.
#include "sensor/packet/defragmenter.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <random>

#include "dissectors/packet_fields.hpp"
#include "sensor/packet/packet_stage.hpp"
#include "tests/sensor/packet/wrapping.hpp"

namespace sightglass {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::ethernet;
using test::hex;
using test::joined;
using test::Octets;
using test::wrapping;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// An IPv4 fragment of 10.0.0.1 to 10.0.0.2: its data begins at byte `begin` of the datagram's.
struct Piece {
  std::size_t begin = 0;
  Octets data;
  bool more = true;
  std::uint16_t identification = 7;
  std::uint8_t protocol = 17;
  std::uint8_t sender = 1;
};

Octets fragment(const Piece& piece) {
  Octets packet = test::ipv4(piece.protocol, piece.data);
  const std::size_t field = piece.begin / 8 | (piece.more ? 0x2000u : 0u);
  packet[4] = static_cast<std::uint8_t>(piece.identification >> 8);
  packet[5] = static_cast<std::uint8_t>(piece.identification);
  packet[6] = static_cast<std::uint8_t>(field >> 8);
  packet[7] = static_cast<std::uint8_t>(field);
  packet[15] = piece.sender;
  return ethernet(0x0800, packet);
}

/// 20 bytes of UDP: 1000 to 2000, "abcdefghijkl".
Octets datagram() {
  return joined(hex("03e8 07d0 0014 0000"),
                {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'});
}

Octets part(const Octets& whole, std::size_t begin, std::size_t end) {
  return {whole.begin() + static_cast<std::ptrdiff_t>(begin),
          whole.begin() + static_cast<std::ptrdiff_t>(end)};
}

class Defragmentation : public ::testing::Test {
 protected:
  const Layers& take(const Octets& bytes) {
    frame_ = bytes;
    RawPacket packet = test::raw(frame_);
    packet.time = now_;
    stage_->take_any(packet, ++number_, layers_);
    return layers_;
  }
  const Layers& take(const Piece& piece) { return take(fragment(piece)); }
  void limit(const DefragmentLimits& limits) {
    stage_ = std::make_unique<PacketStage>(DuplicateFilter::Listener(), limits);
  }
  DefragmentCounters counters() const { return stage_->counters().fragments; }
  std::vector<std::string> values(std::string_view name) const {
    const FieldSpec* const spec = find_field(name);
    if (spec == nullptr) return {"no such field"};
    std::vector<Field> fields;
    append_packet_field(layers_, spec->id, fields);
    std::vector<std::string> out;
    for (const Field& field : fields) out.push_back(to_text(*spec, field.value));
    return out;
  }
  std::string payload() const { return std::string(as_text(layers_.payload())); }

  Timestamp now_ = timestamp_from_ns(1'700'000'000'000'000'000);

 private:
  std::unique_ptr<PacketStage> stage_ = std::make_unique<PacketStage>();
  Octets frame_;
  Layers layers_;
  std::uint64_t number_ = 0;
};

TEST_F(Defragmentation, TheCompletingFrameCarriesTheDatagram) {
  EXPECT_EQ(take({0, part(datagram(), 0, 16)}).fault, LayerFault::fragment);
  const Layers& layers = take({16, part(datagram(), 16, 20), false});
  EXPECT_EQ(layers.fault, LayerFault::none);
  ASSERT_TRUE(layers.has_udp());
  EXPECT_EQ(layers.source_port, 1000);
  EXPECT_EQ(layers.packet_number, 2u);
  EXPECT_EQ(payload(), "abcdefghijkl");
  EXPECT_EQ(layers.payload_missing, 0u);
  EXPECT_THAT(values("ip.src"), ElementsAre("10.0.0.1"));
  EXPECT_THAT(values("ip.frag_offset"), ElementsAre("2"));
  EXPECT_THAT(values("udp.dstport"), ElementsAre("2000"));
  EXPECT_THAT(values("ip.fragment.count"), ElementsAre("2"));
  EXPECT_THAT(values("ip.reassembled.length"), ElementsAre("20"));
  EXPECT_THAT(values("frame.cap_len"), ElementsAre("38"));
  EXPECT_THAT(values("sg.packet.anomaly"), IsEmpty());
  EXPECT_EQ(counters().rebuilt, 1u);
}

TEST_F(Defragmentation, AnyOrderOfAnyPiecesGivesTheSame) {
  std::mt19937 random(5);
  Octets whole = hex("03e8 07d0 0fa0 0000");
  while (whole.size() < 4000) whole.push_back(static_cast<std::uint8_t>(random()));
  for (std::uint16_t round = 0; round < 200; ++round) {
    std::vector<Piece> pieces;
    for (std::size_t at = 0; at < whole.size();) {
      const std::size_t end = std::min(whole.size(), at + 8 * (3 + random() % 60));
      pieces.push_back({at, part(whole, at, end), end < whole.size(), round});
      at = end;
    }
    std::shuffle(pieces.begin(), pieces.end(), random);
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      ASSERT_EQ(take(pieces[i]).fault, LayerFault::fragment);
    }
    ASSERT_EQ(take(pieces.back()).fault, LayerFault::none);
    ASSERT_EQ(payload(), as_text(Bytes(whole).subspan(8)));
  }
  EXPECT_EQ(counters().rebuilt, 200u);
}

TEST_F(Defragmentation, DatagramsAreKeptApart) {
  take({0, part(datagram(), 0, 16), true, 7});
  EXPECT_EQ(take({16, part(datagram(), 16, 20), false, 8}).fault, LayerFault::fragment);
  EXPECT_EQ(take({16, part(datagram(), 16, 20), false, 7, 6}).fault, LayerFault::fragment);
  EXPECT_EQ(take({16, part(datagram(), 16, 20), false, 7, 17, 3}).fault, LayerFault::fragment);
  EXPECT_EQ(take({16, part(datagram(), 16, 20), false, 7}).fault, LayerFault::none);
}

TEST_F(Defragmentation, OfIpv6WithHeadersOnBothSides) {
  // Destination options before and behind the fragment header.
  const std::string addresses = "20010db8000000000000000000000001 20010db8000000000000000000000002";
  const Octets upper = joined(hex("11 00 010400000000"), datagram());
  const Octets first =
      joined(hex("60000000 0028 3c 40" + addresses + "2c 00 010400000000 | 3c 00 0001 0000002a"),
             part(upper, 0, 24));
  const Octets last =
      joined(hex("60000000 0014 3c 40" + addresses + "2c 00 010400000000 | 3c 00 0018 0000002a"),
             part(upper, 24, 28));
  EXPECT_EQ(take(ethernet(0x86dd, first)).fault, LayerFault::fragment);
  const Layers& layers = take(ethernet(0x86dd, last));
  EXPECT_EQ(layers.fault, LayerFault::none);
  EXPECT_EQ(layers.destination_port, 2000);
  EXPECT_EQ(payload(), "abcdefghijkl");
  EXPECT_THAT(values("ipv6.fragment.count"), ElementsAre("2"));
  EXPECT_THAT(values("ipv6.fraghdr.offset"), ElementsAre("3"));
  EXPECT_THAT(values("ipv6.fraghdr.ident"), ElementsAre("0x0000002a"));
}

TEST_F(Defragmentation, InsideAndAroundTunnels) {
  const Octets inner = ethernet(0x0800, test::ipv4(17, datagram()));
  // The tunnel's own datagram in fragments: 20 + 8 + 8 + 14 + 20 + 20 bytes behind Ethernet.
  const Octets outer = wrapping("vxlan").wrap(inner);
  const Octets data = part(outer, 34, outer.size());
  take({0, part(data, 0, 40)});
  EXPECT_EQ(take({40, part(data, 40, data.size()), false}).destination_port, 2000);
  EXPECT_EQ(payload(), "abcdefghijkl");
  EXPECT_THAT(values("udp.dstport"), ElementsAre("4789", "2000"));
  // What the tunnel carries in fragments.
  take(wrapping("gre-ethernet").wrap(fragment({0, part(datagram(), 0, 16), true, 9})));
  take(wrapping("gre-ethernet").wrap(fragment({16, part(datagram(), 16, 20), false, 9})));
  EXPECT_EQ(payload(), "abcdefghijkl");
  EXPECT_THAT(values("ip.src"), ElementsAre("192.0.2.1", "10.0.0.1"));
  EXPECT_THAT(values("gre.proto"), ElementsAre("0x6558"));
}

TEST_F(Defragmentation, ACopyIsNoOverlap) {
  take({0, part(datagram(), 0, 16)});
  EXPECT_EQ(take({0, part(datagram(), 0, 16)}).fragment_anomalies, 0);
  EXPECT_EQ(take({16, part(datagram(), 16, 20), false}).fragment_anomalies, 0);
  EXPECT_EQ(counters().copies, 1u);
}

TEST_F(Defragmentation, OverlapsAreNamedAlsoOnTheCompletingFrame) {
  take({0, part(datagram(), 0, 16)});
  take({8, part(datagram(), 8, 16)});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_overlap"));
  take({16, part(datagram(), 16, 20), false});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_overlap"));
  EXPECT_EQ(payload(), "abcdefghijkl");
  EXPECT_EQ(counters().of(FragmentAnomaly::overlap), 1u);
}

TEST_F(Defragmentation, OfConflictingBytesTheFirstStay) {
  Octets other = part(datagram(), 8, 20);
  other[0] = 'X';
  take({0, part(datagram(), 0, 16)});
  take({8, other, false});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_overlap", "fragment_conflict"));
  EXPECT_EQ(payload(), "abcdefghijkl");
}

TEST_F(Defragmentation, AnOverlapMayFillSeveralHoles) {
  const Octets whole =
      joined(hex("03e8 07d0 002c 0000"), hex("000102030405060708090a0b0c0d0e0f1011121314151617"
                                             "18191a1b1c1d1e1f20212223"));
  take({8, part(whole, 8, 16)});
  take({24, part(whole, 24, 32)});
  take({0, part(whole, 0, 40)});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_overlap"));
  take({40, part(whole, 40, 44), false});
  EXPECT_EQ(payload(), as_text(Bytes(whole).subspan(8)));
}

TEST_F(Defragmentation, TinyFirstFragmentsAreNamed) {
  take({0, hex("c000 01f6 00000005"), true, 7, 6});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_tiny_first"));
  take({8, hex("00000009 5018 2000 00000000"), false, 7, 6});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_tiny_first"));
  EXPECT_THAT(values("tcp.dstport"), ElementsAre("502"));
}

TEST_F(Defragmentation, LengthsThatCanNotBeAreNamedAndLeftOut) {
  take({0, part(datagram(), 0, 15)});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_unaligned"));
  take(Piece{.begin = 0, .data = {}});
  EXPECT_THAT(values("sg.packet.anomaly"),
              ElementsAre("fragment_tiny_first", "fragment_unaligned"));
  take({65528, datagram(), false});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_too_long"));
  take({0, part(datagram(), 0, 16)});
  take({16, part(datagram(), 16, 20), false});
  EXPECT_EQ(payload(), "abcdefghijkl");
}

TEST_F(Defragmentation, TwoEndsAreNamed) {
  take({16, part(datagram(), 16, 20), false});
  take({16, part(datagram(), 8, 16), false});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_ends_differ"));
  take({24, part(datagram(), 8, 16), true});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_ends_differ"));
  take({0, part(datagram(), 0, 16)});
  EXPECT_EQ(payload(), "abcdefghijkl");
}

TEST_F(Defragmentation, WhatIsNotCompletedInTimeIsGivenUp) {
  limit({.age = seconds(10)});
  take({0, part(datagram(), 0, 16)});
  now_ += seconds(10) + milliseconds(1);
  EXPECT_EQ(take({16, part(datagram(), 16, 20), false}).fault, LayerFault::fragment);
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_timeout"));
  EXPECT_EQ(counters().timeouts, 1u);
  now_ += seconds(11);
  take({0, part(datagram(), 0, 16), true, 7, 17, 9});
  EXPECT_THAT(values("sg.packet.anomaly"), IsEmpty()) << "another sender's";
  EXPECT_EQ(counters().timeouts, 2u);
}

TEST_F(Defragmentation, AFloodCostsTheOldestAndIsBounded) {
  limit({.datagrams = 16, .bytes = 100'000});
  for (std::uint16_t i = 0; i < 1000; ++i) take({0, Octets(1400, 1), true, i});
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_flood"));
  EXPECT_EQ(counters().evicted, 1000u - 16u);
  limit({.datagrams = 1000, .bytes = 14'000});
  for (std::uint16_t i = 0; i < 100; ++i) take({0, Octets(1400, 1), true, i});
  EXPECT_EQ(counters().evicted, 90u);
  EXPECT_THAT(values("sg.packet.anomaly"), ElementsAre("fragment_flood"));
  // The youngest is still there.
  EXPECT_EQ(take({1400, Octets(8, 2), false, 99}).fault, LayerFault::none);
}

TEST_F(Defragmentation, OneDatagramHasALimitToo) {
  limit({.fragments = 4});
  for (std::size_t i = 0; i < 5; ++i) take({8 * i, Octets(8, 1)});
  EXPECT_EQ(counters().too_many, 1u);
  limit({.bytes = 100});
  take({0, Octets(96, 1)});
  take({96, Octets(96, 1)});
  EXPECT_THAT(values("sg.packet.anomaly"), IsEmpty());
  EXPECT_EQ(take({96, Octets(8, 1), false}).fault, LayerFault::fragment);
}

TEST_F(Defragmentation, WhatWasNotCapturedIsNotInvented) {
  Octets bytes = fragment({0, part(datagram(), 0, 16)});
  RawPacket packet = test::raw(bytes);
  packet.bytes = packet.bytes.first(bytes.size() - 1);
  PacketStage stage;
  Layers layers;
  stage.take_any(packet, 1, layers);
  const Octets last = fragment({16, part(datagram(), 16, 20), false});
  stage.take_any(test::raw(last), 2, layers);
  EXPECT_EQ(layers.fault, LayerFault::fragment);
  EXPECT_EQ(stage.counters().fragments.truncated, 1u);
}

TEST_F(Defragmentation, FragmentsInFragmentsEnd) {
  // The last fragment is what the fragments of another datagram carry, and so on.
  const auto depth = [&](int levels) -> const Layers& {
    take({0, part(datagram(), 0, 16), true, 100});
    Octets last = fragment({16, part(datagram(), 16, 20), false, 100});
    for (int i = 1; i < levels; ++i) {
      const Octets packet = part(last, 14, last.size());
      const auto identification = static_cast<std::uint16_t>(100 + i);
      take({0, part(packet, 0, 16), true, identification, 4});
      last = fragment({16, part(packet, 16, packet.size()), false, identification, 4});
    }
    return take(last);
  };
  EXPECT_EQ(depth(3).destination_port, 2000);
  EXPECT_EQ(payload(), "abcdefghijkl");
  EXPECT_EQ(depth(12).fault, LayerFault::fragment);
}

TEST_F(Defragmentation, EveryPrefixOfFragmentsIsSafe) {
  const Octets whole = wrapping("vxlan").wrap(fragment({0, part(datagram(), 0, 16)}));
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Layers& layers = take(part(whole, 0, size));
    EXPECT_LE(layers.payload_offset + layers.payload_length, layers.bytes.size());
  }
}

}  // namespace
}  // namespace sightglass
