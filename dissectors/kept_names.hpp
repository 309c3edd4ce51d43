// Names of objects that outlive the messages they came with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sightglass {

inline constexpr std::size_t kMaxKeptNames = 65536;     ///< of the whole program
inline constexpr std::size_t kMaxKeptNameLength = 256;  ///< bytes; a longer one is not kept

/// The same text for as long as the program runs; "" when it is too long or there are too many.
/// Equal names get the same place. From any thread.
std::string_view kept_name(std::string_view name);

/// How often a name was not kept.
std::uint64_t names_not_kept();

}  // namespace sightglass
