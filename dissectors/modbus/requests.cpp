// What requests say. MODBUS Application Protocol V1.1b3, chapter 6, the request tables.
#include <array>

#include "dissectors/modbus/names.hpp"
#include "dissectors/modbus/pdu.hpp"
#include "dissectors/modbus/shape.hpp"
#include "dissectors/modbus/umas.hpp"

namespace sightglass::modbus {
namespace {

constexpr std::uint32_t kAddresses = 65536;

void check_range(PduReader& in, std::uint16_t first, std::uint16_t quantity_asked,
                 std::uint32_t most, std::size_t offset) {
  if (quantity_asked == 0 || quantity_asked > most) in.flag(anomaly::quantity, offset + 2);
  if (std::uint32_t{first} + quantity_asked > kAddresses) {
    in.flag(anomaly::address_overflow, offset);
  }
}

/// Touches an object and remembers it for the answer.
void touch(Request& request, const Object& object, const Values& values, bool is_write) {
  if (!request.in.ok()) return;
  request.in.access({object, values, is_write});
  request.asked.add(object);
}

/// The device as a whole.
void touch_unit(Request& request) {
  touch(request, {ObjectSpace::none, request.unit, 0, 0, 0}, {}, false);
}

Object range_of(const Request& request, std::uint16_t first, std::uint16_t count) {
  return {function_spec(request.function).space, request.unit, 0, first, count};
}

void read_range(Request& request) {
  PduReader& in = request.in;
  const bool bits = request.function <= 2;
  const std::size_t at = in.offset();
  const std::uint16_t first = in.u16(reference_number);
  const std::uint16_t count = in.u16(bits ? bit_count : word_count);
  if (!in.ok()) return;
  check_range(in, first, count, bits ? kMaxReadBits : kMaxReadRegisters, at);
  touch(request, range_of(request, first, count), {}, false);
}

void write_single_coil(Request& request) {
  PduReader& in = request.in;
  const std::uint16_t first = in.u16(reference_number);
  in.show_rest(data);
  const std::size_t at = in.offset();
  const Bytes value = in.ahead().bytes(2);
  const std::uint8_t state = in.u8();
  const std::uint8_t zero = in.u8(padding);
  if (!in.ok()) return;
  const bool valid = (state == 0x00 || state == 0xff) && zero == 0;
  if (!valid) in.flag(anomaly::coil_value, at);
  touch(request, range_of(request, first, 1),
        valid ? Values{Values::Shape::bits, 1, value} : Values{}, true);
}

void write_single_register(Request& request) {
  PduReader& in = request.in;
  const std::uint16_t first = in.u16(reference_number);
  in.show_rest(data);
  const Bytes value = in.bytes(2);
  touch(request, range_of(request, first, 1), {Values::Shape::registers16, 1, value}, true);
}

void diagnostics(Request& request) {
  PduReader& in = request.in;
  const std::size_t at = in.offset();
  const std::uint16_t code = in.u16(diagnostic_code);
  const ByteReader argument = in.ahead();
  switch (code) {
    case kReturnQueryData: {
      if (in.remaining() > 0) in.show_rest(query_data_request);
      in.rest();
      break;
    }
    case kRestartCommunications:
      in.u16(restart_option);
      break;
    case 3:
      in.u8(ascii_delimiter);
      in.u8();
      break;
    default:
      if (in.remaining() > 0) in.show_rest(data);
      // Modbus Plus statistics and reserved sub-functions have data of their own.
      diagnostic_spec(code) == nullptr || code == 0x15 ? void(in.rest()) : in.skip(2);
  }
  if (in.ok() && diagnostic_spec(code) == nullptr) in.flag(anomaly::sub_function, at);
  if (in.ok() && code != kReturnQueryData && code != 0x15 && diagnostic_spec(code) != nullptr) {
    const std::uint16_t word = ByteReader(argument).u16();
    const bool allowed = code == kRestartCommunications ? word == 0 || word == 0xff00
                         : code == 3                    ? (word & 0xff) == 0
                                                        : word == 0;
    if (!allowed) in.flag(anomaly::diagnostic_data, at + 2);
  }
  request.asked.silent = code == kForceListenOnly;
  touch(request, {ObjectSpace::diagnostics, request.unit, 0, code, 1}, {}, false);
}

void write_multiple(Request& request) {
  PduReader& in = request.in;
  const bool bits = request.function == 15;
  const std::size_t at = in.offset();
  const std::uint16_t first = in.u16(reference_number);
  const std::uint16_t count = in.u16(bits ? bit_count : word_count);
  const std::size_t size = in.u8(byte_count);
  bits ? in.show_rest(data) : in.show_registers(first, size);
  if (!in.ok()) return;
  check_range(in, first, count, bits ? kMaxWriteBits : kMaxWriteRegisters, at);
  const std::size_t needed = bits ? bytes_for_bits(count) : 2u * count;
  if (size != needed) in.flag(anomaly::byte_count, at + 4);
  const Bytes written = in.bytes(size);
  const auto shape = bits ? Values::Shape::bits : Values::Shape::registers16;
  touch(request, range_of(request, first, count),
        size < needed ? Values{} : Values{shape, count, written.first(in.ok() ? needed : 0)}, true);
}

void read_file(Request& request) {
  constexpr std::size_t kGroup = 7, kMost = 35 * kGroup;
  PduReader& in = request.in;
  const std::size_t at = in.offset();
  const std::size_t size = in.u8(byte_count);
  if (in.ok() && (size == 0 || size % kGroup != 0 || size > kMost || size != in.remaining())) {
    in.flag(anomaly::byte_count, at);
  }
  for (std::size_t i = 0; i < size / kGroup && in.require(kGroup); ++i) {
    const std::size_t group = in.offset();
    const std::uint8_t type = in.u8(reference_type);
    const std::uint32_t reference = in.u32(reference_number_32);
    const std::uint16_t count = in.u16(word_count);
    check_file_reference(in, type, reference, group);
    touch(request,
          {ObjectSpace::file_record, request.unit, reference >> 16, reference & 0xffff, count}, {},
          false);
  }
}

void write_file(Request& request) { decode_file_writes(request.in, request.unit, &request.asked); }

void mask_write(Request& request) {
  PduReader& in = request.in;
  const std::uint16_t first = in.u16(reference_number);
  in.u16(and_mask);
  in.u16(or_mask);
  touch(request, range_of(request, first, 1), {}, true);
}

void read_write(Request& request) {
  PduReader& in = request.in;
  const std::size_t at = in.offset();
  const std::uint16_t read_first = in.u16(read_reference_number);
  const std::uint16_t read_count = in.u16(read_word_count);
  const std::uint16_t first = in.u16(write_reference_number);
  const std::uint16_t count = in.u16(write_word_count);
  const std::size_t size = in.u8(byte_count);
  in.show_rest(data);
  if (!in.ok()) return;
  check_range(in, read_first, read_count, kMaxReadRegisters, at);
  check_range(in, first, count, kMaxReadWriteRegisters, at + 4);
  const std::size_t needed = 2u * count;
  if (size != needed) in.flag(anomaly::byte_count, at + 8);
  const Bytes written = in.bytes(size);
  touch(request, range_of(request, read_first, read_count), {}, false);
  touch(request, range_of(request, first, count),
        size < needed
            ? Values{}
            : Values{Values::Shape::registers16, count, written.first(in.ok() ? needed : 0)},
        true);
}

void read_fifo(Request& request) {
  const std::uint16_t pointer = request.in.u16(reference_number);
  touch(request, range_of(request, pointer, 1), {}, false);
}

/// Objects from `first` on that a Read Device ID code can answer with (6.21).
Object identification(std::uint8_t unit, std::uint8_t code, std::uint8_t first) {
  constexpr std::array<std::uint32_t, 5> kEnd = {0, 0x03, 0x80, 0x100, 0};
  const std::uint32_t end_of = code < kEnd.size() ? kEnd[code] : 0;
  const std::uint32_t count = end_of > first ? end_of - first : 1;
  return {ObjectSpace::device_identification, unit, 0, first, count};
}

void encapsulated(Request& request) {
  PduReader& in = request.in;
  const std::size_t at = in.offset();
  const std::uint8_t type = in.u8(mei_type);
  if (type == kMeiIdentification) {
    const std::uint8_t code = in.u8(read_device_id);
    const std::uint8_t first = in.u8(object_id);
    if (in.ok() && (code < 1 || code > 4)) in.flag(anomaly::read_device_id, at + 1);
    touch(request, identification(request.unit, code, first), {}, false);
    return;
  }
  if (in.ok() && mei_spec(type) == nullptr) in.flag(anomaly::mei_type, at);
  if (in.remaining() > 0) in.show_from(data, at);
  in.rest();
  touch_unit(request);
}

/// Functions whose request is the function code alone.
void bare(Request& request) {
  // Wireshark shows what should not be there, but for Read Exception Status.
  if (request.function != 7 && request.in.remaining() > 0) request.in.show_rest(data);
  touch_unit(request);
}

void opaque_data(Request& request) {
  if (request.in.remaining() > 0) request.in.show_rest(data);
  request.in.rest();
  touch_unit(request);
}

using Decode = void (*)(Request&);
constexpr std::array<Decode, 128> kDecoders = [] {
  std::array<Decode, 128> table{};
  table.fill(opaque_data);
  for (const std::size_t code : {1, 2, 3, 4}) table[code] = read_range;
  for (const std::size_t code : {7, 11, 12, 17}) table[code] = bare;
  for (const std::size_t code : {15, 16}) table[code] = write_multiple;
  table[5] = write_single_coil;
  table[6] = write_single_register;
  table[kDiagnostics] = diagnostics;
  table[20] = read_file;
  table[21] = write_file;
  table[22] = mask_write;
  table[23] = read_write;
  table[24] = read_fifo;
  table[kEncapsulated] = encapsulated;
  table[kUnity] = decode_umas;
  return table;
}();

}  // namespace

void decode(Request& request) {
  ByteReader words = request.in.ahead();
  const Bytes body = ByteReader(words).rest();
  if (body.size() >= 2) request.asked.first_word = words.u16();
  if (body.size() >= 4) request.asked.second_word = words.u16();
  if (is_echoed(request.function)) request.asked.echo = echo_digest(body);
  kDecoders[request.function](request);
}

}  // namespace sightglass::modbus
