#include "console/server/certificate.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "console/server/https.hpp"
#include "tests/store/sample_rows.hpp"

namespace sightglass::console {
namespace {

struct CertificateTest : testing::Test {
  sample::Directory directory;
  std::filesystem::path certificate = directory / "tls" / "console.crt";
  std::filesystem::path key = directory / "tls" / "console.key";
};

TEST_F(CertificateTest, IsMadeOnceAndItsKeyIsNobodyElses) {
  ensure_certificate(certificate, key, {"console.plant.example", "10.1.2.3"});
  const std::string first = fingerprint(certificate);
  EXPECT_EQ(first.size(), 32u * 3 - 1);
  struct stat status {};
  ASSERT_EQ(::stat(key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  ensure_certificate(certificate, key, {});
  EXPECT_EQ(fingerprint(certificate), first) << "kept";
}

TEST_F(CertificateTest, DamagedOneIsMadeAnew) {
  ensure_certificate(certificate, key, {});
  const std::string first = fingerprint(certificate);
  std::ofstream(certificate) << "nothing";
  EXPECT_THROW(fingerprint(certificate), ServerError);
  ensure_certificate(certificate, key, {});
  EXPECT_NE(fingerprint(certificate), first);
}

TEST_F(CertificateTest, NameCanNotSmuggleInAnother) {
  EXPECT_THROW(ensure_certificate(certificate, key, {"a,DNS:bank.example"}), ServerError);
}

}  // namespace
}  // namespace sightglass::console
