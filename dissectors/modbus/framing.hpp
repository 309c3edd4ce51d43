// Where a Modbus/TCP message ends, and whether bytes are Modbus at all.
// MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header).
#pragma once

#include <cstdint>

#include "dissectors/dissector.hpp"

namespace sightglass::modbus {

inline constexpr std::uint16_t kTcpPorts[] = {502};

inline constexpr std::size_t kPrefixSize = 6;  ///< transaction, protocol, length
inline constexpr std::size_t kHeaderSize = 7;  ///< and unit identifier
/// Values of the length field: unit identifier and function code at least, 253 bytes of PDU at
/// most.
inline constexpr std::size_t kMinLength = 2;
inline constexpr std::size_t kMaxLength = 254;
/// Lengths above the standard's are still followed up to here, with an anomaly: Unity (function 90)
/// exceeds it. A longer one is not believed, or one forged header would hide 64 KiB of traffic.
inline constexpr std::size_t kBelievedLength = 1100;

Framing frame(Bytes stream);
Probe probe(Bytes stream);

}  // namespace sightglass::modbus
