// The fields of a packet, as tshark prints their values.
#include "dissectors/packet_fields.hpp"

#include <gmock/gmock.h>

#include "sensor/packet/decode.hpp"
#include "tests/sensor/frames.hpp"

namespace sightglass {
namespace {

using test::ethernet;
using test::hex;
using test::joined;
using test::Octets;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> values(const Octets& bytes, std::string_view name,
                                std::uint16_t link_type = 1) {
  RawPacket packet = test::raw(bytes, link_type);
  packet.time = timestamp_from_ns(1'493'388'721'299'588'000);
  Layers layers;
  decode(packet, 7, layers);
  const FieldSpec* const spec = find_field(name);
  if (spec == nullptr) return {"no such field"};
  std::vector<Field> fields;
  append_packet_field(layers, spec->id, fields);
  std::vector<std::string> out;
  for (const Field& field : fields) out.push_back(to_text(*spec, field.value));
  return out;
}

bool layer(const Octets& bytes, std::string_view name) {
  Layers layers;
  decode(test::raw(bytes), 1, layers);
  return has_layer(layers, name);
}

TEST(PacketFields, StandInTheOrderOfTheirIds) {
  for (FieldId id = 0; id < packet_field::end; ++id) EXPECT_EQ(packet_field::fields[id].id, id);
}

TEST(PacketFields, OfATcpSegment) {
  const Octets bytes = test::frame({0, 5, 9, 0x18, hex("aa55"), 8192, {49152, 502}});
  EXPECT_THAT(values(bytes, "frame.number"), ElementsAre("7"));
  EXPECT_THAT(values(bytes, "frame.time_epoch"), ElementsAre("1493388721.299588000"));
  EXPECT_THAT(values(bytes, "frame.interface_id"), IsEmpty());
  EXPECT_THAT(values(bytes, "eth.addr"), ElementsAre("02:00:00:00:00:02", "02:00:00:00:00:01"));
  EXPECT_THAT(values(bytes, "eth.type"), ElementsAre("0x0800"));
  EXPECT_THAT(values(bytes, "ip.hdr_len"), ElementsAre("20"));
  EXPECT_THAT(values(bytes, "ip.flags"), ElementsAre("0x02"));
  EXPECT_THAT(values(bytes, "ip.flags.df"), ElementsAre("1"));
  EXPECT_THAT(values(bytes, "ip.addr"), ElementsAre("10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(values(bytes, "tcp.port"), ElementsAre("49152", "502"));
  EXPECT_THAT(values(bytes, "tcp.flags"), ElementsAre("0x0018"));
  EXPECT_THAT(values(bytes, "tcp.flags.syn"), ElementsAre("0"));
  EXPECT_THAT(values(bytes, "tcp.len"), ElementsAre("2"));
  EXPECT_THAT(values(bytes, "tcp.payload"), ElementsAre("aa55"));
  EXPECT_THAT(values(bytes, "udp.port"), IsEmpty());
  EXPECT_TRUE(layer(bytes, "tcp"));
  EXPECT_FALSE(layer(bytes, "udp"));
}

TEST(PacketFields, OfTagsWithoutTheServiceTag) {
  const Octets inner = joined(hex("0800"), test::ipv4(17, hex("0001 0002 0008 abcd")));
  const Octets twice = ethernet(0x9100, joined(hex("0064 8100 6005"), inner));
  EXPECT_THAT(values(twice, "vlan.id"), ElementsAre("100", "5"));
  EXPECT_THAT(values(twice, "vlan.priority"), ElementsAre("0", "3"));
  EXPECT_THAT(values(twice, "vlan.etype"), ElementsAre("0x8100", "0x0800"));
  const Octets service = ethernet(0x88a8, joined(hex("0064 8100 0005"), inner));
  EXPECT_THAT(values(service, "vlan.id"), ElementsAre("5"));
  EXPECT_THAT(values(service, "udp.checksum"), ElementsAre("0xabcd"));
}

TEST(PacketFields, OfArp) {
  const Octets arp =
      ethernet(0x0806, hex("0001 0800 06 04 0002 | 020000000001 0a000001 | 020000000002 0a000002"));
  EXPECT_THAT(values(arp, "arp.opcode"), ElementsAre("2"));
  EXPECT_THAT(values(arp, "arp.proto.type"), ElementsAre("0x0800"));
  EXPECT_THAT(values(arp, "arp.src.hw_mac"), ElementsAre("02:00:00:00:00:01"));
  EXPECT_THAT(values(arp, "arp.src.proto_ipv4"), ElementsAre("10.0.0.1"));
  EXPECT_THAT(values(arp, "arp.dst.proto_ipv4"), ElementsAre("10.0.0.2"));
  const Octets cut(arp.begin(), arp.end() - 1);
  EXPECT_THAT(values(cut, "arp.src.hw_mac"), IsEmpty());
}

TEST(PacketFields, OfIpv6) {
  const Octets packet =
      hex("6e012345 0008 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
          "0001 0002 0008 0000");
  const Octets bytes = ethernet(0x86dd, packet);
  EXPECT_THAT(values(bytes, "ip.version"), ElementsAre("6"));
  EXPECT_THAT(values(bytes, "ipv6.flow"), ElementsAre("0x012345"));
  EXPECT_THAT(values(bytes, "ipv6.tclass"), ElementsAre("0x000000e0"));
  EXPECT_THAT(values(bytes, "ipv6.addr"), ElementsAre("2001:db8::1", "2001:db8::2"));
  EXPECT_FALSE(layer(bytes, "ip"));
}

TEST(PacketFields, OfThePacketAnErrorQuotes) {
  const Octets quoted = test::ipv4(17, hex("03e8 07d0 0008 0000"));
  const Octets bytes = ethernet(0x0800, test::ipv4(1, joined(hex("0303 0000 00000000"), quoted)));
  EXPECT_THAT(values(bytes, "ip.proto"), ElementsAre("1", "17"));
  EXPECT_THAT(values(bytes, "ip.addr"),
              ElementsAre("10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(values(bytes, "udp.srcport"), ElementsAre("1000"));
  EXPECT_THAT(values(bytes, "icmp.code"), ElementsAre("3"));
}

TEST(PacketFields, OffloadedLengthIsWhatIsThere) {
  Octets packet = test::ipv4(17, hex("0001 0002 0008 0000"));
  packet[2] = packet[3] = 0;
  EXPECT_THAT(values(ethernet(0x0800, packet), "ip.len"), ElementsAre("28"));
}

TEST(Addresses, ReadWhatTheyWrite) {
  for (const char* text : {"10.0.0.1", "255.255.255.255", "2001:db8::1", "::"}) {
    EXPECT_EQ(to_text(parse_ip(text).value()), text);
  }
  for (const char* text : {"1.2.3", "1.2.3.4.5", "", "1.2.3.4 ", ":::"}) {
    EXPECT_FALSE(parse_ip(text)) << text;
  }
  for (const char* text : {"00:80:f4:09:51:3b", "00-80-F4-09-51-3B", "0080.f409.513b"}) {
    EXPECT_EQ(to_text(parse_mac(text).value()), "00:80:f4:09:51:3b");
  }
  for (const char* text : {"00:80:f4:09:51", "00:80:f4:09:51:3b:00", "0080f409513b",
                           "00:80-f4:09:51:3b", "008:0f4:095:13b", "00:80:f4:09:51:3g"}) {
    EXPECT_FALSE(parse_mac(text)) << text;
  }
}

TEST(Addresses, KnowGroups) {
  EXPECT_TRUE(parse_ip("224.0.0.1")->is_group());
  EXPECT_TRUE(parse_ip("255.255.255.255")->is_group());
  EXPECT_TRUE(parse_ip("ff02::1")->is_group());
  EXPECT_FALSE(parse_ip("10.0.0.255")->is_group());
  EXPECT_TRUE(parse_mac("ff:ff:ff:ff:ff:ff")->is_group());
}

}  // namespace
}  // namespace sightglass
