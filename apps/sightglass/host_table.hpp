// Hosts as a table for people: what of them was seen, and what was not.
#pragma once

#include <string>
#include <vector>

#include "rules/host_counts.hpp"

namespace sightglass {

/// Least seen first; "" when there are none.
std::string host_table(std::vector<HostCounts> hosts);

}  // namespace sightglass
