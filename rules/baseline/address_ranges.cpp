// A sorted vector: there are few ranges, and most lookups hit the first.
#include "rules/baseline/address_ranges.hpp"

#include <algorithm>

namespace sightglass {
namespace {

bool touch(const AddressRange& low, const AddressRange& high) {
  return high.first <= low.last || high.first - low.last == 1;
}

void absorb(AddressRange& into, const AddressRange& other) {
  into.first = std::min(into.first, other.first);
  into.last = std::max(into.last, other.last);
  into.times += other.times;
  into.last_seen = std::max(into.last_seen, other.last_seen);
  if (other.first_seen < into.first_seen ||
      (other.first_seen == into.first_seen && other.first_packet < into.first_packet)) {
    into.first_seen = other.first_seen;
    into.first_packet = other.first_packet;
  }
}

}  // namespace

AddressRanges::Added AddressRanges::add(const AddressRange& range, bool have_neighbours) {
  if (!have_neighbours && ranges_.size() >= kMostExact && !at(range.first)) return Added::refused;
  auto at = std::ranges::lower_bound(ranges_, range.first, {}, &AddressRange::first);
  at = ranges_.insert(at, range);
  if (at != ranges_.begin() && touch(*std::prev(at), *at)) {
    --at;
    absorb(*at, *std::next(at));
    ranges_.erase(std::next(at));
  }
  while (std::next(at) != ranges_.end() && touch(*at, *std::next(at))) {
    absorb(*at, *std::next(at));
    ranges_.erase(std::next(at));
  }
  if (ranges_.size() <= kMost || !have_neighbours) return Added::exactly;

  std::size_t narrowest = 0;
  for (std::size_t i = 1; i + 1 < ranges_.size(); ++i) {
    const auto gap = [this](std::size_t low) { return ranges_[low + 1].first - ranges_[low].last; };
    if (gap(i) < gap(narrowest)) narrowest = i;
  }
  const auto low = ranges_.begin() + static_cast<std::ptrdiff_t>(narrowest);
  absorb(*low, *std::next(low));
  ranges_.erase(std::next(low));
  return Added::widened;
}

bool AddressRanges::covers(std::uint32_t first, std::uint32_t last) const {
  const AddressRange* range = at(first);
  return range && last <= range->last;
}

const AddressRange* AddressRanges::at(std::uint32_t address) const {
  const auto after = std::ranges::upper_bound(ranges_, address, {}, &AddressRange::first);
  if (after == ranges_.begin()) return nullptr;
  const AddressRange& range = *std::prev(after);
  return address <= range.last ? &range : nullptr;
}

}  // namespace sightglass
