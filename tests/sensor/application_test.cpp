// What nDPI is asked, how often, and what it answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

extern "C" {
#include <ndpi_api.h>
}

#include <algorithm>
#include <set>
#include <string>

#include "rules/filter/application_names.hpp"
#include "sensor/application/flow_sample.hpp"
#include "sensor/application/ip_packet.hpp"
#include "sensor/application/recognizer.hpp"
#include "sensor/packet/decode.hpp"
#include "sensor/packet/protocol_numbers.hpp"
#include "tests/sensor/frames.hpp"

namespace sightglass {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using Kind = FlowSample::Kind;
using test::Octets;

Octets octets(std::string_view text) { return {text.begin(), text.end()}; }

Octets tcp(int side, const Octets& payload, std::uint16_t server_port) {
  test::Segment segment;
  segment.side = side;
  segment.sequence = 1000;
  segment.acknowledgment = 1000;
  segment.payload = payload;
  segment.ports[1] = server_port;
  return test::frame(segment);
}

Octets udp(const Octets& payload, std::uint16_t server_port) {
  Octets datagram = {0xc0, 0x00, static_cast<std::uint8_t>(server_port >> 8),
                     static_cast<std::uint8_t>(server_port)};
  const std::size_t length = payload.size() + 8;
  datagram.insert(datagram.end(), {static_cast<std::uint8_t>(length >> 8),
                                   static_cast<std::uint8_t>(length), 0, 0});
  return test::ethernet(ether_type::ipv4,
                        test::ipv4(ip_protocol::udp, test::joined(datagram, payload)));
}

const Octets kSshServer = octets("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
const Octets kSshClient = octets("SSH-2.0-PuTTY_Release_0.78\r\n");
const Octets kHttpRequest =
    octets("GET /index.html HTTP/1.1\r\nHost: plc.example\r\nUser-Agent: Mozilla/5.0\r\n\r\n");
const Octets kHttpAnswer = octets(
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok");
const Octets kDnsQuery = test::hex(
    "1234 0100 0001 0000 0000 0000 | 03 706c63 07 6578616d706c65 03 6e6574 00 | 0001 0001");
const Octets kDnsAnswer = test::hex(
    "1234 8180 0001 0001 0000 0000 | 03 706c63 07 6578616d706c65 03 6e6574 00 | 0001 0001 | c00c "
    "0001 "
    "0001 0000003c 0004 0a000002");
// TLS 1.2 ClientHello: one cipher suite, the server name plc.example.net.
const Octets kTlsHello = test::hex(
    "16 0301 0047 | 01 000043 0303 "
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f | 00 | 0002 c02f | 01 00 | "
    "0018 "
    "| 0000 0014 0012 00 000f 706c632e6578616d706c652e6e6574");

/// A recognizer, and what it settled.
struct Asked {
  struct Told {
    std::uint64_t flow;
    std::string application, category;
    std::vector<std::string> risks;
    std::uint64_t packet;
    bool operator==(const Told&) const = default;
  };

  explicit Asked(RecognizerLimits limits = {})
      : recognizer(
            [this](const Application& application, const FlowSample& on, const Moment&) {
              told.push_back({on.conversation.flow,
                              application.text(),
                              std::string(application.category),
                              {application.risks.begin(), application.risks.end()},
                              on.packet->layers().packet_number});
            },
            limits) {}

  void packet(std::uint64_t flow, const Octets& bytes, Kind kind = Kind::packet) {
    Layers layers;
    RawPacket raw = test::raw(bytes);
    raw.time = timestamp_from_ns(1'700'000'000'000'000'000);
    decode(raw, ++number, layers);
    recognizer.take(sample(flow, kind, PacketCopy(layers)));
  }
  void tell(std::uint64_t flow, Kind kind) { recognizer.take(sample(flow, kind, PacketCopy())); }
  FlowSample sample(std::uint64_t flow, Kind kind, PacketCopy packet) const {
    FlowSample sample;
    sample.kind = kind;
    sample.conversation.flow = flow;
    sample.moment.packet_number = number;
    if (!packet.layers().bytes.empty()) sample.packet.make() = std::move(packet);
    return sample;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Told& one : told) names.push_back(one.application);
    return names;
  }

  std::vector<Told> told;
  std::uint64_t number = 0;
  Recognizer recognizer;
};

TEST(Recognizer, NamesWhatIsSpoken) {
  Asked asked;
  asked.packet(1, tcp(1, kSshServer, 22));
  asked.packet(1, tcp(0, kSshClient, 22));
  asked.packet(2, tcp(0, kHttpRequest, 80));
  asked.packet(2, tcp(1, kHttpAnswer, 80));
  asked.packet(3, udp(kDnsQuery, 53));
  asked.packet(4, tcp(0, kTlsHello, 443));
  for (std::uint64_t flow = 1; flow <= 4; ++flow) asked.tell(flow, Kind::ended);
  std::vector<std::string> categories;
  std::sort(asked.told.begin(), asked.told.end(),
            [](const auto& a, const auto& b) { return a.flow < b.flow; });
  for (const auto& one : asked.told) categories.push_back(one.category);
  EXPECT_THAT(asked.names(), ElementsAre("SSH", "HTTP", "DNS", "TLS"));
  EXPECT_THAT(categories, ElementsAre("RemoteAccess", "Web", "Network", "Web"));
  EXPECT_EQ(asked.recognizer.counters().recognised, 4u);
  EXPECT_EQ(Recognizer::library_version(), "4.2.0");
}

TEST(Recognizer, APortAloneIsNoName) {
  Asked asked;
  constexpr std::uint16_t kPorts[] = {22, 23, 502, 102, 3389, 443};
  for (const std::uint16_t port : kPorts) {
    for (int i = 0; i < 8; ++i) {
      asked.packet(port, tcp(i % 2, test::hex("f1 07 99 c3 5a 0e e8 11 42 9b"), port),
                   i == 7 ? Kind::last : Kind::packet);
    }
  }
  EXPECT_THAT(asked.names(), ElementsAre("", "", "", "", "", ""));
  EXPECT_EQ(asked.recognizer.counters().unknown, 6u);
}

TEST(Recognizer, OursIsNotAskedFor) {
  Asked asked;
  const Octets poll = test::hex("0001 0000 0006 01 03 0000 000a");
  for (int i = 0; i < 8; ++i)
    asked.packet(1, tcp(0, poll, 502), i == 7 ? Kind::last : Kind::packet);
  EXPECT_THAT(asked.names(), ElementsAre(""));
}

TEST(Recognizer, SettlesAFlowOnce) {
  Asked asked;
  for (int i = 0; i < 4; ++i) {
    asked.packet(1, tcp(1, kSshServer, 22));
    asked.packet(1, tcp(0, kSshClient, 22), i == 3 ? Kind::last : Kind::packet);
  }
  asked.tell(1, Kind::ended);
  EXPECT_THAT(asked.names(), ElementsAre("SSH"));
  EXPECT_EQ(asked.recognizer.application_of(1).name, "SSH") << "its last counts are named still";
  asked.recognizer.forget_ended();
  EXPECT_EQ(asked.recognizer.application_of(1).name, "");
}

TEST(Recognizer, TellsTheRisksItSees) {
  Asked asked;
  asked.packet(1, tcp(0,
                      octets("GET /index.html HTTP/1.1\r\nHost: 10.0.0.2\r\n"
                             "User-Agent: Mozilla/5.0\r\n\r\n"),
                      80));
  asked.packet(1, tcp(1, kHttpAnswer, 80));
  asked.tell(1, Kind::ended);
  ASSERT_EQ(asked.told.size(), 1u);
  EXPECT_THAT(asked.told.front().risks, ElementsAre("HTTP Numeric IP Address"));
}

TEST(Recognizer, SaysNothingOfAFlowThatOursHaveConfirmed) {
  Asked asked;
  asked.packet(1, tcp(0, kTlsHello, 4840));
  asked.tell(1, Kind::dismissed);
  asked.tell(1, Kind::ended);
  EXPECT_THAT(asked.told, IsEmpty());
  EXPECT_EQ(asked.recognizer.application_of(1).name, "");
  EXPECT_EQ(asked.recognizer.counters().dismissed, 1u);
}

TEST(Recognizer, TheFlowSampledLeastRecentlyMakesRoom) {
  Asked asked({.examined = 2, .named = 2});
  asked.packet(1, tcp(0, kTlsHello, 443));
  asked.packet(2, tcp(0, test::hex("f10799c35a0ee811429b"), 9000));
  asked.packet(1, tcp(0, test::hex("16 0301 0005 aabbccddee"), 443));
  asked.packet(3, tcp(0, kTlsHello, 443));
  EXPECT_THAT(asked.names(), ElementsAre("")) << "flow 2";
  EXPECT_EQ(asked.recognizer.counters().settled_early, 1u);
  for (std::uint64_t flow = 4; flow < 10; ++flow) asked.packet(flow, tcp(0, kTlsHello, 443));
  EXPECT_EQ(asked.recognizer.counters().settled_early, 7u);
  EXPECT_EQ(asked.recognizer.counters().names_forgotten, 5u);
  EXPECT_EQ(asked.recognizer.application_of(2).name, "");
  EXPECT_EQ(asked.recognizer.application_of(9).name, "TLS");
}

Layers decoded(const Octets& bytes, std::uint16_t link_type = link_type::ethernet) {
  Layers layers;
  decode(test::raw(bytes, link_type), 1, layers);
  return layers;
}

TEST(FlowSampling, EndsAfterEightPackets) {
  const Octets frame = tcp(0, octets("hello"), 9000);
  const Octets empty = tcp(0, {}, 9000);
  FlowSampling sampling;
  ShardSampling shard;
  EXPECT_EQ(sampling.next(Protocol::unknown, decoded(empty), shard), std::nullopt);
  for (int i = 0; i < kSampledPackets - 1; ++i) {
    EXPECT_EQ(sampling.next(Protocol::unknown, decoded(frame), shard), Kind::packet) << i;
  }
  EXPECT_EQ(sampling.next(Protocol::unknown, decoded(frame), shard), Kind::last);
  EXPECT_FALSE(sampling.goes_on());
  EXPECT_EQ(shard.taken, kSampledPackets);
}

TEST(FlowSampling, EndsAfterSoManyBytes) {
  const Octets frame = tcp(0, Octets(8000, 'x'), 9000);
  FlowSampling sampling;
  ShardSampling shard;
  const Layers layers = decoded(frame);
  EXPECT_EQ(sampling.next(Protocol::unknown, layers, shard), Kind::packet);
  EXPECT_EQ(sampling.next(Protocol::unknown, layers, shard), Kind::packet);
  EXPECT_EQ(sampling.next(Protocol::unknown, layers, shard), Kind::last);
  EXPECT_EQ(shard.bytes, 3 * kSampledPacketBytes);
}

TEST(FlowSampling, OursEndsItAndWhatOnlyCarriesDoesNot) {
  const Octets frame = tcp(0, octets("hello"), 9000);
  const Layers layers = decoded(frame);
  ShardSampling shard;
  FlowSampling never;
  EXPECT_EQ(never.next(Protocol::modbus, layers, shard), std::nullopt);
  EXPECT_FALSE(never.goes_on());
  FlowSampling begun;
  EXPECT_EQ(begun.next(Protocol::unknown, layers, shard), Kind::packet);
  EXPECT_EQ(begun.next(Protocol::tls, layers, shard), Kind::packet);
  EXPECT_EQ(begun.next(Protocol::s7comm, layers, shard), Kind::dismissed);
  EXPECT_FALSE(begun.goes_on());
  EXPECT_FALSE(begun.is_sampled());
}

TEST(FlowSampling, AShardHasSoMuchRoomBetweenTwoTicks) {
  const Octets frame = tcp(0, Octets(8000, 'x'), 9000);
  const Layers layers = decoded(frame);
  ShardSampling shard;
  for (std::uint32_t i = 0; i < kSampledShardBytes / kSampledPacketBytes; ++i) {
    EXPECT_EQ(FlowSampling().next(Protocol::unknown, layers, shard), Kind::packet);
  }
  FlowSampling late;
  EXPECT_EQ(late.next(Protocol::unknown, layers, shard), std::nullopt);
  EXPECT_EQ(shard.refused, 1u);
  EXPECT_TRUE(late.goes_on()) << "it is sampled later";
}

TEST(PacketCopy, OwnsItsBytesWhoeverItIsMovedTo) {
  std::vector<PacketCopy> copies;
  for (int i = 0; i < 20; ++i) {
    const Octets frame = tcp(0, Octets(10, static_cast<std::uint8_t>(i)), 9000);
    copies.emplace_back(decoded(frame));
  }
  const std::vector<PacketCopy> more = copies;
  copies.clear();
  for (int i = 0; i < 20; ++i) {
    const Bytes payload = more[static_cast<std::size_t>(i)].layers().payload();
    EXPECT_THAT(Octets(payload.begin(), payload.end()), testing::Each(i));
  }
}

TEST(IpPacket, HasPlainHeadersAndLengthsOfWhatIsThere) {
  const Octets frame = tcp(0, Octets(8000, 'x'), 9000);
  const PacketCopy cut(decoded(frame));
  std::vector<std::uint8_t> packet;
  ASSERT_TRUE(write_ip_packet(cut.layers(), packet));
  EXPECT_EQ(packet.size(), kSampledPacketBytes - 14) << "without the Ethernet header";
  EXPECT_EQ(packet[2] << 8 | packet[3], static_cast<int>(packet.size()));
  EXPECT_EQ(cut.layers().payload_missing, 8000u - cut.layers().payload_length);
}

TEST(IpPacket, OfUdpSaysItsLengthTwice) {
  const Octets frame = udp(Octets(8000, 'x'), 9000);
  const PacketCopy cut(decoded(frame));
  std::vector<std::uint8_t> packet;
  ASSERT_TRUE(write_ip_packet(cut.layers(), packet));
  EXPECT_EQ(packet.size(), kSampledPacketBytes - 14);
  EXPECT_EQ(packet[2] << 8 | packet[3], static_cast<int>(packet.size()));
  EXPECT_EQ(packet[20 + 4] << 8 | packet[20 + 5], static_cast<int>(packet.size()) - 20);
}

TEST(IpPacket, LeavesOutWhatStandsBetweenTheHeaders) {
  // IPv6 with a hop-by-hop header before UDP.
  const Octets ip6 = test::hex(
      "60000000 0014 00 40 | fe800000000000000000000000000001 | fe800000000000000000000000000002 | "
      "11 00 01 04 00000000 | c000 2328 000c 0000 61626364");
  std::vector<std::uint8_t> packet;
  ASSERT_TRUE(write_ip_packet(decoded(test::ethernet(ether_type::ipv6, ip6)), packet));
  EXPECT_EQ(packet.size(), 40u + 8 + 4);
  EXPECT_EQ(packet[6], ip_protocol::udp);
  EXPECT_EQ(packet[4] << 8 | packet[5], 12);
}

TEST(IpPacket, IsNotMadeOfAnythingElse) {
  std::vector<std::uint8_t> packet;
  EXPECT_FALSE(write_ip_packet(decoded(tcp(0, {}, 80)), packet)) << "no payload";
  EXPECT_FALSE(write_ip_packet(Layers(), packet));
  const Octets icmp = test::ipv4(ip_protocol::icmp, test::hex("0800 0000 0000 0000"));
  EXPECT_FALSE(write_ip_packet(decoded(test::ethernet(ether_type::ipv4, icmp)), packet));
  EXPECT_THAT(packet, IsEmpty());
}

/// The library's own lists, without what can not come.
TEST(ApplicationNames, AreTheLibrarys) {
  std::set<std::string> names, categories, risks;
  auto* const library = ndpi_init_detection_module(ndpi_no_prefs);
  for (std::uint16_t i = 1; i < ndpi_get_num_supported_protocols(library); ++i) {
    names.insert(ndpi_get_proto_name(library, i));
  }
  for (int i = 1; i < NDPI_PROTOCOL_NUM_CATEGORIES; ++i) {
    const std::string name =
        ndpi_category_get_name(library, static_cast<ndpi_protocol_category_t>(i));
    if (name.find_first_not_of(' ') != name.npos && !name.starts_with("User custom")) {
      categories.insert(name);
    }
  }
  for (int i = 1; i < NDPI_MAX_RISK; ++i) {
    risks.insert(ndpi_risk2str(static_cast<ndpi_risk_enum>(i)));
  }
  ndpi_exit_detection_module(library);
  for (const char* not_asked_for : {"Modbus", "s7comm", "NetFlow", "BitTorrent"}) {
    EXPECT_EQ(names.erase(not_asked_for), 1u) << not_asked_for;
  }
  const auto set = [](const auto& words) {
    return std::set<std::string>(std::begin(words), std::end(words));
  };
  EXPECT_EQ(set(filter::kApplicationNames), names);
  EXPECT_EQ(set(filter::kApplicationCategories), categories);
  EXPECT_EQ(set(filter::kApplicationRisks), risks);
}

}  // namespace
}  // namespace sightglass
