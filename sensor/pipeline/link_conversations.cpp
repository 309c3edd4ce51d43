#include "sensor/pipeline/link_conversations.hpp"

#include <algorithm>
#include <utility>

#include "sensor/flow/flow_key.hpp"

namespace sightglass {

std::size_t LinkConversations::Hash::operator()(const Pair& pair) const noexcept {
  return mix(mix(pair.client.bits) + pair.server.bits + (std::uint64_t{pair.ether_type} << 48) +
             (std::uint64_t{pair.realm.number()} << 40));
}

LinkConversations::Pair LinkConversations::pair_of(const Layers& layers) {
  Pair pair{layers.realm, layers.source_mac, layers.destination_mac, layers.ether_type};
  const bool turn = !pair.server.is_group() && pair.server < pair.client;
  if (turn) std::swap(pair.client, pair.server);
  return pair;
}

void LinkConversations::count(const Layers& layers) {
  const Pair pair = pair_of(layers);
  auto known = pairs_.find(pair);
  if (known == pairs_.end()) {
    if (pairs_.size() >= kLinkConversations) {
      ++untold_;
      return;
    }
    known = pairs_.emplace(pair, Counts{}).first;
  }
  Counts& counts = known->second;
  if (counts.packets == 0) counts.first_seen = counts.last_seen = layers.time;
  ++counts.packets;
  counts.bytes += layers.original_length;
  counts.truncated += layers.original_length > layers.captured_length() ? 1 : 0;
  counts.last_seen = std::max(counts.last_seen, layers.time);
}

void LinkConversations::take(std::vector<ConversationCounts>& out) {
  std::erase_if(pairs_, [](const auto& entry) { return entry.second.packets == 0; });
  for (auto& [pair, counts] : pairs_) {
    ConversationCounts& told = out.emplace_back();
    told.client = {{}, pair.client, pair.realm};
    told.server = {{}, pair.server, pair.realm};
    told.ether_type = pair.ether_type;
    told.packets = counts.packets;
    told.bytes = counts.bytes;
    told.truncated = counts.truncated;
    told.first_seen = counts.first_seen;
    told.last_seen = counts.last_seen;
    counts = {};
  }
}

}  // namespace sightglass
