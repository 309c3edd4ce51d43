// What of TLS is known, as a list.
#pragma once

#include <vector>

#include "dissectors/functions.hpp"

namespace sightglass::tls {

/// The messages of its records, as a protocol whose content they stand in: TLS itself, or one that
/// carries it.
std::vector<Function> functions(Protocol protocol);

}  // namespace sightglass::tls
