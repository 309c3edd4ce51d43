// The blocks that a connection transfers. Upload jobs name theirs once only, by an identifier that
// devices use again; the parts of a block are told by the block they are of.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "dissectors/message.hpp"
#include "dissectors/s7comm/block_digest.hpp"

namespace sightglass::s7comm {

class Transfers {
 public:
  /// The last few are kept; devices allow one or two at once.
  static constexpr std::size_t kMostTransfers = 4;

  void upload_began(std::uint32_t upload, const Object& block) {
    begin({false, upload, block, BlockDigest()});
  }
  void download_began(const Object& block) { begin({true, 0, block, BlockDigest()}); }

  /// The block that upload `upload` is of; nullptr when its beginning was not seen.
  const Object* uploading(std::uint32_t upload) const {
    for (const Transfer& one : transfers_) {
      if (one.is_of(false, upload)) return &one.block;
    }
    return nullptr;
  }

  /// Takes a part. The digests with the last one, when all before it have come.
  std::optional<BlockDigests> add(bool is_download, const Object& block, Bytes part, bool is_last) {
    for (Transfer& one : transfers_) {
      if (!one.digest || one.is_download != is_download || one.block != block) continue;
      one.digest->add(part);
      if (!is_last) return std::nullopt;
      const BlockDigests digests = one.digest->end();
      one.digest.reset();
      return digests;
    }
    return std::nullopt;
  }

  /// Bytes were lost: of what is under way not every part has come.
  void lose() {
    for (Transfer& one : transfers_) one.digest.reset();
  }

 private:
  struct Transfer {
    bool is_download = false;
    std::uint32_t upload = 0;
    Object block;
    std::optional<BlockDigest> digest;  ///< until the last part

    bool is_of(bool download, std::uint32_t identifier) const {
      return block.space != ObjectSpace::none && is_download == download && upload == identifier;
    }
  };

  void begin(Transfer transfer) {
    for (Transfer& one : transfers_) {
      const bool is_same = one.is_of(transfer.is_download, transfer.upload) &&
                           (!transfer.is_download || one.block == transfer.block);
      if (!is_same) continue;
      one = std::move(transfer);
      return;
    }
    transfers_[next_++ % transfers_.size()] = std::move(transfer);
  }

  std::array<Transfer, kMostTransfers> transfers_{};
  std::size_t next_ = 0;
};

}  // namespace sightglass::s7comm
