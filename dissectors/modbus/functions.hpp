// What of Modbus is known, as a list.
#pragma once

#include <vector>

#include "dissectors/functions.hpp"

namespace sightglass::modbus {

/// By function code, sub-functions behind theirs.
std::vector<Function> functions();

}  // namespace sightglass::modbus
