// How values compare.
#pragma once

#include <vector>

#include "rules/filter/program.hpp"

namespace sightglass::filter {

/// `left relation right`. Values of kinds that can never be equal (IPv4 and IPv6) differ and have
/// no order. A network is equal to the addresses in it.
bool holds(Relation relation, const Value& left, const Constant& right);

/// Whether the value is one of the elements, or lies in one of the ranges.
bool in_set(const Value& value, const std::vector<Element>& elements);

}  // namespace sightglass::filter
