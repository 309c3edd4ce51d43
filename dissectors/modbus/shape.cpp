#include "dissectors/modbus/shape.hpp"

#include "dissectors/modbus/names.hpp"

namespace sightglass::modbus {
namespace {

bool in_range(std::uint32_t value, std::uint32_t most) { return value >= 1 && value <= most; }

/// A byte count, then exactly that many bytes.
bool counted(Bytes body) { return !body.empty() && body.size() == 1u + body[0]; }

bool address_and_quantity(Bytes body, std::uint32_t most) {
  ByteReader in(body);
  in.u16();
  return in_range(in.u16(), most) && in.ok() && in.at_end();
}

bool multiple_write(Bytes body, std::uint32_t most, bool bits) {
  ByteReader in(body);
  in.u16();
  const std::uint16_t quantity = in.u16();
  const std::size_t count = in.u8();
  const std::size_t needed = bits ? bytes_for_bits(quantity) : 2u * quantity;
  return in.ok() && in_range(quantity, most) && count == needed && in.remaining() == count;
}

bool read_write(Bytes body) {
  ByteReader in(body);
  in.u16();
  const std::uint16_t read = in.u16();
  in.u16();
  const std::uint16_t written = in.u16();
  const std::size_t count = in.u8();
  return in.ok() && in_range(read, kMaxReadRegisters) &&
         in_range(written, kMaxReadWriteRegisters) && count == 2u * written &&
         in.remaining() == count;
}

bool file_reads(Bytes body) {
  if (!counted(body) || body[0] == 0 || body[0] % 7 != 0) return false;
  for (std::size_t i = 1; i < body.size(); i += 7) {
    if (body[i] != kFileReference) return false;
  }
  return true;
}

bool file_answers(Bytes body) {
  if (!counted(body)) return false;
  ByteReader in(body.subspan(1));
  while (in.ok() && !in.at_end()) {
    ByteReader group = in.take(in.u8());
    if (group.u8() != kFileReference || group.remaining() % 2 != 0) return false;
  }
  return in.ok();
}

bool file_writes(Bytes body) {
  if (!counted(body)) return false;
  ByteReader in(body.subspan(1));
  while (in.ok() && !in.at_end()) {
    if (in.u8() != kFileReference) return false;
    in.u32();
    in.skip(2u * in.u16());
  }
  return in.ok();
}

bool fifo_answer(Bytes body) {
  ByteReader in(body);
  const std::size_t count = in.u16();
  const std::size_t registers = in.u16();
  return in.ok() && registers <= kMaxFifoRegisters && count == 2 + 2 * registers &&
         in.remaining() == 2 * registers;
}

bool identification_request(Bytes body) {
  ByteReader in(body);
  const std::uint8_t mei = in.u8();
  if (mei == kMeiCanopen) return true;
  const std::uint8_t code = in.u8();
  in.u8();
  return mei == kMeiIdentification && code >= 1 && code <= 4 && in.ok() && in.at_end();
}

bool identification_answer(Bytes body) {
  ByteReader in(body);
  const std::uint8_t mei = in.u8();
  if (mei == kMeiCanopen) return true;
  in.skip(4);
  std::size_t objects = in.u8();
  for (; objects != 0 && in.ok(); --objects) {
    in.u8();
    in.skip(in.u8());
  }
  return mei == kMeiIdentification && in.ok() && in.at_end();
}

}  // namespace

bool request_fits(std::uint8_t function, Bytes body) {
  switch (function) {
    case 1:
    case 2:
      return address_and_quantity(body, kMaxReadBits);
    case 3:
    case 4:
      return address_and_quantity(body, kMaxReadRegisters);
    case 5:
    case 6:
      return body.size() == 4;
    case 7:
    case 11:
    case 12:
    case 17:
      return body.empty();
    case 8:
      return body.size() >= 4;
    case 15:
      return multiple_write(body, kMaxWriteBits, true);
    case 16:
      return multiple_write(body, kMaxWriteRegisters, false);
    case 20:
      return file_reads(body);
    case 21:
      return file_writes(body);
    case 22:
      return body.size() == 6;
    case 23:
      return read_write(body);
    case 24:
      return body.size() == 2;
    case 43:
      return identification_request(body);
    default:
      return false;
  }
}

bool response_fits(std::uint8_t function, Bytes body) {
  switch (function) {
    case 1:
    case 2:
      return counted(body) && in_range(body[0], bytes_for_bits(kMaxReadBits));
    case 3:
    case 4:
    case 23:
      return counted(body) && body[0] % 2 == 0 && in_range(body[0], 2 * kMaxReadRegisters);
    case 5:
    case 6:
    case 11:
      return body.size() == 4;
    case 7:
      return body.size() == 1;
    case 8:
      return body.size() >= 4;
    case 12:
      return counted(body) && body[0] >= 6;
    case 15:
      return address_and_quantity(body, kMaxWriteBits);
    case 16:
      return address_and_quantity(body, kMaxWriteRegisters);
    case 17:
      return counted(body) && body[0] >= 1;
    case 20:
      return file_answers(body);
    case 21:
      return file_writes(body);
    case 22:
      return body.size() == 6;
    case 24:
      return fifo_answer(body);
    case 43:
      return identification_answer(body);
    default:
      return false;
  }
}

}  // namespace sightglass::modbus
