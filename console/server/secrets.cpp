#include "console/server/secrets.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace sightglass::console {
namespace {

constexpr std::uint64_t kScryptN = 1 << 15;
constexpr std::uint32_t kScryptR = 8, kScryptP = 1;
constexpr std::uint64_t kScryptMemory = 64u << 20;
constexpr std::size_t kSaltBytes = 16, kKeyBytes = 32;

/// Long enough for the rule, and tried first by everyone.
constexpr std::string_view kKnownBad[] = {
    "123456789012",     "1234567890123",    "12345678901234",       "password1234",
    "password12345",    "passwordpassword", "qwertyuiop12",         "qwertyuiopas",
    "qwertyuiop123",    "administrator",    "administrator1",       "changeme1234",
    "changemechangeme", "letmeinletmein",   "welcome12345",         "iloveyou1234",
    "abcdefghijkl",     "abcdefghijklm",    "111111111111",         "000000000000",
    "aaaaaaaaaaaa",     "sightglass123",    "sightglasssightglass", "1q2w3e4r5t6y",
    "q1w2e3r4t5y6",     "schneider123",     "siemenssiemens",       "siemens12345",
    "modbusmodbus",     "operator1234",     "engineer1234",         "scadascadascada",
    "p@ssw0rd1234",     "passw0rd1234",     "adminadminadmin"};

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw std::runtime_error("no randomness from the system");
  }
  return bytes;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string scrypt(std::string_view password, std::string_view salt) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf(
      EVP_KDF_fetch(nullptr, "SCRYPT", nullptr), &EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(
      EVP_KDF_CTX_new(kdf.get()), &EVP_KDF_CTX_free);
  std::uint64_t n = kScryptN, memory = kScryptMemory;
  std::uint32_t r = kScryptR, p = kScryptP;
  std::string secret(password), seasoning(salt), key(kKeyBytes, '\0');
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, seasoning.data(), seasoning.size()),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
      OSSL_PARAM_construct_end()};
  const int derived = EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(key.data()),
                                     key.size(), parameters);
  OPENSSL_cleanse(secret.data(), secret.size());
  if (derived != 1) throw std::runtime_error("scrypt failed");
  return key;
}

}  // namespace

std::string random_token() {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const std::string bytes = random_bytes(32);
  std::string token;
  unsigned bits = 0, held = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (held += 8; held >= 6; held -= 6) token += kAlphabet[bits >> (held - 6) & 63u];
  }
  return token + kAlphabet[bits << (6 - held) & 63u];
}

Digest sha256(std::string_view text) {
  Digest digest{};
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 failed");
  }
  return digest;
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

PasswordHash hash_password(std::string_view password) {
  PasswordHash hash;
  hash.salt = random_bytes(kSaltBytes);
  hash.key = scrypt(password, hash.salt);
  return hash;
}

bool password_matches(std::string_view password, const PasswordHash& hash) {
  return equal_secrets(scrypt(password, hash.salt), hash.key);
}

std::string password_weakness(std::string_view user, std::string_view password) {
  if (password.size() < kPasswordLeast) return "The password needs at least 12 characters.";
  if (password.size() > kPasswordMost) return "The password may have at most 256 bytes.";
  const std::string low = lower(password);
  if (std::find(std::begin(kKnownBad), std::end(kKnownBad), low) != std::end(kKnownBad)) {
    return "This password is among those that are tried first.";
  }
  if (std::all_of(low.begin(), low.end(), [&](char c) { return c == low.front(); })) {
    return "One character over and over is no password.";
  }
  if (user.size() >= 3 && low.find(lower(user)) != std::string::npos) {
    return "The password must not contain the user name.";
  }
  return "";
}

}  // namespace sightglass::console
