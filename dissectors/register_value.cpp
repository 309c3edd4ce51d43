#include "dissectors/register_value.hpp"

#include <bit>

namespace sightglass {
namespace {

constexpr std::size_t kRegisterSize = 2;

bool has_least_register_first(ByteOrder order) {
  return order == ByteOrder::cdab || order == ByteOrder::dcba;
}

bool has_swapped_bytes(ByteOrder order) {
  return order == ByteOrder::badc || order == ByteOrder::dcba;
}

std::uint64_t bits_of(Bytes run, ByteOrder order) {
  const std::size_t registers = run.size() / kRegisterSize;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < registers; ++i) {
    const std::size_t at = has_least_register_first(order) ? registers - 1 - i : i;
    ByteReader in(run.subspan(kRegisterSize * at, kRegisterSize));
    bits = bits << 16 | (has_swapped_bytes(order) ? in.le16() : in.u16());
  }
  return bits;
}

}  // namespace

std::size_t registers_of(RegisterForm form) {
  switch (form) {
    case RegisterForm::unsigned_16:
    case RegisterForm::signed_16:
      return 1;
    case RegisterForm::unsigned_32:
    case RegisterForm::signed_32:
    case RegisterForm::float_32:
      return 2;
    case RegisterForm::unsigned_64:
    case RegisterForm::signed_64:
    case RegisterForm::float_64:
      break;
  }
  return 4;
}

std::optional<Value> register_value(const Values& values, std::size_t index, RegisterForm form,
                                    ByteOrder order) {
  if (values.shape != Values::Shape::registers16 || index >= values.count) return std::nullopt;
  const std::size_t registers = registers_of(form);
  ByteReader in(values.data);
  in.skip(kRegisterSize * index);
  const Bytes run = in.bytes(kRegisterSize * registers);
  if (!in.ok() || registers > values.count - index) return std::nullopt;
  const std::uint64_t bits = bits_of(run, order);
  switch (form) {
    case RegisterForm::unsigned_16:
    case RegisterForm::unsigned_32:
    case RegisterForm::unsigned_64:
      break;
    case RegisterForm::signed_16:
      return Value::integer(static_cast<std::int16_t>(bits));
    case RegisterForm::signed_32:
      return Value::integer(static_cast<std::int32_t>(bits));
    case RegisterForm::signed_64:
      return Value::integer(static_cast<std::int64_t>(bits));
    case RegisterForm::float_32:
      return Value::real(double{std::bit_cast<float>(static_cast<std::uint32_t>(bits))});
    case RegisterForm::float_64:
      return Value::real(std::bit_cast<double>(bits));
  }
  return Value::number(bits);
}

}  // namespace sightglass
