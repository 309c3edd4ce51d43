// Numbers out of registers, in each order of bytes.
#include "dissectors/register_value.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/dissectors/dissector_session.hpp"

namespace sightglass {
namespace {

using enum RegisterForm;

Values registers(const std::vector<std::uint8_t>& bytes) {
  return {Values::Shape::registers16, static_cast<std::uint32_t>(bytes.size() / 2), bytes};
}

struct Order {
  ByteOrder order;
  const char* of_32;  ///< 0x0a0b0c0d
  const char* of_64;  ///< 0x0102030405060708
};
constexpr Order kOrders[] = {
    {ByteOrder::abcd, "0a0b 0c0d", "0102 0304 0506 0708"},
    {ByteOrder::cdab, "0c0d 0a0b", "0708 0506 0304 0102"},
    {ByteOrder::badc, "0b0a 0d0c", "0201 0403 0605 0807"},
    {ByteOrder::dcba, "0d0c 0b0a", "0807 0605 0403 0201"},
};

TEST(RegisterValue, EachOrderGivesTheSameNumber) {
  for (const Order& row : kOrders) {
    const auto two = from_hex(row.of_32);
    const auto four = from_hex(row.of_64);
    EXPECT_EQ(register_value(registers(two), 0, unsigned_32, row.order)->number(), 0x0a0b0c0du)
        << row.of_32;
    EXPECT_EQ(register_value(registers(four), 0, unsigned_64, row.order)->number(),
              0x0102030405060708u)
        << row.of_64;
  }
}

TEST(RegisterValue, OneRegisterHasItsBytesSwappedOrNot) {
  const auto one = from_hex("fffe");
  EXPECT_EQ(register_value(registers(one), 0, unsigned_16, ByteOrder::abcd)->number(), 0xfffeu);
  EXPECT_EQ(register_value(registers(one), 0, unsigned_16, ByteOrder::cdab)->number(), 0xfffeu);
  EXPECT_EQ(register_value(registers(one), 0, unsigned_16, ByteOrder::badc)->number(), 0xfeffu);
  EXPECT_EQ(register_value(registers(one), 0, unsigned_16, ByteOrder::dcba)->number(), 0xfeffu);
}

TEST(RegisterValue, SignIsThatOfTheForm) {
  const auto bytes = from_hex("fffe ffff ffff ffff");
  const Values values = registers(bytes);
  EXPECT_EQ(register_value(values, 0, signed_16, ByteOrder::abcd)->integer(), -2);
  EXPECT_EQ(register_value(values, 0, signed_32, ByteOrder::cdab)->integer(), -2);
  EXPECT_EQ(register_value(values, 0, signed_64, ByteOrder::cdab)->integer(), -2);
  EXPECT_EQ(register_value(values, 0, signed_64, ByteOrder::cdab)->type(),
            ValueType::signed_integer);
  EXPECT_EQ(register_value(values, 0, unsigned_32, ByteOrder::cdab)->number(), 0xfffffffeu);
}

TEST(RegisterValue, FloatsAreThoseOfTheirBits) {
  // 21.5 = 0x41ac0000, with the less significant register first
  const auto single = from_hex("0000 41ac");
  EXPECT_EQ(register_value(registers(single), 0, float_32, ByteOrder::cdab)->real(), 21.5);
  // -0.15625 = 0xbfc4000000000000
  const auto twice = from_hex("bfc4 0000 0000 0000");
  EXPECT_EQ(register_value(registers(twice), 0, float_64, ByteOrder::abcd)->real(), -0.15625);
  const auto no_number = from_hex("7fc0 0000");
  EXPECT_TRUE(
      std::isnan(register_value(registers(no_number), 0, float_32, ByteOrder::abcd)->real()));
}

TEST(RegisterValue, BeginsAtTheRegisterThatIsAskedFor) {
  const auto bytes = from_hex("1111 0001 0002 2222");
  EXPECT_EQ(register_value(registers(bytes), 1, unsigned_32, ByteOrder::abcd)->number(), 0x10002u);
}

TEST(RegisterValue, WhatDoesNotLieWholeInTheRegistersIsNone) {
  const auto bytes = from_hex("0001 0002 0003 0004");
  const Values values = registers(bytes);
  for (std::size_t index = 0; index < 6; ++index) {
    EXPECT_EQ(register_value(values, index, unsigned_16, ByteOrder::abcd).has_value(), index < 4);
    EXPECT_EQ(register_value(values, index, float_32, ByteOrder::abcd).has_value(), index < 3);
    EXPECT_EQ(register_value(values, index, float_64, ByteOrder::abcd).has_value(), index < 1);
  }
  // Fewer bytes than the count says, and fewer registers than bytes.
  EXPECT_FALSE(register_value({Values::Shape::registers16, 4, Bytes(bytes).first(3)}, 0,
                              unsigned_32, ByteOrder::abcd));
  EXPECT_FALSE(
      register_value({Values::Shape::registers16, 1, bytes}, 0, unsigned_32, ByteOrder::abcd));
  EXPECT_FALSE(register_value(values, ~std::size_t{0}, unsigned_16, ByteOrder::abcd));
}

TEST(RegisterValue, OtherShapesHaveNone) {
  const auto bytes = from_hex("0001 0002");
  for (const auto shape : {Values::Shape::none, Values::Shape::bits, Values::Shape::bytes,
                           Values::Shape::little16, Values::Shape::words32}) {
    EXPECT_FALSE(register_value({shape, 2, bytes}, 0, unsigned_16, ByteOrder::abcd));
  }
}

}  // namespace
}  // namespace sightglass
