// The variables that a request reads or writes, and the attributes.
#pragma once

#include "dissectors/s7comm/items.hpp"
#include "dissectors/s7comm/plus/contents.hpp"

namespace sightglass::s7comm::plus {

/// More variables in one request are shown, but not followed to its answer.
inline constexpr std::size_t kMostFollowed = 256;

/// What the requests that read or write several at once name.
struct Addresses {
  std::uint32_t object = 0;  ///< whose attributes they are; 0 where they are variables
  std::uint32_t count = 0;
};

/// Reads them; adds each variable to `asked`, with no space where it is not data of the process.
Addresses read_addresses(Contents& contents, Asked& asked);

}  // namespace sightglass::s7comm::plus
