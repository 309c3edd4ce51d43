// The services of OPC UA: their numbers, names, and what they do in our words; the names of status
// codes. OPC 10000-4 (1.05), 5.4 to 5.14 (services), 7.39 (StatusCode); 10000-6, A.2 (numbers).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/message.hpp"

namespace sightglass::opcua {

inline constexpr std::uint32_t kServiceFault = 397;
inline constexpr std::uint32_t kOpenSecureChannel = 446;
inline constexpr std::uint32_t kCloseSecureChannel = 452;
inline constexpr std::uint32_t kCreateSession = 461;
inline constexpr std::uint32_t kActivateSession = 467;
inline constexpr std::uint32_t kCloseSession = 473;
inline constexpr std::uint32_t kCall = 712;
inline constexpr std::uint32_t kCreateMonitoredItems = 751;
inline constexpr std::uint32_t kPublish = 826;

// Messages that are no service's: Part 6, 6.7.2 and 7.1.2.
inline constexpr std::string_view kHelloName = "Hello", kAcknowledgeName = "Acknowledge",
                                  kErrorName = "Error", kReverseHelloName = "ReverseHello",
                                  kChunkName = "Message chunk", kAbortName = "Abort",
                                  kEncryptedName = "Encrypted message",
                                  kUnknownServiceName = "Unknown service";

/// A request or an answer, by the binary encoding of its structure.
struct Service {
  std::uint32_t id;       ///< the encoding's number
  std::uint32_t request;  ///< that of the service's request
  std::string_view name;  ///< "Read (631)", with the request's number
  Operation operation;
  bool is_request;
  bool writes;  ///< its accesses change what they name
};
/// nullptr when the number is no service's. ServiceFault answers any.
const Service* service_of(std::uint32_t id);
/// Every request and answer, in order of their number.
std::span<const Service> services();

/// "BadNodeIdUnknown (0x80340000)"; static text for every code.
std::string_view status_name(std::uint32_t status);

/// How a user identifies, by the encoding of the identity token; "" when it is none.
std::string_view token_name(std::uint32_t encoding);

/// Whether a status says that the operation failed (severity Bad).
constexpr bool is_bad(std::uint32_t status) { return status >> 31 != 0; }

}  // namespace sightglass::opcua
