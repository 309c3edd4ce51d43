// From bytes to layers.
#include "sensor/packet/decode.hpp"

#include <gtest/gtest.h>

#include "tests/sensor/frames.hpp"

namespace sightglass {
namespace {

using test::ethernet;
using test::hex;
using test::joined;
using test::Octets;

// Source port 1000, destination port 502, sequence 1, PSH ACK, "hi".
const Octets kTcp = hex("03e8 01f6 00000001 00000002 5018 2000 0000 0000 | 6869");

Layers decoded(const Octets& bytes, std::uint16_t link_type = 1, std::uint32_t original = 0) {
  RawPacket packet = test::raw(bytes, link_type);
  if (original != 0) packet.original_length = original;
  Layers layers;
  decode(packet, 1, layers);
  return layers;
}

std::string payload(const Layers& layers) { return std::string(as_text(layers.payload())); }

void expect_the_segment(const Layers& layers) {
  EXPECT_EQ(layers.transport, TransportLayer::tcp);
  EXPECT_EQ(layers.source_port, 1000);
  EXPECT_EQ(layers.destination_port, 502);
  EXPECT_EQ(layers.tcp_sequence, 1u);
  EXPECT_EQ(layers.tcp_flags, tcp_flag::ack | tcp_flag::psh);
  EXPECT_EQ(as_text(layers.payload()), "hi");
  EXPECT_EQ(layers.fault, LayerFault::none);
}

TEST(Decode, TcpOverIpv4) {
  const Octets bytes = ethernet(0x0800, test::ipv4(6, kTcp));
  const Layers layers = decoded(bytes);
  expect_the_segment(layers);
  EXPECT_EQ(to_text(layers.source), "10.0.0.1");
  EXPECT_EQ(to_text(layers.source_mac), "02:00:00:00:00:01");
  EXPECT_EQ(layers.ttl, 64);
}

TEST(Decode, EthernetPaddingIsNoPayload) {
  const Octets bytes = joined(ethernet(0x0800, test::ipv4(6, kTcp)), Octets(6, 0xee));
  EXPECT_EQ(payload(decoded(bytes)), "hi");
}

TEST(Decode, EveryTagStackIsReadAndTooManyAreCounted) {
  const Octets inner = joined(hex("0800"), test::ipv4(6, kTcp));
  const Octets one = ethernet(0x8100, joined(hex("6005"), inner));
  EXPECT_EQ(decoded(one).vlan_id(0), 5);
  expect_the_segment(decoded(one));
  const Octets service = ethernet(0x88a8, joined(hex("0064 9100 0007 8100 0005"), inner));
  const Layers layers = decoded(service);
  expect_the_segment(layers);
  EXPECT_EQ(layers.vlan_count, 3);
  EXPECT_EQ(layers.vlan_id(2), 5);
  const Octets five =
      ethernet(0x8100, joined(hex("0001 8100 0002 8100 0003 8100 0004 8100 0005"), inner));
  EXPECT_EQ(decoded(five).fault, LayerFault::too_many_tags);
}

TEST(Decode, LengthFramesCarrySnapOrNothing) {
  const Octets snap = ethernet(0x0036, joined(hex("aaaa03 000000 0800"), test::ipv4(6, kTcp)));
  expect_the_segment(decoded(snap));
  const Octets spanning_tree = ethernet(0x0026, hex("424203 0000"));
  EXPECT_EQ(decoded(spanning_tree).network, NetworkLayer::none);
  EXPECT_EQ(decoded(spanning_tree).fault, LayerFault::none);
}

TEST(Decode, OtherLinkTypes) {
  const Octets packet = test::ipv4(6, kTcp);
  expect_the_segment(decoded(packet, 101));
  expect_the_segment(decoded(packet, 12));
  expect_the_segment(decoded(packet, 228));
  expect_the_segment(decoded(joined(hex("02000000"), packet), 0));
  expect_the_segment(decoded(joined(hex("00000002"), packet), 0));
  expect_the_segment(decoded(joined(hex("00000002"), packet), 108));
  const Octets cooked = joined(hex("0000 0001 0006 020000000009 0000 0800"), packet);
  expect_the_segment(decoded(cooked, 113));
  EXPECT_EQ(to_text(decoded(cooked, 113).source_mac), "02:00:00:00:00:09");
  EXPECT_FALSE(decoded(cooked, 113).has_ethernet);
  const Octets cooked2 = joined(hex("0800 0000 00000003 0001 00 06 020000000009 0000"), packet);
  expect_the_segment(decoded(cooked2, 276));
  EXPECT_EQ(to_text(decoded(cooked2, 276).source_mac), "02:00:00:00:00:09");
  EXPECT_EQ(decoded(packet, 147).network, NetworkLayer::none);
}

const char kIpv6Addresses[] = "20010db8000000000000000000000001 20010db8000000000000000000000002";

TEST(Decode, Ipv6ExtensionHeadersAreSteppedOver) {
  const Octets options = hex("3c 00 000000000000 | 2c 01 00000000000000000000000000000000");
  const Octets atomic = hex("06 00 0000 00000001");
  const Octets head = joined(hex("60000000 0036 00 40"), hex(kIpv6Addresses));
  const Octets bytes = ethernet(0x86dd, joined({head, Bytes(options).first(24), atomic, kTcp}));
  const Layers layers = decoded(bytes);
  EXPECT_EQ(layers.ip_protocol, 6);
  expect_the_segment(layers);
  EXPECT_EQ(to_text(layers.destination), "2001:db8::2");
}

TEST(Decode, Ipv6HeaderChainsAreBounded) {
  Octets chain;
  for (int i = 0; i < 40; ++i) chain = joined(chain, hex("3c 00 000000000000"));
  const Octets head = joined(hex("60000000 0140 3c 40"), hex(kIpv6Addresses));
  EXPECT_EQ(decoded(ethernet(0x86dd, joined(head, chain))).fault, LayerFault::ip_header);
}

TEST(Decode, FragmentsHaveNoTransport) {
  Octets packet = test::ipv4(17, hex("03e8 07d0 0010 0000 | 0102030405060708"));
  packet[6] = 0x20;  // more fragments
  const Layers layers = decoded(packet, 101);
  EXPECT_EQ(layers.fault, LayerFault::fragment);
  EXPECT_EQ(layers.transport, TransportLayer::none);
  EXPECT_EQ(layers.ip_protocol, 17);
}

TEST(Decode, SnapLengthIsNotLoss) {
  const Octets whole = ethernet(0x0800, test::ipv4(6, kTcp));
  const Octets cut(whole.begin(), whole.end() - 1);
  const Layers layers = decoded(cut, 1, static_cast<std::uint32_t>(whole.size()));
  EXPECT_EQ(payload(layers), "h");
  EXPECT_EQ(layers.payload_missing, 1u);
}

TEST(Decode, BytesThatWereNeverOnTheWireAreNotMissing) {
  const Octets whole = ethernet(0x0800, test::ipv4(6, kTcp));
  const Octets cut(whole.begin(), whole.end() - 1);
  EXPECT_EQ(decoded(cut).payload_missing, 0u);
}

TEST(Decode, TotalLengthZeroReachesToTheEnd) {
  Octets packet = test::ipv4(6, kTcp);
  packet[2] = packet[3] = 0;
  expect_the_segment(decoded(ethernet(0x0800, packet)));
}

TEST(Decode, ImpossibleHeadersAreNamed) {
  Octets short_header = test::ipv4(6, kTcp);
  short_header[0] = 0x44;
  EXPECT_EQ(decoded(short_header, 101).fault, LayerFault::ip_header);
  Octets short_total = test::ipv4(6, kTcp);
  short_total[3] = 19;
  EXPECT_EQ(decoded(short_total, 101).fault, LayerFault::ip_header);
  Octets long_tcp = kTcp;
  long_tcp[12] = 0xf0;  // 60 bytes of header in a segment of 22
  EXPECT_EQ(decoded(test::ipv4(6, long_tcp), 101).fault, LayerFault::transport_header);
  EXPECT_EQ(decoded(test::ipv4(17, hex("03e8 07d0 0007 0000")), 101).fault,
            LayerFault::transport_header);
}

TEST(Decode, UdpLengthBoundsThePayload) {
  const Octets packet = test::ipv4(17, hex("03e8 07d0 000a 0000 | 6869 ffff"));
  EXPECT_EQ(payload(decoded(packet, 101)), "hi");
}

TEST(Decode, EveryPrefixIsSafeAndNeverInventsPayload) {
  const Octets options = hex("2c 00 000000000000");
  const Octets head = joined(hex("60000000 0026 00 40"), hex(kIpv6Addresses));
  const std::vector<Octets> packets = {
      ethernet(0x8100, joined(hex("0001 0800"), test::ipv4(6, kTcp))),
      ethernet(0x86dd, joined({head, options, hex("06 00 0000 00000001"), kTcp})),
      ethernet(0x0806, hex("0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002")),
      ethernet(0x0800, test::ipv4(1, hex("0303 0000 00000000 4500")))};
  for (const Octets& whole : packets) {
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      const Octets prefix(whole.begin(), whole.begin() + size);
      const Layers layers = decoded(prefix, 1, static_cast<std::uint32_t>(whole.size()));
      EXPECT_LE(layers.payload_offset + layers.payload_length, prefix.size());
    }
  }
}

TEST(DecodeCounters, EachFaultHasItsOwn) {
  DecodeCounters counters;
  const Octets good = ethernet(0x0800, test::ipv4(6, kTcp));
  const Octets unknown = ethernet(0x88cc, hex("0000"));
  const Octets short_link = hex("0200");
  Layers layers;
  for (const Octets* bytes : {&good, &unknown, &short_link}) {
    RawPacket packet = test::raw(*bytes);
    packet.original_length = static_cast<std::uint32_t>(good.size());
    decode(packet, 1, layers);
    counters.count(layers);
  }
  EXPECT_EQ(counters.packets, 3u);
  EXPECT_EQ(counters.bytes, 3 * good.size());
  EXPECT_EQ(counters.truncated, 2u);
  EXPECT_EQ(counters.unknown_network, 1u);
  EXPECT_EQ(counters.of(LayerFault::link_too_short), 1u);
  EXPECT_EQ(counters.of(LayerFault::none), 2u);
}

}  // namespace
}  // namespace sightglass
