// Reading one PDU: what its parts say, and what an answer must know of its request.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "dissectors/bytes.hpp"
#include "dissectors/field_reader.hpp"
#include "dissectors/message.hpp"
#include "dissectors/modbus/anomalies.hpp"
#include "dissectors/modbus/fields.hpp"

namespace sightglass::modbus {

/// What an answer must know of its request.
struct Asked {
  Operation operation = Operation::other;
  std::string_view function_name;  ///< static text, with the sub-function
  /// The first two 16-bit words after the function code, 0 where there are none: address and
  /// quantity of what is read (of most functions).
  std::uint16_t first_word = 0, second_word = 0;
  /// Of the bytes after the function code, where the answer may repeat them.
  std::uint64_t echo = 0;
  /// What a request of UMAS asks for, inside its signature too; 0 for all else.
  std::uint8_t umas_code = 0;
  /// No answer is due: the device goes into listen-only mode.
  bool silent = false;
  /// Its number among what the client repeats (routines.hpp), 0 for none, and which that was.
  std::uint16_t routine = 0;
  std::uint32_t routine_age = 0;
  std::uint8_t object_count = 0;
  std::array<Object, 2> objects{};  ///< what is read or written, in the order of the request
  /// The third and later groups of a file access; nothing for all else.
  std::unique_ptr<std::vector<Object>> more_objects;

  void add(const Object& object);
  /// Becomes the same as `request`, which has at most two objects.
  void repeat(const Asked& request);
  /// The object at `index`, or nullptr.
  const Object* object(std::size_t index) const;
};

/// A digest of what an answer should repeat; never 0.
std::uint64_t echo_digest(Bytes body);

/// Reads a PDU from its function code's end on.
class PduReader : public FieldReader {
 public:
  /// Reports fields into `shown`, unless it is nullptr.
  PduReader(Bytes message, std::size_t offset, Findings& findings, std::vector<Field>* shown)
      : FieldReader(message, {}, findings, shown), message_(message) {
    skip(offset);
  }

  /// Reports all that is left as `id`, also when that is nothing.
  void show_rest(FieldId id) { show_from(id, offset()); }
  void show_from(FieldId id, std::size_t offset);
  /// Reports the registers of the `count` bytes from here, numbered from `base`; as data when
  /// `count` is not what is left.
  void show_registers(std::uint16_t base, std::size_t count);
  /// Reports the states of the `count` bytes from here, numbered from `base`, `quantity` in all.
  void show_bits(std::uint16_t base, std::uint16_t quantity, std::size_t count);

 private:
  Bytes message_;
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
  /// Refused where the PDU says so itself.
  Outcome outcome = {Outcome::Kind::accepted, 0};
  std::string_view outcome_name = {};
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
