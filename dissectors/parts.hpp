// What comes in parts and is put together: a TSDU of several TPDUs, user data of several PDUs, a
// TLS handshake message of several records.
#pragma once

#include <algorithm>
#include <cstddef>
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
  /// It grew beyond what is kept: `bytes` has its beginning.
  bool is_given_up() const { return length_ > bytes_.size(); }
  Bytes bytes() const { return bytes_; }
  std::size_t length() const { return length_; }  ///< of all of it
  /// Of each part, the frame that completes it.
  std::span<const std::uint64_t> frames() const { return frames_; }

  /// Adds a part; false when with this it has grown beyond what is kept.
  bool add(Bytes part, std::uint64_t frame) {
    is_open_ = true;
    const bool was_given_up = is_given_up();
    const Bytes kept = part.first(std::min(part.size(), kMostBytes - bytes_.size()));
    if (!was_given_up) bytes_.insert(bytes_.end(), kept.begin(), kept.end());
    length_ += part.size();
    if (frames_.size() < kMostFrames) frames_.push_back(frame);
    return was_given_up || !is_given_up();
  }

  void clear() {
    bytes_.clear();
    frames_.clear();
    length_ = 0;
    is_open_ = false;
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint64_t> frames_;
  std::size_t length_ = 0;
  bool is_open_ = false;
};

}  // namespace sightglass
