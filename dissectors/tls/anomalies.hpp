// What can be wrong with a TLS connection: the names rules match as `sg.anomaly`.
// Chapters are those of RFC 8446 (TLS 1.3), or of RFC 5246 (TLS 1.2) where it is named.
#pragma once

#include "dissectors/message.hpp"

namespace sightglass::tls::anomaly {

inline constexpr AnomalySpec record{
    "tls.record",
    "Not a record: its type, version or length is none the record protocol has (5.1)."};
inline constexpr AnomalySpec handshake{
    "tls.handshake",
    "A handshake message ends before what its type requires, or goes on behind it (4)."};
inline constexpr AnomalySpec handshake_too_long{
    "tls.handshake_too_long",
    "A handshake message in several records is longer than 65535 octets: it was given up."};
inline constexpr AnomalySpec trailing_bytes{"tls.trailing_bytes", "Bytes follow the record (5.1)."};

inline constexpr const AnomalySpec* all[] = {&record, &handshake, &handshake_too_long,
                                             &trailing_bytes};

}  // namespace sightglass::tls::anomaly
