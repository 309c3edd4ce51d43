// Modbus RTU over TCP: the frames of a serial line as they are, without MBAP header, as serial
// servers and radio modems send them. MODBUS over Serial Line V1.02, 2.5.1 (RTU framing).
//
// A second framing of the same protocol: a row of its own in the registry, for bytes that begin a
// Modbus/TCP message are no frame of these but by a right checksum, and PDUs are the same.
#pragma once

#include <cstdint>

#include "dissectors/dissector.hpp"

namespace sightglass::modbus::rtu {

inline constexpr std::size_t kUnitSize = 1;
inline constexpr std::size_t kChecksumSize = 2;
/// Unit identifier, function code and checksum.
inline constexpr std::size_t kMinFrame = 4;
inline constexpr std::size_t kMaxFrame = 256;

/// CRC-16 of 2.5.1.2 over all of `bytes`; 0 when they end with their own checksum.
std::uint16_t checksum(Bytes bytes);

/// Whether `bytes` are one whole frame with the right checksum and a PDU of its function's form.
bool is_frame(Bytes bytes);

/// A frame has no length: it follows from the function and its counts, or, where they do not tell,
/// is the first at which the checksum is right. A frame whose checksum is wrong is not mine. Takes
/// a frame of the other direction for one when `direction` gives no right checksum.
Framing frame(Bytes stream, Direction direction);
Probe probe(Bytes stream);

}  // namespace sightglass::modbus::rtu
