// Numbers out of 16-bit registers: devices put 32 and 64 bits into two and four of them, in an
// order that no message tells. Who knows the device chooses the form; nothing is assumed here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "dissectors/message.hpp"
#include "dissectors/value.hpp"

namespace sightglass {

/// What a number is; `unsigned_16` to `signed_64` are two's complement, the others IEEE 754.
enum class RegisterForm : std::uint8_t {
  unsigned_16,
  signed_16,
  unsigned_32,
  signed_32,
  unsigned_64,
  signed_64,
  float_32,
  float_64,
};

/// In which order the bytes of a number stand, A being the most significant of 32 bits. 64 bits are
/// in the same order: `cdab` has the least significant register first, `badc` the less significant
/// byte of each register first, `dcba` both. One register has two orders only: its bytes are
/// swapped in `badc` and `dcba`.
enum class ByteOrder : std::uint8_t {
  abcd,  ///< big-endian, as one register is
  cdab,
  badc,
  dcba,  ///< little-endian
};

/// Registers that a number of this form takes: 1, 2 or 4.
std::size_t registers_of(RegisterForm form);

/// The number that begins at register `index` of `values`. Nothing when it does not lie whole in
/// them, or when they are no registers16.
std::optional<Value> register_value(const Values& values, std::size_t index, RegisterForm form,
                                    ByteOrder order);

}  // namespace sightglass
