// What conditions mean: each operator on each type, presence, precedence, occurrences.
#include "rules/filter/filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/rules/record_maker.hpp"

namespace sightglass {
namespace {

using filter::Filter;
using filter::Scratch;
using test::Pdu;
using test::tcp_packet;

/// Judges conditions on one packet with one PDU, or without.
class Judge {
 public:
  explicit Judge(Layers layers = tcp_packet()) : layers_(layers) {
    frame_ = test::write_frame(layers_);
    layers_.bytes = frame_;
  }
  Judge(Layers layers, Pdu& pdu) : Judge(layers) { add(pdu); }

  void add(Pdu& pdu) { messages_.push_back(&pdu.ready()); }
  void know(const site::Site& site) { site_ = &site; }
  void recognise(const filter::Recognised& recognised) { recognised_ = &recognised; }

  bool operator()(std::string_view condition) {
    const auto parsed = Filter::parse(condition);
    if (!parsed.filter) {
      ADD_FAILURE() << to_text(parsed.diagnostics("", condition));
      return false;
    }
    return parsed.filter->matches({layers_, messages_, site_, recognised_}, scratch_);
  }
  Scratch& scratch() { return scratch_; }
  Judge(const Judge&) = delete;  // the packet views its own bytes
  Judge& operator=(const Judge&) = delete;

