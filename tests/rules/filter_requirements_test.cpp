// What the index may rely on, and what is handed to Wireshark.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/filter/filter.hpp"
#include "rules/filter/wireshark.hpp"
#include "tests/rules/record_maker.hpp"

namespace sightglass {
namespace {

using filter::Filter;
using filter::Requirements;
using testing::ElementsAre;
namespace packet_class = filter::packet_class;

Filter parsed(std::string_view condition) {
  auto result = Filter::parse(condition);
  EXPECT_TRUE(result.filter) << to_text(result.diagnostics("", condition));
  return std::move(*result.filter);
}

std::vector<std::size_t> functions(std::string_view condition) {
  const auto slots = parsed(condition).requirements().functions;
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i + 1 < slots.size(); ++i) {
    if (slots.test(i)) numbers.push_back(i);
  }
  return numbers;
}

std::vector<std::size_t> packets(std::string_view condition) {
  const auto classes = parsed(condition).requirements().packets;
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes.test(i)) numbers.push_back(i);
  }
  return numbers;
}

constexpr auto kModbus = static_cast<std::size_t>(Protocol::modbus);
constexpr auto kUnknown = static_cast<std::size_t>(Protocol::unknown);

TEST(FilterRequirements, FunctionsOfASetAndOfComparisons) {
  EXPECT_THAT(functions("modbus.func_code in {5, 6, 15..16}"), ElementsAre(5, 6, 15, 16));
  EXPECT_THAT(functions("modbus.func_code == 6 && modbus.regnum16 == 4"), ElementsAre(6));
  EXPECT_THAT(functions("modbus.func_code == 6 || modbus.func_code == 90"), ElementsAre(6, 90));
  EXPECT_THAT(functions("modbus.func_code > 2 && modbus.func_code <= 4"), ElementsAre(3, 4));
}

TEST(FilterRequirements, FunctionsAreFreeWhenAnotherWayLeadsIn) {
  EXPECT_EQ(functions("modbus.func_code == 6 || modbus.regnum16 == 4").size(), 255u);
  EXPECT_EQ(functions("!(modbus.func_code == 6)").size(), 255u);
  EXPECT_EQ(functions("modbus.func_code & 1 == 1").size(), 255u);
  EXPECT_THAT(functions("!(!(modbus.func_code == 6))"), ElementsAre(6));
}

TEST(FilterRequirements, EnvelopeNarrowsAlsoWhenNegated) {
  const auto write = static_cast<std::size_t>(Operation::write);
  const Requirements only = parsed(R"(sg.operation == "write")").requirements();
  EXPECT_TRUE(only.operations.test(write));
  EXPECT_EQ(only.operations.count(), 1u);
  const Requirements others = parsed(R"(!(sg.operation in {"write"}))").requirements();
  EXPECT_FALSE(others.operations.test(write));
  EXPECT_EQ(others.operations.count(), kOperations - 1);
  EXPECT_TRUE(parsed(R"(sg.direction != "to_server")").requirements().directions.test(1));
  EXPECT_FALSE(parsed(R"(sg.direction != "to_server")").requirements().directions.test(0));
}

TEST(FilterRequirements, ApplicationFieldRequiresItsApplication) {
  const Requirements required = parsed("modbus.regnum16 == 4").requirements();
  EXPECT_TRUE(required.protocols.test(kModbus));
  EXPECT_FALSE(required.protocols.test(kUnknown));
  EXPECT_TRUE(parsed("sg.operation == \"write\"").requirements().protocols.test(kUnknown));
}

TEST(FilterRequirements, ConditionThatCouldHoldWithoutItsApplicationIsJoined) {
  const Filter negated = parsed("!(modbus.func_code in {1..6})");
  EXPECT_TRUE(negated.joined_with_application());
  EXPECT_FALSE(negated.requirements().protocols.test(kUnknown));
  EXPECT_FALSE(parsed("modbus.func_code == 3").joined_with_application());
  EXPECT_FALSE(parsed("modbus && !(modbus.func_code == 3)").joined_with_application());
  EXPECT_FALSE(parsed("!(sg.client.ip == 10.0.0.1)").joined_with_application());
  EXPECT_FALSE(parsed("sg.protocol == \"modbus\" && sg.unit == 1").joined_with_application());
}

TEST(FilterRequirements, PacketClassesOfLayersAndFlags) {
  EXPECT_THAT(packets("arp"), ElementsAre(packet_class::arp, packet_class::nested));
  EXPECT_THAT(packets("arp.opcode == 2"), ElementsAre(packet_class::arp, packet_class::nested));
  EXPECT_THAT(packets("tcp.flags.syn == 1"),
              ElementsAre(1, 3, 5, 7, packet_class::icmp, packet_class::nested));
  EXPECT_THAT(packets("tcp.flags.syn == 1 && tcp.flags.reset == 0"),
              ElementsAre(1, 3, packet_class::icmp, packet_class::nested));
  EXPECT_THAT(packets("tcp.flags.fin != 0 && tcp.flags.syn > 0"),
              ElementsAre(3, 7, packet_class::icmp, packet_class::nested));
  EXPECT_THAT(
      packets("udp.port == 53 || arp"),
      ElementsAre(packet_class::arp, packet_class::udp, packet_class::icmp, packet_class::nested));
  EXPECT_THAT(packets("tcp.flags.syn"),
              ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, packet_class::icmp, packet_class::nested));
  EXPECT_EQ(packets("!arp").size(), packet_class::count);
  EXPECT_EQ(packets("ip.src == 10.0.0.1").size(), packet_class::count - 1);
}

