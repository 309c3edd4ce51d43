// Order and equality over all types of values.
#include "rules/filter/relation.hpp"

#include <algorithm>
#include <compare>

namespace sightglass::filter {
namespace {

std::partial_ordering order_bytes(Bytes a, Bytes b) {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
}

bool is_run(ValueType type) {
  return type == ValueType::bytes || type == ValueType::text || type == ValueType::ipv6;
}

bool is_signed(ValueType type) {
  return type == ValueType::signed_integer || type == ValueType::time ||
         type == ValueType::duration;
}

double as_real(const Value& value) {
  if (value.type() == ValueType::real) return value.real();
  return is_signed(value.type()) ? static_cast<double>(value.integer())
                                 : static_cast<double>(value.number());
}

/// Unordered when the two are of kinds that can never be equal, such as IPv4 and IPv6.
std::partial_ordering order(const Value& a, const Value& b) {
  if (is_run(a.type()) || is_run(b.type())) {
    const bool same = is_run(a.type()) && is_run(b.type()) &&
                      (a.type() == ValueType::ipv6) == (b.type() == ValueType::ipv6);
    return same ? order_bytes(a.bytes(), b.bytes()) : std::partial_ordering::unordered;
  }
  if (a.type() == ValueType::real || b.type() == ValueType::real) return as_real(a) <=> as_real(b);
  const bool a_negative = is_signed(a.type()) && a.integer() < 0;
  const bool b_negative = is_signed(b.type()) && b.integer() < 0;
  if (a_negative != b_negative) {
    return a_negative ? std::partial_ordering::less : std::partial_ordering::greater;
  }
  return a_negative ? a.integer() <=> b.integer() : a.number() <=> b.number();
}

/// Whether the leading `bits` of two equally long runs agree.
bool same_prefix(Bytes a, Bytes b, std::size_t bits) {
  const std::size_t whole = bits / 8;
  if (a.size() != b.size() || !std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const std::size_t rest = bits % 8;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

bool in_network(const Value& value, const Constant& network) {
  if (value.type() != network.value.type()) return false;
  const auto prefix = static_cast<std::size_t>(network.prefix);
  if (value.type() == ValueType::ipv6) {
    return same_prefix(value.bytes(), network.value.bytes(), prefix);
  }
  return prefix == 0 || (value.number() ^ network.value.number()) >> (32 - prefix) == 0;
}

bool equal(const Value& value, const Constant& constant) {
  return constant.prefix < 0 ? std::is_eq(order(value, constant.value))
                             : in_network(value, constant);
}

}  // namespace

bool holds(Relation relation, const Value& left, const Constant& right) {
  switch (relation) {
    case Relation::equal:
      return equal(left, right);
    case Relation::differ:
      return !equal(left, right);
    case Relation::less:
      return std::is_lt(order(left, right.value));
    case Relation::less_equal:
      return std::is_lteq(order(left, right.value));
    case Relation::greater:
      return std::is_gt(order(left, right.value));
    case Relation::greater_equal:
      return std::is_gteq(order(left, right.value));
  }
  return false;
}

bool in_set(const Value& value, const std::vector<Element>& elements) {
  return std::any_of(elements.begin(), elements.end(), [&](const Element& element) {
    if (!element.last) return equal(value, element.first);
    return std::is_gteq(order(value, element.first.value)) &&
           std::is_lteq(order(value, element.last->value));
  });
}

}  // namespace sightglass::filter