 private:
  std::vector<std::uint8_t> frame_;
  Layers layers_;
  std::vector<const Message*> messages_;
  const site::Site* site_ = nullptr;
  const filter::Recognised* recognised_ = nullptr;
  Scratch scratch_;
};

Pdu& write_register() {
  static Pdu pdu({{"mbtcp.trans_id", Value::number(1)},
                  {"modbus.func_code", Value::number(6)},
                  {"modbus.regnum16", Value::number(40)},
                  {"modbus.regval_uint16", Value::number(7)}});
  return pdu;
}

TEST(FilterPresence, NameAloneAsksWhetherItOccurs) {
  Judge judge(tcp_packet(), write_register());
  EXPECT_TRUE(judge("modbus"));
  EXPECT_TRUE(judge("mbtcp"));
  EXPECT_TRUE(judge("tcp"));
  EXPECT_TRUE(judge("frame"));
  EXPECT_FALSE(judge("udp"));
  EXPECT_TRUE(judge("modbus.func_code"));
  EXPECT_FALSE(judge("modbus.exception_code"));
  EXPECT_FALSE(Judge()("modbus"));
  EXPECT_FALSE(Judge()("modbus.func_code"));
}

TEST(FilterPresence, MessageThatCouldNotBeReadIsNoneOfItsProtocol) {
  Pdu unreadable;
  Judge judge(tcp_packet(), unreadable);
  EXPECT_FALSE(judge("modbus || mbtcp"));
  EXPECT_TRUE(judge("sg.protocol == \"modbus\""));
  Pdu header_only({{"mbtcp.trans_id", Value::number(1)}});
  Judge other(tcp_packet(), header_only);
  EXPECT_TRUE(other("mbtcp && !modbus"));
}

TEST(FilterPresence, BooleanFieldAloneIsPresenceNotTruth) {
  Judge judge;
  EXPECT_TRUE(judge("tcp.flags.syn"));
  EXPECT_FALSE(judge("tcp.flags.syn == 1"));
  EXPECT_TRUE(judge("tcp.flags.syn == false"));
}

TEST(FilterPresence, AbsentFieldFailsEveryRelation) {
  Judge judge(tcp_packet(), write_register());
  for (const std::string relation : {"==", "!=", "===", "!==", "<", "<=", ">", ">="}) {
    EXPECT_FALSE(judge("modbus.exception_code " + relation + " 2")) << relation;
  }
  EXPECT_FALSE(judge("modbus.exception_code in {0..255}"));
  EXPECT_TRUE(judge("modbus.exception_code not in {0..255}"));
  EXPECT_TRUE(judge("!(modbus.exception_code == 2)"));
  EXPECT_FALSE(judge("modbus.object_str_value contains \"\""));
  EXPECT_FALSE(judge("modbus.object_str_value matches \"\""));
  EXPECT_FALSE(judge("count(modbus.exception_code) == 0"));
}

TEST(FilterRelation, ComparesNumbers) {
  Judge judge(tcp_packet(), write_register());
  EXPECT_TRUE(judge("modbus.func_code == 6"));
  EXPECT_TRUE(judge("modbus.func_code==0x06&&modbus.func_code eq 0b110"));
  EXPECT_FALSE(judge("modbus.func_code == 5"));
  EXPECT_TRUE(judge("modbus.func_code != 5"));
  EXPECT_TRUE(judge("modbus.func_code < 7 && modbus.func_code <= 6"));
  EXPECT_FALSE(judge("modbus.func_code < 6 || modbus.func_code > 6"));
  EXPECT_TRUE(judge("modbus.func_code > 5 and modbus.func_code ge 6"));
  EXPECT_TRUE(judge("modbus.func_code lt 7 and modbus.func_code le 6 and modbus.func_code gt 5"));
}

TEST(FilterRelation, LeadingZeroIsOctalAsInWireshark) {
  Judge judge(tcp_packet(), write_register());
  EXPECT_TRUE(judge("modbus.regnum16 == 050"));
  EXPECT_FALSE(judge("modbus.regnum16 == 051"));
}

TEST(FilterRelation, ComparesSignedAndRealNumbers) {
  Pdu pdu({{"modbus.regval_int16", Value::integer(-5)}, {"modbus.regval_float", Value::real(1.5)}});
  Judge judge(tcp_packet(), pdu);
  EXPECT_TRUE(judge("modbus.regval_int16 == -5 && modbus.regval_int16 < 0"));
  EXPECT_FALSE(judge("modbus.regval_int16 > 3"));
  EXPECT_TRUE(judge("modbus.regval_float > 1.4 && modbus.regval_float < 2"));
  EXPECT_TRUE(judge("modbus.regval_float > modbus.regval_int16"));
}

TEST(FilterRelation, ComparesAddresses) {
  Judge judge;
  EXPECT_TRUE(judge("ip.src == 192.168.1.10"));
  EXPECT_FALSE(judge("ip.src == 192.168.1.11"));
  EXPECT_TRUE(judge("ip.src == 192.168.0.0/16 && ip.src == 0.0.0.0/0"));
  EXPECT_FALSE(judge("ip.src == 192.168.1.0/29"));
  EXPECT_TRUE(judge("ip.src != 10.0.0.0/8"));
  EXPECT_TRUE(judge("ip.src < 192.168.1.50 && ip.dst > 192.168.1.10"));
  EXPECT_TRUE(judge("ip.src in {10.0.0.0/8, 192.168.1.0..192.168.1.20}"));
  EXPECT_TRUE(judge("eth.src == 00:80:f4:09:51:3b && eth.src == 00-80-f4-09-51-3b"));
  EXPECT_FALSE(judge("eth.src == 00:80:f4:09:51:3c"));
}

TEST(FilterRelation, ComparesIpv6AddressesAndNetworks) {
  Layers layers = tcp_packet();
  layers.network = NetworkLayer::ipv6;
  layers.source = *parse_ip("2001:db8:12::1");
  layers.destination = *parse_ip("2001:db8::2");
  Judge judge(layers);
  EXPECT_TRUE(judge("ipv6.src == 2001:db8:12::1"));
  EXPECT_TRUE(judge("ipv6.src == 2001:db8::/32 && ipv6.src == 2001:db8:10::/44"));
  EXPECT_FALSE(judge("ipv6.src == 2001:db8:20::/44"));
  EXPECT_FALSE(judge("ip.src == 192.168.1.10"));
}

TEST(FilterRelation, StationAddressTakesBothFamilies) {
  Judge judge(tcp_packet(), write_register());
  EXPECT_TRUE(judge("sg.client.ip == 192.168.1.10 && sg.server.ip == 192.168.1.50"));
  EXPECT_FALSE(judge("sg.client.ip == 2001:db8::1"));
  EXPECT_TRUE(judge("sg.client.ip != 2001:db8::1"));
  EXPECT_FALSE(judge("sg.client.ip < 2001:db8::1 || sg.client.ip > 2001:db8::1"));
  EXPECT_TRUE(judge("sg.client.ip == ip.src"));
}

TEST(FilterRelation, ComparesText) {
  Pdu pdu({{"modbus.object_str_value", Value::text("Schneider Electric")}});
  Judge judge(tcp_packet(), pdu);
  EXPECT_TRUE(judge(R"(modbus.object_str_value == "Schneider Electric")"));
  EXPECT_FALSE(judge(R"(modbus.object_str_value == "schneider electric")"));
  EXPECT_TRUE(judge(R"(modbus.object_str_value contains "Elec")"));
  EXPECT_FALSE(judge(R"(modbus.object_str_value contains "elec")"));
  EXPECT_TRUE(judge(R"(modbus.object_str_value contains 53:63:68)"));
  EXPECT_TRUE(judge(R"(modbus.object_str_value matches "^schneider\\s+e")"));
  EXPECT_TRUE(judge(R"(modbus.object_str_value ~ r"^SCHN\w+")"));
  EXPECT_FALSE(judge(R"(modbus.object_str_value matches "^electric")"));
  EXPECT_TRUE(judge(R"(modbus.object_str_value > "Schm" && modbus.object_str_value < "T")"));
  EXPECT_TRUE(judge(R"(modbus.object_str_value in {"a", "Schneider Electric"})"));
  EXPECT_TRUE(judge(R"(lower(modbus.object_str_value) contains "elec")"));
  EXPECT_TRUE(judge(R"(upper(modbus.object_str_value[0:3]) == "SCH")"));
  EXPECT_TRUE(judge(R"(len(modbus.object_str_value) == 18)"));
}

TEST(FilterRelation, ComparesBytes) {
  const std::array<std::uint8_t, 4> data = {0x0a, 0x1b, 0x00, 0xff};
  Pdu pdu({{"modbus.data", Value::bytes(data)}});
  Judge judge(tcp_packet(), pdu);
  EXPECT_TRUE(judge("modbus.data == 0a:1b:00:ff && modbus.data == 0a-1b-00-ff"));
  EXPECT_FALSE(judge("modbus.data == 0a:1b"));
  EXPECT_TRUE(judge("modbus.data > 0a:1b"));
  EXPECT_TRUE(judge("modbus.data contains 1b:00"));
  EXPECT_TRUE(judge("modbus.data contains \"\\x1b\\0\""));
  EXPECT_TRUE(judge("modbus.data matches r\"\\xff$\""));
  EXPECT_TRUE(judge("modbus.data[1] == 1b && modbus.data[1] == 0x1b && modbus.data[-1] == ff"));
  EXPECT_TRUE(judge("modbus.data[0] == a && modbus.data[0] != 10")) << "digits are hexadecimal";
  EXPECT_TRUE(judge("modbus.data[1:2] == 1b:00 && modbus.data[1-2] == 1b:00"));
  EXPECT_TRUE(judge("modbus.data[:2] == 0a:1b && modbus.data[2:] == 00:ff"));
  EXPECT_FALSE(judge("modbus.data[2:3]"));
  EXPECT_FALSE(judge("modbus.data[9] == 0"));
  EXPECT_TRUE(judge("eth.src[0:3] == 00:80:f4 && eth.src contains f4:09"));
  EXPECT_TRUE(judge("ip.src[0] == c0 && len(ip.src) == 4"));
}

TEST(FilterRelation, MaskTestsBits) {
  Layers layers = tcp_packet();
  layers.tcp_flags = tcp_flag::syn | tcp_flag::ack;
  Judge judge(layers);
  EXPECT_TRUE(judge("tcp.flags & 0x02"));
  EXPECT_FALSE(judge("tcp.flags & 0x04"));
  EXPECT_TRUE(judge("tcp.flags & 0x12 == 0x12"));
  EXPECT_TRUE(judge("tcp.flags bitand 0x03 == 2"));
}

TEST(FilterRelation, TimesAreSeconds) {
  Pdu pdu;
  pdu.message.direction = Direction::to_client;
  pdu.message.request_packet = 5;
  pdu.message.latency = std::chrono::milliseconds(250);
  Layers layers = tcp_packet();
  layers.time = timestamp_from_ns(1'700'000'000'000'000'001);
  Judge judge(layers, pdu);
  EXPECT_TRUE(judge("sg.latency == 0.25 && sg.latency > 0.2499 && sg.latency < 1"));
  EXPECT_TRUE(judge("frame.time_epoch == 1700000000.000000001"));
  EXPECT_FALSE(judge("frame.time_epoch == 1700000000"));
}

TEST(FilterRelation, ComparesTwoFields) {
  Judge judge(tcp_packet(), write_register());
  EXPECT_FALSE(judge("ip.src == ip.dst"));
  EXPECT_TRUE(judge("ip.src == ip.addr && ip.src !== ip.addr"));
  EXPECT_FALSE(judge("ip.src != ip.addr || ip.src === ip.addr"));
  EXPECT_TRUE(judge("modbus.regnum16 > modbus.regval_uint16"));
  EXPECT_FALSE(judge("modbus.regnum16 == modbus.exception_code"));
  EXPECT_FALSE(judge("modbus.regnum16 === modbus.exception_code"));
}

TEST(FilterOccurrences, OperatorsSayAnyOrEvery) {
  Judge judge;  // ports 49152 and 502
  EXPECT_TRUE(judge("tcp.port == 502"));
  EXPECT_FALSE(judge("tcp.port != 502"));
  EXPECT_TRUE(judge("tcp.port != 503"));
  EXPECT_FALSE(judge("tcp.port === 502"));
  EXPECT_TRUE(judge("tcp.port !== 502 && tcp.port ~= 502"));
  EXPECT_TRUE(judge("tcp.port > 1000"));
  EXPECT_TRUE(judge("tcp.port in {500..600}"));
  EXPECT_FALSE(judge("all tcp.port in {500..600}"));
  EXPECT_FALSE(judge("all tcp.port > 1000"));
  EXPECT_TRUE(judge("all tcp.port > 500"));
  EXPECT_FALSE(judge("all tcp.port == 502"));
  EXPECT_TRUE(judge("any tcp.port != 502"));
  EXPECT_TRUE(judge("tcp.port any_eq 502 && tcp.port all_ne 1 && !(tcp.port all_eq 502)"));
  EXPECT_TRUE(judge("count(tcp.port) == 2"));
}

TEST(FilterOccurrences, FrameJudgesAllItsPdus) {
  Pdu read({{"modbus.func_code", Value::number(3)}});
  Judge judge(tcp_packet(), write_register());
  judge.add(read);
  EXPECT_TRUE(judge("modbus.func_code == 6 && modbus.func_code == 3"));
  EXPECT_FALSE(judge("modbus.func_code != 3"));
}

TEST(FilterPrecedence, AndBindsTighterThanOr) {
  Judge judge;
  EXPECT_TRUE(judge("tcp || udp && arp"));
  EXPECT_FALSE(judge("(tcp || udp) && arp"));
  EXPECT_TRUE(judge("arp and udp or tcp"));
}

TEST(FilterPrecedence, ComparisonBindsTighterThanNot) {
  Judge judge;
  EXPECT_TRUE(judge("!tcp.port == 503"));
  EXPECT_FALSE(judge("not tcp.port == 502"));
  EXPECT_FALSE(judge("!tcp && tcp"));
  EXPECT_TRUE(judge("!!tcp && not not tcp"));
  EXPECT_TRUE(judge("!(udp || arp) && ((tcp))"));
}

TEST(FilterOwnFields, EnvelopeIsThere) {
  static constexpr AnomalySpec kAnomaly{"modbus.quantity", "too many"};
  const std::array<std::uint8_t, 4> written = {0x00, 0x5f, 0x01, 0x00};
  Pdu pdu;
  pdu.accesses.push_back({{ObjectSpace::holding_register, 1, 0, 40, 2},
                          {Values::Shape::registers16, 2, written},
                          true});
  pdu.anomalies.push_back({&kAnomaly, 0});
  Judge judge(tcp_packet(), pdu);
  EXPECT_TRUE(judge(R"(sg.protocol == "modbus" && sg.direction == "to_server")"));
  EXPECT_TRUE(judge(R"(sg.operation in {"write", "force"} && sg.function contains "Register")"));
  EXPECT_TRUE(judge(R"(sg.object == "unit 1 holding registers 40-41")"));
  EXPECT_TRUE(judge("sg.unit == 1 && sg.address == 40"));
  EXPECT_TRUE(judge("sg.written_value == 95 && sg.written_value == 256"));
  EXPECT_TRUE(judge(R"(sg.anomaly == "modbus.quantity")"));
  EXPECT_FALSE(judge("sg.outcome || sg.latency"));
}

TEST(FilterOwnFields, ResponseTurnsTheStationsRound) {
  Pdu pdu;
  pdu.message.direction = Direction::to_client;
  pdu.message.outcome = {Outcome::Kind::refused, 2};
  Judge judge(tcp_packet(), pdu);
  EXPECT_TRUE(judge("sg.client.ip == 192.168.1.50 && sg.server.ip == 192.168.1.10"));
  EXPECT_TRUE(judge(R"(sg.outcome == "refused" && sg.direction == "to_client")"));
}

TEST(FilterOwnFields, SiteNamesTheStations) {
  site::Description plant;
  site::Zone zone;
  zone.name = "cell-1";
  zone.networks = {*site::parse_network("192.168.1.0/24")};
  plant.zones.push_back(zone);
  site::Asset hmi;
  hmi.name = "HMI-1";
  hmi.networks = {*site::parse_network("192.168.1.10")};
  hmi.roles = {"hmi", "historian"};
  plant.assets.push_back(hmi);
  const site::Site site(std::move(plant));

  Judge judge(tcp_packet(), write_register());
  EXPECT_TRUE(judge(R"(!(sg.client.role in {"hmi"}))")) << "without a site file";
  judge.know(site);
  EXPECT_TRUE(judge(R"(sg.client.role == "historian" && sg.client.name == "HMI-1")"));
  EXPECT_TRUE(judge(R"(sg.client.zone == "cell-1" && sg.server.zone == "cell-1")"));
  EXPECT_FALSE(judge("sg.server.role || sg.server.name"));
  EXPECT_TRUE(judge(R"(!(sg.server.role in {"hmi"}))"));
}

TEST(FilterLimits, PatternThatBacktracksWithoutEndIsGivenUpAndCounted) {
  const std::string text(64, 'a');
  Pdu pdu({{"modbus.object_str_value", Value::text(text)}});
  Judge judge(tcp_packet(), pdu);
  EXPECT_FALSE(judge(R"(modbus.object_str_value matches "(a|aa|a?)+$b")"));
  EXPECT_FALSE(judge(R"(modbus.object_str_value matches "^(a+)+[^a]$")"));
  EXPECT_GE(judge.scratch().pattern_limit_hits(), 1u);
}

TEST(FilterApplication, IsKnownOfAConversationThatWasRecognised) {
  const Application application{"TLS", "AnyDesk", "RemoteAccess", {"Self-signed Certificate"}};
  // The server sends the packet.
  const filter::Recognised recognised{application, Direction::to_client};
  Judge judge;
  EXPECT_FALSE(judge("sg.app")) << "before";
  judge.recognise(recognised);
  EXPECT_TRUE(judge(R"(sg.app == "TLS" && sg.app == "AnyDesk")"));
  EXPECT_TRUE(judge(R"(sg.app.category == "RemoteAccess" && tcp.dstport == 502)"));
  EXPECT_TRUE(judge(R"(sg.risk in {"Self-signed Certificate", "Weak TLS Cipher"})"));
  EXPECT_FALSE(judge(R"(sg.app == "SSH")"));
  EXPECT_FALSE(judge("!sg.app"));
  EXPECT_TRUE(judge("sg.app && sg.client.ip == 192.168.1.50 && sg.server.ip == 192.168.1.10"));
  EXPECT_FALSE(judge("sg.app && sg.client.ip == 192.168.1.10"));
}

TEST(FilterApplication, MayBeUnknown) {
  const Application nothing;
  const filter::Recognised recognised{nothing, Direction::to_server};
  Judge judge;
  judge.recognise(recognised);
  EXPECT_TRUE(judge("!sg.app && !sg.app.category && tcp"));
  EXPECT_FALSE(judge(R"(sg.app != "SSH")")) << "what is absent fulfils no relation";
}

TEST(FilterFacts, PduIsNeededForApplicationsAndOwnFields) {
  EXPECT_FALSE(Filter::parse("tcp.port == 502 && ip").filter->needs_pdu());
  EXPECT_TRUE(Filter::parse("tcp.port == 502 && modbus").filter->needs_pdu());
  EXPECT_TRUE(Filter::parse("modbus.func_code").filter->needs_pdu());
  EXPECT_TRUE(Filter::parse("sg.client.ip == 10.0.0.1").filter->needs_pdu());
  EXPECT_FALSE(Filter::parse("sg.app && sg.client.ip == 10.0.0.1").filter->needs_pdu());
  EXPECT_TRUE(Filter::parse("sg.app && tcp.port == 22").filter->judges_conversations());
  EXPECT_FALSE(Filter::parse("sg.client.ip && tcp.port == 22").filter->judges_conversations());
}

}  // namespace
}  // namespace sightglass
