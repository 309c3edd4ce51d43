// Evaluates a compiled condition.
#pragma once

#include "rules/filter/program.hpp"
#include "rules/filter/record.hpp"
#include "rules/filter/scratch.hpp"

namespace sightglass::filter {

/// Whether the condition holds. `program` must be free of mistakes.
bool evaluate(const Program& program, const Record& record, Scratch& scratch) noexcept;

}  // namespace sightglass::filter
