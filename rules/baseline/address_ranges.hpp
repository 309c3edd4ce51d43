// Which addresses of one address space were touched: a set of ranges with counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dissectors/time.hpp"

namespace sightglass {

/// Addresses `first` to `last`, both included, and what is known of them together.
struct AddressRange {
  std::uint32_t first = 0, last = 0;
  std::uint64_t times = 0;
  Timestamp first_seen{}, last_seen{};
  std::uint64_t first_packet = 0;
  bool operator==(const AddressRange&) const = default;
};

/// Disjoint ranges in ascending order that never touch each other. Ranges that overlap or touch
/// become one: counts add up, the earliest and the latest sighting win, so that the order of adding
/// does not matter. Beyond kMost ranges the two with the smallest gap between them (the lowest of
/// such pairs) become one that also covers the gap; or, where addresses have no neighbours, beyond
/// kMostExact ranges what would be another is refused.
class AddressRanges {
 public:
  static constexpr std::size_t kMost = 64;
  static constexpr std::size_t kMostExact = 2048;

  enum class Added : std::uint8_t {
    exactly,
    widened,  ///< a gap is covered now
    refused,
  };
  Added add(const AddressRange& range, bool have_neighbours = true);
  /// Whether every address of [first, last] is in some range.
  bool covers(std::uint32_t first, std::uint32_t last) const;
  /// The range that holds `address`; nullptr when none does.
  const AddressRange* at(std::uint32_t address) const;
  std::span<const AddressRange> ranges() const { return ranges_; }

 private:
  std::vector<AddressRange> ranges_;
};

}  // namespace sightglass
