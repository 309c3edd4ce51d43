// UMAS, what Schneider's controllers speak inside Modbus function 90 (Unity): reservation, memory,
// variables, programs, run and stop. No standard describes it; README.md says what is known and
// what is inferred. Numbers are little-endian, unlike those of Modbus.
#pragma once

#include <cstdint>
#include <string_view>

#include "dissectors/modbus/names.hpp"
#include "dissectors/modbus/pdu.hpp"

namespace sightglass::modbus {

/// A message that carries another one and its signature.
inline constexpr std::uint8_t kUmasSigned = 0x38;

/// nullptr when nothing is known of the code.
const SubFunctionSpec* umas_spec(std::uint8_t code);
/// Whether it is known how its messages are laid out: what they say is decoded then.
bool umas_is_laid_out(std::uint8_t code);
/// What a request asks for, inside its signature too; `body` is what follows the function code. 0
/// when it is too short to tell.
std::uint8_t umas_code(Bytes body);

/// What follows function code 90 of a request; the code is left in `request.asked`.
void decode_umas(Request& request);
/// The same of an answer, which does not say what was asked: without its request only its status
/// is known.
void decode_umas(Response& response);

}  // namespace sightglass::modbus