TEST(FilterRequirements, DestinationTellsGroupsFromStations) {
  const auto group = [](std::string_view text) { return parsed(text).requirements().group; };
  EXPECT_EQ(group("eth.dst == ff:ff:ff:ff:ff:ff"), 0b10);
  EXPECT_EQ(group("eth.dst == 02:00:00:00:00:01"), 0b01);
  EXPECT_EQ(group("eth.dst in {02:00:00:00:00:01, 01:00:5e:00:00:01}"), 0b11);
  EXPECT_EQ(group("eth.dst != ff:ff:ff:ff:ff:ff"), 0b11);
  EXPECT_EQ(group("!(eth.dst == ff:ff:ff:ff:ff:ff)"), 0b11);
  EXPECT_EQ(group("eth.src == ff:ff:ff:ff:ff:ff"), 0b11);
}

TEST(FilterRequirements, MoreFragmentsRequiresAFragment) {
  EXPECT_EQ(parsed("ip.flags.mf == 1").requirements().fragment, 0b10);
  EXPECT_EQ(parsed("ip.flags.mf == 0").requirements().fragment, 0b11);
  EXPECT_EQ(parsed("!(ip.flags.mf == 1)").requirements().fragment, 0b11);
}

TEST(FilterRequirements, AnomalyRequiresOne) {
  EXPECT_EQ(parsed("sg.anomaly").requirements().anomalous, 0b10);
  EXPECT_EQ(parsed(R"(sg.anomaly == "modbus.length")").requirements().anomalous, 0b10);
  EXPECT_EQ(parsed("!sg.anomaly").requirements().anomalous, 0b11);
}

TEST(FilterRequirements, FieldOfOneFunctionRequiresIt) {
  const auto exception = parsed("modbus.exception_code").requirements().functions;
  EXPECT_FALSE(exception.test(3));
  EXPECT_TRUE(exception.test(0x83));
  const auto diagnostics = parsed("modbus.diagnostic_code == 1").requirements().functions;
  EXPECT_FALSE(diagnostics.test(3));
  EXPECT_TRUE(diagnostics.test(8));
  EXPECT_TRUE(diagnostics.test(0x88));
  EXPECT_TRUE(parsed("!modbus.exception_code").requirements().functions.test(3));
}

TEST(FilterRequirements, ClassOfAPacketFollowsItsFlags) {
  Layers layers = test::tcp_packet();
  EXPECT_EQ(filter::packet_class_of(layers), 0u);
  layers.tcp_flags = tcp_flag::syn | tcp_flag::rst;
  EXPECT_EQ(filter::packet_class_of(layers), 5u);
  layers.transport = TransportLayer::udp;
  EXPECT_EQ(filter::packet_class_of(layers), packet_class::udp);
  layers.network = NetworkLayer::arp;
  EXPECT_EQ(filter::packet_class_of(layers), packet_class::arp);
  layers.outer.add(Header::gre, 34);
  EXPECT_EQ(filter::packet_class_of(layers), packet_class::nested);
}

site::Site plant() {
  site::Description plant;
  site::Asset hmi;
  hmi.name = "HMI-1";
  hmi.networks = {*site::parse_network("10.0.0.5"), *site::parse_network("10.1.0.0/24")};
  hmi.roles = {"hmi"};
  plant.assets.push_back(hmi);
  site::Zone cell;
  cell.name = "cell";
  cell.networks = {*site::parse_network("10.0.0.0/8")};
  plant.zones.push_back(cell);
  return site::Site(std::move(plant));
}

struct Rewriting {
  std::string_view ours, theirs;
};
constexpr Rewriting kRewritings[] = {
    {"modbus.func_code == 6 && tcp.port == 502", "modbus.func_code == 6 && tcp.port == 502"},
    {"(tcp || udp) && !modbus", "(tcp || udp) && !(modbus)"},
    {R"(modbus && !(sg.client.role in {"hmi"}))",
     "modbus && !((ip.addr == 10.0.0.5 || ip.addr == 10.1.0.0/24))"},
    {R"(sg.protocol == "modbus" && sg.server.zone == "cell")", "modbus && ip.addr == 10.0.0.0/8"},
    {R"(modbus.func_code == 6 && sg.direction == "to_server")", "modbus.func_code == 6"},
    {R"(modbus.func_code == 6 || sg.direction == "to_server")", ""},
    {R"(tcp && (modbus || sg.operation == "write"))", "tcp"},
    {R"(!(modbus && sg.operation == "write"))", ""},
    {R"(!(modbus || sg.operation == "write"))", "!(modbus)"},
    {"sg.client.ip in {10.0.0.0/8, 10.0.0.1}", "ip.addr in {10.0.0.0/8, 10.0.0.1}"},
    {"sg.client.ip == 2001:db8::1", "ipv6.addr == 2001:db8::1"},
    {"tcp.flags.syn == true", "tcp.flags.syn == 1"},
    {"modbus.func_code not in {1, 2}", "!(modbus.func_code in {1, 2})"},
};

TEST(FilterForWireshark, SelectsAtLeastTheSameFrames) {
  const site::Site site = plant();
  for (const Rewriting& rewriting : kRewritings) {
    EXPECT_EQ(to_wireshark(parsed(rewriting.ours), &site).text, rewriting.theirs) << rewriting.ours;
  }
}

TEST(FilterForWireshark, SaysWhatItLeftOut) {
  const auto rewritten = to_wireshark(
      parsed(R"(modbus && sg.operation == "write" && sg.client.role == "hmi")"), nullptr);
  EXPECT_EQ(rewritten.text, "modbus");
  EXPECT_THAT(rewritten.dropped,
              ElementsAre(R"(sg.operation == "write")", R"(sg.client.role == "hmi")"));
}

}  // namespace
}  // namespace sightglass
