// The display filter that shows an alert's conversation in Wireshark.
#pragma once

#include <string>

#include "rules/observation.hpp"

namespace sightglass {

/// `ip.addr == 10.0.0.1 && ip.addr == 10.0.0.2 && tcp.port == 502 && modbus`; `eth.addr` where
/// there is no IP. Without `both_ends` it names the source alone (`source` is the server's when
/// `by` is to_client), and no port.
std::string wireshark_filter(const Conversation& conversation, Direction by, bool both_ends);

}  // namespace sightglass
