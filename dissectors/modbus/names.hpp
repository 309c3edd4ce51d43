// What the numbers of Modbus mean: function codes, sub-functions and exceptions, with their
// standard names and what they do in our words.
// MODBUS Application Protocol V1.1b3, 5.1 (function codes), 6.8 (diagnostics), 7 (exceptions).
#pragma once

#include <cstdint>
#include <string_view>

#include "dissectors/message.hpp"

namespace sightglass::modbus {

inline constexpr std::uint8_t kExceptionBit = 0x80;
inline constexpr std::uint8_t kFunctionMask = 0x7f;
inline constexpr std::uint8_t kDiagnostics = 8;
inline constexpr std::uint8_t kEncapsulated = 43;
inline constexpr std::uint8_t kUnity = 90;
inline constexpr std::uint8_t kMeiCanopen = 13;
inline constexpr std::uint8_t kMeiIdentification = 14;
inline constexpr std::uint8_t kFileReference = 6;
inline constexpr std::uint8_t kAcknowledge = 5;

inline constexpr std::uint16_t kReturnQueryData = 0;
inline constexpr std::uint16_t kRestartCommunications = 1;
inline constexpr std::uint16_t kForceListenOnly = 4;

/// Who may use a function code (5, figure 8, and annex A).
enum class FunctionClass : std::uint8_t {
  defined,       ///< public, in V1.1b3
  user_defined,  ///< 65-72, 100-110
  vendor,        ///< reserved, and known to be used: 90, Unity of Schneider Electric
  reserved,      ///< 9, 10, 13, 14, 41, 42, 91, 125-127: kept for products of the past
  undefined,
};

/// The specification of function code `function` (0-127).
struct FunctionSpec {
  std::string_view name;
  FunctionClass kind = FunctionClass::undefined;
  Operation operation = Operation::other;
  ObjectSpace space = ObjectSpace::none;
};
const FunctionSpec& function_spec(std::uint8_t function);

/// "Write Single Register (6)"; static text for every code.
std::string_view function_name(std::uint8_t function);

/// A sub-function of Diagnostics, or an MEI type of the encapsulated interface, or a code of Unity:
/// what it does, and its whole name, "Restart Communications Option (8/1)".
struct SubFunctionSpec {
  std::uint16_t code;
  Operation operation;
  std::string_view name;
};
/// nullptr when the number means nothing.
const SubFunctionSpec* diagnostic_spec(std::uint16_t code);
const SubFunctionSpec* mei_spec(std::uint8_t type);

bool exception_is_defined(std::uint8_t code);
/// "Illegal data address (2)"; static text for every code.
std::string_view exception_name(std::uint8_t code);

}  // namespace sightglass::modbus
