// What is normal on this network: hosts, conversations, operations, objects.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "rules/baseline/address_ranges.hpp"
#include "rules/host_key.hpp"
#include "rules/judge_limits.hpp"

namespace sightglass {

/// What makes two facts the same fact. Members that the kind does not use are zero. The order puts
/// together what is asked together: everything about one object of one server, whoever touched it.
struct FactKey {
  Fact::Kind kind = Fact::Kind::host;
  HostKey server;
  Protocol protocol = Protocol::unknown;
  std::uint32_t unit = 0;
  ObjectSpace space = ObjectSpace::none;
  std::uint32_t container = 0;
  std::uint32_t function = 0;
  HostKey client;
  TransportLayer transport = TransportLayer::none;
  std::uint16_t server_port = 0, ether_type = 0;
  auto operator<=>(const FactKey&) const = default;
};
FactKey key_of(const Fact& fact);

/// How often and when something was seen.
struct Sightings {
  std::uint64_t times = 0;
  Timestamp first_seen{}, last_seen{};
  std::uint64_t first_packet = 0;
};

/// The learned facts. Merging is commutative (earliest first, latest last, sums) as long as no
/// limit is met; beyond the limit new facts are dropped and counted. Judge's thread.
class LearnedFacts {
 public:
  LearnedFacts(std::size_t most_entries, JudgeCounters& counters);

  /// Merges a fact, new or known.
  void learn(const Fact& fact);
  /// A known fact was seen again; one that is not known is ignored.
  void count(const Fact& fact);
  /// Reads and writes are known when every single address of their range is.
  bool knows(const Fact& fact) const;

  /// What is known of a host, conversation or operation.
  std::optional<Sightings> sightings(const FactKey& key) const;
  /// Whether the client ever wrote anything to the server.
  bool ever_wrote(const Station& client, const Station& server) const;

  /// Facts of a kind about one object space (reads, writes) or one unit (operations; `space` none)
  /// of a server, by any client: at most `most`, in canonical order.
  std::vector<Fact> about(Fact::Kind kind, const Conversation& conversation, const Object& object,
                          std::size_t most) const;

  /// Everything, in canonical order; one fact per address range.
  std::vector<Fact> facts() const;
  std::uint64_t revision() const { return revision_; }
  /// Memory of the facts, about: without texts and address ranges.
  std::size_t bytes() const { return bytes_of(entries_.size()); }
  static std::size_t bytes_of(std::size_t facts) {
    return facts * sizeof(std::pair<const FactKey, Entry>);
  }

 private:
  struct Entry {
    Fact first;  ///< the earliest: its names, MACs and operation are for display
    Sightings seen;
    AddressRanges ranges;  ///< of reads and writes
  };

  Fact kept(const Fact& fact);
  void merge(Entry& entry, const Fact& fact);
  void add_range(Entry& entry, const Fact& fact);
  void append(const Entry& entry, std::size_t most, std::vector<Fact>& out) const;

  std::size_t most_entries_;
  JudgeCounters& counters_;
  std::map<FactKey, Entry> entries_;
  std::set<std::pair<HostKey, HostKey>> writers_;  ///< client, server
  std::set<std::string, std::less<>> names_;       ///< of functions: the facts' own may go away
  /// Kept names of objects by container and first address, for the ranges that have them.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string_view> object_names_;
  std::uint64_t revision_ = 0;
};

}  // namespace sightglass
