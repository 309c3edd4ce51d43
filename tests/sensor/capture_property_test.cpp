// What must hold of any capture, with the protocols of this build: the same bytes give the same
// PDUs, however they travel.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "sensor/capture/capture_file.hpp"
#include "sensor/flow/shard.hpp"
#include "sensor/packet/decode.hpp"
#include "tests/sensor/packet/wrapping.hpp"

namespace sightglass {
namespace {

using test::Octets;
using ::testing::IsEmpty;

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

/// Packets of a capture that a property is held against; of a longer one those at its beginning.
constexpr std::size_t kMostPackets = 20'000;
/// The same where each of their bytes makes a packet, or each packet another capture.
constexpr std::size_t kMostTakenApart = 2'000;
/// PDUs of a capture, all different, of which every prefix is read, and how long prefixes may be.
constexpr std::size_t kMostPdus = 100, kLongestPrefix = 300;

std::vector<Octets> packets_of(const std::filesystem::path& path, std::size_t most = kMostPackets) {
  std::vector<Octets> packets;
  const auto opened = CaptureFile::open(path);
  if (!opened.file) return packets;
  RawPacket packet;
  while (packets.size() < most && opened.file->next(packet) == PacketSource::Next::packet) {
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
  std::uint64_t given_up = 0;  // flows that had shown too little within the limits
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
  Result result{std::move(sink.pdus),
                counters.out_of_step + counters.other_protocol + counters.search_overflows,
                counters.undecided};
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

std::vector<std::filesystem::path> captures_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  if (!std::filesystem::is_directory(folder)) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().filename().string().find(".pcap") != std::string::npos) {
      paths.push_back(entry.path());
    }
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
/// `may_give_up`: of a connection joined in the middle, as many segments as are kept until its
/// protocol is known may hold too little to tell; then it is given up, and counted.
void expect_the_same(const std::vector<Octets>& packets, const std::vector<Octets>& changed,
                     bool may_give_up = false) {
  const Result whole = result_of(packets);
  const Result other = result_of(changed);
  if (whole.interruptions == 0 && !acknowledges_early(packets)) {
    EXPECT_EQ(other.pdus, whole.pdus);
    return;
  }
  if (may_give_up && other.given_up > whole.given_up) return;
  // Back in step within two PDUs after each interruption, one of them made by the cuts: a
  // segment's beginning helps no more.
  const std::size_t interruptions = std::max(whole.interruptions, other.interruptions) + 1;
  EXPECT_LE(missing(whole.pdus, other.pdus), 2 * interruptions);
}

class AnyCapture : public ::testing::TestWithParam<std::filesystem::path> {};
/// Real ones by others may be cut off, or lie about lengths: wrapped, their ends are others.
class OwnCapture : public AnyCapture {};

TEST_P(AnyCapture, SegmentsOfOneByteGiveTheSamePdus) {
  const std::vector<Octets> packets = packets_of(GetParam(), kMostTakenApart);
  std::vector<Octets> bytewise;
  for (const Octets& packet : packets) {
    for (Octets& one : segmented(packet, UINT32_MAX)) bytewise.push_back(std::move(one));
  }
  expect_the_same(packets, bytewise, true);
}

TEST_P(AnyCapture, SegmentsThatComeBackwardsGiveTheSamePdus) {
  const std::vector<Octets> packets = packets_of(GetParam(), kMostTakenApart);
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
  const std::vector<Octets> packets = packets_of(GetParam(), kMostTakenApart);
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

// --- parts of PDUs

/// A PDU, and what it was found in.
struct Pdu {
  Protocol protocol;
  Direction direction;
  std::string bytes;
  auto operator<=>(const Pdu&) const = default;
};

class DifferentPdus : public FlowSink {
 public:
  explicit DifferentPdus(std::size_t most) : most_(most) {}
  void message(Flow& flow, const Layers&, const Message& message) override {
    if (pdus.size() >= most_ || message.unreadable) return;
    pdus.insert({flow.protocol, message.direction, std::string(as_text(message.bytes))});
  }
  void completion(Flow&, const Completion&) override {}
  void event(Flow&, const FlowEvent&) override {}
  std::set<Pdu> pdus;

 private:
  std::size_t most_;
};

/// What a dissector that knows nothing of the flow says of some bytes.
class Said : public MessageSink {
 public:
  Said(const Pdu& pdu, std::size_t size) {
    const auto entries = protocol_registry();
    const auto entry =
        std::find_if(entries.begin(), entries.end(),
                     [&](const ProtocolEntry& known) { return known.protocol == pdu.protocol; });
    const std::unique_ptr<Dissector> dissector = entry->make({});
    // Of its own, so that nothing is read behind it unnoticed.
    const Octets bytes(pdu.bytes.begin(), pdu.bytes.begin() + static_cast<std::ptrdiff_t>(size));
    Arrival arrival;
    arrival.direction = pdu.direction;
    dissector->dissect(bytes, arrival, *this);
  }
  void message(const Message& message) override {
    is_named = is_named || message.unreadable || !message.anomalies.empty();
    for (const Field& field : message.fields()) {
      const FieldSpec& spec = field_spec(field.id);
      reaches = std::max<std::size_t>(reaches, field.offset + field.length);
      // What reaches to the end of a message is shorter when that is; and octets that a whole
      // message takes apart are shown as they are.
      const ValueType type = field.value.type();
      if (type == ValueType::bytes) continue;
      fields.insert(std::string(spec.name) + "@" + std::to_string(field.offset) + "=" +
                    (type == ValueType::text ? "" : to_text(spec, field.value)));
    }
  }
  void completion(const Completion&) override {}

  std::size_t reaches = 0;
  bool is_named = false;
  std::multiset<std::string> fields;
};

TEST_P(AnyCapture, EveryPrefixOfAPduIsNamedAndInventsNothing) {
  DifferentPdus sink(kMostPdus);
  Shard shard(protocol_registry(), {}, {}, sink);
  std::uint64_t number = 0;
  for (const Octets& bytes : packets_of(GetParam())) {
    Layers layers;
    decode(test::raw(bytes), ++number, layers);
    shard.packet(layers, host_pair_hash(layers));
  }
  for (const Pdu& pdu : sink.pdus) {
    const Said whole(pdu, pdu.bytes.size());
    for (std::size_t size = 1; size < std::min(pdu.bytes.size(), kLongestPrefix); ++size) {
      const Said said(pdu, size);
      const auto where = [&] {
        return std::string(to_text(pdu.protocol)) + " cut to " + std::to_string(size) + ": " +
               ::testing::PrintToString(pdu.bytes);
      };
      ASSERT_TRUE(said.is_named) << where();
      ASSERT_LE(said.reaches, size) << where();
      // Of one that is malformed itself, a part may be in order.
      if (whole.is_named) continue;
      std::vector<std::string> invented;
      std::set_difference(said.fields.begin(), said.fields.end(), whole.fields.begin(),
                          whole.fields.end(), std::back_inserter(invented));
      ASSERT_THAT(invented, IsEmpty()) << where();
    }
  }
}

/// "modbus_polling_pcap": its folder and its file's name.
std::string name_of(const ::testing::TestParamInfo<std::filesystem::path>& capture) {
  std::string name = capture.param.parent_path().filename() / capture.param.filename();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

const auto kPcaps = ::testing::ValuesIn(captures_below(SIGHTGLASS_PCAPS));
INSTANTIATE_TEST_SUITE_P(Pcaps, AnyCapture, kPcaps, name_of);
INSTANTIATE_TEST_SUITE_P(Pcaps, OwnCapture, kPcaps, name_of);
// Real captures by others, where they are.
INSTANTIATE_TEST_SUITE_P(Corpus, AnyCapture, ::testing::ValuesIn(captures_below(SIGHTGLASS_CORPUS)),
                         name_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AnyCapture);

TEST(Corpus, IsThere) {
  if (!std::filesystem::is_directory(SIGHTGLASS_CORPUS)) {
    GTEST_SKIP() << "no captures at " SIGHTGLASS_CORPUS;
  }
  EXPECT_FALSE(captures_below(SIGHTGLASS_CORPUS).empty()) << "nothing was held to the properties";
}

}  // namespace
}  // namespace sightglass
