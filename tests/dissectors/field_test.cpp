// The table of fields, and values written as tshark writes them.
#include "dissectors/field.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "dissectors/modbus/fields.hpp"
#include "dissectors/sg_fields.hpp"

namespace sightglass {
namespace {

std::string written(std::string_view field, const Value& value) {
  return to_text(*find_field(field), value);
}

TEST(Field, TableIsSortedByNameWithoutDoubles) {
  const auto all = all_fields();
  EXPECT_TRUE(
      std::is_sorted(all.begin(), all.end(), [](auto* a, auto* b) { return a->name < b->name; }));
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end(),
                               [](auto* a, auto* b) { return a->name == b->name; }),
            all.end());
}

TEST(Field, EveryFieldIsFoundByNameAndById) {
  for (const FieldSpec* spec : all_fields()) {
    EXPECT_EQ(find_field(spec->name), spec);
    EXPECT_EQ(&field_spec(spec->id), spec);
    EXPECT_TRUE(spec->sentence.ends_with(".")) << spec->name;
  }
}

TEST(Field, UnknownNamesAreNotFound) {
  EXPECT_EQ(find_field("modbus.func_cod"), nullptr);
  EXPECT_EQ(find_field(""), nullptr);
  EXPECT_EQ(find_field("zzz"), nullptr);
}

TEST(Field, NearestNameIsOfferedWhenOneIsNear) {
  EXPECT_EQ(nearest_field("modbus.func_cod"), "modbus.func_code");
  EXPECT_EQ(nearest_field("modbus.funccode"), "modbus.func_code");
  EXPECT_EQ(nearest_field("mbtcp.unitid"), "mbtcp.unit_id");
  EXPECT_EQ(nearest_field("entirely.something.else"), "");
}

TEST(FieldText, NumbersFollowTheirDisplayBase) {
  EXPECT_EQ(written("modbus.reference_num", Value::number(107)), "107");
  EXPECT_EQ(written("modbus.and_mask", Value::number(0xf2)), "0x00f2");
  EXPECT_EQ(written("modbus.padding", Value::number(0)), "0x00");
  EXPECT_EQ(written("modbus.bitval", Value::boolean(true)), "1");
  EXPECT_EQ(written("modbus.regval_int16", Value::integer(-5)), "-5");
}

TEST(FieldText, BytesAreHexAndNoBytesAreMissing) {
  const std::uint8_t bytes[] = {0x00, 0xff, 0x1a};
  EXPECT_EQ(written("modbus.data", Value::bytes(bytes)), "00ff1a");
  EXPECT_EQ(written("modbus.data", Value::bytes({})), "<MISSING>");
}

TEST(FieldText, DurationsHaveNineDecimals) {
  EXPECT_EQ(written("modbus.response_time", Value::duration(Duration{42'691'000})), "0.042691000");
  EXPECT_EQ(written("modbus.response_time", Value::duration(Duration{-1})), "-0.000000001");
}

TEST(FieldText, DatesReachAsFarAsTimesDo) {
  const FieldSpec* spec = find_field("opcua.Timestamp");
  ASSERT_NE(spec, nullptr);
  const auto date = [&](std::int64_t ns) {
    return to_text(*spec, Value::time(timestamp_from_ns(ns)));
  };
  EXPECT_EQ(date(1'665'074'379'221'454'000), "Oct  6, 2022 16:39:39.221454000 UTC");
  EXPECT_EQ(date(-1), "Dec 31, 1969 23:59:59.999999999 UTC");
  EXPECT_EQ(date(INT64_MIN), "Sep 21, 1677 00:12:43.145224192 UTC");
}

TEST(FieldText, AsciiFromTheWireStaysOneHarmlessLine) {
  EXPECT_EQ(written("modbus.object_str_value", Value::text("A\tB\n\x1b[31m\x7f")),
            "A\\tB\\n\\x1b[31m\\x7f");
  EXPECT_EQ(written("modbus.object_str_value", Value::text("\xc3\xa9")),
            "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(FieldText, Utf8OfOurOwnIsKeptAndBrokenUtf8Replaced) {
  EXPECT_EQ(written("sg.client.name", Value::text("\xc3\xa9")), "\xc3\xa9");
  EXPECT_EQ(written("sg.client.name", Value::text("\xc3(")), "\xef\xbf\xbd(");
  EXPECT_EQ(written("sg.client.name", Value::text("\xed\xa0\x80")),
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace sightglass
