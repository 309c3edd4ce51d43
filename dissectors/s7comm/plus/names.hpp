// What the functions of S7comm-plus are called, and what they do in our words.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "dissectors/functions.hpp"

namespace sightglass::s7comm::plus {

inline constexpr std::uint16_t kExplore = 0x04bb, kCreateObject = 0x04ca, kDeleteObject = 0x04d4,
                               kSetVariable = 0x04f2, kGetLink = 0x0524,
                               kSetMultiVariables = 0x0542, kGetMultiVariables = 0x054c,
                               kGetVarSubStreamed = 0x0586;

/// Names of PDUs that are of no function.
inline constexpr std::string_view kNotificationName = "Notification (0x33)",
                                  kUnknownFunctionName = "Unknown function",
                                  kPartName = "S7comm-plus PDU, to be continued",
                                  kTornName = "Rest of an S7comm-plus PDU",
                                  kKeepAliveName = "Keep-alive (0xff)",
                                  kSystemEventName = "System event (0xfe)";

/// What a request does: a function as such, or what it is for by what it names.
struct Meaning {
  std::string_view name;  ///< static text
  Operation operation;
};

inline constexpr Meaning kOpensSession{"Open session: CreateObject (0x04ca)",
                                       Operation::authenticate},
    kSubscribes{"Subscribe: CreateObject (0x04ca)", Operation::subscribe},
    kDownloads{"Download: CreateObject (0x04ca)", Operation::download},
    kUploads{"Upload: Explore (0x04bb)", Operation::upload},
    kStarts{"PLC start: SetVariable (0x04f2)", Operation::start},
    kStops{"PLC stop: SetVariable (0x04f2)", Operation::stop},
    kSetsSession{"Session: SetMultiVariables (0x0542)", Operation::authenticate};

/// Whether anybody has described a function.
bool is_function(std::uint16_t function);
/// Of a function by its number.
Meaning meaning_of(std::uint16_t function);

/// Every PDU that is known.
std::vector<Function> functions();

}  // namespace sightglass::s7comm::plus
