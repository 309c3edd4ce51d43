// The cursor that reports each field as it reads it, and what came of a message.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "dissectors/bytes.hpp"
#include "dissectors/message.hpp"

namespace sightglass {

/// What a message says beside its fields; reused from message to message, so that nothing is
/// allocated in the steady state.
class Findings {
 public:
  std::vector<Access> accesses;
  std::vector<Anomaly> anomalies;

  void clear() {
    accesses.clear();
    anomalies.clear();
    written_ = 0;
  }

  /// Each kind of anomaly is reported once per message, where it was first found.
  void flag(const AnomalySpec& spec, std::size_t offset) {
    const bool known = std::any_of(anomalies.begin(), anomalies.end(),
                                   [&](const Anomaly& found) { return found.spec == &spec; });
    if (!known) anomalies.push_back({&spec, static_cast<std::uint32_t>(offset)});
  }

  /// Keeps text that does not stand in the message until `clear`; "" when there is no room left.
  std::string_view keep(std::string_view text) {
    if (text.size() > text_.size() - written_) return {};
    char* const place = text_.data() + written_;
    std::copy(text.begin(), text.end(), place);
    written_ += text.size();
    return {place, text.size()};
  }

 private:
  static constexpr std::size_t kMostText = 1024;
  std::array<char, kMostText> text_{};
  std::size_t written_ = 0;
};

/// Reads a message, or a part of it. Each read that names a field reports the field, when somebody
/// looks, unless a read has failed: what is read after a failure is never reported.
class FieldReader {
 public:
  /// Where what is read stands: `base` is the place of its first byte within the message. Bytes
  /// that are not in the message (they were put together from several) are `derived`, and their
  /// fields have no place in it.
  struct Place {
    std::size_t base = 0;
    bool is_derived = false;
  };
  /// Reports fields into `shown`, unless it is nullptr.
  FieldReader(Bytes bytes, Place place, Findings& findings, std::vector<Field>* shown)
      : in_(bytes), place_(place), findings_(findings), fields_(shown) {}

  std::uint8_t u8(FieldId id) { return shown(id, in_.u8(), 1); }
  std::uint16_t u16(FieldId id) { return shown(id, in_.u16(), 2); }
  std::uint16_t le16(FieldId id) { return shown(id, in_.le16(), 2); }
  std::uint32_t le32(FieldId id) { return shown(id, in_.le32(), 4); }
  std::uint32_t u24(FieldId id) { return shown(id, in_.u24(), 3); }
  std::uint32_t u32(FieldId id) { return shown(id, in_.u32(), 4); }
  std::uint8_t u8() { return in_.u8(); }
  std::uint16_t u16() { return in_.u16(); }
  std::uint32_t u24() { return in_.u24(); }
  std::uint32_t u32() { return in_.u32(); }
  Bytes bytes(std::size_t count) { return in_.bytes(count); }
  Bytes bytes(FieldId id, std::size_t count) {
    const Bytes run = in_.bytes(count);
    show(id, Value::bytes(run), offset() - run.size(), run.size());
    return run;
  }
  /// Text of a fixed length: what is shown ends at its first NUL.
  std::string_view text(FieldId id, std::size_t count) {
    const Bytes run = in_.bytes(count);
    const std::string_view text = as_text(run);
    show(id, Value::text(text.substr(0, text.find('\0'))), offset() - run.size(), run.size());
    return text;
  }
  Bytes rest() { return in_.rest(); }
  void skip(std::size_t count) { in_.skip(count); }
  /// Fails unless that many bytes are left: a group that is cut short is not believed in part.
  bool require(std::size_t count) {
    ByteReader group = in_;
    group.skip(count);
    if (!group.ok()) in_ = group;
    return group.ok();
  }
  /// A reader of what is left, for looking ahead.
  ByteReader ahead() const { return in_; }
  /// A reader of the next `count` bytes, which are passed; all of what is left when it is less.
  FieldReader take(std::size_t count) {
    const std::size_t at = offset();
    const Bytes run = in_.bytes(std::min(count, in_.remaining()));
    FieldReader part(run, {place_.base + at, place_.is_derived}, findings_, fields_);
    if (!in_.ok()) part.require(1);
    return part;
  }

  /// A reader of bytes that were put together from several messages, for the same message.
  FieldReader over(Bytes joined) const {
    return FieldReader(joined, {.is_derived = true}, findings_, fields_);
  }

  /// Reports a field without reading on; `at` counts within what this reader reads. A length from
  /// the wire that reaches beyond that ends where it ends.
  void show(FieldId id, const Value& value, std::size_t at, std::size_t length) {
    if (fields_ != nullptr && in_.ok()) report(id, value, at, length);
  }
  void show_number(FieldId id, std::uint64_t value, std::size_t at, std::size_t length) {
    if (fields_ != nullptr && in_.ok()) report(id, Value::number(value), at, length);
  }
  void show_flag(FieldId id, bool value, std::size_t at, std::size_t length) {
    show(id, Value::boolean(value), at, length);
  }
  void show_presence(FieldId id, std::size_t at, std::size_t length) {
    show(id, Value::presence(), at, length);
  }

  void flag(const AnomalySpec& spec) { flag(spec, offset()); }
  void flag(const AnomalySpec& spec, std::size_t at) {
    findings_.flag(spec, place_.is_derived ? 0 : place_.base + at);
  }
  void access(const Access& access) {
    if (in_.ok()) findings_.accesses.push_back(access);
  }
  Findings& findings() { return findings_; }

  std::size_t offset() const { return in_.offset(); }
  std::size_t remaining() const { return in_.remaining(); }
  bool ok() const { return in_.ok(); }
  /// Whether somebody looks at the fields: else what only makes fields need not be read.
  bool is_looked_at() const { return fields_ != nullptr; }

 private:
  /// Reports the number that was just read.
  template <typename Number>
  Number shown(FieldId id, Number value, std::size_t size) {
    show_number(id, value, in_.offset() - size, size);
    return value;
  }
  void report(FieldId id, const Value& value, std::size_t at, std::size_t length);

  ByteReader in_;
  Place place_;
  Findings& findings_;
  std::vector<Field>* fields_;
};

}  // namespace sightglass
