// The numbers of pcapng (draft-ietf-opsawg-pcapng), for its reader and its writer.
#pragma once

#include <cstdint>

namespace sightglass::pcapng {

inline constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
inline constexpr std::uint32_t kInterfaceDescription = 1;
inline constexpr std::uint32_t kObsoletePacket = 2;
inline constexpr std::uint32_t kSimplePacket = 3;
inline constexpr std::uint32_t kInterfaceStatistics = 5;
inline constexpr std::uint32_t kEnhancedPacket = 6;

inline constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

inline constexpr std::uint16_t kEndOfOptions = 0;
inline constexpr std::uint16_t kComment = 1;
inline constexpr std::uint16_t kInterfaceName = 2;
inline constexpr std::uint16_t kTimeResolution = 9;
inline constexpr std::uint16_t kTimeOffset = 14;
inline constexpr std::uint16_t kPacketDropCount = 4;     // of an enhanced packet block
inline constexpr std::uint16_t kReceived = 4;            // of interface statistics
inline constexpr std::uint16_t kDroppedByInterface = 5;  // of interface statistics
inline constexpr std::uint16_t kDroppedBySystem = 7;     // of interface statistics
inline constexpr std::uint16_t kUserApplication = 4;     // of a section header

inline constexpr std::uint32_t kBlockFrame = 12;  // type, length before and after the body

constexpr std::uint32_t padded(std::uint32_t length) { return (length + 3) & ~std::uint32_t{3}; }

}  // namespace sightglass::pcapng
