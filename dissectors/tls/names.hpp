// What the numbers of TLS mean: content types, handshake messages, alerts, versions, cipher suites.
// RFC 8446, B; RFC 5246, A and 7.2; the IANA registry of TLS parameters.
#pragma once

#include <cstdint>
#include <string_view>

#include "dissectors/bytes.hpp"

namespace sightglass::tls {

inline constexpr std::uint8_t kChangeCipherSpec = 20, kAlert = 21, kHandshake = 22,
                              kApplicationData = 23, kHeartbeat = 24;
inline constexpr std::uint8_t kClientHello = 1, kServerHello = 2, kCertificate = 11;
inline constexpr std::uint16_t kTls12 = 0x0303, kTls13 = 0x0304;
inline constexpr std::uint8_t kFatal = 2;

/// "Alert (21)"; `content_type` is one of the five.
std::string_view content_name(std::uint8_t content_type);
/// "Client Hello (1)"; "Unknown handshake message" for a type nobody has defined.
std::string_view handshake_name(std::uint8_t type);
bool handshake_is_defined(std::uint8_t type);
/// "Handshake failure (40)"; "Unknown alert" for a description nobody has defined.
std::string_view alert_name(std::uint8_t description);
/// "TLS 1.2"; "" for what is no version.
std::string_view version_name(std::uint16_t version);
/// "TLS_AES_128_GCM_SHA256"; "" for one that is not in our table.
std::string_view cipher_suite_name(std::uint16_t suite);

inline constexpr std::string_view kEncryptedHandshakeName = "Encrypted handshake message",
                                  kEncryptedAlertName = "Encrypted alert",
                                  kHandshakePartName = "Part of a handshake message",
                                  kUnknownHandshakeName = "Unknown handshake message";

}  // namespace sightglass::tls
