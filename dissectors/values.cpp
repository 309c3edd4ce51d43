// Elements of a typed view.
#include <array>
#include <bit>
#include <charconv>
#include <string>

#include "dissectors/message.hpp"

namespace sightglass {
namespace {

enum class Order : std::uint8_t { big, little };
enum class Kind : std::uint8_t { unsigned_integer, signed_integer, real };

/// How an element of whole bytes is laid out.
struct Layout {
  std::uint8_t size;
  Order order;
  Kind kind;
};

constexpr Layout layout_of(Values::Shape shape) {
  using Shape = Values::Shape;
  switch (shape) {
    case Shape::registers16:
      return {2, Order::big, Kind::unsigned_integer};
    case Shape::signed16:
      return {2, Order::big, Kind::signed_integer};
    case Shape::words32:
      return {4, Order::big, Kind::unsigned_integer};
    case Shape::signed32:
      return {4, Order::big, Kind::signed_integer};
    case Shape::reals32:
      return {4, Order::big, Kind::real};
    case Shape::signed8:
      return {1, Order::little, Kind::signed_integer};
    case Shape::little16:
      return {2, Order::little, Kind::unsigned_integer};
    case Shape::little_signed16:
      return {2, Order::little, Kind::signed_integer};
    case Shape::little32:
      return {4, Order::little, Kind::unsigned_integer};
    case Shape::little_signed32:
      return {4, Order::little, Kind::signed_integer};
    case Shape::little64:
      return {8, Order::little, Kind::unsigned_integer};
    case Shape::little_signed64:
      return {8, Order::little, Kind::signed_integer};
    case Shape::little_real32:
      return {4, Order::little, Kind::real};
    case Shape::little_real64:
      return {8, Order::little, Kind::real};
    case Shape::none:
    case Shape::bits:
    case Shape::bytes:
    case Shape::text:
      break;
  }
  return {1, Order::little, Kind::unsigned_integer};
}

std::uint64_t number(Bytes element, Order order) {
  std::uint64_t value = 0;
  const std::size_t size = element.size();
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | element[order == Order::big ? i : size - 1 - i];
  }
  return value;
}

/// The number that reads the same in decimal: 61.1f is told as 61.1, not as 61.09999847.
double widened(float value) {
  std::array<char, 32> digits{};
  const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  double same = 0;
  std::from_chars(digits.data(), written.ptr, same);
  return same;
}

Value decoded(Bytes element, const Layout& layout) {
  const std::uint64_t bits = number(element, layout.order);
  const unsigned unused = 64 - 8u * layout.size;
  switch (layout.kind) {
    case Kind::unsigned_integer:
      break;
    case Kind::signed_integer:
      return Value::integer(static_cast<std::int64_t>(bits << unused) >> unused);
    case Kind::real:
      if (layout.size == 8) return Value::real(std::bit_cast<double>(bits));
      return Value::real(widened(std::bit_cast<float>(static_cast<std::uint32_t>(bits))));
  }
  return Value::number(bits);
}

}  // namespace

Value Values::at(std::size_t index) const {
  if (shape == Shape::none) return Value::number(0);
  if (shape == Shape::bits) return Value::number(data[index / 8] >> (index % 8) & 1u);
  if (shape == Shape::text) return Value::text(as_text(data));
  const Layout layout = layout_of(shape);
  return decoded(data.subspan(index * layout.size, layout.size), layout);
}

std::string quoted(const Value& value) {
  switch (value.type()) {
    case ValueType::signed_integer:
      return std::to_string(value.integer());
    case ValueType::real: {
      std::array<char, 32> digits{};
      const auto written =
          std::to_chars(digits.data(), digits.data() + digits.size(), value.real());
      return {digits.data(), written.ptr};
    }
    case ValueType::text:
      return '"' + std::string(value.text()) + '"';
    default:
      return std::to_string(value.number());
  }
}

}  // namespace sightglass
