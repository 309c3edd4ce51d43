#include "dissectors/s7comm/block_digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <new>

namespace sightglass::s7comm {

void BlockDigest::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

BlockDigest::Context BlockDigest::begin() {
  Context context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return context;
}

Sha256 BlockDigest::end(const Context& context) {
  Sha256 digest{};
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return digest;
}

BlockDigest::BlockDigest() : whole_(begin()), code_(begin()) {}

void BlockDigest::add(Bytes part) {
  EVP_DigestUpdate(whole_.get(), part.data(), part.size());
  if (in_header_ < kHeader) {
    const Bytes more = part.first(std::min(part.size(), kHeader - in_header_));
    std::copy(more.begin(), more.end(), header_.begin() + static_cast<std::ptrdiff_t>(in_header_));
    in_header_ += more.size();
    part = part.subspan(more.size());
    if (in_header_ == kHeader) {
      constexpr std::size_t kCodeLength = 34;
      constexpr std::uint16_t kMark = 0x7070;
      ByteReader header(header_);
      has_code_ = header.u16() == kMark;
      header.skip(kCodeLength - header.offset());
      code_left_ = header.u16();
    }
  }
  const Bytes code = part.first(std::min(part.size(), code_left_));
  EVP_DigestUpdate(code_.get(), code.data(), code.size());
  code_left_ -= code.size();
}

BlockDigests BlockDigest::end() {
  BlockDigests digests{end(whole_), std::nullopt};
  if (has_code_ && code_left_ == 0) digests.code = end(code_);
  return digests;
}

}  // namespace sightglass::s7comm
