// What of OPC UA is known, as a list.
#pragma once

#include <vector>

#include "dissectors/functions.hpp"

namespace sightglass::opcua {

/// The messages of the transport, then the services in order of their number.
std::vector<Function> functions();

}  // namespace sightglass::opcua
