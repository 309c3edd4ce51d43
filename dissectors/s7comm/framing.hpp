// Where a packet of ISO transport on TCP ends, and whether bytes are one at all.
// RFC 1006, 6 (TPKT); ISO/IEC 8073, 13 (TPDUs).
#pragma once

#include <cstdint>

#include "dissectors/dissector.hpp"

namespace sightglass::s7comm {

inline constexpr std::uint16_t kTcpPorts[] = {102};

inline constexpr std::uint8_t kTpktVersion = 3;
inline constexpr std::size_t kTpktHeader = 4;
/// Header, length indicator, type and one octet more: the shortest data TPDU of any class.
inline constexpr std::size_t kShortestPacket = 7;

Framing frame(Bytes stream);
Probe probe(Bytes stream);

}  // namespace sightglass::s7comm
