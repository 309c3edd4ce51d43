#include "dissectors/modbus/pdu.hpp"

#include "dissectors/modbus/names.hpp"

namespace sightglass::modbus {

void Asked::add(const Object& object) {
  if (object_count < objects.size()) {
    objects[object_count++] = object;
  } else {
    if (!more_objects) more_objects = std::make_unique<std::vector<Object>>();
    more_objects->push_back(object);
  }
}

void Asked::repeat(const Asked& request) {
  operation = request.operation;
  function_name = request.function_name;
  first_word = request.first_word;
  second_word = request.second_word;
  echo = request.echo;
  umas_code = request.umas_code;
  silent = request.silent;
  routine = request.routine;
  routine_age = request.routine_age;
  object_count = request.object_count;
  objects = request.objects;
}

const Object* Asked::object(std::size_t index) const {
  if (index < object_count) return &objects[index];
  index -= object_count;
  return more_objects && index < more_objects->size() ? &(*more_objects)[index] : nullptr;
}

std::uint64_t echo_digest(Bytes body) {
  // FNV-1a, 64 bits.
  std::uint64_t digest = 0xcbf29ce484222325;
  for (const std::uint8_t byte : body) digest = (digest ^ byte) * 0x100000001b3;
  return digest | 1;
}

void PduReader::show_from(FieldId id, std::size_t offset) {
  if (!ok()) return;
  const Bytes run = message_.subspan(offset);
  show(id, Value::bytes(run), offset, run.size());
}

void PduReader::show_registers(std::uint16_t base, std::size_t count) {
  if (count != remaining()) {
    show_rest(data);
    return;
  }
  if (!is_looked_at()) return;
  ByteReader registers = ahead();
  while (registers.remaining() >= 2) {
    const std::size_t at = registers.offset();
    const std::uint16_t value = registers.u16();
    show_number(register_number, base++, at, 2);
    show_number(register_value, value, at, 2);
  }
}

void PduReader::show_bits(std::uint16_t base, std::uint16_t quantity, std::size_t count) {
  if (count != remaining()) {
    show_rest(data);
    return;
  }
  if (!is_looked_at()) return;
  ByteReader states = ahead();
  std::uint16_t address = base;
  while (!states.at_end()) {
    const std::size_t at = states.offset();
    const std::uint8_t byte = states.u8();
    for (unsigned i = 0; i < 8; ++i) {
      show_number(bit_number, address++, at, 1);
      show(bit_value, Value::boolean((byte >> i & 1) != 0), at, 1);
      // As Wireshark counts: bytes beyond the quantity still show their first bit.
      if (int{address} - int{base} >= int{quantity}) break;
    }
  }
}

void check_file_reference(PduReader& in, std::uint8_t type, std::uint32_t reference,
                          std::size_t offset) {
  constexpr std::uint16_t kLastRecord = 9999;
  if (type != kFileReference || reference >> 16 == 0 || (reference & 0xffff) > kLastRecord) {
    in.flag(anomaly::file_reference, offset);
  }
}

void decode_file_writes(PduReader& in, std::uint8_t unit, Asked* asked) {
  constexpr std::size_t kGroupHeader = 7;
  const std::size_t count_offset = in.offset();
  const std::size_t count = in.u8(byte_count);
  auto left = static_cast<std::ptrdiff_t>(count);
  if (in.ok() && (count < kGroupHeader + 2 || count != in.remaining())) {
    in.flag(anomaly::byte_count, count_offset);
  }
  while (left > 0 && in.ok()) {
    const std::size_t at = in.offset();
    ByteReader ahead = in.ahead();
    ahead.skip(5);
    const std::size_t size = 2u * ahead.u16();
    if (!in.require(kGroupHeader + size)) break;
    const std::uint8_t type = in.u8(reference_type);
    const std::uint32_t reference = in.u32(reference_number_32);
    const std::uint16_t registers = in.u16(word_count);
    in.show_rest(data);
    check_file_reference(in, type, reference, at);
    const Bytes written = in.bytes(size);
    const Object object{ObjectSpace::file_record, unit, reference >> 16, reference & 0xffff,
                        registers};
    in.access({object, {Values::Shape::registers16, registers, written}, true});
    if (asked != nullptr && in.ok()) asked->add(object);
    left -= static_cast<std::ptrdiff_t>(kGroupHeader + size);
  }
  if (left < 0) in.flag(anomaly::byte_count, count_offset);
}

}  // namespace sightglass::modbus
