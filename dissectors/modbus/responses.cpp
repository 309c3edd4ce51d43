// What responses say, with what their requests named. MODBUS Application Protocol V1.1b3,
// chapter 6, the response tables.
#include <algorithm>
#include <array>

#include "dissectors/modbus/names.hpp"
#include "dissectors/modbus/pdu.hpp"
#include "dissectors/modbus/shape.hpp"
#include "dissectors/modbus/umas.hpp"

namespace sightglass::modbus {
namespace {

/// Reports the request's object number `index` with the values answered; nothing when the request
/// was not seen, because an answer does not say whose values it carries.
void answer_object(Response& response, std::size_t index, const Values& values, bool is_write) {
  if (response.asked == nullptr) return;
  const Object* object = response.asked->object(index);
  if (object != nullptr) response.in.access({*object, values, is_write});
}

void read_bits(Response& response) {
  PduReader& in = response.in;
  const std::size_t at = in.offset();
  const std::size_t size = in.u8(byte_count);
  const std::uint16_t shown = response.asked != nullptr ? response.asked->second_word
                                                        : static_cast<std::uint16_t>(8 * size);
  in.show_bits(response.base, shown, size);
  if (in.ok() && (size == 0 || size > bytes_for_bits(kMaxReadBits))) {
    in.flag(anomaly::byte_count, at);
  }
  const Bytes states = in.bytes(size);
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(shown, 8 * states.size()));
  answer_object(response, 0, {Values::Shape::bits, count, states}, false);
}

void read_registers(Response& response) {
  PduReader& in = response.in;
  const std::size_t at = in.offset();
  const std::size_t size = in.u8(byte_count);
  response.function == 23 ? in.show_rest(data) : in.show_registers(response.base, size);
  if (in.ok() && (size == 0 || size % 2 != 0 || size > 2 * kMaxReadRegisters)) {
    in.flag(anomaly::byte_count, at);
  }
  const Bytes values = in.bytes(size);
  const auto count = static_cast<std::uint32_t>(values.size() / 2);
  answer_object(response, 0, {Values::Shape::registers16, count, values}, false);
  if (response.function == 23) answer_object(response, 1, {}, true);
}

Object own_range(const Response& response, std::uint16_t first, std::uint32_t count) {
  return {function_spec(response.function).space, response.unit, 0, first, count};
}

void write_single_coil(Response& response) {
  PduReader& in = response.in;
  const std::uint16_t first = in.u16(reference_number);
  in.show_rest(data);
  const std::size_t at = in.offset();
  const Bytes value = in.ahead().bytes(2);
  const std::uint8_t state = in.u8();
  const std::uint8_t zero = in.u8(padding);
  if (!in.ok()) return;
  const bool valid = (state == 0x00 || state == 0xff) && zero == 0;
  if (!valid) in.flag(anomaly::coil_value, at);
  in.access({own_range(response, first, 1),
             valid ? Values{Values::Shape::bits, 1, value} : Values{}, true});
}

void write_single_register(Response& response) {
  PduReader& in = response.in;
  const std::uint16_t first = in.u16(reference_number);
  in.show_rest(data);
  const Bytes value = in.bytes(2);
  in.access({own_range(response, first, 1), {Values::Shape::registers16, 1, value}, true});
}

void exception_status(Response& response) {
  response.in.show_rest(data);
  response.in.u8();
  answer_object(response, 0, {}, false);
}

struct Counter {
  std::uint16_t code;
  FieldId id;
};
constexpr Counter kCounters[] = {
    {kRestartCommunications, restart_option},
    {2, diagnostic_register},
    {10, clear_counters},
    {11, bus_message_count},
    {12, bus_comm_error_count},
    {13, bus_exception_count},
    {14, device_message_count},
    {15, no_response_count},
    {16, nak_count},
    {17, busy_count},
    {18, overrun_count},
};

void diagnostics(Response& response) {
  PduReader& in = response.in;
  const std::size_t at = in.offset();
  const std::uint16_t code = in.u16(diagnostic_code);
  const auto counter = std::find_if(std::begin(kCounters), std::end(kCounters),
                                    [code](const Counter& row) { return row.code == code; });
  if (code == kReturnQueryData) {
    if (in.remaining() > 0) in.show_rest(query_data_echo);
    in.rest();
  } else if (counter != std::end(kCounters)) {
    in.u16(counter->id);
  } else if (code == 3) {
    in.u8(ascii_delimiter);
    in.u8();
  } else {
    if (in.remaining() > 0) in.show_rest(data);
    in.rest();
  }
  if (in.ok() && diagnostic_spec(code) == nullptr) in.flag(anomaly::sub_function, at);
  in.access({{ObjectSpace::diagnostics, response.unit, 0, code, 1}, {}, false});
}

void event_counter(Response& response) {
  response.in.u16(event_status);
  response.in.u16(event_count);
  answer_object(response, 0, {}, false);
}

struct EventBit {
  FieldId id;
  unsigned bit;
};
constexpr EventBit kReceiveBits[] = {{receive_comm_error, 1},
                                     {receive_overrun, 4},
                                     {receive_listen_only, 5},
                                     {receive_broadcast, 6}};
constexpr EventBit kSendBits[] = {{send_read_exception, 0}, {send_abort_exception, 1},
                                  {send_busy_exception, 2}, {send_nak_exception, 3},
                                  {send_write_timeout, 4},  {send_listen_only, 5}};

/// Bit 7 marks what the device received, bit 6 without it what it sent (6.10).
std::span<const EventBit> bits_of_event(std::uint8_t code) {
  if ((code & 0x80) != 0) return kReceiveBits;
  if ((code & 0x40) != 0) return kSendBits;
  return {};
}

void event_log(Response& response) {
  constexpr std::size_t kHead = 6, kMostEvents = 64;
  PduReader& in = response.in;
  const std::size_t at = in.offset();
  const std::size_t size = in.u8(byte_count);
  if (in.ok() && (size < kHead || size > kHead + kMostEvents || size != in.remaining())) {
    in.flag(anomaly::byte_count, at);
  }
  in.u16(event_status);
  in.u16(event_count);
  in.u16(event_message_count);
  if (size > kHead && !in.require(size - kHead)) return;
  for (std::size_t i = kHead; i < size; ++i) {
    const std::size_t where = in.offset();
    const std::uint8_t code = in.u8(event);
    for (const EventBit& part : bits_of_event(code)) {
      in.show_number(part.id, code >> part.bit & 1, where, 1);
    }
  }
  answer_object(response, 0, {}, false);
}

void write_multiple(Response& response) {
  PduReader& in = response.in;
  const bool bits = response.function == 15;
  const std::size_t at = in.offset();
  const std::uint16_t first = in.u16(reference_number);
  const std::uint16_t count = in.u16(bits ? bit_count : word_count);
  if (!in.ok()) return;
  if (count == 0 || count > (bits ? kMaxWriteBits : kMaxWriteRegisters)) {
    in.flag(anomaly::quantity, at + 2);
  }
  in.access({own_range(response, first, count), {}, true});
}

void server_id(Response& response) {
  PduReader& in = response.in;
  if (in.remaining() > 0) in.show_rest(data);
  const std::size_t at = in.offset();
  const std::size_t size = in.u8();
  if (in.ok() && (size == 0 || size != in.remaining())) in.flag(anomaly::byte_count, at);
  in.rest();
  answer_object(response, 0, {}, false);
}

void read_file(Response& response) {
  PduReader& in = response.in;
  const std::size_t at = in.offset();
  int left = in.u8(byte_count);
  const std::size_t size = static_cast<std::size_t>(left);
  if (in.ok() && (size < 2 || size != in.remaining())) in.flag(anomaly::byte_count, at);
  for (std::size_t group = 0; left > 0 && in.ok(); ++group) {
    const std::size_t where = in.offset();
    if (!in.require(1u + in.ahead().u8())) break;
    const std::size_t size_of_group = in.u8(byte_count);
    ByteReader inner = in.ahead();
    const std::uint8_t type = inner.u8();
    if (!in.require(1)) break;
    in.show_number(reference_type, type, where + 1, 1);
    in.show_from(data, inner.offset());
    const Bytes run = in.bytes(size_of_group);
    left -= static_cast<int>(size_of_group) + 1;
    if (run.empty() || run[0] != kFileReference || run.size() % 2 == 0) {
      in.flag(anomaly::file_reference, where);
      continue;
    }
    const auto count = static_cast<std::uint32_t>((run.size() - 1) / 2);
    answer_object(response, group, {Values::Shape::registers16, count, run.subspan(1)}, false);
  }
  if (left < 0) in.flag(anomaly::byte_count, at);
}

void write_file(Response& response) { decode_file_writes(response.in, response.unit, nullptr); }

void mask_write(Response& response) {
  PduReader& in = response.in;
  const std::uint16_t first = in.u16(reference_number);
  in.u16(and_mask);
  in.u16(or_mask);
  in.access({own_range(response, first, 1), {}, true});
}

void read_fifo(Response& response) {
  PduReader& in = response.in;
  const std::size_t at = in.offset();
  const std::size_t size = in.u16(byte_count_16);
  const std::size_t count = in.u16(word_count);
  in.show_rest(data);
  if (!in.ok()) return;
  if (count > kMaxFifoRegisters) in.flag(anomaly::quantity, at + 2);
  if (size != 2 + 2 * count) in.flag(anomaly::byte_count, at);
  const Bytes values = in.bytes(2 * count);
  answer_object(response, 0,
                {Values::Shape::registers16, static_cast<std::uint32_t>(count), values}, false);
}

/// A standard identification object is text up to its first NUL, as Wireshark shows it.
Bytes up_to_nul(Bytes text) {
  const auto nul = std::find(text.begin(), text.end(), std::uint8_t{0});
  return text.first(static_cast<std::size_t>(nul - text.begin()));
}

void identification_objects(Response& response, std::size_t count) {
  constexpr std::uint8_t kFirstPrivate = 7;
  PduReader& in = response.in;
  for (; count != 0 && in.ok(); --count) {
    ByteReader ahead = in.ahead();
    ahead.u8();
    if (!in.require(2u + ahead.u8())) return;
    const std::uint8_t id = in.u8(object_id);
    const std::size_t size = in.u8(object_length);
    const std::size_t at = in.offset();
    const Bytes value = in.bytes(size);
    if (id < kFirstPrivate) {
      in.show(object_text, Value::text(as_text(up_to_nul(value))), at, size);
    } else if (size > 0) {
      in.show(object_value, Value::bytes(value), at, size);
    }
    in.access({{ObjectSpace::device_identification, response.unit, 0, id, 1},
               {Values::Shape::bytes, static_cast<std::uint32_t>(size), value},
               false});
  }
}

void encapsulated(Response& response) {
  PduReader& in = response.in;
  const std::size_t at = in.offset();
  const std::uint8_t type = in.u8(mei_type);
  if (type == kMeiIdentification) {
    const std::uint8_t code = in.u8(read_device_id);
    if (in.ok() && (code < 1 || code > 4)) in.flag(anomaly::read_device_id, at + 1);
    in.u8(conformity_level);
    in.u8(more_follows);
    in.u8(next_object_id);
    identification_objects(response, in.u8(object_count));
    return;
  }
  if (in.ok() && mei_spec(type) == nullptr) in.flag(anomaly::mei_type, at);
  if (in.remaining() > 0) in.show_from(data, at);
  in.rest();
  answer_object(response, 0, {}, false);
}

void opaque_data(Response& response) {
  if (response.in.remaining() > 0) response.in.show_rest(data);
  response.in.rest();
  answer_object(response, 0, {}, false);
}

using Decode = void (*)(Response&);
constexpr std::array<Decode, 128> kDecoders = [] {
  std::array<Decode, 128> table{};
  table.fill(opaque_data);
  for (const std::size_t code : {1, 2}) table[code] = read_bits;
  for (const std::size_t code : {3, 4, 23}) table[code] = read_registers;
  for (const std::size_t code : {15, 16}) table[code] = write_multiple;
  table[5] = write_single_coil;
  table[6] = write_single_register;
  table[7] = exception_status;
  table[kDiagnostics] = diagnostics;
  table[11] = event_counter;
  table[12] = event_log;
  table[17] = server_id;
  table[20] = read_file;
  table[21] = write_file;
  table[22] = mask_write;
  table[24] = read_fifo;
  table[kEncapsulated] = encapsulated;
  table[kUnity] = decode_umas;
  return table;
}();

}  // namespace

