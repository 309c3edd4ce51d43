#include "dissectors/opcua/session.hpp"

#include <algorithm>

namespace sightglass::opcua {

void Session::opened(std::string_view policy_uri) {
  const auto hash = policy_uri.rfind('#');
  const std::string_view name =
      hash == std::string_view::npos ? policy_uri : policy_uri.substr(hash + 1);
  policy = name.substr(0, kMaxName);
  protection = policy == "None" ? Protection::none : Protection::encrypt;
  mode = policy == "None" ? "None" : "unknown";
}

ChannelSecurity::Strength Session::strength() const {
  using Strength = ChannelSecurity::Strength;
  if (protection == Protection::none || protection == Protection::unknown) return Strength::none;
  // The two policies that were withdrawn for their SHA-1 (Part 7, 6.6).
  return policy == "Basic128Rsa15" || policy == "Basic256" ? Strength::weak : Strength::strong;
}

std::size_t Session::signature_size() const {
  constexpr std::size_t kHmacSha1 = 20, kHmacSha256 = 32;
  switch (strength()) {
    case ChannelSecurity::Strength::none:
      return 0;
    case ChannelSecurity::Strength::weak:
      return kHmacSha1;
    case ChannelSecurity::Strength::strong:
      break;
  }
  return kHmacSha256;
}

void Context::keep(RequestId request, const std::vector<Touch>& touches,
                   std::uint32_t subscription) {
  request_ = request;
  subscription_ = subscription;
  touches_.clear();
  names_.clear();
  for (const Touch& touch : touches) {
    if (touches_.size() == kContextTouches) return;
    Kept kept{touch, static_cast<std::uint32_t>(names_.size()), 0};
    kept.size = static_cast<std::uint32_t>(std::min(touch.node.name.size(), kMaxName));
    names_ += touch.node.name.substr(0, kept.size);
    kept.touch.node.name = {};
    kept.touch.values = {};
    touches_.push_back(kept);
  }
}

Touch Context::at(std::size_t index) const {
  const Kept& kept = touches_[index];
  Touch touch = kept.touch;
  touch.node.name = std::string_view(names_).substr(kept.begin, kept.size);
  return touch;
}

void MonitoredItems::add(std::uint32_t subscription, const Touch& touch, std::uint32_t item) {
  const std::uint64_t wanted = key(subscription, touch.client_handle);
  if (items_.size() >= kMaxMonitored && !items_.contains(wanted)) return;
  Item& kept = items_[wanted];
  kept.node = touch.node;
  kept.node.name = {};
  kept.name = touch.node.name.substr(0, kMaxName);
  kept.attribute = touch.attribute;
  kept.item = item;
}

void MonitoredItems::remove_item(std::uint32_t subscription, std::uint32_t item) {
  std::erase_if(items_, [&](const auto& entry) {
    return entry.first >> 32 == subscription && entry.second.item == item;
  });
}

void MonitoredItems::remove_subscription(std::uint32_t subscription) {
  std::erase_if(items_, [&](const auto& entry) { return entry.first >> 32 == subscription; });
}

void MonitoredItems::resolve(std::uint32_t subscription, Touch& touch) const {
  const auto found = items_.find(key(subscription, touch.client_handle));
  if (found == items_.end()) return;
  touch.node = found->second.node;
  touch.node.name = found->second.name;
  touch.attribute = found->second.attribute;
}

}  // namespace sightglass::opcua
