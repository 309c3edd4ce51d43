// Puts the chunks of a message together. OPC 10000-6 (1.05), 6.7.2.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "dissectors/bytes.hpp"

namespace sightglass::opcua {

inline constexpr std::size_t kMaxReassembled = 1 << 20;  ///< bytes of one message that are kept
inline constexpr std::size_t kMaxChunks = 1024;          ///< of one message

/// One direction's message in progress: a sender does not mix the chunks of two messages. The
/// memory is kept from message to message, and never more than the limits.
class Chunks {
 public:
  enum class Added : std::uint8_t {
    kept,
    began_anew,  ///< the message before was not finished: it is dropped
    too_many,    ///< over a limit: the message is dropped
  };

  /// Takes the next chunk: its `header`, which the whole message gets from the last, and its body.
  Added add(std::uint32_t request, Bytes header, Bytes body, std::uint64_t packet) {
    Added result = Added::kept;
    if (packets_.empty() || request != request_) {
      if (!packets_.empty()) result = Added::began_anew;
      drop();
      request_ = request;
      bytes_.assign(header.begin(), header.end());
    }
    const bool fits =
        packets_.size() < kMaxChunks && bytes_.size() + body.size() <= kMaxReassembled;
    if (!fits) {
      drop();
      return Added::too_many;
    }
    packets_.push_back(packet);
    std::copy(header.begin(), header.end(), bytes_.begin());
    bytes_.insert(bytes_.end(), body.begin(), body.end());
    return result;
  }

  bool holds(std::uint32_t request) const { return !packets_.empty() && request == request_; }
  /// Header and bodies; good until the next call that changes it.
  Bytes bytes() const { return bytes_; }
  /// The frames of the chunks so far.
  std::span<const std::uint64_t> packets() const { return packets_; }
  void drop() {
    packets_.clear();
    bytes_.clear();
  }

 private:
  std::uint32_t request_ = 0;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint64_t> packets_;
};

}  // namespace sightglass::opcua
