// A PDU in one line for people.
#pragma once

#include <string>

#include "dissectors/message.hpp"

namespace sightglass {

/// "12.0 2026-... 10.0.0.1:40000 -> 10.0.0.2:502 modbus Write Single Register (6) unit 1 holding
/// register 40 = 95". Control characters from the wire become `?`.
std::string pdu_line(const Message& message, const Layers& layers);

}  // namespace sightglass
