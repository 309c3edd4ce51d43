// What a block of memory takes with what the allocator keeps beside it.
#pragma once

#include <algorithm>
#include <cstddef>

namespace sightglass {

/// glibc on 64 bits: 8 bytes before the block, multiples of 16, at least 32.
constexpr std::size_t heap_bytes(std::size_t size) {
  return std::max<std::size_t>((size + 8 + 15) / 16 * 16, 32);
}

/// A std::map of so many entries, without what they own.
template <typename Map>
constexpr std::size_t map_bytes(std::size_t entries) {
  constexpr std::size_t kLinks = 4 * sizeof(void*);  // of a node: colour, parent, left, right
  return entries * heap_bytes(kLinks + sizeof(typename Map::value_type));
}

}  // namespace sightglass
