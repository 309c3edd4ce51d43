// The hosts of all conversations, added up until somebody takes them.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "rules/host_counts.hpp"
#include "rules/site/site.hpp"
#include "sensor/flow/heap_bytes.hpp"

namespace sightglass {

/// Hosts kept between two takings; what more there are is not counted (only how often).
inline constexpr std::size_t kHosts = 65'536;

/// Used by the thread of the judge. What it keeps does not depend on how many workers there are, as
/// long as each call brings what all of them found, sorted canonically.
class HostBook {
 public:
  explicit HostBook(std::size_t most = kHosts) : most_(most) {}

  /// Counts for both ends; addresses of groups are no hosts.
  void add(std::span<const ConversationCounts> conversations);
  /// Everything since it was last called, in the order of the hosts, named as `site` names them.
  std::vector<HostCounts> take(const site::Site& site);
  /// Memory of what is kept.
  std::size_t bytes() const { return bytes_of(hosts_.size()); }
  static std::size_t bytes_of(std::size_t hosts) {
    return map_bytes<std::map<HostKey, HostCounts>>(hosts);
  }
  std::uint64_t untold() const { return untold_; }  ///< spans that there was no room for

 private:
  void add(const Station& host, const ConversationCounts& counts);

  std::size_t most_;
  std::map<HostKey, HostCounts> hosts_;
  std::uint64_t untold_ = 0;
};

}  // namespace sightglass
