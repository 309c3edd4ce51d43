#include "dissectors/modbus/rtu.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "dissectors/modbus/names.hpp"
#include "dissectors/modbus/shape.hpp"

namespace sightglass::modbus::rtu {
namespace {

constexpr std::uint8_t kLastUnit = 247;
constexpr std::size_t kExceptionFrame = 5;

constexpr std::array<std::uint16_t, 256> kChecksums = [] {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    auto value = static_cast<std::uint16_t>(byte);
    for (int i = 0; i < 8; ++i) {
      const bool carry = (value & 1) != 0;
      value = static_cast<std::uint16_t>(value >> 1 ^ (carry ? 0xa001 : 0));
    }
    table[byte] = value;
  }
  return table;
}();

constexpr std::uint16_t kSeed = 0xffff;

std::uint16_t with(std::uint16_t checksum, std::uint8_t byte) {
  return static_cast<std::uint16_t>(checksum >> 8 ^ kChecksums[(checksum ^ byte) & 0xff]);
}

/// How long a frame is: `size`, and the count of `count_size` bytes at `count_at` where there is
/// one.
struct Length {
  std::uint8_t function;
  std::uint8_t size;
  std::uint8_t count_at = 0;
  std::uint8_t count_size = 0;
};
constexpr Length kRequests[] = {
    {1, 8},        {2, 8},        {3, 8},   {4, 8},          {5, 8},        {6, 8},
    {7, 4},        {11, 4},       {12, 4},  {15, 9, 6, 1},   {16, 9, 6, 1}, {17, 4},
    {20, 5, 2, 1}, {21, 5, 2, 1}, {22, 10}, {23, 13, 10, 1}, {24, 6},
};
constexpr Length kResponses[] = {
    {1, 5, 2, 1},  {2, 5, 2, 1},  {3, 5, 2, 1},  {4, 5, 2, 1},  {5, 8},        {6, 8},
    {7, 5},        {11, 8},       {12, 5, 2, 1}, {15, 8},       {16, 8},       {17, 5, 2, 1},
    {20, 5, 2, 1}, {21, 5, 2, 1}, {22, 10},      {23, 5, 2, 1}, {24, 6, 2, 2},
};

const Length* length_of(std::uint8_t function, Direction direction) {
  const std::span<const Length> table =
      direction == Direction::to_server ? std::span<const Length>(kRequests) : kResponses;
  const auto found = std::find_if(table.begin(), table.end(), [function](const Length& row) {
    return row.function == function;
  });
  return found == table.end() ? nullptr : &*found;
}

/// Functions whose frames end where their checksum is right: their forms are many, or a vendor's.
bool is_open_ended(std::uint8_t function) {
  const FunctionClass kind = function_spec(function).kind;
  return function == kDiagnostics || function == kEncapsulated || kind == FunctionClass::vendor ||
         kind == FunctionClass::user_defined;
}

Framing whole(Bytes stream, std::size_t size) {
  if (size > kMaxFrame) return Framing::not_mine();
  if (stream.size() < size) return Framing::need_more(size);
  return checksum(stream.first(size)) == 0 ? Framing::message(size) : Framing::not_mine();
}

Framing open_ended(Bytes stream) {
  std::uint16_t sum = kSeed;
  const std::size_t most = std::min(stream.size(), kMaxFrame);
  for (std::size_t i = 0; i < most; ++i) {
    sum = with(sum, stream[i]);
    if (sum == 0 && i + 1 >= kMinFrame) return Framing::message(i + 1);
  }
  return most < kMaxFrame ? Framing::need_more(most + 1) : Framing::not_mine();
}

/// A frame of exactly this direction.
Framing frame_one_way(Bytes stream, Direction direction) {
  ByteReader in(stream);
  in.u8();
  const std::uint8_t function = in.u8();
  if (!in.ok()) return Framing::need_more(kMinFrame);
  if ((function & kExceptionBit) != 0) {
    return direction == Direction::to_client ? whole(stream, kExceptionFrame) : Framing::not_mine();
  }
  if (is_open_ended(function)) return open_ended(stream);
  const Length* length = length_of(function, direction);
  if (length == nullptr) return Framing::not_mine();
  if (length->count_size == 0) return whole(stream, length->size);
  ByteReader counted(stream);
  counted.skip(length->count_at);
  const std::size_t count = length->count_size == 1 ? counted.u8() : counted.u16();
  if (!counted.ok()) return Framing::need_more(length->count_at + length->count_size);
  return whole(stream, length->size + count);
}

bool fits(Bytes frame, Direction direction) {
  ByteReader in(frame.first(frame.size() - kChecksumSize));
  in.u8();
  const std::uint8_t function = in.u8();
  const Bytes body = in.rest();
  if ((function & kExceptionBit) != 0) return body.size() == 1 && exception_is_defined(body[0]);
  return direction == Direction::to_server ? request_fits(function, body)
                                           : response_fits(function, body);
}

bool is_frame_one_way(Bytes bytes, Direction direction) {
  const Framing framing = frame_one_way(bytes, direction);
  return framing.kind == Framing::Kind::message && framing.size == bytes.size() &&
         fits(bytes, direction);
}

}  // namespace

std::uint16_t checksum(Bytes bytes) {
  std::uint16_t sum = kSeed;
  for (const std::uint8_t byte : bytes) sum = with(sum, byte);
  return sum;
}

bool is_frame(Bytes bytes) {
  return bytes.size() >= kMinFrame && bytes[0] <= kLastUnit &&
         (is_frame_one_way(bytes, Direction::to_server) ||
          is_frame_one_way(bytes, Direction::to_client));
}

Framing frame(Bytes stream, Direction direction) {
  const Framing framing = frame_one_way(stream, direction);
  if (framing.kind != Framing::Kind::not_mine) return framing;
  const Framing other = frame_one_way(stream, opposite(direction));
  return other.kind == Framing::Kind::message ? other : framing;
}

Probe probe(Bytes stream) {
  // An open-ended frame must be there: waiting for its end would be waiting for anything.
  constexpr std::size_t kMostWaited = 8;
  if (stream[0] > kLastUnit) return {};
  bool fits_way[kDirections] = {};
  bool may_begin = false;
  for (const Direction direction : {Direction::to_server, Direction::to_client}) {
    const Framing framing = frame_one_way(stream, direction);
    if (framing.kind == Framing::Kind::message) {
      fits_way[static_cast<std::size_t>(direction)] = fits(stream.first(framing.size), direction);
    } else if (framing.kind == Framing::Kind::need_more) {
      may_begin = may_begin || stream.size() < kMostWaited || !is_open_ended(stream[1]);
    }
  }
  const auto [request, response] = fits_way;
  if (!request && !response) return {may_begin ? Likeness::maybe : Likeness::no};
  if (request && response) return {Likeness::yes};  // an echo goes either way
  return {Likeness::yes, request ? Direction::to_server : Direction::to_client};
}

}  // namespace sightglass::modbus::rtu
