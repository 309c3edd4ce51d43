// What must hold of any capture, with the protocols of this build: the same bytes give the same
// PDUs, however they travel.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "sensor/capture/capture_file.hpp"
#include "sensor/flow/shard.hpp"
#include "sensor/packet/decode.hpp"
#include "tests/sensor/packet/wrapping.hpp"

namespace sightglass {
namespace {

using test::Octets;

class Pdus : public FlowSink {
 public:
  void message(Flow&, const Layers&, const Message& message) override {
    if (!message.unreadable) pdus.emplace_back(as_text(message.bytes));
  }
  void completion(Flow&, const Completion&) override {}
  void event(Flow&, const FlowEvent& event) override {
    opened += event.kind == FlowEvent::Kind::opened ? 1 : 0;
  }
  std::vector<std::string> pdus;
  std::uint64_t opened = 0;
};

std::vector<Octets> packets_of(const std::filesystem::path& path) {
  std::vector<Octets> packets;
  const auto opened = CaptureFile::open(path);
  if (!opened.file) return packets;
  RawPacket packet;
  while (opened.file->next(packet) == PacketSource::Next::packet) {
    constexpr std::uint16_t kEthernet = 1;
    if (packet.link_type != kEthernet) continue;  // the tests below build Ethernet frames of it
    packets.emplace_back(packet.bytes.begin(), packet.bytes.end());
  }
  return packets;
}

struct Result {
  std::vector<std::string> pdus;
  // Of streams that are not in step from their SYN to their end.
  std::uint64_t interruptions = 0;
};

Result result_of(const std::vector<Octets>& packets) {
  Pdus sink;
  Shard shard(protocol_registry(), {}, {}, sink);
  std::uint64_t number = 0;
  std::uint64_t joined = 0;  // directions of connections that began before the capture
  for (const Octets& bytes : packets) {
    Layers layers;
    decode(test::raw(bytes), ++number, layers);
    const std::uint64_t opened = sink.opened;
    shard.packet(layers, host_pair_hash(layers));
    if (sink.opened > opened && layers.has_tcp() && !layers.tcp_has(tcp_flag::syn)) joined += 2;
  }
  shard.finish({});
  const FlowCounters counters = shard.counters();
  Result result{std::move(sink.pdus), counters.out_of_step + counters.other_protocol};
  for (const std::uint64_t gaps : counters.gaps) result.interruptions += gaps;
  if (counters.skipped_bytes > 0) ++result.interruptions;
  result.interruptions += joined;
  return result;
}

std::vector<std::string> pdus_of(const std::vector<Octets>& packets) {
  return result_of(packets).pdus;
}

/// How many of `wanted` are not in `found`.
std::size_t missing(std::vector<std::string> wanted, std::vector<std::string> found) {
  std::sort(wanted.begin(), wanted.end());
  std::sort(found.begin(), found.end());
  std::vector<std::string> absent;
  std::set_difference(wanted.begin(), wanted.end(), found.begin(), found.end(),
                      std::back_inserter(absent));
  return absent.size();
}

/// The same packet with its TCP payload in as many segments, at least, of one byte at least.
std::vector<Octets> segmented(const Octets& packet, std::uint32_t at_least) {
  Layers layers;
  decode(test::raw(packet), 1, layers);
  if (!layers.has_tcp() || layers.payload_length < 2 || layers.network != NetworkLayer::ipv4) {
    return {packet};
  }
  std::vector<Octets> out;
  const std::uint32_t size = std::max(1u, layers.payload_length / at_least);
  for (std::uint32_t i = 0; i < layers.payload_length; i += size) {
    Octets one(packet.begin(), packet.begin() + layers.payload_offset);
    const Bytes part = layers.payload().subspan(i, std::min(size, layers.payload_length - i));
    one.insert(one.end(), part.begin(), part.end());
    const std::size_t total = one.size() - layers.network_offset;
    one[layers.network_offset + 2] = static_cast<std::uint8_t>(total >> 8);
    one[layers.network_offset + 3] = static_cast<std::uint8_t>(total);
    const std::uint32_t sequence = layers.tcp_sequence + i;
    for (std::size_t k = 0; k < 4; ++k) {
      one[layers.transport_offset + 4 + k] = static_cast<std::uint8_t>(sequence >> (24 - 8 * k));
    }
    out.push_back(one);
  }
  return out;
}

std::vector<std::filesystem::path> captures(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  if (!std::filesystem::exists(folder)) return paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension().string().starts_with(".pcap")) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// How far a direction has come.
struct Sent {
  std::uint32_t end = 0;
  bool begun = false;
};

/// Whether some data is acknowledged before it is seen, as a mirror of two ports may show it: when
/// its segments then come in another order, the first one stands behind a hole that is a gap.
bool acknowledges_early(const std::vector<Octets>& packets) {
  std::map<std::pair<Endpoint, Endpoint>, Sent> directions;
  for (const Octets& bytes : packets) {
    Layers layers;
    decode(test::raw(bytes), 1, layers);
    if (!layers.has_tcp()) continue;
    const Endpoint from{layers.source, layers.source_port};
    const Endpoint to{layers.destination, layers.destination_port};
    const Sent& heard = directions[{to, from}];
    const std::uint32_t beyond = layers.tcp_acknowledgment - heard.end;
    if (heard.begun && layers.tcp_has(tcp_flag::ack) && beyond > 1 && beyond < INT32_MAX) {
      return true;
    }
    directions[{from, to}] = {layers.tcp_sequence + layers.payload_length, true};
  }
  return false;
}

/// What `packets` give must be what `changed`, the same bytes in other packets, gives.
void expect_the_same(const std::vector<Octets>& packets, const std::vector<Octets>& changed) {
  const Result whole = result_of(packets);
  const Result other = result_of(changed);
  if (whole.interruptions == 0 && !acknowledges_early(packets)) {
    EXPECT_EQ(other.pdus, whole.pdus);
  } else {
    // Back in step within two PDUs after each interruption, one of them made by the cuts: a
    // segment's beginning helps no more.
    const std::size_t interruptions = std::max(whole.interruptions, other.interruptions) + 1;
    EXPECT_LE(missing(whole.pdus, other.pdus), 2 * interruptions);
  }
}

class AnyCapture : public ::testing::TestWithParam<std::filesystem::path> {};
/// Real ones by others may be cut off, or lie about lengths: wrapped, their ends are others.
class OwnCapture : public AnyCapture {};

TEST_P(AnyCapture, SegmentsOfOneByteGiveTheSamePdus) {
  const std::vector<Octets> packets = packets_of(GetParam());
  std::vector<Octets> bytewise;
  for (const Octets& packet : packets) {
    for (Octets& one : segmented(packet, UINT32_MAX)) bytewise.push_back(std::move(one));
  }
  expect_the_same(packets, bytewise);
}

TEST_P(AnyCapture, SegmentsThatComeBackwardsGiveTheSamePdus) {
  const std::vector<Octets> packets = packets_of(GetParam());
  std::vector<Octets> backwards;
  for (const Octets& packet : packets) {
    std::vector<Octets> parts = segmented(packet, 8);
    std::move(parts.rbegin(), parts.rend(), std::back_inserter(backwards));
  }
  expect_the_same(packets, backwards);
}

TEST_P(AnyCapture, EveryPacketTwiceGivesTheSamePdus) {
  const std::vector<Octets> packets = packets_of(GetParam());
  std::vector<Octets> twice;
  for (const Octets& packet : packets) twice.insert(twice.end(), 2, packet);
  EXPECT_EQ(pdus_of(twice), pdus_of(packets));
}

TEST_P(OwnCapture, TunnelsAndTagsGiveTheSamePdus) {
  const std::vector<Octets> packets = packets_of(GetParam());
  const std::vector<std::string> bare = pdus_of(packets);
  for (const test::Wrapping& wrapping : test::wrappings()) {
    std::vector<Octets> wrapped;
    for (const Octets& packet : packets) wrapped.push_back(wrapping.wrap(packet));
    EXPECT_EQ(pdus_of(wrapped), bare) << wrapping.name;
  }
}

// A mirror that tags what it sends to one side only, by any tag, makes one flow of it.
TEST_P(OwnCapture, TagsOnOneDirectionOnlyGiveTheSamePdus) {
  const std::vector<Octets> packets = packets_of(GetParam());
  const std::vector<std::string> bare = pdus_of(packets);
  for (const char* name : {"vlan", "priority-tag", "qinq", "vntag", "etag"}) {
    std::vector<Octets> tagged;
    for (const Octets& packet : packets) {
      const bool one_way = packet.size() > 11 && (packet[5] < packet[11]);
      tagged.push_back(one_way ? test::wrapping(name).wrap(packet) : packet);
    }
    EXPECT_EQ(pdus_of(tagged), bare) << name;
  }
}

TEST_P(AnyCapture, CutOffAtTheFrontLosesAtMostTwoPdusAtTheCutAndAtEachInterruption) {
  const std::vector<Octets> packets = packets_of(GetParam());
  // Every packet of the first forty is where a capture could begin.
  const std::size_t last = std::min<std::size_t>(packets.size(), 40);
  const Result whole = result_of(packets);
  const std::size_t lost = 2 * (1 + whole.interruptions);
  for (std::size_t from = 1; from < last; ++from) {
    const auto middle = packets.begin() + static_cast<std::ptrdiff_t>(from);
    const std::size_t before = pdus_of({packets.begin(), middle}).size();
    EXPECT_GE(pdus_of({middle, packets.end()}).size() + before + lost, whole.pdus.size()) << from;
  }
}

std::string name_of(const ::testing::TestParamInfo<std::filesystem::path>& capture) {
  std::string name = capture.param.stem();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Modbus, AnyCapture,
                         ::testing::ValuesIn(captures(SIGHTGLASS_PCAPS "/modbus")), name_of);
INSTANTIATE_TEST_SUITE_P(Opcua, AnyCapture,
                         ::testing::ValuesIn(captures(SIGHTGLASS_PCAPS "/opcua")), name_of);
INSTANTIATE_TEST_SUITE_P(Demo, AnyCapture, ::testing::ValuesIn(captures(SIGHTGLASS_PCAPS "/demo")),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Modbus, OwnCapture,
                         ::testing::ValuesIn(captures(SIGHTGLASS_PCAPS "/modbus")), name_of);
INSTANTIATE_TEST_SUITE_P(Opcua, OwnCapture,
                         ::testing::ValuesIn(captures(SIGHTGLASS_PCAPS "/opcua")), name_of);
INSTANTIATE_TEST_SUITE_P(S7comm, AnyCapture,
                         ::testing::ValuesIn(captures(SIGHTGLASS_PCAPS "/s7comm")), name_of);
INSTANTIATE_TEST_SUITE_P(S7comm, OwnCapture,
                         ::testing::ValuesIn(captures(SIGHTGLASS_PCAPS "/s7comm")), name_of);
// Real captures by others, where they are.
INSTANTIATE_TEST_SUITE_P(CorpusModbus, AnyCapture,
                         ::testing::ValuesIn(captures(SIGHTGLASS_CORPUS "/modbus")), name_of);
INSTANTIATE_TEST_SUITE_P(CorpusOpcua, AnyCapture,
                         ::testing::ValuesIn(captures(SIGHTGLASS_CORPUS "/opcua")), name_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AnyCapture);

}  // namespace
}  // namespace sightglass
