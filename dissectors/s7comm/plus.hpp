// S7comm-plus: the header of each PDU.
// There is no public description; README.md says what is certain and what is inferred.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "dissectors/field_reader.hpp"
#include "dissectors/functions.hpp"

namespace sightglass::s7comm::plus {

inline constexpr std::uint8_t kRequestOpcode = 0x31, kResponseOpcode = 0x32,
                              kNotificationOpcode = 0x33;

struct Pdu {
  std::uint8_t version = 0;
  std::uint8_t opcode = 0;  ///< 0 where there is none: a part of a longer PDU, a system event
  std::uint16_t function = 0;
  std::uint16_t sequence = 0;
  Operation operation = Operation::other;
  std::string_view function_name;  ///< static text
};

/// Reads a PDU, or a part of one when `is_continued`: then it has no opcode of its own. Returns in
/// `goes_on` whether another part follows (the trailer is missing).
Pdu decode(FieldReader& in, bool is_continued, bool& goes_on);

/// What is known of it.
std::vector<Function> functions();

}  // namespace sightglass::s7comm::plus
