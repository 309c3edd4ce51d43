// A condition as it is written, before anything in it has been looked up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/filter/lexer.hpp"

namespace sightglass::filter {

/// Something that has values: a name, a literal, or what is made of one.
struct Term {
  enum class Kind : std::uint8_t {
    invalid,
    word,   ///< a field, a protocol or an unquoted literal
    text,   ///< a quoted literal, decoded
    slice,  ///< parts[0] with `text` between brackets
    mask,   ///< parts[0] & parts[1]
    call,   ///< `text` of parts
    range,  ///< parts[0] .. parts[1], in a set only
  };
  Kind kind = Kind::invalid;
  Span span;
  std::string text;
  std::vector<Term> parts;
};

/// How many occurrences a relation asks for; `usual` is what the operator itself says.
enum class Quantifier : std::uint8_t { usual, any, all };

/// Something that is true or false.
struct Clause {
  enum class Kind : std::uint8_t {
    invalid,   ///< reported already
    all_of,    ///< clauses joined by &&
    any_of,    ///< clauses joined by ||
    negation,  ///< ! clauses[0]
    truth,     ///< terms[0] alone
    compare,   ///< terms[0] `relation` terms[1]
    member,    ///< terms[0] in {terms[1], ...}
    contains,  ///< terms[0] contains terms[1]
    matches,   ///< terms[0] matches terms[1]
  };
  Kind kind = Kind::invalid;
  Span span;
  Quantifier quantifier = Quantifier::usual;
  std::string relation;  ///< "==", "!=", "===", "!==", "<", "<=", ">", ">="
  std::vector<Clause> clauses;
  std::vector<Term> terms;
};

}  // namespace sightglass::filter
