// Reading one PDU: a cursor that reports each field as it reads it, and what came of it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "dissectors/bytes.hpp"
#include "dissectors/message.hpp"
#include "dissectors/modbus/anomalies.hpp"
#include "dissectors/modbus/fields.hpp"

namespace sightglass::modbus {

/// What a PDU says; reused from PDU to PDU, so that nothing is allocated in the steady state.
struct Findings {
  std::vector<Access> accesses;
  std::vector<Anomaly> anomalies;

  void clear();
  /// Each kind of anomaly is reported once per PDU, where it was first found.
  void flag(const AnomalySpec& spec, std::size_t offset);
};

/// What an answer must know of its request.
struct Asked {
  Operation operation = Operation::other;
  std::string_view function_name;  ///< static text, with the sub-function
  /// The first two 16-bit words after the function code, 0 where there are none: address and
  /// quantity of what is read (of most functions).
  std::uint16_t first_word = 0, second_word = 0;
  /// Of the bytes after the function code, where the answer may repeat them.
  std::uint64_t echo = 0;
  /// No answer is due: the device goes into listen-only mode.
  bool silent = false;
  std::uint8_t object_count = 0;
  std::array<Object, 2> objects{};  ///< what is read or written, in the order of the request
  /// The third and later groups of a file access; nothing for all else.
  std::unique_ptr<std::vector<Object>> more_objects;

  void add(const Object& object);
  /// The object at `index`, or nullptr.
  const Object* object(std::size_t index) const;
};

/// A digest of what an answer should repeat; never 0.
std::uint64_t echo_digest(Bytes body);

/// Reads a PDU from its function code's end on. Each read that names a field reports the field,
/// when somebody looks, unless a read has failed: what is read after a failure is never reported.
class PduReader {
 public:
  /// Reports fields into `shown`, unless it is nullptr.
  PduReader(Bytes message, std::size_t offset, Findings& findings, std::vector<Field>* shown)
      : message_(message), in_(message), findings_(findings), fields_(shown) {
    in_.skip(offset);
  }

  std::uint8_t u8(FieldId id) { return shown(id, in_.u8(), 1); }
  std::uint16_t u16(FieldId id) { return shown(id, in_.u16(), 2); }
  std::uint32_t u32(FieldId id) { return shown(id, in_.u32(), 4); }
  std::uint8_t u8() { return in_.u8(); }
  std::uint16_t u16() { return in_.u16(); }
  Bytes bytes(std::size_t count) { return in_.bytes(count); }
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

  /// Reports a field without reading on.
  void show(FieldId id, Value value, std::size_t offset, std::size_t length) {
    if (fields_ != nullptr && in_.ok()) report(id, value, offset, length);
  }
  void show_number(FieldId id, std::uint64_t value, std::size_t offset, std::size_t length) {
    if (fields_ != nullptr && in_.ok()) report(id, Value::number(value), offset, length);
  }
  /// Reports all that is left as `id`, also when that is nothing.
  void show_rest(FieldId id) { show_from(id, offset()); }
  void show_from(FieldId id, std::size_t offset);
  /// Reports the registers of the `count` bytes from here, numbered from `base`; as data when
  /// `count` is not what is left.
  void show_registers(std::uint16_t base, std::size_t count);
  /// Reports the states of the `count` bytes from here, numbered from `base`, `quantity` in all.
  void show_bits(std::uint16_t base, std::uint16_t quantity, std::size_t count);

  void flag(const AnomalySpec& spec, std::size_t offset) { findings_.flag(spec, offset); }
  void access(const Access& access) {
    if (in_.ok()) findings_.accesses.push_back(access);
  }

  std::size_t offset() const { return in_.offset(); }
  std::size_t remaining() const { return in_.remaining(); }
  bool ok() const { return in_.ok(); }

 private:
  /// Reports the number that was just read.
  template <typename Number>
  Number shown(FieldId id, Number value, std::size_t size) {
    show_number(id, value, in_.offset() - size, size);
    return value;
  }
  void report(FieldId id, const Value& value, std::size_t offset, std::size_t length);

  Bytes message_;
  ByteReader in_;
  Findings& findings_;
  std::vector<Field>* fields_;
};

/// A request being decoded.
struct Request {
  PduReader& in;
  std::uint8_t function;
  std::uint8_t unit;
  Asked& asked;
};

/// An answer being decoded.
struct Response {
  PduReader& in;
  std::uint8_t function;
  std::uint8_t unit;
  const Asked* asked;  ///< nullptr when its request was not seen
  /// Where the numbering of registers and bits starts: the request's address, else 0.
  std::uint16_t base = 0;
};

/// Decodes what follows the function code, and fills `request.asked`.
void decode(Request& request);
void decode(Response& response);

/// Whether answers to this function repeat its request, or may.
bool is_echoed(std::uint8_t function);
/// Whether a response with this body is one to that request: echo, byte count, sub-function.
bool answers(const Asked& asked, std::uint8_t function, Bytes body);

/// The groups of a Write File Record, which are the same both ways; objects are noted in `asked`
/// when it is given.
void decode_file_writes(PduReader& in, std::uint8_t unit, Asked* asked);
/// Whether reference type, file and record number are those of a file access.
void check_file_reference(PduReader& in, std::uint8_t type, std::uint32_t reference,
                          std::size_t offset);

}  // namespace sightglass::modbus
