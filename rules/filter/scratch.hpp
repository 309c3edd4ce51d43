// Working memory of evaluation, so that judging a PDU allocates nothing in the steady state.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "dissectors/field.hpp"
#include "rules/filter/pattern.hpp"

namespace sightglass::filter {

/// Bytes that values made during one evaluation point into. Blocks stay, so that addresses do, and
/// are used again after `reset`.
class Arena {
 public:
  void reset() { block_ = used_ = 0; }

  std::span<std::uint8_t> take(std::size_t bytes) {
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < bytes) next();
    if (block_ == blocks_.size()) {
      const std::size_t size = bytes < kBlockBytes ? kBlockBytes : bytes;
      blocks_.push_back({std::make_unique<std::uint8_t[]>(size), size});
    }
    const std::span<std::uint8_t> run(blocks_[block_].bytes.get() + used_, bytes);
    used_ += bytes;
    return run;
  }

  std::string_view copy(std::string_view text) {
    const auto run = take(text.size());
    if (!text.empty()) std::memcpy(run.data(), text.data(), text.size());
    return as_text(run);
  }

 private:
  static constexpr std::size_t kBlockBytes = 4096;
  struct Block {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t size;
  };
  void next() {
    ++block_;
    used_ = 0;
  }
  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0;
};

/// One per thread, used for one evaluation at a time.
class Scratch {
 public:
  /// Searches by `matches` that were given up at a limit and counted as not found.
  std::uint64_t pattern_limit_hits() const { return patterns.limit_hits(); }

  std::vector<Value> values;  ///< a stack: each operand's values on top of the last one's
  std::vector<Field> fields;
  Arena arena;
  PatternScratch patterns;
};

}  // namespace sightglass::filter