void decode(Response& response) { kDecoders[response.function](response); }

bool is_echoed(std::uint8_t function) {
  switch (function) {
    case 5:
    case 6:
    case kDiagnostics:
    case 21:
    case 22:
      return true;
    default:
      return false;
  }
}

bool answers(const Asked& asked, std::uint8_t function, Bytes body) {
  ByteReader in(body);
  switch (function) {
    case 1:
    case 2:
      return in.u8() == bytes_for_bits(asked.second_word);
    case 3:
    case 4:
    case 23:
      return in.u8() == 2u * asked.second_word;
    case 5:
    case 6:
    case 21:
    case 22:
      return echo_digest(body) == asked.echo;
    case 15:
    case 16: {
      const std::uint16_t first = in.u16();
      const std::uint16_t count = in.u16();
      return first == asked.first_word && count == asked.second_word;
    }
    case kDiagnostics: {
      const std::uint16_t code = in.u16();
      if (code != asked.first_word) return false;
      const bool echoes = code == kReturnQueryData || code == kRestartCommunications;
      return !echoes || echo_digest(body) == asked.echo;
    }
    case kEncapsulated: {
      const std::uint16_t type_and_code = in.u16();
      return type_and_code == asked.first_word || type_and_code >> 8 != kMeiIdentification;
    }
    default:
      return true;
  }
}

}  // namespace sightglass::modbus
