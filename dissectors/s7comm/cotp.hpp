// TPDUs of the ISO transport protocol, class 0: what each type says.
// ISO/IEC 8073 (ITU-T X.224), 13; RFC 1006, 5.
#pragma once

#include <cstdint>
#include <string_view>

#include "dissectors/field_reader.hpp"

namespace sightglass::s7comm::cotp {

/// Types of TPDU: the high half of the second octet.
inline constexpr std::uint8_t kExpeditedData = 0x1, kExpeditedAck = 0x2, kReject = 0x5,
                              kDataAck = 0x6, kError = 0x7, kDisconnectRequest = 0x8,
                              kDisconnectConfirm = 0xc, kConnectConfirm = 0xd,
                              kConnectRequest = 0xe, kData = 0xf;

/// Data that other TPDUs complete, and data that is none.
inline constexpr std::string_view kPartName = "Data (DT), to be continued",
                                  kEmptyName = "Data (DT), empty";

/// Whether a TPDU code (with its low half) is one of class 0, or a neighbour's worth naming.
bool is_known(std::uint8_t code);
/// "Connect Request (CR)"; static text.
std::string_view name(std::uint8_t type);

struct Tpdu {
  std::uint8_t type = 0;
  std::uint16_t source = 0;       ///< reference; of CR, CC, DR
  std::uint16_t destination = 0;  ///< reference
  std::uint8_t reason = 0;        ///< of DR, or the cause of ER
  bool is_last = true;            ///< of data: the TSDU ends here
};

/// Reads a TPDU's header, from the length indicator on, and reports its fields. What `in` has left
/// is the payload. Without `in.ok()` nothing of it is true.
Tpdu decode(FieldReader& in);

}  // namespace sightglass::s7comm::cotp
