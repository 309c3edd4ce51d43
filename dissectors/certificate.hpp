// What an X.509 certificate says of its holder, as far as a monitor needs it: RFC 5280, 4.1, in DER
// (X.690). Nothing is verified.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dissectors/bytes.hpp"
#include "dissectors/time.hpp"

namespace sightglass {

struct Certificate {
  bool valid = false;            ///< its parts were found
  Bytes whole;                   ///< all of it, and nothing of a chain behind it
  std::string_view common_name;  ///< of the subject; a view into the certificate
  Timestamp not_before{}, not_after{};
  /// Of an RSA key, or of one on a named curve of RFC 5480 (2.1.1.1); 0 for others.
  std::uint32_t key_bits = 0;
  /// Role of a Modbus/TCP client (MODBUS/TCP Security, 8.3); "" where it has none. A view.
  std::string_view role;
};

/// Reads the first certificate of `der` (a chain follows each other).
Certificate read_certificate(Bytes der);

/// SHA-1 digest, by which certificates are named: OPC 10000-6, 6.7.2.3.
inline constexpr std::size_t kThumbprintSize = 20;
std::array<std::uint8_t, kThumbprintSize> thumbprint(const Certificate& certificate);

}  // namespace sightglass
