#include "sensor/pipeline/host_book.hpp"

namespace sightglass {

void HostBook::add(std::span<const ConversationCounts> conversations) {
  for (const ConversationCounts& counts : conversations) {
    add(counts.client, counts);
    add(counts.server, counts);
  }
}

void HostBook::add(const Station& host, const ConversationCounts& counts) {
  const bool is_group = host.ip.is_none() ? host.mac.is_group() : host.ip.is_group();
  if (is_group) return;
  auto known = hosts_.find(host_key(host));
  if (known == hosts_.end()) {
    if (hosts_.size() >= most_) {
      ++untold_;
      return;
    }
    known = hosts_.emplace(host_key(host), HostCounts{}).first;
    known->second.host = host;
  }
  if (counts.last_seen >= known->second.last_seen) known->second.host.mac = host.mac;
  known->second.add(counts);
}

std::vector<HostCounts> HostBook::take(const site::Site& site) {
  std::vector<HostCounts> taken;
  taken.reserve(hosts_.size());
  for (auto& [key, counts] : hosts_) {
    const site::Labels labels = site.labels(key.realm, key.ip, counts.host.mac);
    counts.name = labels.name();
    counts.zone = labels.zone_name();
    taken.push_back(std::move(counts));
  }
  hosts_.clear();
  return taken;
}

}  // namespace sightglass
