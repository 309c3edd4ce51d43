// Open addressing over indices: the entries themselves stay in order of appearance.
#include "sensor/pipeline/known_facts.hpp"

#include "dissectors/kept_names.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kFirstSlots = 16;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  value *= 0xc4ceb9fe1a85ec53ULL;
  return value ^ value >> 33;
}

}  // namespace

std::uint64_t KnownFacts::fingerprint(Fact::Kind kind, std::uint32_t function,
                                      const Object& object) {
  const std::uint64_t what = static_cast<std::uint64_t>(kind) << 56 |
                             static_cast<std::uint64_t>(object.space) << 48 |
                             std::uint64_t{function} << 16;
  const std::uint64_t where = std::uint64_t{object.first} << 32 | object.count;
  return mix(what ^ mix(where ^ mix(std::uint64_t{object.container} << 32 | object.unit)));
}

KnownFacts::Sighting KnownFacts::see(Fact::Kind kind, Operation operation, std::uint32_t function,
                                     std::string_view function_name, const Object& object,
                                     Timestamp time) {
  if (expected_ == entries_.size()) expected_ = 0;
  if (!entries_.empty() && entries_[expected_].is(kind, function, object)) {
    last_ = expected_++;
    return count(entries_[last_], {1, time, time});
  }
  if (slots_.empty() || entries_.size() * 2 >= slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = fingerprint(kind, function, object) & mask;; i = (i + 1) & mask) {
    if (slots_[i] == 0) {
      if (entries_.size() >= kFactsPerFlow) return Sighting::no_room;
      Object kept = object;
      kept.name = kept_name(object.name);
      entries_.push_back({kind, operation, function, function_name, kept, {}});
      slots_[i] = static_cast<std::uint16_t>(entries_.size());
      last_ = entries_.size() - 1;
      return Sighting::first;
    }
    const std::size_t entry = slots_[i] - 1u;
    if (!entries_[entry].is(kind, function, object)) continue;
    last_ = entry;
    expected_ = entry + 1;
    return count(entries_[entry], {1, time, time});
  }
}

KnownFacts::Sighting KnownFacts::count(Counted& entry, const Sightings& more) {
  if (entry.kind == Fact::Kind::write) return Sighting::repeat;
  entry.sightings.add(more);
  dirty_ = true;
  return Sighting::repeat;
}

void KnownFacts::grow() {
  const std::size_t size = slots_.empty() ? kFirstSlots : slots_.size() * 2;
  slots_.assign(size, 0);
  for (std::size_t entry = 0; entry < entries_.size(); ++entry) {
    const Counted& known = entries_[entry];
    std::size_t i = fingerprint(known.kind, known.function, known.object) & (size - 1);
    while (slots_[i] != 0) i = (i + 1) & (size - 1);
    slots_[i] = static_cast<std::uint16_t>(entry + 1);
  }
}

}  // namespace sightglass
