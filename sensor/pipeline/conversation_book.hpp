// The conversations of all workers, added up until somebody takes them.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "rules/conversation_counts.hpp"
#include "sensor/flow/heap_bytes.hpp"

namespace sightglass {

/// Conversations kept between two takings; what more there are is not counted (only how often).
inline constexpr std::size_t kConversations = 65'536;

/// Used by the thread of the judge. What it keeps does not depend on how many workers there are, as
/// long as each call brings what all of them found, sorted canonically.
class ConversationBook {
 public:
  explicit ConversationBook(std::size_t most = kConversations) : most_(most) {}

  void add(std::span<const ConversationCounts> found);
  /// Everything since it was last called, in the order of the keys.
  std::vector<ConversationCounts> take();
  /// Memory of what is kept.
  std::size_t bytes() const { return bytes_of(conversations_.size()); }
  static std::size_t bytes_of(std::size_t conversations) {
    return map_bytes<std::map<ConversationKey, ConversationCounts>>(conversations);
  }
  std::uint64_t untold() const { return untold_; }  ///< spans that there was no room for

 private:
  std::size_t most_;
  std::map<ConversationKey, ConversationCounts> conversations_;
  std::uint64_t untold_ = 0;
};

}  // namespace sightglass
