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

/// What a message says; reused from message to message, so that nothing is allocated in the steady
/// state.
class Findings {
 public:
  std::vector<Field> fields;
  std::vector<Access> accesses;
  std::vector<Anomaly> anomalies;

  void clear() {
    fields.clear();
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

/// Reads a message, or a part of it. Each read that names a field reports the field, when it is
/// wanted, unless a read has failed: what is read after a failure is never reported.
class FieldReader {
 public:
  /// Reads `bytes`, whose first byte stands at `base` of the message. Where `bytes` are not in the
  /// message (they were put together from several), `is_derived`, and fields have no place in it.
  FieldReader(Bytes bytes, std::size_t base, bool is_derived, const FieldSet& wanted,
              Findings& findings)
      : in_(bytes), base_(base), is_derived_(is_derived), wanted_(wanted), findings_(findings) {}

  std::uint8_t u8(FieldId id) { return shown(id, in_.u8(), 1); }
  std::uint16_t u16(FieldId id) { return shown(id, in_.u16(), 2); }
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
  std::string_view text(FieldId id, std::size_t count) {
    const Bytes run = in_.bytes(count);
    show(id, Value::text(as_text(run)), offset() - run.size(), run.size());
    return as_text(run);
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
    FieldReader part(run, base_ + at, is_derived_, wanted_, findings_);
    if (!in_.ok()) part.require(1);
    return part;
  }

  /// Reports a field without reading on; `at` counts within what this reader reads.
  void show(FieldId id, const Value& value, std::size_t at, std::size_t length) {
    if (!wanted_.contains(id) || !in_.ok()) return;
    const std::size_t place = is_derived_ ? 0 : base_ + at;
    findings_.fields.push_back({id, value, static_cast<std::uint32_t>(place),
                                static_cast<std::uint32_t>(is_derived_ ? 0 : length)});
  }
  void show_number(FieldId id, std::uint64_t value, std::size_t at, std::size_t length) {
    show(id, Value::number(value), at, length);
  }
  void show_flag(FieldId id, bool value, std::size_t at, std::size_t length) {
    show(id, Value::boolean(value), at, length);
  }
  void show_presence(FieldId id, std::size_t at, std::size_t length) {
    show(id, Value::presence(), at, length);
  }

  void flag(const AnomalySpec& spec) { flag(spec, offset()); }
  void flag(const AnomalySpec& spec, std::size_t at) {
    findings_.flag(spec, is_derived_ ? 0 : base_ + at);
  }
  void access(const Access& access) {
    if (in_.ok()) findings_.accesses.push_back(access);
  }
  Findings& findings() { return findings_; }

  std::size_t offset() const { return in_.offset(); }
  std::size_t remaining() const { return in_.remaining(); }
  bool ok() const { return in_.ok(); }

 private:
  /// Reports the number that was just read.
  template <typename Number>
  Number shown(FieldId id, Number value, std::size_t size) {
    show_number(id, value, in_.offset() - std::min(size, in_.offset()), size);
    return value;
  }

  ByteReader in_;
  std::size_t base_;
  bool is_derived_;
  const FieldSet& wanted_;
  Findings& findings_;
};

}  // namespace sightglass
