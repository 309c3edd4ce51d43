#include "dissectors/tls/names.hpp"

#include <algorithm>
#include <iterator>

namespace sightglass::tls {
namespace {

template <typename Number>
struct Row {
  Number number;
  std::string_view name;
};

constexpr std::string_view kContents[] = {"Change Cipher Spec (20)", "Alert (21)", "Handshake (22)",
                                          "Application Data (23)", "Heartbeat (24)"};

constexpr Row<std::uint8_t> kHandshakes[] = {
    {0, "Hello Request (0)"},
    {1, "Client Hello (1)"},
    {2, "Server Hello (2)"},
    {4, "New Session Ticket (4)"},
    {5, "End of Early Data (5)"},
    {8, "Encrypted Extensions (8)"},
    {11, "Certificate (11)"},
    {12, "Server Key Exchange (12)"},
    {13, "Certificate Request (13)"},
    {14, "Server Hello Done (14)"},
    {15, "Certificate Verify (15)"},
    {16, "Client Key Exchange (16)"},
    {20, "Finished (20)"},
    {21, "Certificate URL (21)"},
    {22, "Certificate Status (22)"},
    {23, "Supplemental Data (23)"},
    {24, "Key Update (24)"},
};

constexpr Row<std::uint8_t> kAlerts[] = {
    {0, "Close notify (0)"},
    {10, "Unexpected message (10)"},
    {20, "Bad record MAC (20)"},
    {21, "Decryption failed (21)"},
    {22, "Record overflow (22)"},
    {30, "Decompression failure (30)"},
    {40, "Handshake failure (40)"},
    {41, "No certificate (41)"},
    {42, "Bad certificate (42)"},
    {43, "Unsupported certificate (43)"},
    {44, "Certificate revoked (44)"},
    {45, "Certificate expired (45)"},
    {46, "Certificate unknown (46)"},
    {47, "Illegal parameter (47)"},
    {48, "Unknown CA (48)"},
    {49, "Access denied (49)"},
    {50, "Decode error (50)"},
    {51, "Decrypt error (51)"},
    {60, "Export restriction (60)"},
    {70, "Protocol version (70)"},
    {71, "Insufficient security (71)"},
    {80, "Internal error (80)"},
    {86, "Inappropriate fallback (86)"},
    {90, "User canceled (90)"},
    {100, "No renegotiation (100)"},
    {109, "Missing extension (109)"},
    {110, "Unsupported extension (110)"},
    {111, "Certificate unobtainable (111)"},
    {112, "Unrecognized name (112)"},
    {113, "Bad certificate status response (113)"},
    {114, "Bad certificate hash value (114)"},
    {115, "Unknown PSK identity (115)"},
    {116, "Certificate required (116)"},
    {120, "No application protocol (120)"},
};

constexpr Row<std::uint16_t> kVersions[] = {
    {0x0300, "SSL 3.0"}, {0x0301, "TLS 1.0"}, {0x0302, "TLS 1.1"},
    {0x0303, "TLS 1.2"}, {0x0304, "TLS 1.3"},
};

constexpr Row<std::uint16_t> kSuites[] = {
    {0x0000, "TLS_NULL_WITH_NULL_NULL"},
    {0x0001, "TLS_RSA_WITH_NULL_MD5"},
    {0x0002, "TLS_RSA_WITH_NULL_SHA"},
    {0x0004, "TLS_RSA_WITH_RC4_128_MD5"},
    {0x0005, "TLS_RSA_WITH_RC4_128_SHA"},
    {0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"},
    {0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"},
    {0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"},
    {0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"},
    {0x003b, "TLS_RSA_WITH_NULL_SHA256"},
    {0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256"},
    {0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256"},
    {0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"},
    {0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"},
    {0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"},
    {0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"},
    {0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
    {0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0x1301, "TLS_AES_128_GCM_SHA256"},
    {0x1302, "TLS_AES_256_GCM_SHA384"},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
    {0x1304, "TLS_AES_128_CCM_SHA256"},
    {0x1305, "TLS_AES_128_CCM_8_SHA256"},
    {0xc006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA"},
    {0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"},
    {0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"},
    {0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
    {0xc010, "TLS_ECDHE_RSA_WITH_NULL_SHA"},
    {0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"},
    {0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"},
    {0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"},
    {0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"},
    {0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"},
    {0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"},
    {0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    {0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
    {0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    {0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0xc0ac, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM"},
    {0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"},
    {0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
};

template <typename Number, std::size_t N>
std::string_view name_in(const Row<Number> (&rows)[N], Number number) {
  const auto* const found = std::find_if(std::begin(rows), std::end(rows),
                                         [&](const auto& row) { return row.number == number; });
  return found == std::end(rows) ? std::string_view() : found->name;
}

}  // namespace

std::string_view content_name(std::uint8_t content_type) {
  return kContents[content_type - kChangeCipherSpec];
}

std::string_view handshake_name(std::uint8_t type) {
  const std::string_view name = name_in(kHandshakes, type);
  return name.empty() ? kUnknownHandshakeName : name;
}

bool handshake_is_defined(std::uint8_t type) { return !name_in(kHandshakes, type).empty(); }

std::string_view alert_name(std::uint8_t description) {
  const std::string_view name = name_in(kAlerts, description);
  return name.empty() ? "Unknown alert" : name;
}

std::string_view version_name(std::uint16_t version) { return name_in(kVersions, version); }

std::string_view cipher_suite_name(std::uint16_t suite) { return name_in(kSuites, suite); }

}  // namespace sightglass::tls
