// A PDU's record says what the message says.
#include "rules/alert/decoded_pdu.hpp"

#include <gtest/gtest.h>

#include <array>

#include "dissectors/sg_fields.hpp"

namespace sightglass {
namespace {

constexpr AnomalySpec kAnomaly = {"modbus.example", "An example."};

TEST(DecodedPdu, IsOneLineWithEverythingTheMessageSays) {
  const std::array<std::uint8_t, 3> bytes = {0x06, 0x00, 0xff};
  const std::array<Access, 1> accesses = {
      {{{ObjectSpace::holding_register, 1, 0, 40, 1}, {}, true}}};
  const std::array<Field, 2> fields = {
      {{sg::unit, Value::number(1), 0, 1}, {sg::outcome, Value::text("a\xff\"b"), 1, 2}}};
  const std::array<Anomaly, 1> anomalies = {{{&kAnomaly, 0}}};
  Message message;
  message.protocol = Protocol::modbus;
  message.direction = Direction::to_client;
  message.operation = Operation::write;
  message.function_name = "Write Single Register (6)";
  message.outcome = {Outcome::Kind::refused, 2};
  message.outcome_name = "Illegal data address (2)";
  message.request_packet = 7;
  message.latency = std::chrono::milliseconds(500);
  message.accesses = accesses;
  message.at_hand = fields;
  message.anomalies = anomalies;
  message.bytes = bytes;
  message.where = {8, 9, timestamp_from_ns(1'424'799'610'066'448'123), 1};
  Layers layers;
  layers.network = NetworkLayer::ipv4;
  layers.source = IpAddress::v4(0xc0a80a0a);
  layers.destination = IpAddress::v4(0xc0a80a14);
  layers.source_port = 502;
  layers.destination_port = 50000;

  const std::string expected =
      R"~({"frame":9,"index":1,"time":"2015-02-24T17:40:10.066448123Z",)~"
      R"~("src":"192.168.10.10","sport":502,"dst":"192.168.10.20","dport":50000,)~"
      R"~("protocol":"modbus","direction":"to_client","operation":"write",)~"
      R"~("function":"Write Single Register (6)","outcome":"refused",)~"
      R"~("outcome_name":"Illegal data address (2)","request_frame":7,"latency_s":5E-1,)~"
      R"~("objects":["unit 1 holding register 40"],"anomalies":["modbus.example"],)~"
      R"~("fields":[{"name":"sg.unit","value":"1","offset":0,"length":1},)~"
      "{\"name\":\"sg.outcome\",\"value\":\"a\xef\xbf\xbd\\\"b\",\"offset\":1,\"length\":2}],"
      R"~("hex":"0600ff"})~";
  EXPECT_EQ(decoded_pdu(message, layers), expected);
}

}  // namespace
}  // namespace sightglass
