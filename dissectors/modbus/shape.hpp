// Whether the bytes after a function code have the form the standard gives its requests and
// responses. MODBUS Application Protocol V1.1b3, chapter 6.
#pragma once

#include <cstdint>

#include "dissectors/bytes.hpp"

namespace sightglass::modbus {

/// `body` is what follows the function code. False for functions the standard does not define.
bool request_fits(std::uint8_t function, Bytes body);
bool response_fits(std::uint8_t function, Bytes body);

/// The standard's limits of what one PDU reads or writes; 1 is always the least.
inline constexpr std::uint32_t kMaxReadBits = 2000;
inline constexpr std::uint32_t kMaxReadRegisters = 125;
inline constexpr std::uint32_t kMaxWriteBits = 1968;
inline constexpr std::uint32_t kMaxWriteRegisters = 123;
inline constexpr std::uint32_t kMaxReadWriteRegisters = 121;
inline constexpr std::uint32_t kMaxFifoRegisters = 31;

constexpr std::size_t bytes_for_bits(std::uint32_t bits) { return (std::size_t{bits} + 7) / 8; }

}  // namespace sightglass::modbus
