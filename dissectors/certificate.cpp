#include "dissectors/certificate.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <bit>
#include <chrono>

namespace sightglass {
namespace {

constexpr std::uint8_t kBoolean = 0x01, kInteger = 0x02, kBitString = 0x03, kOid = 0x06,
                       kUtcTime = 0x17, kSequence = 0x30, kVersion = 0xa0, kExtensions = 0xa3;
constexpr std::uint8_t kCommonName[] = {0x55, 0x04, 0x03};
constexpr std::uint8_t kModbusRole[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x83,
                                        0x89, 0x0c, 0x86, 0x22, 0x01};
constexpr std::uint8_t kP256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::uint8_t kP384[] = {0x2b, 0x81, 0x04, 0x00, 0x22};
constexpr std::uint8_t kP521[] = {0x2b, 0x81, 0x04, 0x00, 0x23};

struct Curve {
  Bytes oid;
  std::uint32_t bits;
};
constexpr Curve kCurves[] = {{kP256, 256}, {kP384, 384}, {kP521, 521}};

struct Element {
  std::uint8_t tag = 0;
  Bytes content;
};

/// The next element; a reader that fails gives elements of tag 0.
Element next(ByteReader& in) {
  Element element;
  element.tag = in.u8();
  std::size_t length = in.u8();
  if ((length & 0x80) != 0) {
    const std::size_t octets = length & 0x7f;
    // Nothing here is longer than three octets can say.
    if (octets == 0 || octets > 3) in.skip(in.remaining() + 1);
    length = 0;
    for (std::size_t i = 0; i < octets && in.ok(); ++i) length = length << 8 | in.u8();
  }
  element.content = in.bytes(length);
  if (!in.ok()) element = {};
  return element;
}

Timestamp time_of(const Element& element) {
  using namespace std::chrono;
  const auto two = [](Bytes text, std::size_t at) {
    const auto digit = [&](std::size_t i) { return i < text.size() ? text[i] - '0' : 0; };
    return 10 * digit(at) + digit(at + 1);
  };
  const Bytes text = element.content;
  const bool is_short = element.tag == kUtcTime;
  const std::size_t at = is_short ? 2 : 4;
  int year_number = is_short ? two(text, 0) : 100 * two(text, 0) + two(text, 2);
  if (is_short) year_number += year_number < 50 ? 2000 : 1900;
  year_number = std::clamp(year_number, 1700, 2200);
  const year_month_day date = year(year_number) /
                              month(static_cast<unsigned>(std::clamp(two(text, at), 1, 12))) /
                              day(static_cast<unsigned>(std::clamp(two(text, at + 2), 1, 28)));
  const int day_of_month = std::clamp(two(text, at + 2), 1, 31);
  return Timestamp(sys_days(date).time_since_epoch() +
                   days(day_of_month > 28 ? day_of_month - 28 : 0) + hours(two(text, at + 4)) +
                   minutes(two(text, at + 6)) + seconds(two(text, at + 8)));
}

std::string_view common_name_of(Bytes subject) {
  ByteReader names(subject);
  while (!names.at_end() && names.ok()) {
    ByteReader set(next(names).content);
    ByteReader attribute(next(set).content);
    const Element type = next(attribute);
    const Element value = next(attribute);
    if (type.tag == kOid && std::ranges::equal(type.content, kCommonName)) {
      return as_text(value.content);
    }
  }
  return {};
}

std::uint32_t key_bits_of(Bytes key_info) {
  ByteReader in(key_info);
  ByteReader algorithm(next(in).content);
  next(algorithm);
  const Element curve = next(algorithm);
  for (const Curve& known : kCurves) {
    if (curve.tag == kOid && std::ranges::equal(curve.content, known.oid)) return known.bits;
  }
  const Element bits = next(in);
  if (bits.tag != kBitString || bits.content.empty()) return 0;
  ByteReader key(bits.content.subspan(1));
  ByteReader numbers(next(key).content);
  Element modulus = next(numbers);
  if (modulus.tag != kInteger) return 0;
  while (!modulus.content.empty() && modulus.content[0] == 0) {
    modulus.content = modulus.content.subspan(1);
  }
  if (modulus.content.empty()) return 0;
  return static_cast<std::uint32_t>(8 * modulus.content.size()) -
         static_cast<std::uint32_t>(std::countl_zero(modulus.content[0]));
}

/// The value of an extension that is a text, by its identifier.
std::string_view text_of_extension(ByteReader fields, Bytes oid) {
  Element extensions;
  while (!fields.at_end() && extensions.tag != kExtensions) extensions = next(fields);
  ByteReader list_of(extensions.content);
  ByteReader list(next(list_of).content);
  while (!list.at_end()) {
    ByteReader extension(next(list).content);
    const Element type = next(extension);
    Element value = next(extension);
    if (value.tag == kBoolean) value = next(extension);  // whether it is critical
    if (type.tag != kOid || !std::ranges::equal(type.content, oid)) continue;
    ByteReader text(value.content);
    return as_text(next(text).content);
  }
  return {};
}

}  // namespace

Certificate read_certificate(Bytes der) {
  ByteReader in(der);
  const Element certificate = next(in);
  ByteReader outer(certificate.content);
  const Element inner = next(outer);
  if (certificate.tag != kSequence || inner.tag != kSequence) return {};
  ByteReader fields(inner.content);
  if (next(fields).tag == kVersion) next(fields);  // and the serial number
  next(fields);                                    // signature algorithm
  next(fields);                                    // issuer
  const Element validity = next(fields);
  const Element subject = next(fields);
  const Element key = next(fields);
  if (!fields.ok() || validity.tag != kSequence || subject.tag != kSequence) return {};
  ByteReader times(validity.content);
  Certificate read;
  read.not_before = time_of(next(times));
  read.not_after = time_of(next(times));
  read.common_name = common_name_of(subject.content);
  read.key_bits = key_bits_of(key.content);
  read.role = text_of_extension(fields, kModbusRole);
  read.whole = der.first(in.offset());
  read.valid = times.ok();
  return read;
}

std::array<std::uint8_t, kThumbprintSize> thumbprint(const Certificate& certificate) {
  std::array<std::uint8_t, kThumbprintSize> digest{};
  SHA1(certificate.whole.data(), certificate.whole.size(), digest.data());
  return digest;
}

}  // namespace sightglass
