// An ordered map: its order is the canonical order, and neighbours answer "who else".
#include "rules/baseline/learned_facts.hpp"

#include <algorithm>
#include <tuple>

#include "rules/alert/party.hpp"
#include "rules/alert/time_text.hpp"
#include "rules/judge.hpp"

namespace sightglass {
namespace {

bool has_range(Fact::Kind kind) { return kind == Fact::Kind::read || kind == Fact::Kind::write; }

std::uint32_t last_address(const Object& object) {
  const std::uint64_t last = std::uint64_t{object.first} + std::max(object.count, 1u) - 1;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(last, UINT32_MAX));
}

AddressRange range_of(const Fact& fact) {
  return {fact.object.first, last_address(fact.object), fact.times, fact.first_seen,
          fact.last_seen,    fact.first_packet};
}

std::string_view kind_word(Fact::Kind kind) {
  switch (kind) {
    case Fact::Kind::host:
      return "host";
    case Fact::Kind::conversation:
      return "conversation";
    case Fact::Kind::operation:
      return "operation";
    case Fact::Kind::read:
      return "read";
    case Fact::Kind::write:
      return "write";
  }
  return "";
}

}  // namespace

FactKey key_of(const Fact& fact) {
  const Conversation& conversation = fact.conversation;
  FactKey key;
  key.kind = fact.kind;
  key.client = host_key(conversation.client);
  if (fact.kind == Fact::Kind::host) return key;
  key.server = host_key(conversation.server);
  if (fact.kind == Fact::Kind::conversation) {
    // Without the protocol: the same conversation is first seen before its protocol is known.
    key.transport = conversation.transport;
    key.server_port = conversation.server_port;
    key.ether_type = conversation.ether_type;
    return key;
  }
  key.protocol = conversation.protocol;
  key.unit = fact.object.unit;
  if (fact.kind == Fact::Kind::operation) {
    key.function = fact.function;
    return key;
  }
  key.space = fact.object.space;
  key.container = fact.object.container;
  return key;
}

LearnedFacts::LearnedFacts(std::size_t most_entries, JudgeCounters& counters)
    : most_entries_(most_entries), counters_(counters) {}

/// Without what belongs to a flow, and with a name that lives as long as this. There are as many
/// names as protocols have functions; a store that says otherwise gets none.
Fact LearnedFacts::kept(const Fact& fact) {
  constexpr std::size_t kMostNames = 4096;
  Fact copy = fact;
  copy.conversation.flow = 0;
  copy.conversation.client_port = 0;
  auto found = names_.find(fact.function_name);
  if (found == names_.end() && names_.size() < kMostNames) {
    found = names_.emplace(fact.function_name).first;
  }
  copy.function_name = found == names_.end() ? std::string_view() : std::string_view(*found);
  return copy;
}

void LearnedFacts::merge(Entry& entry, const Fact& fact) {
  Sightings& seen = entry.seen;
  const bool fresh = seen.times == 0;
  seen.times += fact.times;
  if (fresh ||
      std::tie(fact.first_seen, fact.first_packet) < std::tie(seen.first_seen, seen.first_packet)) {
    entry.first = kept(fact);
    seen.first_seen = fact.first_seen;
    seen.first_packet = fact.first_packet;
  }
  if (fresh || fact.last_seen > seen.last_seen) seen.last_seen = fact.last_seen;
  if (has_range(fact.kind)) add_range(entry, fact);
  ++revision_;
}

void LearnedFacts::add_range(Entry& entry, const Fact& fact) {
  const Object& object = fact.object;
  switch (entry.ranges.add(range_of(fact), has_neighbours(object.space))) {
    case AddressRanges::Added::exactly:
      break;
    case AddressRanges::Added::widened:
      ++counters_.ranges_widened;
      break;
    case AddressRanges::Added::refused:
      ++counters_.facts_dropped;
      return;
  }
  if (!object.name.empty())
    object_names_.try_emplace({object.container, object.first}, object.name);
}

