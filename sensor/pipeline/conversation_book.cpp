#include "sensor/pipeline/conversation_book.hpp"

namespace sightglass {

void ConversationBook::add(std::span<const ConversationCounts> found) {
  for (const ConversationCounts& counts : found) {
    const auto known = conversations_.find(counts.key());
    if (known != conversations_.end()) {
      known->second += counts;
    } else if (conversations_.size() < most_) {
      conversations_.emplace(counts.key(), counts);
    } else {
      ++untold_;
    }
  }
}

std::vector<ConversationCounts> ConversationBook::take() {
  std::vector<ConversationCounts> taken;
  taken.reserve(conversations_.size());
  for (const auto& [key, counts] : conversations_) taken.push_back(counts);
  conversations_.clear();
  return taken;
}

}  // namespace sightglass
