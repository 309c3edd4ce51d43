// One function a type; the table at the end says which.
#include "rules/filter/literal.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sightglass::filter {
namespace {

template <typename Number>
std::optional<Number> parse_all(std::string_view text, int base) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return number;
}

std::uint64_t largest(std::uint8_t bits) {
  return bits == 0 || bits >= 64 ? std::numeric_limits<std::uint64_t>::max()
                                 : (std::uint64_t{1} << bits) - 1;
}

std::optional<Constant> unsigned_literal(std::string_view text, const Operand& with) {
  const auto number = parse_number(text);
  if (!number || *number > largest(with.bits)) return std::nullopt;
  return Constant{Value::number(*number)};
}

std::optional<Constant> signed_literal(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto number = parse_number(text.substr(negative ? 1 : 0));
  if (!number || *number > largest(63)) return std::nullopt;
  const auto value = static_cast<std::int64_t>(*number);
  return Constant{Value::integer(negative ? -value : value)};
}

std::optional<Constant> real_literal(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return Constant{Value::real(number)};
}

std::optional<Constant> boolean_literal(std::string_view text) {
  if (text == "true" || text == "1") return Constant{Value::boolean(true)};
  if (text == "false" || text == "0") return Constant{Value::boolean(false)};
  return std::nullopt;
}

/// Seconds with up to nine decimals as nanoseconds: exact, which a double would not be.
std::optional<std::int64_t> parse_seconds(std::string_view text) {
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string decimals(text.substr(std::min(point + 1, text.size())));
  if (decimals.size() > 9 || (point < text.size() && decimals.empty())) return std::nullopt;
  decimals.resize(9, '0');
  const auto whole = parse_all<std::uint64_t>(text.substr(0, point), 10);
  const auto part = parse_all<std::uint32_t>(decimals, 10);
  if (!whole || !part || *whole >= largest(63) / kNanoseconds) return std::nullopt;
  const std::int64_t total = static_cast<std::int64_t>(*whole) * kNanoseconds + *part;
  return negative ? -total : total;
}

std::optional<Constant> time_literal(std::string_view text, ValueType type) {
  const auto ns = parse_seconds(text);
  if (!ns) return std::nullopt;
  return Constant{type == ValueType::time ? Value::time(timestamp_from_ns(*ns))
                                          : Value::duration(Duration(*ns))};
}

std::optional<Constant> ip_literal(std::string_view text, const Operand& with,
                                   std::deque<std::string>& storage) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool v4 = address->family == IpAddress::Family::v4;
  if (!with.any_ip && v4 != (with.type == ValueType::ipv4)) return std::nullopt;
  Constant constant;
  if (slash != std::string_view::npos) {
    const auto prefix = parse_all<std::uint32_t>(text.substr(slash + 1), 10);
    if (!prefix || *prefix > (v4 ? 32u : 128u)) return std::nullopt;
    constant.prefix = static_cast<int>(*prefix);
  }
  if (v4) {
    constant.value = Value::ipv4(address->v4_bits());
  } else {
    storage.emplace_back(as_text(address->bytes()));
    constant.value = Value::ipv6(as_bytes(storage.back()));
  }
  return constant;
}

std::optional<Constant> mac_literal(std::string_view text) {
  const auto address = parse_mac(text);
  return address ? std::optional(Constant{Value::mac(*address)}) : std::nullopt;
}

