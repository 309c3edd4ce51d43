// Certificates are read as OpenSSL writes them, whatever stands behind them.
#include "dissectors/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

namespace sightglass {
namespace {

using Der = std::vector<std::uint8_t>;

struct Made {
  Der der;
  std::array<std::uint8_t, kThumbprintSize> digest{};
};

/// Self-signed, RSA of 1024 bits, valid from 2001-09-09 01:46:40 UTC for 1,000 s.
Made certificate_of(const char* common_name) {
  constexpr std::int64_t kFrom = 1'000'000'000;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(1024), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
  X509_set_version(x509.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  ASN1_TIME_set(X509_getm_notBefore(x509.get()), kFrom);
  ASN1_TIME_set(X509_getm_notAfter(x509.get()), kFrom + 1000);
  X509_NAME* name = X509_get_subject_name(x509.get());
  const auto add = [name](const char* what, const char* text) {
    X509_NAME_add_entry_by_txt(name, what, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(text), -1, -1, 0);
  };
  add("O", "Works");
  add("CN", common_name);
  X509_set_issuer_name(x509.get(), name);
  X509_set_pubkey(x509.get(), key.get());
  X509_sign(x509.get(), key.get(), EVP_sha256());
  Made made;
  made.der.resize(static_cast<std::size_t>(i2d_X509(x509.get(), nullptr)));
  unsigned char* out = made.der.data();
  i2d_X509(x509.get(), &out);
  X509_digest(x509.get(), EVP_sha1(), made.digest.data(), nullptr);
  return made;
}

TEST(Certificate, IsReadAsItWasWritten) {
  const Made made = certificate_of("Boiler server");
  const Certificate read = read_certificate(made.der);
  EXPECT_TRUE(read.valid);
  EXPECT_EQ(read.common_name, "Boiler server");
  EXPECT_EQ(read.key_bits, 1024u);
  EXPECT_EQ(to_ns(read.not_before), 1'000'000'000'000'000'000);
  EXPECT_EQ(to_ns(read.not_after), 1'000'001'000'000'000'000);
  EXPECT_EQ(thumbprint(read), made.digest);
}

TEST(Certificate, ChainBehindItDoesNotChangeIt) {
  const Made made = certificate_of("Boiler server");
  Der chain = made.der;
  const Made issuer = certificate_of("Works");
  chain.insert(chain.end(), issuer.der.begin(), issuer.der.end());
  const Certificate read = read_certificate(chain);
  EXPECT_EQ(read.common_name, "Boiler server");
  EXPECT_EQ(thumbprint(read), made.digest);
}

TEST(Certificate, CutOneIsNone) {
  const Made made = certificate_of("Boiler server");
  for (std::size_t length = 0; length < made.der.size(); ++length) {
    EXPECT_FALSE(read_certificate(Bytes(made.der).first(length)).valid) << length;
  }
}

}  // namespace
}  // namespace sightglass
