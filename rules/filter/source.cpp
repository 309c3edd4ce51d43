// Looks up names and applies slices, masks and functions; every mistake is reported where it
// stands.
#include "rules/filter/source.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "dissectors/sg_fields.hpp"
#include "rules/diagnostic.hpp"
#include "rules/filter/literal.hpp"
#include "rules/filter/vocabulary.hpp"

namespace sightglass::filter {
namespace {

struct FunctionWord {
  std::string_view name;
  Operand::Kind kind;
};
constexpr std::array<FunctionWord, 4> kFunctions = {{{"len", Operand::Kind::length},
                                                     {"count", Operand::Kind::count},
                                                     {"lower", Operand::Kind::lower},
                                                     {"upper", Operand::Kind::upper}}};

constexpr std::array<std::string_view, 4> kFunctionNames = {"len", "count", "lower", "upper"};

bool is_integer(ValueType type) {
  return type == ValueType::unsigned_integer || type == ValueType::signed_integer;
}

bool is_sliceable(ValueType type) {
  return is_text_or_bytes(type) || type == ValueType::ipv4 || type == ValueType::ipv6 ||
         type == ValueType::mac;
}

}  // namespace

std::string type_words(const Operand& operand) {
  if (operand.any_ip) return "an IP address";
  switch (operand.type) {
    case ValueType::presence:
      return "without a value";
    case ValueType::boolean:
      return "true or false";
    case ValueType::unsigned_integer:
    case ValueType::signed_integer:
    case ValueType::real:
      return "a number";
    case ValueType::bytes:
      return "bytes";
    case ValueType::text:
      return "text";
    case ValueType::ipv4:
      return "an IPv4 address";
    case ValueType::ipv6:
      return "an IPv6 address";
    case ValueType::mac:
      return "a MAC address";
    case ValueType::time:
      return "a time";
    case ValueType::duration:
      return "a duration";
  }
  return "";
}

std::uint32_t Sources::add(Operand operand) {
  program_.operands.push_back(std::move(operand));
  return static_cast<std::uint32_t>(program_.operands.size() - 1);
}

Operand Sources::source(const Term& term) {
  Operand operand;
  switch (term.kind) {
    case Term::Kind::word:
      operand = field(term);
      break;
    case Term::Kind::slice:
      operand = slice(term);
      break;
    case Term::Kind::mask:
      operand = mask(term);
      break;
    case Term::Kind::call:
      operand = call(term);
      break;
    case Term::Kind::text:
      fail(term.span, "a field must stand here; a value comes after the operator");
      break;
    case Term::Kind::invalid:
    case Term::Kind::range:
      break;
  }
  return operand;
}

Operand Sources::field(const Term& term) {
  Operand operand;
  operand.written = term.text;
  if (const FieldSpec* spec = find_field(term.text)) {
    operand.kind = Operand::Kind::field;
    operand.field = spec->id;
    operand.type = spec->type;
    operand.bits = spec->bits;
    operand.any_ip = spec->id == sg::client_ip || spec->id == sg::server_ip;
  } else if (term.text == "frame") {
    operand.kind = Operand::Kind::frame;
    operand.type = ValueType::bytes;
  } else if (is_protocol(term.text)) {
    fail(term.span, term.text + " is a protocol: it can only stand alone");
  } else if (parse_number(term.text)) {
    fail(term.span, "a field must stand here; a value comes after the operator");
  } else {
    fail(term.span, "there is no field or protocol \"" + term.text + "\"" +
                        did_you_mean(nearest_name(term.text)));
  }
  return operand;
}

/// What the word before brackets is made of.
std::optional<std::uint32_t> Sources::part(const Term& term, Operand& operand) {
  operand = source(term);
  if (operand.kind == Operand::Kind::invalid) return std::nullopt;
  return add(operand);
}

Operand Sources::slice(const Term& term) {
  Operand inner;
  const auto index = part(term.parts[0], inner);
  const auto range = parse_slice(term.text);
  const Span brackets = {term.parts[0].span.end(), term.span.end() - term.parts[0].span.end()};
  if (!range) {
    fail(brackets,
         "a slice is written [start], [start:length], [start-last], [:length] or [start:]");
  } else if (range->last && (*range->last >= 0) == (range->start >= 0) &&
             *range->last < range->start) {
    fail(brackets, "the slice ends before it starts");
  } else if (index && !is_sliceable(inner.type)) {
    fail(term.parts[0].span,
         inner.written + " is " + type_words(inner) + " and has no bytes to cut");
  } else if (index) {
    Operand operand;
    operand.kind = Operand::Kind::slice;
    operand.type = inner.type == ValueType::text ? ValueType::text : ValueType::bytes;
    operand.inner = *index;
    operand.slice = *range;
    operand.written = inner.written + "[" + term.text + "]";
    return operand;
  }
  return {};
}

Operand Sources::as_bytes(Operand inner) {
  Operand operand;
  operand.kind = Operand::Kind::slice;
  operand.type = ValueType::bytes;
  operand.written = inner.written;
  operand.inner = add(std::move(inner));
  return operand;
}

Operand Sources::mask(const Term& term) {
  Operand inner;
  const auto index = part(term.parts[0], inner);
  if (!index) return {};
  if (!is_integer(inner.type)) {
    fail(term.parts[0].span,
         inner.written + " is " + type_words(inner) + "; only numbers have bits");
    return {};
  }
  const Term& bits = term.parts[1];
  const auto number = bits.kind == Term::Kind::word ? parse_number(bits.text) : std::nullopt;
  if (!number) {
    fail(bits.span, "a mask is a number such as 0x02");
    return {};
  }
  Operand operand = inner;
  operand.kind = Operand::Kind::mask;
  operand.inner = *index;
  operand.mask = *number;
  operand.written = inner.written + " & " + bits.text;
  return operand;
}

Operand Sources::call(const Term& term) {
  const auto* function =
      std::find_if(kFunctions.begin(), kFunctions.end(),
                   [&](const FunctionWord& word) { return word.name == term.text; });
  if (function == kFunctions.end()) {
    const Span name{term.span.offset, static_cast<std::uint32_t>(term.text.size())};
    fail(name, "there is no function \"" + term.text + "\"" +
                   did_you_mean(nearest_word(term.text, kFunctionNames)));
    return {};
  }
  Operand inner;
  const auto index = part(term.parts[0], inner);
  if (!index) return {};
  const bool of_text =
      function->kind == Operand::Kind::lower || function->kind == Operand::Kind::upper;
  if (of_text && inner.type != ValueType::text) {
    fail(term.parts[0].span,
         inner.written + " is " + type_words(inner) + "; " + term.text + "() takes text");
    return {};
  }
  if (function->kind == Operand::Kind::length && !is_sliceable(inner.type)) {
    fail(term.parts[0].span,
         inner.written + " is " + type_words(inner) + "; len() takes text, bytes and addresses");
    return {};
  }
  Operand operand;
  operand.kind = function->kind;
  operand.type = of_text ? ValueType::text : ValueType::unsigned_integer;
  operand.inner = *index;
  operand.written = term.text + "(" + inner.written + ")";
  return operand;
}

}  // namespace sightglass::filter
