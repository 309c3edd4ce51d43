// What tells one program block from another: SHA-256 over all of its bytes, and over its code
// alone, which stays the same when a block is saved again.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "dissectors/bytes.hpp"

struct evp_md_ctx_st;

namespace sightglass::s7comm {

using Sha256 = std::array<std::uint8_t, 32>;

struct BlockDigests {
  Sha256 whole{};
  /// Of the code or the initial data, without header (which has the times of change) and without
  /// what follows it (interface, author, checksum). Nothing where the header does not tell.
  std::optional<Sha256> code;
};

/// Takes the parts of a block as they come; keeps its header only.
class BlockDigest {
 public:
  BlockDigest();
  void add(Bytes part);
  /// Ends it: nothing may be added after.
  BlockDigests end();

 private:
  /// pp, version, attributes, language, type, number, length in load memory, security, times of
  /// code and interface, lengths of four parts, the code's being the last: big-endian.
  static constexpr std::size_t kHeader = 36;

  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;
  static Context begin();
  static Sha256 end(const Context& context);

  Context whole_, code_;
  std::array<std::uint8_t, kHeader> header_{};
  std::size_t in_header_ = 0;
  std::size_t code_left_ = 0;  ///< octets of it that have not come
  bool has_code_ = false;
};

}  // namespace sightglass::s7comm