void LearnedFacts::learn(const Fact& fact) {
  const FactKey key = key_of(fact);
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= most_entries_) {
      ++counters_.facts_dropped;
      return;
    }
    found = entries_.emplace(key, Entry{}).first;
    ++counters_.facts_learned;
    if (fact.kind == Fact::Kind::write) writers_.emplace(key.client, key.server);
  }
  merge(found->second, fact);
}

void LearnedFacts::count(const Fact& fact) {
  if (!knows(fact)) return;
  merge(entries_.at(key_of(fact)), fact);
}

bool LearnedFacts::knows(const Fact& fact) const {
  const auto found = entries_.find(key_of(fact));
  if (found == entries_.end()) return false;
  return !has_range(fact.kind) ||
         found->second.ranges.covers(fact.object.first, last_address(fact.object));
}

std::optional<Sightings> LearnedFacts::sightings(const FactKey& key) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return found->second.seen;
}

bool LearnedFacts::ever_wrote(const Station& client, const Station& server) const {
  return writers_.contains({host_key(client), host_key(server)});
}

void LearnedFacts::append(const Entry& entry, std::size_t most, std::vector<Fact>& out) const {
  if (!has_range(entry.first.kind)) {
    if (out.size() >= most) return;
    Fact fact = entry.first;
    fact.times = entry.seen.times;
    fact.first_seen = entry.seen.first_seen;
    fact.last_seen = entry.seen.last_seen;
    fact.first_packet = entry.seen.first_packet;
    out.push_back(fact);
    return;
  }
  for (const AddressRange& range : entry.ranges.ranges()) {
    if (out.size() >= most) return;
    Fact fact = entry.first;
    fact.object.first = range.first;
    const auto name = object_names_.find({fact.object.container, range.first});
    fact.object.name = name == object_names_.end() ? std::string_view() : name->second;
    fact.object.count = std::max(range.last - range.first + 1, range.last - range.first);
    fact.times = range.times;
    fact.first_seen = range.first_seen;
    fact.last_seen = range.last_seen;
    fact.first_packet = range.first_packet;
    out.push_back(fact);
  }
}

std::vector<Fact> LearnedFacts::about(Fact::Kind kind, const Conversation& conversation,
                                      const Object& object, std::size_t most) const {
  FactKey from;
  from.kind = kind;
  from.server = host_key(conversation.server);
  from.protocol = conversation.protocol;
  from.unit = object.unit;
  from.space = object.space;
  from.container = object.container;
  const auto same = [&from](const FactKey& key) {
    return key.kind == from.kind && key.server == from.server && key.protocol == from.protocol &&
           key.unit == from.unit && key.space == from.space && key.container == from.container;
  };
  std::vector<Fact> found;
  for (auto at = entries_.lower_bound(from); at != entries_.end() && same(at->first); ++at) {
    append(at->second, most, found);
    if (found.size() >= most) break;
  }
  return found;
}

std::vector<Fact> LearnedFacts::facts() const {
  std::vector<Fact> all;
  for (const auto& [key, entry] : entries_) append(entry, SIZE_MAX, all);
  return all;
}

std::string canonical_text(std::span<const Fact> facts) {
  std::string text;
  for (const Fact& fact : facts) {
    const Conversation& conversation = fact.conversation;
    text += kind_word(fact.kind);
    text += ' ' + address_text(conversation.client);
    if (fact.kind != Fact::Kind::host) text += " > " + address_text(conversation.server);
    if (fact.kind == Fact::Kind::conversation) {
      text += " transport " + std::to_string(static_cast<unsigned>(conversation.transport)) +
              " port " + std::to_string(conversation.server_port) + " ether type " +
              std::to_string(conversation.ether_type);
    }
    if (fact.kind == Fact::Kind::operation) text += " function " + std::to_string(fact.function);
    if (fact.kind == Fact::Kind::operation || has_range(fact.kind)) {
      text += ' ' + std::string(to_text(conversation.protocol)) + ' ' + to_text(fact.object);
    }
    text += " times " + std::to_string(fact.times) + " first " + exact_time(fact.first_seen) +
            " last " + exact_time(fact.last_seen) + '\n';
  }
  return text;
}

}  // namespace sightglass
