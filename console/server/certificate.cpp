#include "console/server/certificate.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>

#include "console/server/https.hpp"
#include "dissectors/address.hpp"

namespace sightglass::console {
namespace {

namespace fs = std::filesystem;

constexpr long kDay = 24 * 60 * 60;
constexpr long kValid = 825 * kDay;  // the longest that all browsers take from any issuer

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

[[noreturn]] void fail(const fs::path& file, std::string_view what) {
  throw ServerError{file.string() + ": " + std::string(what)};
}

Certificate read_certificate(const fs::path& file) {
  const Memory source(BIO_new_file(file.c_str(), "r"));
  if (!source) return nullptr;
  return Certificate(PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr));
}

bool is_valid_for_a_day(const X509& certificate) {
  std::time_t tomorrow = std::time(nullptr) + kDay;
  return X509_cmp_time(X509_get0_notAfter(&certificate), &tomorrow) > 0;
}

void add_extension(X509& certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  if (!extension || X509_add_ext(&certificate, extension.get(), -1) != 1) {
    throw ServerError{"the certificate can not be made for " + value};
  }
}

/// Configured names are plain text; what could end one and begin another is refused.
std::string alternative_names(const std::vector<std::string>& names) {
  std::string text = "DNS:localhost,IP:127.0.0.1,IP:::1";
  for (const std::string& name : names) {
    if (name.find_first_of(", \n") != std::string::npos) {
      throw ServerError{"\"" + name + "\" is no host name"};
    }
    text += (parse_ip(name) ? ",IP:" : ",DNS:") + name;
  }
  return text;
}

Certificate make_certificate(EVP_PKEY& key, const std::vector<std::string>& names) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  std::array<unsigned char, 16> serial{};
  if (RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) {
    throw ServerError{"no randomness from the system"};
  }
  serial[0] &= 0x7f;
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay);  // clocks differ
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kValid);
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const std::string common = "Sightglass console";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common.data()),
                             static_cast<int>(common.size()), -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  add_extension(*certificate, NID_subject_alt_name, alternative_names(names));
  add_extension(*certificate, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(*certificate, NID_key_usage, "critical,digitalSignature");
  add_extension(*certificate, NID_ext_key_usage, "serverAuth");
  if (X509_sign(certificate.get(), &key, EVP_sha256()) == 0) {
    throw ServerError{"the certificate can not be signed"};
  }
  return certificate;
}

std::string text_of(BIO& memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(&memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// Beside it and then in its place, so that no half file is ever found.
void write_file(const fs::path& file, std::string_view text, mode_t mode) {
  const fs::path temporary = file.string() + ".tmp";
  ::unlink(temporary.c_str());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) fail(temporary, std::strerror(errno));
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fchmod(descriptor, mode) == 0 && ::fsync(descriptor) == 0;
  const int code = errno;
  ::close(descriptor);
  if (!written) fail(temporary, std::strerror(code));
  if (::rename(temporary.c_str(), file.c_str()) != 0) fail(file, std::strerror(errno));
}

}  // namespace

void ensure_certificate(const fs::path& certificate, const fs::path& key,
                        const std::vector<std::string>& names) {
  std::error_code ignored;
  if (fs::exists(key, ignored)) {
    const Certificate present = read_certificate(certificate);
    if (present && is_valid_for_a_day(*present)) return;
  }
  fs::create_directories(certificate.parent_path(), ignored);
  const Key fresh(EVP_EC_gen("P-256"));
  if (!fresh) fail(key, "can not make a key");
  const Certificate made = make_certificate(*fresh, names);
  const Memory key_text(BIO_new(BIO_s_mem())), certificate_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(key_text.get(), fresh.get(), nullptr, nullptr, 0, nullptr,
                               nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), made.get()) != 1) {
    fail(certificate, "can not be written");
  }
  write_file(key, text_of(*key_text), 0600);
  write_file(certificate, text_of(*certificate_text), 0644);
}

std::string fingerprint(const fs::path& file) {
  const Certificate certificate = read_certificate(file);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1) {
    fail(file, "is no certificate");
  }
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    if (i > 0) text += ':';
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

}  // namespace sightglass::console
