// The sources of values in a condition: fields, and what is cut, masked or counted of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/filter/program.hpp"
#include "rules/filter/syntax.hpp"

namespace sightglass::filter {

inline bool is_text_or_bytes(ValueType type) {
  return type == ValueType::text || type == ValueType::bytes;
}

/// What the values of an operand are, for messages: "a number", "an IPv4 address".
std::string type_words(const Operand& operand);

/// Compiles terms that have values in packets; literals are another matter (literal.hpp).
class Sources {
 public:
  Sources(Program& program, std::vector<Problem>& problems)
      : program_(program), problems_(problems) {}

  /// A field, the frame, a slice, a mask or a function of one. Of kind `invalid` when it is none:
  /// then the reason is among the problems.
  Operand source(const Term& term);
  /// All bytes of a value that is not kept as bytes, such as a MAC address.
  Operand as_bytes(Operand inner);
  /// Puts an operand into the program; its index.
  std::uint32_t add(Operand operand);

 private:
  void fail(Span span, std::string message) { problems_.push_back({span, std::move(message)}); }
  std::optional<std::uint32_t> part(const Term& term, Operand& operand);
  Operand field(const Term& term);
  Operand slice(const Term& term);
  Operand mask(const Term& term);
  Operand call(const Term& term);

  Program& program_;
  std::vector<Problem>& problems_;
};

}  // namespace sightglass::filter
