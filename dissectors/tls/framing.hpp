// Where a TLS record ends, and whether bytes are TLS at all. RFC 8446, 5.1; RFC 5246, 6.2.1.
#pragma once

#include <cstdint>

#include "dissectors/dissector.hpp"

namespace sightglass::tls {

/// Modbus/TCP Security; OPC UA over HTTPS. S7comm-plus has its records inside of COTP.
inline constexpr std::uint16_t kTcpPorts[] = {802, 4843};

inline constexpr std::size_t kRecordHeader = 5;  ///< type, version, length
/// A record's longest ciphertext (RFC 5246, 6.2.3).
inline constexpr std::size_t kMaxRecord = (1 << 14) + 2048;

Framing frame(Bytes stream);
/// Typical is a connection's beginning: a hello.
Probe probe(Bytes stream);

}  // namespace sightglass::tls
