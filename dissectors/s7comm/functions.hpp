// What of S7comm, S7comm-plus and the transport below them is known, as a list.
#pragma once

#include <vector>

#include "dissectors/functions.hpp"

namespace sightglass::s7comm {

/// TPDUs, jobs, program invocations, user data, then S7comm-plus and others on the same transport.
std::vector<Function> functions();

}  // namespace sightglass::s7comm
