// A PDU as one JSON record: what `dissect --json` prints and what is kept with an alert.
#pragma once

#include <string>

#include "dissectors/layers.hpp"
#include "dissectors/message.hpp"

namespace sightglass {

/// One line of JSON without the newline, keys in this order: frame, index, time (RFC 3339, ns),
/// src, sport, dst, dport, protocol, direction, operation, function, outcome, outcome_name (only
/// when refused), request_frame (of a response whose request is known), latency_s (of a paired
/// response), objects (texts), anomalies (names), fields ({name, value, offset, length}), hex.
/// `src` and `dst` are MAC addresses where there is no IP. Offsets are into the PDU (`hex`).
/// `layers` are those of the frame that completes the PDU.
std::string decoded_pdu(const Message& message, const Layers& layers);

}  // namespace sightglass
