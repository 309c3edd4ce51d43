// Mistakes in conditions: what is said, where, and that all of them are found at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/filter/filter.hpp"
#include "rules/filter/parser.hpp"

namespace sightglass {
namespace {

using filter::Filter;
using testing::HasSubstr;

std::string errors(std::string_view condition) {
  return to_text(Filter::parse(condition).diagnostics("", condition));
}

struct Mistake {
  std::string_view condition;
  std::uint32_t column, width;
  std::string_view message;
};

constexpr Mistake kMistakes[] = {
    {"modbus.fun_code == 5", 1, 15,
     R"(there is no field or protocol "modbus.fun_code"; did you mean "modbus.func_code"?)"},
    {"sg.app == \"Tellnet\"", 11, 9, R"(sg.app is never "Tellnet"; did you mean "Telnet"?)"},
    {"sg.app == \"Modbus\"", 11, 8, R"(sg.app is never "Modbus")"},
    {"tcp && sg.app == \"SSH\" && modbus", 27, 6,
     "a protocol's PDU is judged by itself, sg.app of a whole conversation: they can not stand in "
     "one condition"},
    {"len(sg.object) > 3 || lower(sg.risk) == \"xss attack\"", 1, 18,
     "sg.object is judged by itself, sg.risk of a whole conversation: they can not stand in one "
     "condition"},
    {"modbus.func_code == 300", 21, 3,
     "300 is no value for modbus.func_code, which takes a number from 0 to 255"},
    {"modbus.func_code == -1", 21, 2,
     "-1 is no value for modbus.func_code, which takes a number from 0 to 255"},
    {R"(modbus.func_code == "Read Coils")", 21, 12,
     "text is no value for modbus.func_code, which takes a number from 0 to 255"},
    {"modbus.func_code == 3.5", 21, 3,
     "3.5 is no value for modbus.func_code, which takes a number from 0 to 255"},
    {R"(modbus.func_code matches "3")", 1, 16,
     "modbus.func_code is a number; matches looks into text and bytes only"},
    {"modbus.func_code contains 3", 1, 16,
     "modbus.func_code is a number; contains looks into text and bytes only"},
    {"modbus.func_code[0] == 3", 1, 16, "modbus.func_code is a number and has no bytes to cut"},
    {"modbus.func_code in {1 3}", 24, 1, "a set is written {1, 2, 5..8}"},
    {"modbus.func_code in {1, 2", 21, 1, "{ is never closed"},
    {"modbus.func_code in 5", 21, 1, "a set is written {1, 2, 5..8}"},
    {"modbus.func_code in {}", 22, 1, "a field or a value is missing before }"},
    {"modbus.func_code == 3 4", 23, 1,
     "4 does not fit here; && or || or a comparison is missing before it"},
    {"modbus.func_code = 3", 18, 1, "a single = is no comparison; write =="},
    {"modbus.func_code ==", 20, 1, "the condition ends too early"},
    {"== 3", 1, 2, "a field or a value is missing before =="},
    {"3 == modbus.func_code", 1, 1, "a field must stand here; a value comes after the operator"},
    {R"("a" == ip.src)", 1, 3, "a field must stand here; a value comes after the operator"},
    {"modbus &&", 10, 1, "the condition ends too early"},
    {"modbus && && tcp", 11, 2, "a field or a value is missing before &&"},
    {"(modbus", 1, 1, "( is never closed"},
    {"modbus)", 7, 1, ") without ("},
    {R"(sg.operation in {"write", "wirte"})", 27, 7,
     R"(sg.operation is never "wirte"; did you mean "write"?)"},
    {"sg.direction == to_server", 17, 9,
     "to_server is no value for sg.direction, which takes text in double quotes"},
    {"ip.src == tcp.port", 11, 8,
     "ip.src is an IPv4 address, tcp.port is a number: they can not be compared"},
    {"modbus.data[0] == 118", 19, 3,
     "118 is no value for modbus.data[0], which takes bytes such as 0a:1b:2c, or text in double "
     "quotes"},
    {R"(ip.src == "10.0.0.1")", 11, 10,
     "text is no value for ip.src, which takes an IPv4 address or network"},
    {"ip.src == 2001:db8::1", 11, 11,
     "2001:db8::1 is no value for ip.src, which takes an IPv4 address or network"},
    {"ip.src > 10.0.0.0/8", 10, 10, "a network has no order; compare with an address"},
    {"ip.src in {10.0.0.0/8..10.0.0.1}", 12, 20,
     "a range goes from an address to an address, not to a network"},
    {"eth.src == 00:11", 12, 5,
     "00:11 is no value for eth.src, which takes a MAC address such as 00:80:f4:09:51:3b"},
    {"tcp.flags.syn == 2", 18, 1,
     "2 is no value for tcp.flags.syn, which takes 0, 1, true or false"},
    {R"(modbus.data matches "(a")", 21, 4,
     "this is no regular expression: missing closing parenthesis at character 3"},
    {"modbus.data matches abc", 21, 3, "matches needs a pattern in double quotes"},
    {"foo(modbus.data) == 1", 1, 3, R"(there is no function "foo")"},
    {"lenn(modbus.data) == 1", 1, 4, R"(there is no function "lenn"; did you mean "len"?)"},
    {"len(modbus.data)", 1, 16, "the result of a function must be compared with something"},
    {"len(modbus.func_code) == 1", 5, 16,
     "modbus.func_code is a number; len() takes text, bytes and addresses"},
    {R"(lower(modbus.data) == "a")", 7, 11, "modbus.data is bytes; lower() takes text"},
    {"tcp == 502", 1, 3, "tcp is a protocol: it can only stand alone"},
    {"tcp.port xor modbus", 10, 3, "there is no exclusive or; write (a || b) && !(a && b)"},
    {"tcp AND modbus", 5, 3, "operators are written small: and or not"},
    {"tcp ^^ modbus", 5, 2, "there is no exclusive or; write (a || b) && !(a && b)"},
    {"tcp.port + 1 == 2", 10, 1, "there is no arithmetic in conditions"},
    {"any modbus", 1, 10, "any and all need a comparison"},
    {"modbus.data[3-1] == 1", 12, 5, "the slice ends before it starts"},
    {"modbus.data[a] == 1", 12, 3,
     "a slice is written [start], [start:length], [start-last], [:length] or [start:]"},
    {"modbus.data[0 == 1", 12, 7, "[ without ]"},
    {"modbus.data & 3", 1, 11, "modbus.data is bytes; only numbers have bits"},
    {"tcp.flags & ip.src", 13, 6, "a mask is a number such as 0x02"},
    {"modbus.data == zz", 16, 2,
     "zz is no value for modbus.data, which takes bytes such as 0a:1b:2c, or text in double "
     "quotes"},
    {R"("abc)", 1, 4, "text without closing quote"},
    {"modbus.data.decode == 1", 1, 18,
     "modbus.data.decode has no value to compare; it can only stand alone"},
    {"ü == 1", 1, 1, "this character means nothing here"},
    {"tcp | udp", 5, 1, "a single | is no operator; write ||"},
    {"", 1, 1, "the condition is empty"},
    {"sg.client.role == hmi", 19, 3,
     "hmi is no value for sg.client.role, which takes text in double quotes"},
};

TEST(FilterErrors, EachMistakeIsNamedWhereItStands) {
  for (const Mistake& mistake : kMistakes) {
    const auto found = Filter::parse(mistake.condition).diagnostics("", mistake.condition);
    ASSERT_EQ(found.size(), 1u) << mistake.condition << "\n" << to_text(found);
    EXPECT_EQ(found[0].message, mistake.message) << mistake.condition;
    EXPECT_EQ(found[0].column, mistake.column) << mistake.condition;
    EXPECT_EQ(found[0].width, mistake.width) << mistake.condition;
  }
}

TEST(FilterErrors, CaretStandsUnderThePlaceInEachLine) {
  EXPECT_EQ(errors("modbus.func_code in {5, 6}\n  && sg.direction == \"to_sever\""),
            R"(2:22: error: sg.direction is never "to_sever"; did you mean "to_server"?
      && sg.direction == "to_sever"
                         ^~~~~~~~~~
)");
}

TEST(FilterErrors, ColumnsCountCharactersAndTabsStay) {
  EXPECT_EQ(errors("modbus.object_str_value == \"\xc3\xa4\xc3\xb6\"\t&& modbus.fun_code"),
            "1:36: error: there is no field or protocol \"modbus.fun_code\"; did you mean "
            "\"modbus.func_code\"?\n"
            "    modbus.object_str_value == \"\xc3\xa4\xc3\xb6\"\t&& modbus.fun_code\n"
            "                                   \t   ^~~~~~~~~~~~~~~\n");
}

TEST(FilterErrors, AllMistakesAreFoundAtOnce) {
  EXPECT_EQ(
      errors(R"(((modbus.fun_code == 5) && ip.src == 300.1.1.1) || sg.direction == "to_sever")"),
      R"(1:3: error: there is no field or protocol "modbus.fun_code"; did you mean "modbus.func_code"?
    ((modbus.fun_code == 5) && ip.src == 300.1.1.1) || sg.direction == "to_sever"
      ^~~~~~~~~~~~~~~
1:38: error: 300.1.1.1 is no value for ip.src, which takes an IPv4 address or network
    ((modbus.fun_code == 5) && ip.src == 300.1.1.1) || sg.direction == "to_sever"
                                         ^~~~~~~~~
1:68: error: sg.direction is never "to_sever"; did you mean "to_server"?
    ((modbus.fun_code == 5) && ip.src == 300.1.1.1) || sg.direction == "to_sever"
                                                                       ^~~~~~~~~~
)");
}

TEST(FilterErrors, ReadingGoesOnBehindAMistakeInTheGrammar) {
  const auto found = Filter::parse("modbus == && (tcp.port = 3) || ip.sorc").problems;
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].span.offset, 10u);
  EXPECT_EQ(found[1].span.offset, 23u);
  EXPECT_THAT(found[2].message, HasSubstr("did you mean \"ip.src\"?"));
}

TEST(FilterErrors, ControlCharactersNeverReachTheTerminal) {
  EXPECT_EQ(errors("tcp == \x1b[2J").find('\x1b'), std::string::npos);
}

TEST(FilterErrors, NestingHasANamedLimit) {
  const std::string deep(filter::kMaxNesting, '(');
  const std::string closed(filter::kMaxNesting, ')');
  EXPECT_EQ(errors(deep + "tcp" + closed), "");
  EXPECT_THAT(errors("(" + deep + "tcp" + closed + ")"), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(errors(std::string(100'000, '!')), HasSubstr("at most 65536 bytes"));
  EXPECT_THAT(errors(std::string(60'000, '!') + "tcp"), HasSubstr("nested deeper than 64 levels"));
}

TEST(FilterErrors, LengthOfAChainIsNoDepth) {
  std::string chain = "tcp";
  for (int i = 0; i < 5000; ++i) chain += " || tcp";
  EXPECT_EQ(errors(chain), "");
}

TEST(FilterErrors, PatternHasALimit) {
  EXPECT_THAT(errors("modbus.data matches \"" + std::string(5000, 'a') + "\""),
              HasSubstr("a pattern has at most 4096 bytes"));
}

}  // namespace
}  // namespace sightglass
