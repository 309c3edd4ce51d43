// Resolves the names of a condition, checks its types and compiles it.
#pragma once

#include <vector>

#include "rules/filter/program.hpp"
#include "rules/filter/syntax.hpp"

namespace sightglass::filter {

/// The compiled condition. With new `problems` it must not be evaluated.
Program check(const Clause& condition, std::vector<Problem>& problems);

}  // namespace sightglass::filter
