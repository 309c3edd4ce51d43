// What comes in parts and is put together: a TSDU of several TPDUs, user data of several PDUs, a
// TLS handshake message of several records.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dissectors/bytes.hpp"

namespace sightglass {

/// The parts that have come, in the order of coming. Memory is bounded.
class Parts {
 public:
  static constexpr std::size_t kMostBytes = 65535;  ///< kept until the end has come
  static constexpr std::size_t kMostFrames = 256;   ///< kept to be named

  bool is_open() const { return is_open_; }
  /// It grew beyond what is kept, and is forgotten up to its end.
  bool is_given_up() const { return is_given_up_; }
  Bytes bytes() const { return bytes_; }
  /// Of each part, the frame that completes it.
  std::span<const std::uint64_t> frames() const { return frames_; }

  /// Adds a part; false when this gives up what is being put together.
  bool add(Bytes part, std::uint64_t frame) {
    is_open_ = true;
    if (is_given_up_) return true;
    if (bytes_.size() + part.size() > kMostBytes) {
      clear();
      is_open_ = is_given_up_ = true;
      return false;
    }
    bytes_.insert(bytes_.end(), part.begin(), part.end());
    if (frames_.size() < kMostFrames) frames_.push_back(frame);
    return true;
  }

  void clear() {
    bytes_.clear();
    frames_.clear();
    is_open_ = is_given_up_ = false;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint64_t> frames_;
  bool is_open_ = false;
  bool is_given_up_ = false;
};

}  // namespace sightglass
