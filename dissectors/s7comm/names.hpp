// What the numbers of S7comm mean: functions, user data functions, program invocation services,
// errors and return codes, and what they do in our words.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/message.hpp"

namespace sightglass::s7comm {

inline constexpr std::uint8_t kProtocolId = 0x32;
inline constexpr std::uint8_t kPlusProtocolId = 0x72;

/// Remote operating service control: what a PDU is.
inline constexpr std::uint8_t kJob = 1, kAck = 2, kAckData = 3, kUserData = 7;

inline constexpr std::uint8_t kReadVar = 0x04, kWriteVar = 0x05, kRequestDownload = 0x1a,
                              kDownloadBlock = 0x1b, kDownloadEnded = 0x1c, kStartUpload = 0x1d,
                              kUpload = 0x1e, kEndUpload = 0x1f, kPiService = 0x28, kPlcStop = 0x29,
                              kSetup = 0xf0;

/// User data: who speaks.
inline constexpr std::uint8_t kPush = 0, kRequest = 4, kResponse = 8, kNcPush = 3, kNcRequest = 7,
                              kNcResponse = 11;

inline constexpr std::uint8_t kModeTransition = 0, kProgrammer = 1, kCyclic = 2, kBlocks = 3,
                              kCpu = 4, kSecurity = 5, kPbc = 6, kTime = 7, kNcProgram = 15;

inline constexpr std::uint8_t kSuccess = 0xff, kReserved = 0x00, kHardwareError = 0x01;

/// Names of PDUs that are of no function.
inline constexpr std::string_view kAcknowledgementName = "Acknowledgement",
                                  kUnknownPduName = "Unknown PDU", kMmsName = "MMS";
/// How program invocations of numerical controls begin.
inline constexpr std::string_view kNcPrefix = "_N_";

struct FunctionSpec {
  std::string_view name;  ///< static text, with the number
  Operation operation = Operation::other;
  bool is_known = false;
};

/// Of a job: "Write Var (0x05)".
FunctionSpec function_spec(std::uint8_t function);
/// Of user data: "Read SZL (4/1)".
FunctionSpec userdata_spec(std::uint8_t group, std::uint8_t function);
/// Of a program invocation: "Delete block: _DELE (0x28)". `argument` tells starts apart.
FunctionSpec service_spec(std::string_view service, std::string_view argument);

/// A row of the table of program invocations.
struct ServiceSpec {
  std::string_view service;
  std::string_view argument;  ///< that must begin the service's; "" for any
  std::string_view name;
  Operation operation;
};
std::span<const ServiceSpec> services();

/// An error of an acknowledgement (class << 8 | code) or of user data: static text.
std::string_view error_name(std::uint16_t error);
/// What became of an item: "Object does not exist (0x0a)"; static text.
std::string_view return_code_name(std::uint8_t code);

/// The space an S7ANY area is, `s7_area` for one without a space of its own.
ObjectSpace space_of_area(std::uint8_t area);
/// Bits of an element of a transport size of an item; 8 when unknown.
std::uint32_t element_bits(std::uint8_t transport_size);
/// How an item's elements are laid out.
Values::Shape shape_of(std::uint8_t transport_size);

}  // namespace sightglass::s7comm