/// `0a:1b:2c` (or `-`, `.` between the octets); one octet as `0a`, `a` or `0x0a`. Without 0x digits
/// are hexadecimal, as in Wireshark.
std::optional<std::string> parse_octets(std::string_view text) {
  const bool prefixed = text.starts_with("0x");
  if (prefixed || text.size() < 3) {
    const auto octet = parse_all<std::uint8_t>(text.substr(prefixed ? 2 : 0), 16);
    return octet ? std::optional(std::string(1, static_cast<char>(*octet))) : std::nullopt;
  }
  std::string octets;
  while (!text.empty()) {
    if (!octets.empty()) {
      if (std::string_view(":-.").find(text.front()) == std::string_view::npos) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto octet = parse_all<std::uint8_t>(text.substr(0, 2), 16);
    if (!octet || text.size() < 2) return std::nullopt;
    octets += static_cast<char>(*octet);
    text.remove_prefix(2);
  }
  return octets.empty() ? std::nullopt : std::optional(octets);
}

std::optional<Constant> bytes_literal(const Term& term, std::deque<std::string>& storage) {
  std::optional<std::string> octets =
      term.kind == Term::Kind::text ? std::optional(term.text) : parse_octets(term.text);
  if (!octets) return std::nullopt;
  storage.push_back(std::move(*octets));
  return Constant{Value::bytes(as_bytes(storage.back()))};
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) {
    return parse_all<std::uint64_t>(text.substr(2), 16);
  }
  if (text.starts_with("0b") || text.starts_with("0B")) {
    return parse_all<std::uint64_t>(text.substr(2), 2);
  }
  const bool octal = text.size() > 1 && text.starts_with('0');
  return parse_all<std::uint64_t>(text, octal ? 8 : 10);
}

std::optional<Slice> parse_slice(std::string_view text) {
  const auto trimmed = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return part;
  };
  text = trimmed(text);
  Slice slice;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view from = trimmed(text.substr(0, colon));
    const std::string_view length = trimmed(text.substr(colon + 1));
    const auto start = from.empty() ? std::optional(0) : parse_all<std::int32_t>(from, 10);
    if (!start || (from.empty() && length.empty())) return std::nullopt;
    slice.start = *start;
    if (length.empty()) return slice;
    slice.length = parse_all<std::int32_t>(length, 10);
    return slice.length && *slice.length > 0 ? std::optional(slice) : std::nullopt;
  }
  const std::size_t dash = text.find('-', 1);
  const auto start = parse_all<std::int32_t>(trimmed(text.substr(0, dash)), 10);
  if (!start) return std::nullopt;
  slice.start = *start;
  if (dash == std::string_view::npos) {
    slice.length = 1;
    return slice;
  }
  slice.last = parse_all<std::int32_t>(trimmed(text.substr(dash + 1)), 10);
  return slice.last ? std::optional(slice) : std::nullopt;
}

std::optional<Constant> literal(const Term& term, const Operand& with,
                                std::deque<std::string>& storage) {
  if (with.type == ValueType::bytes) return bytes_literal(term, storage);
  if (with.type == ValueType::text) {
    if (term.kind != Term::Kind::text) return std::nullopt;
    storage.push_back(term.text);
    return Constant{Value::text(storage.back())};
  }
  if (term.kind != Term::Kind::word) return std::nullopt;
  switch (with.type) {
    case ValueType::boolean:
      return boolean_literal(term.text);
    case ValueType::unsigned_integer:
      return unsigned_literal(term.text, with);
    case ValueType::signed_integer:
      return signed_literal(term.text);
    case ValueType::real:
      return real_literal(term.text);
    case ValueType::ipv4:
    case ValueType::ipv6:
      return ip_literal(term.text, with, storage);
    case ValueType::mac:
      return mac_literal(term.text);
    case ValueType::time:
    case ValueType::duration:
      return time_literal(term.text, with.type);
    default:
      return std::nullopt;
  }
}

std::string expectation(const Operand& with) {
  switch (with.type) {
    case ValueType::boolean:
      return "0, 1, true or false";
    case ValueType::unsigned_integer:
      return with.bits == 0 ? "a whole number from 0 on"
                            : "a number from 0 to " + std::to_string(largest(with.bits));
    case ValueType::signed_integer:
      return "a whole number";
    case ValueType::real:
      return "a number";
    case ValueType::bytes:
      return "bytes such as 0a:1b:2c, or text in double quotes";
    case ValueType::text:
      return "text in double quotes";
    case ValueType::ipv4:
      return with.any_ip ? "an IP address or network" : "an IPv4 address or network";
    case ValueType::ipv6:
      return with.any_ip ? "an IP address or network" : "an IPv6 address or network";
    case ValueType::mac:
      return "a MAC address such as 00:80:f4:09:51:3b";
    case ValueType::time:
      return "seconds since 1970 such as 1700000000.5";
    case ValueType::duration:
      return "seconds such as 0.25";
    case ValueType::presence:
      break;
  }
  return "no value";
}

}  // namespace sightglass::filter
