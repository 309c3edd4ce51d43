// Literals: what is written, turned into a value of the type it is compared with.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "rules/filter/program.hpp"
#include "rules/filter/syntax.hpp"

namespace sightglass::filter {

/// The literal (Term::Kind::word or text) as a value to compare `with`; bytes and text are kept in
/// `storage`. Nothing when it is no value of that type.
std::optional<Constant> literal(const Term& term, const Operand& with,
                                std::deque<std::string>& storage);

/// What could stand there instead: "a number from 0 to 255", "an IPv4 address or network".
std::string expectation(const Operand& with);

/// A decimal, 0x, 0b or octal (leading 0, as in Wireshark) number.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// What stands between the brackets of a slice. Nothing when it is none.
std::optional<Slice> parse_slice(std::string_view text);

}  // namespace sightglass::filter
