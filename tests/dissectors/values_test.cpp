// Elements of accesses, and how sentences quote them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "dissectors/kept_names.hpp"
#include "dissectors/message.hpp"
#include "dissectors/utf8.hpp"
#include "tests/dissectors/dissector_session.hpp"

namespace sightglass {
namespace {

using Shape = Values::Shape;
using ::testing::ElementsAre;

std::vector<std::string> quoted_all(Shape shape, std::uint32_t count, const std::string& hex) {
  const auto data = from_hex(hex);
  const Values values{shape, count, data};
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < count; ++i) texts.push_back(quoted(values.at(i)));
  return texts;
}

TEST(Values, BigEndianAsModbusAndS7WriteThem) {
  EXPECT_THAT(quoted_all(Shape::bits, 3, "05"), ElementsAre("1", "0", "1"));
  EXPECT_THAT(quoted_all(Shape::registers16, 2, "ff fb 00 32"), ElementsAre("65531", "50"));
  EXPECT_THAT(quoted_all(Shape::signed16, 2, "ff fb 00 32"), ElementsAre("-5", "50"));
  EXPECT_THAT(quoted_all(Shape::words32, 1, "ff ff ff ff"), ElementsAre("4294967295"));
  EXPECT_THAT(quoted_all(Shape::signed32, 1, "ff ff ff ff"), ElementsAre("-1"));
  EXPECT_THAT(quoted_all(Shape::reals32, 2, "42 74 66 66 c2 74 00 00"), ElementsAre("61.1", "-61"));
}

TEST(Values, LittleEndianAsOpcUaWritesThem) {
  EXPECT_THAT(quoted_all(Shape::signed8, 2, "80 7f"), ElementsAre("-128", "127"));
  EXPECT_THAT(quoted_all(Shape::little16, 1, "fb ff"), ElementsAre("65531"));
  EXPECT_THAT(quoted_all(Shape::little_signed16, 1, "fb ff"), ElementsAre("-5"));
  EXPECT_THAT(quoted_all(Shape::little_signed32, 1, "fe ff ff ff"), ElementsAre("-2"));
  EXPECT_THAT(quoted_all(Shape::little64, 1, "ff ff ff ff ff ff ff ff"),
              ElementsAre("18446744073709551615"));
  EXPECT_THAT(quoted_all(Shape::little_signed64, 1, "00 00 00 00 00 00 00 80"),
              ElementsAre("-9223372036854775808"));
  EXPECT_THAT(quoted_all(Shape::little_real32, 1, "66 66 74 42"), ElementsAre("61.1"));
  EXPECT_THAT(
      quoted_all(Shape::little_real64, 2, "00 00 00 00 00 c0 4e 40 00 00 00 00 00 00 f8 7f"),
      ElementsAre("61.5", "nan"));
  EXPECT_THAT(quoted_all(Shape::text, 1, "50 75 6d 70"), ElementsAre("\"Pump\""));
}

TEST(Values, OneLineIsWhatATerminalDoesNotObey) {
  EXPECT_EQ(one_line("a\tb\x1b[2J\xff\xc3\xa9"), "a\\tb\\x1b[2J\xef\xbf\xbd\xc3\xa9");
  EXPECT_EQ(one_line("\xc3\xa9", Charset::ascii), "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(KeptNames, StayWhereTheyAre) {
  std::string name = "Boiler.Setpoint";
  const std::string_view kept = kept_name(name);
  name = "something else";
  EXPECT_EQ(kept, "Boiler.Setpoint");
  EXPECT_EQ(kept_name("Boiler.Setpoint").data(), kept.data());
}

TEST(KeptNames, OneThatIsTooLongIsCounted) {
  const std::uint64_t before = names_not_kept();
  EXPECT_EQ(kept_name(std::string(kMaxKeptNameLength, 'a')).size(), kMaxKeptNameLength);
  EXPECT_EQ(names_not_kept(), before);
  EXPECT_EQ(kept_name(std::string(kMaxKeptNameLength + 1, 'a')), "");
  EXPECT_EQ(names_not_kept(), before + 1);
}

}  // namespace
}  // namespace sightglass
