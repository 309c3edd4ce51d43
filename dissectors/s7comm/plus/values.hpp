// Numbers of variable length, and values that say their own type.
#pragma once

#include <cstdint>

#include "dissectors/s7comm/plus/contents.hpp"

namespace sightglass::s7comm::plus {

/// Numbers of variable length: 7 bits an octet, the highest first, bit 7 set in all but the last.
/// At most five octets; the longer ones nine, whose last has 8 bits.
std::uint32_t vlq32(Contents& contents);
std::uint64_t vlq64(Contents& contents);
/// The same, reported.
std::uint32_t vlq32(Contents& contents, FieldId id);
std::uint64_t vlq64(Contents& contents, FieldId id);

/// Values inside of values; beyond that the PDU is taken for malformed.
inline constexpr unsigned kMostNested = 16;

/// Reads a value and reports it. What an access can carry of it is returned: numbers, text and
/// octets, alone or in an array; nothing of structures and of arrays with keys. It lives as long as
/// the message.
Values read_value(Contents& contents);

/// The number before the next element of a list, reported as `id`; 0 at the list's end.
std::uint32_t another(Contents& contents, FieldId id);

}  // namespace sightglass::s7comm::plus
