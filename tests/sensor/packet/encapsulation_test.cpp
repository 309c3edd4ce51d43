// Packets in packets: the innermost one is found, what carries it stays visible.
#include <gmock/gmock.h>

#include "dissectors/packet_fields.hpp"
#include "sensor/packet/decode.hpp"
#include "tests/sensor/packet/wrapping.hpp"

namespace sightglass {
namespace {

using test::carrier;
using test::carrier_ipv4;
using test::ethernet;
using test::hex;
using test::joined;
using test::Octets;
using test::Wrapping;
using test::wrapping;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Layers decoded(const Octets& bytes, std::uint32_t original = 0) {
  RawPacket packet = test::raw(bytes);
  if (original != 0) packet.original_length = original;
  Layers layers;
  decode(packet, 1, layers);
  return layers;
}

std::vector<std::string> values(const Octets& bytes, std::string_view name) {
  const Layers layers = decoded(bytes);
  const FieldSpec* const spec = find_field(name);
  if (spec == nullptr) return {"no such field"};
  std::vector<Field> fields;
  append_packet_field(layers, spec->id, fields);
  std::vector<std::string> out;
  for (const Field& field : fields) out.push_back(to_text(*spec, field.value));
  return out;
}

bool layer(const Octets& bytes, std::string_view name) { return has_layer(decoded(bytes), name); }

std::string payload(const Octets& bytes) { return std::string(as_text(decoded(bytes).payload())); }

/// A segment of 10.0.0.1:49152 to 10.0.0.2:502 with "hi".
Octets segment() { return test::frame({0, 5, 9, 0x18, hex("6869"), 8192, {49152, 502}}); }

Octets ipv6_segment() {
  return ethernet(0x86dd, hex("60000000 0016 06 40 20010db8000000000000000000000001"
                              "20010db8000000000000000000000002"
                              "c000 01f6 00000005 00000009 5018 2000 0000 0000 6869"));
}

class AnyWrapping : public ::testing::TestWithParam<Wrapping> {};

TEST_P(AnyWrapping, ShowsTheInnermostPacket) {
  const Octets bytes = GetParam().wrap(segment());
  const Layers layers = decoded(bytes);
  EXPECT_EQ(layers.fault, LayerFault::none);
  EXPECT_EQ(to_text(layers.source), "10.0.0.1");
  EXPECT_EQ(to_text(layers.destination), "10.0.0.2");
  EXPECT_EQ(layers.source_port, 49152);
  EXPECT_EQ(layers.destination_port, 502);
  ASSERT_TRUE(layers.has_tcp());
  EXPECT_EQ(layers.tcp_sequence, 5u);
  EXPECT_EQ(as_text(layers.payload()), "hi");
  EXPECT_EQ(layers.payload_missing, 0u);
  const MacAddress mac = GetParam().carries_ethernet ? *parse_mac("02:00:00:00:00:01")
                                                     : *parse_mac("06:00:00:00:00:01");
  EXPECT_EQ(layers.source_mac, mac);
}

TEST_P(AnyWrapping, ShowsAnInnermostIpv6Packet) {
  const Octets bytes = GetParam().wrap(ipv6_segment());
  const Layers layers = decoded(bytes);
  EXPECT_EQ(layers.fault, LayerFault::none);
  EXPECT_EQ(to_text(layers.source), "2001:db8::1");
  EXPECT_EQ(layers.destination_port, 502);
  EXPECT_EQ(as_text(layers.payload()), "hi");
}

TEST_P(AnyWrapping, EveryPrefixIsSafeAndNeverInventsPayload) {
  for (const Octets& frame : {segment(), ipv6_segment()}) {
    const Octets whole = GetParam().wrap(frame);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Octets prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      const Layers layers = decoded(prefix, static_cast<std::uint32_t>(whole.size()));
      ASSERT_LE(layers.payload_offset + layers.payload_length, prefix.size());
      if (layers.has_tcp()) {
        EXPECT_TRUE(std::string_view("hi").starts_with(as_text(layers.payload())));
        EXPECT_EQ(layers.payload_length + layers.payload_missing, 2u);
      }
      std::vector<Field> fields;
      for (FieldId id = 0; id < packet_field::end; ++id) append_packet_field(layers, id, fields);
      for (const Field& field : fields) ASSERT_LE(field.offset + field.length, prefix.size());
    }
  }
}

TEST_P(AnyWrapping, PaddingIsNotPayload) {
  const Octets padded = joined(GetParam().wrap(segment()), hex("ffffffffffff"));
  EXPECT_EQ(payload(padded), "hi");
}

INSTANTIATE_TEST_SUITE_P(Wrappings, AnyWrapping, ::testing::ValuesIn(test::wrappings()),
                         [](const auto& one) {
                           std::string name(one.param.name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Encapsulation, AddressesOccurOncePerLayerInWireOrder) {
  const Octets bytes = wrapping("vxlan-in-erspan2").wrap(segment());
  EXPECT_THAT(values(bytes, "ip.src"), ElementsAre("192.0.2.1", "192.0.2.1", "10.0.0.1"));
  EXPECT_THAT(values(bytes, "ip.addr"), ElementsAre("192.0.2.1", "192.0.2.2", "192.0.2.1",
                                                    "192.0.2.2", "10.0.0.1", "10.0.0.2"));
  EXPECT_THAT(values(bytes, "eth.src"),
              ElementsAre("06:00:00:00:00:01", "06:00:00:00:00:01", "02:00:00:00:00:01"));
  EXPECT_THAT(values(bytes, "eth.type"), ElementsAre("0x0800", "0x0800", "0x0800"));
  EXPECT_THAT(values(bytes, "udp.dstport"), ElementsAre("4789"));
  EXPECT_THAT(values(bytes, "tcp.dstport"), ElementsAre("502"));
  EXPECT_TRUE(layer(bytes, "vxlan"));
  EXPECT_TRUE(layer(bytes, "erspan"));
  EXPECT_TRUE(layer(bytes, "tcp"));
  EXPECT_FALSE(layer(bytes, "geneve"));
}

TEST(Encapsulation, PlainPacketsHaveNoOuterHeaders) {
  EXPECT_TRUE(decoded(segment()).outer.empty());
  EXPECT_THAT(values(segment(), "vxlan.vni"), IsEmpty());
  EXPECT_FALSE(layer(segment(), "gre"));
}

TEST(Encapsulation, TheFlowKeepsTheVlansOfTheInnermostLink) {
  const Octets bytes =
      joined({carrier(0x8100, hex("0fa1 0800")),
              carrier_ipv4(47, joined(hex("0000 6558"), wrapping("vlan").wrap(segment())))});
  const Layers layers = decoded(bytes);
  ASSERT_EQ(layers.vlan_count, 1);
  EXPECT_EQ(layers.vlan_id(0), 100);
  EXPECT_THAT(values(bytes, "vlan.id"), ElementsAre("4001", "100"));
}

TEST(Encapsulation, PriorityTagsNameNoVlan) {
  const Octets bytes = wrapping("priority-tag").wrap(segment());
  EXPECT_EQ(decoded(bytes).vlan_count, 0);
  EXPECT_THAT(values(bytes, "vlan.id"), ElementsAre("0"));
  EXPECT_THAT(values(bytes, "vlan.priority"), ElementsAre("5"));
}

TEST(Encapsulation, FieldsOfErspan) {
  const Octets second = wrapping("erspan2").wrap(segment());
  EXPECT_THAT(values(second, "gre.proto"), ElementsAre("0x88be"));
  EXPECT_THAT(values(second, "gre.sequence_number"), ElementsAre("17"));
  EXPECT_THAT(values(second, "erspan.version"), ElementsAre("1"));
  EXPECT_THAT(values(second, "erspan.vlan"), ElementsAre("100"));
  EXPECT_THAT(values(second, "erspan.cos"), ElementsAre("1"));
  EXPECT_THAT(values(second, "erspan.spanid"), ElementsAre("3"));
  EXPECT_THAT(values(second, "erspan.index"), ElementsAre("291"));
  const Octets third = wrapping("erspan3").wrap(segment());
  EXPECT_THAT(values(third, "erspan.timestamp"), ElementsAre("16909060"));
  EXPECT_THAT(values(third, "erspan.direction"), ElementsAre("1"));
  EXPECT_THAT(values(third, "erspan.index"), IsEmpty());
}

TEST(Encapsulation, WhatAMirrorCutOffIsMissingAndNotGone) {
  Octets inner = segment();
  inner.resize(inner.size() - 1);
  const Octets whole = joined(hex("1000 88be 00000011 | 1064 2803 00000123"), inner);
  Octets truncated = whole;
  truncated[10] |= 0x04;  // T
  EXPECT_EQ(decoded(carrier(0x0800, carrier_ipv4(47, whole))).payload_missing, 0u);
  EXPECT_EQ(decoded(carrier(0x0800, carrier_ipv4(47, truncated))).payload_missing, 1u);
}

TEST(Encapsulation, FieldsOfTunnels) {
  const Octets gre = wrapping("gre-ip").wrap(segment());
  EXPECT_THAT(values(gre, "gre.flags_and_version"), ElementsAre("0xb000"));
  EXPECT_THAT(values(gre, "gre.checksum"), ElementsAre("0x1234"));
  EXPECT_THAT(values(gre, "gre.key"), ElementsAre("0x00000005"));
  EXPECT_THAT(values(gre, "gre.sequence_number"), ElementsAre("9"));
  EXPECT_THAT(values(wrapping("nvgre").wrap(segment()), "gre.key"), ElementsAre("0x0003e807"));
  EXPECT_THAT(values(wrapping("vxlan").wrap(segment()), "vxlan.vni"), ElementsAre("1000"));
  EXPECT_THAT(values(wrapping("geneve").wrap(segment()), "geneve.vni"), ElementsAre("0x0003e8"));
  const Octets mpls = wrapping("mpls-ip").wrap(segment());
  EXPECT_THAT(values(mpls, "mpls.label"), ElementsAre("16", "17"));
  EXPECT_THAT(values(mpls, "mpls.bottom"), ElementsAre("0", "1"));
  EXPECT_THAT(values(mpls, "mpls.ttl"), ElementsAre("64", "64"));
  EXPECT_THAT(values(wrapping("pppoe").wrap(segment()), "pppoe.session_id"), ElementsAre("0x0042"));
}

TEST(Encapsulation, FieldsOfTags) {
  EXPECT_THAT(values(wrapping("qinq").wrap(segment()), "ieee8021ad.id"), ElementsAre("100"));
  EXPECT_THAT(values(wrapping("qinq").wrap(segment()), "vlan.id"), ElementsAre("200"));
  EXPECT_THAT(values(wrapping("hsr").wrap(segment()), "hsr.sequence_nr"), ElementsAre("2748"));
  EXPECT_THAT(values(wrapping("prp").wrap(segment()), "prp.trailer.prp_lan"), ElementsAre("10"));
  EXPECT_THAT(values(wrapping("vntag").wrap(segment()), "vntag.dst"), ElementsAre("5"));
  EXPECT_THAT(values(wrapping("etag").wrap(segment()), "etag.ecid_base"), ElementsAre("0x0006"));
  const Octets bridged = wrapping("pbb").wrap(segment());
  EXPECT_THAT(values(bridged, "ieee8021ah.isid"), ElementsAre("74565"));
  EXPECT_THAT(values(bridged, "ieee8021ah.csrc"), ElementsAre("02:00:00:00:00:01"));
  EXPECT_THAT(values(bridged, "eth.src"), ElementsAre("06:00:00:00:00:01"));
}

TEST(Encapsulation, NestingIsBounded) {
  Octets bytes = segment();
  for (int i = 0; i < 3; ++i) bytes = wrapping("vxlan").wrap(bytes);
  EXPECT_EQ(decoded(bytes).fault, LayerFault::none);
  for (int i = 0; i < 20; ++i) bytes = wrapping("vxlan").wrap(bytes);
  const Layers layers = decoded(bytes);
  EXPECT_EQ(layers.fault, LayerFault::nested_too_deep);
  EXPECT_EQ(std::distance(layers.outer.begin(), layers.outer.end()),
            static_cast<std::ptrdiff_t>(kMaxOuterHeaders));
  Octets labels;
  for (int i = 0; i < 1000; ++i) labels = joined(labels, hex("00010040"));
  EXPECT_EQ(decoded(carrier(0x8847, labels)).fault, LayerFault::nested_too_deep);
}

TEST(Encapsulation, WhatOnlyUsesATunnelsPortStaysItself) {
  const auto datagram = [](std::string_view port, std::string_view payload) {
    const Octets data = hex(payload);
    return carrier(0x0800,
                   carrier_ipv4(17, joined({hex("c000"), hex(port), hex("0018 0000"), data})));
  };
  const Octets without_flag = datagram("12b5", "00000000 0003e800 0102030405060708");
  EXPECT_EQ(decoded(without_flag).fault, LayerFault::tunnel_header);
  EXPECT_TRUE(decoded(without_flag).has_udp());
  EXPECT_EQ(decoded(without_flag).destination_port, 4789);
  EXPECT_THAT(values(without_flag, "vxlan.vni"), IsEmpty());
  const Octets other_version = datagram("17c1", "4000 6558 0003e800 0102030405060708");
  EXPECT_EQ(decoded(other_version).fault, LayerFault::tunnel_header);
  EXPECT_EQ(decoded(other_version).destination_port, 6081);
}

TEST(Encapsulation, AnInnerLengthCanNotReachOutOfItsTunnel) {
  Octets inner = segment();
  inner[14 + 3] = 0xff;  // total length 255
  const Octets bytes = joined(wrapping("gre-ethernet").wrap(inner), hex("6f7574"));
  EXPECT_EQ(payload(bytes), "hi");
}

TEST(Encapsulation, UnknownGreStaysVisible) {
  const Octets bytes = carrier(0x0800, carrier_ipv4(47, hex("0000 9999 01020304")));
  const Layers layers = decoded(bytes);
  EXPECT_EQ(layers.fault, LayerFault::none);
  EXPECT_EQ(layers.ip_protocol, 47);
  EXPECT_EQ(to_text(layers.source), "192.0.2.1");
  EXPECT_THAT(values(bytes, "gre.proto"), ElementsAre("0x9999"));
}

TEST(Encapsulation, PseudowiresAreToldByWhatLooksRight) {
  const Octets arp = ethernet(0x0806, hex("0001 0800 06 04 0001 020000000001 0a000001"
                                          "000000000000 0a000002"));
  for (const char* name : {"mpls-control-word", "mpls-ethernet"}) {
    EXPECT_EQ(decoded(wrapping(name).wrap(arp)).network, NetworkLayer::arp) << name;
  }
  const Octets channel = carrier(0x8847, joined(hex("00010140 | 10000007"), segment()));
  EXPECT_EQ(decoded(channel).network, NetworkLayer::none);
  EXPECT_EQ(decoded(channel).fault, LayerFault::none);
}

TEST(Encapsulation, CompressedPppProtocolsAreRead) {
  const Octets packet = test::ipv4(17, hex("0001 0002 0008 0000"));
  const Octets bytes = carrier(0x8864, joined(hex("11 00 0042 001d 21"), packet));
  EXPECT_EQ(decoded(bytes).destination_port, 2);
  const Octets negotiation = carrier(0x8864, hex("11 00 0042 0006 c021 01010004"));
  EXPECT_EQ(decoded(negotiation).fault, LayerFault::none);
  EXPECT_TRUE(layer(negotiation, "ppp"));
  const Octets discovery = carrier(0x8863, hex("11 09 0000 0004 01010000"));
  EXPECT_THAT(values(discovery, "pppoe.code"), ElementsAre("0x09"));
  EXPECT_FALSE(layer(discovery, "ppp"));
}

TEST(LinkProtocols, AreNamedBehindTags) {
  const auto name = [](const Octets& bytes) { return values(bytes, "sg.link.protocol"); };
  EXPECT_THAT(name(segment()), ElementsAre("ipv4"));
  EXPECT_THAT(name(ethernet(0x88b8, hex("0001 0008"))), ElementsAre("goose"));
  EXPECT_THAT(name(ethernet(0x8100, hex("c000 8892 8000"))), ElementsAre("profinet"));
  EXPECT_THAT(name(wrapping("hsr").wrap(ethernet(0x88f7, hex("00")))), ElementsAre("ptp"));
  EXPECT_THAT(name(wrapping("vxlan").wrap(ethernet(0x88a4, hex("0000")))), ElementsAre("ethercat"));
  EXPECT_THAT(name(ethernet(0x9876, hex("00"))), IsEmpty());
  EXPECT_THAT(name(ethernet(0x0026, hex("4242 03 0000"))), ElementsAre("stp"));
  EXPECT_THAT(name(ethernet(0x0026, hex("aaaa 03 00000c 2000 02"))), ElementsAre("cdp"));
  EXPECT_THAT(name(ethernet(0x0026, hex("aaaa 03 000000 0806"))), ElementsAre("arp"));
  EXPECT_THAT(name(ethernet(0x0026, hex("aaaa 03 00000c"))), IsEmpty()) << "cut off";
}

TEST(Encapsulation, FaultsAreAnomaliesThatRulesMatch) {
  Octets bytes = segment();
  for (int i = 0; i < 6; ++i) bytes = wrapping("vxlan").wrap(bytes);
  EXPECT_THAT(values(bytes, "sg.packet.anomaly"), ElementsAre("nested_too_deep"));
  EXPECT_THAT(values(segment(), "sg.packet.anomaly"), IsEmpty());
}

TEST(Encapsulation, PaddingIsNoRedundancyTrailer) {
  Octets bytes = wrapping("prp").wrap(segment());
  bytes[bytes.size() - 3] ^= 1;  // the size
  EXPECT_FALSE(layer(bytes, "prp"));
  bytes[bytes.size() - 3] ^= 1;
  bytes[bytes.size() - 4] ^= 0x40;  // the LAN
  EXPECT_FALSE(layer(bytes, "prp"));
}

}  // namespace
}  // namespace sightglass
