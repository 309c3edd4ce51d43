// Random tokens, hashes and passwords; all of it OpenSSL's.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sightglass::console {

using Digest = std::array<std::uint8_t, 32>;

/// 256 bits of randomness in URL-safe base64 without padding (43 characters).
std::string random_token();
Digest sha256(std::string_view text);
inline std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
/// In time that does not depend on where they differ.
bool equal_secrets(std::string_view a, std::string_view b);

/// scrypt (RFC 7914) with N = 2^15, r = 8, p = 1; takes about a tenth of a second and 32 MiB.
struct PasswordHash {
  std::string salt;  ///< 16 random bytes
  std::string key;   ///< 32 bytes
};
PasswordHash hash_password(std::string_view password);
bool password_matches(std::string_view password, const PasswordHash& hash);

inline constexpr std::size_t kPasswordLeast = 12, kPasswordMost = 256;
/// Why a password will not do, as a sentence for the person choosing it; "" when it will.
std::string password_weakness(std::string_view user, std::string_view password);

}  // namespace sightglass::console
