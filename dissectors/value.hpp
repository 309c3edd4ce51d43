// A decoded value: a small tagged view. Bytes and text point into the message they were read from.
#pragma once

#include <cstdint>
#include <string_view>

#include "dissectors/address.hpp"
#include "dissectors/bytes.hpp"
#include "dissectors/time.hpp"

namespace sightglass {

enum class ValueType : std::uint8_t {
  presence,  ///< carries nothing: it occurs or it does not
  boolean,
  unsigned_integer,
  signed_integer,
  real,
  bytes,
  text,
  ipv4,
  ipv6,
  mac,
  time,      ///< a point in time, ns since 1970 UTC
  duration,  ///< ns
};

/// One value. Views (`bytes`, `text`, `ipv6`) live as long as the message; copy what must last.
/// Escaping of hostile text happens where it is printed, never here.
class Value {
 public:
  Value() = default;
  static Value presence() { return {}; }
  static Value boolean(bool value) { return {ValueType::boolean, value ? 1u : 0u}; }
  static Value number(std::uint64_t value) { return {ValueType::unsigned_integer, value}; }
  static Value integer(std::int64_t value) {
    return {ValueType::signed_integer, static_cast<std::uint64_t>(value)};
  }
  static Value real(double value) {
    Value result(ValueType::real, 0);
    result.real_ = value;
    return result;
  }
  static Value bytes(Bytes value) { return {ValueType::bytes, value}; }
  static Value text(std::string_view value) { return {ValueType::text, as_bytes(value)}; }
  static Value ipv4(std::uint32_t host_order) { return {ValueType::ipv4, host_order}; }
  /// `sixteen` octets.
  static Value ipv6(Bytes sixteen) { return {ValueType::ipv6, sixteen}; }
  /// The octets of `address` must outlive the value.
  static Value ip(const IpAddress& address) {
    return address.family == IpAddress::Family::v6 ? ipv6(address.bytes())
                                                   : ipv4(address.v4_bits());
  }
  static Value mac(MacAddress address) { return {ValueType::mac, address.bits}; }
  static Value time(Timestamp at) {
    return {ValueType::time, static_cast<std::uint64_t>(to_ns(at))};
  }
  static Value duration(Duration length) {
    return {ValueType::duration, static_cast<std::uint64_t>(length.count())};
  }

  ValueType type() const { return type_; }
  /// boolean, unsigned_integer, ipv4 (host order), mac (low 48 bits)
  std::uint64_t number() const { return number_; }
  /// signed_integer, time (ns), duration (ns)
  std::int64_t integer() const { return static_cast<std::int64_t>(number_); }
  double real() const { return real_; }
  /// bytes, text and ipv6
  Bytes bytes() const { return {data_, size_}; }
  std::string_view text() const { return as_text(bytes()); }

 private:
  Value(ValueType type, std::uint64_t number) : type_(type), number_(number) {}
  Value(ValueType type, Bytes data)
      : type_(type), size_(static_cast<std::uint32_t>(data.size())), data_(data.data()) {}

  ValueType type_ = ValueType::presence;
  std::uint32_t size_ = 0;
  union {
    std::uint64_t number_ = 0;
    double real_;
    const std::uint8_t* data_;
  };
};

/// Whether two numbers are of one type and equal.
inline bool same_number(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  return a.type() == ValueType::real ? a.real() == b.real() : a.number() == b.number();
}

}  // namespace sightglass
