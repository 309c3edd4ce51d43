// The grammar of conditions: Wireshark 4 display filters without arithmetic and layer operators.
//
//   condition = and { ("||" | "or") and }
//   and       = not { ("&&" | "and") not }
//   not       = ("!" | "not") not
//             | "(" condition ")"
//             | test
//   test      = [ "any" | "all" ] term [ relation ]
//   relation  = compare term
//             | [ "not" ] "in" "{" element { "," element } "}"
//             | "contains" term
//             | ( "matches" | "~" ) string
//   compare   = "==" | "eq" | "any_eq"    any occurrence is equal
//             | "!=" | "ne" | "all_ne"    every occurrence differs
//             | "===" | "all_eq"          every occurrence is equal
//             | "!==" | "any_ne" | "~="   any occurrence differs
//             | "<" | "lt" | "<=" | "le" | ">" | "gt" | ">=" | "ge"
//   element   = term [ ".." term ]
//   term      = primary [ ("&" | "bitand" | "bitwise_and") primary ]
//   primary   = ( word | string | function "(" term ")" ) [ slice ]
//   function  = "len" | "count" | "lower" | "upper"
//   slice     = "[" i "]" | "[" i ":" length "]" | "[" i "-" last "]" | "[:" length "]" | "[" i
//   ":]" word      = a field or protocol; or a number (3, 0x1f, 0b101, -3, 0.5), true, false, an
//   IPv4,
//               IPv6 or MAC address, a network (10.0.0.0/8), bytes (0a:1b:2c)
//   string    = "..." with \\ \" \n \r \t \xHH \OOO, or r"..." without escapes
//
// && binds tighter than ||, a comparison tighter than !. A relation is never true of a field that
// is absent, so `!(a == 1)` holds without `a`, and `a != 1` does not. A name alone tests presence.
#pragma once

#include <string_view>
#include <vector>

#include "rules/filter/syntax.hpp"

namespace sightglass::filter {

/// Brackets and negations within each other; the parser and the evaluator recurse this deep.
inline constexpr std::uint32_t kMaxNesting = 64;
/// Bytes of one condition.
inline constexpr std::size_t kMaxConditionBytes = std::size_t{64} * 1024;

/// Reads a condition. After a mistake it goes on behind the next && or ||, so that one reading
/// finds them all; what could not be read is `invalid` in the result.
Clause parse(std::string_view text, std::vector<Problem>& problems);

}  // namespace sightglass::filter
