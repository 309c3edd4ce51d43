// EVE lines byte for byte, and hostile text.
#include "rules/alert/eve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "rules/alert/json_text.hpp"

namespace sightglass {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Alert example() {
  Alert alert;
  alert.id.bytes = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
  alert.kind = "CTL-013";
  alert.signature_id = 2013;
  alert.signature = "Unauthorised writer";
  alert.sentence = "Unknown station 192.168.10.66 wrote.";
  alert.severity = Severity::critical;
  alert.category = Category::control;
  alert.protects.equipment = true;
  alert.attack = {"T0855"};
  alert.first_seen = timestamp_from_ns(1'424'799'610'066'448'123);
  alert.last_seen = timestamp_from_ns(1'424'799'611'000'000'000);
  alert.count = 2;
  alert.source = {parse_ip("192.168.10.66").value(), MacAddress{0x025347000066}, 50000, "", ""};
  alert.target = {parse_ip("192.168.10.10").value(), MacAddress{0x025347000010}, 502, "PLC-1", ""};
  alert.transport = TransportLayer::tcp;
  alert.protocol = Protocol::modbus;
  alert.community_id = "1:x=";
  alert.operation = "write";
  alert.function = "Write Single Register (6)";
  alert.objects = {"unit 1 holding register 40"};
  alert.outcome = {Outcome::Kind::accepted, 0};
  alert.expected = "HMI-1 wrote";
  alert.observed = "192.168.10.66 wrote 95";
  alert.frames = {33, 41};
  return alert;
}

TEST(Eve, IsTheLineThatSuricatasReadersKnow) {
  const std::string expected =
      R"~({"timestamp":"2015-02-24T17:40:10.066448+0000","event_type":"alert",)~"
      R"~("src_ip":"192.168.10.66","src_port":50000,"dest_ip":"192.168.10.10","dest_port":502,)~"
      R"~("proto":"TCP","app_proto":"modbus","community_id":"1:x=",)~"
      R"~("ether":{"src_mac":"02:53:47:00:00:66","dest_mac":"02:53:47:00:00:10"},)~"
      R"~("alert":{"signature_id":2013,"signature":"Unauthorised writer","category":"control",)~"
      R"~("severity":1},)~"
      R"~("ot":{"id":"0123456789abcdef0000000000000000","revision":1,"sensor":"local",)~"
      R"~("realm":"default","kind":"CTL-013","severity":"critical",)~"
      R"~("sentence":"Unknown station 192.168.10.66 wrote.","operation":"write",)~"
      R"~("function":"Write Single Register (6)","object":"unit 1 holding register 40",)~"
      R"~("objects":["unit 1 holding register 40"],"objects_omitted":0,"outcome":"accepted",)~"
      R"~("expected":"HMI-1 wrote","observed":"192.168.10.66 wrote 95","attack":["T0855"],)~"
      R"~("protects":["equipment"],"target_name":"PLC-1","count":2,)~"
      R"~("first_seen":"2015-02-24T17:40:10.066448123Z",)~"
      R"~("last_seen":"2015-02-24T17:40:11.000000000Z","frames":[33,41]}})~";
  EXPECT_EQ(eve_line(example()), expected);
}

TEST(Eve, ALaterRevisionIsAnUpdate) {
  Alert alert = example();
  alert.revision = 2;
  EXPECT_THAT(eve_line(alert), HasSubstr(R"~("timestamp":"2015-02-24T17:40:11.000000+0000",)~"
                                         R"~("event_type":"alert_update")~"));
}

TEST(Eve, LeavesOutWhatThereIsNot) {
  Alert alert = example();
  alert.target = {};
  alert.source.ip = {};
  alert.source.port = 0;
  alert.transport = TransportLayer::none;
  alert.protocol = Protocol::unknown;
  alert.community_id.clear();
  const std::string line = eve_line(alert);
  for (const auto key : {"src_ip", "src_port", "dest_ip", "dest_port", "\"proto\"", "app_proto",
                         "community_id", "dest_mac"}) {
    EXPECT_THAT(line, Not(HasSubstr(key)));
  }
  EXPECT_THAT(line, HasSubstr(R"~("ether":{"src_mac":"02:53:47:00:00:66"})~"));
}

TEST(Eve, HostileTextStaysOneLineOfValidJson) {
  Alert alert = example();
  using namespace std::string_literals;
  alert.observed = "\"}\n\x00\x1b[2J\xff\xc0\xaf end"s;
  const std::string line = eve_line(alert);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  boost::system::error_code error;
  const auto parsed = boost::json::parse(line, error);
  ASSERT_FALSE(error) << line;
  const std::string observed(parsed.at("ot").at("observed").as_string());
  EXPECT_THAT(observed, HasSubstr("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd end"));
}

TEST(ValidUtf8, KeepsWhatIsValid) {
  const std::string text = "Füllstand 水位 \xf0\x9f\x94\xa5";
  EXPECT_EQ(valid_utf8(text), text);
}

TEST(ValidUtf8, ReplacesEveryByteThatIsNot) {
  const std::string replacement = "\xef\xbf\xbd";
  EXPECT_EQ(valid_utf8("a\x80z"), "a" + replacement + "z");
  EXPECT_EQ(valid_utf8("\xc0\xaf"), replacement + replacement) << "overlong";
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), replacement + replacement + replacement) << "surrogate";
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80").size(), 4 * replacement.size()) << "beyond U+10FFFF";
  EXPECT_EQ(valid_utf8("\xe6\xb0"), replacement + replacement) << "cut off";
}

}  // namespace
}  // namespace sightglass
