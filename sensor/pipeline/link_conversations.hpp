// Who talks to whom below IP: PROFINET, GOOSE, EtherCAT, LLDP ...
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "dissectors/layers.hpp"
#include "rules/conversation_counts.hpp"

namespace sightglass {

/// Pairs of stations and their EtherType, of one shard; frames of more are not counted one by one.
inline constexpr std::size_t kLinkConversations = 512;

/// Counts the frames of one shard that carry neither IP nor ARP. Nothing is allocated for a pair
/// that spoke before. Used by the shard's worker.
class LinkConversations {
 public:
  static bool concerns(const Layers& layers) {
    return layers.network == NetworkLayer::none && layers.has_ethernet;
  }
  /// Of a packet that it concerns.
  void count(const Layers& layers);
  /// Appends what was counted since it was called last, in no order, and forgets who was silent.
  void take(std::vector<ConversationCounts>& out);
  /// Frames there was no room for.
  std::uint64_t untold() const { return untold_; }

 private:
  /// The server is a group, or the higher address: who began is not known.
  struct Pair {
    Realm realm;
    MacAddress client, server;
    std::uint16_t ether_type = 0;
    bool operator==(const Pair&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Pair& pair) const noexcept;
  };
  struct Counts {
    std::uint64_t packets = 0, bytes = 0, truncated = 0;
    Timestamp first_seen{}, last_seen{};
  };

  static Pair pair_of(const Layers& layers);

  std::unordered_map<Pair, Counts, Hash> pairs_;
  std::uint64_t untold_ = 0;
};

}  // namespace sightglass
