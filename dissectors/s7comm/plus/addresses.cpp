#include "dissectors/s7comm/plus/addresses.hpp"

#include <array>

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/plus/values.hpp"

namespace sightglass::s7comm::plus {
namespace {

constexpr std::uint32_t kInputs = 0x50, kOutputs = 0x51, kFlags = 0x52, kTimers = 0x54,
                        kDataBlocks = 0x8a0e;

ObjectSpace space_of(std::uint32_t area) {
  switch (area) {
    case kInputs:
      return ObjectSpace::s7_input;
    case kOutputs:
      return ObjectSpace::s7_output;
    case kFlags:
      return ObjectSpace::s7_flag;
    default:
      return ObjectSpace::none;
  }
}

struct Steps {
  std::array<std::uint32_t, 4> first{};
  std::size_t count = 0;
};

/// The variable, where it is data of the process: by its symbol, or a bit by its place.
Object object_of(std::uint32_t crc, std::uint32_t area, const Steps& steps) {
  const bool is_process = (area >= kInputs && area <= kTimers) || area >> 16 == kDataBlocks;
  if (crc != 0) {
    if (!is_process) return {};
    return {ObjectSpace::s7_symbol, 0, area, crc, 1};
  }
  // Bits are the only places that any known PDU names.
  constexpr std::uint32_t kByPlace = 3, kBit = 1;
  const bool is_bit = steps.count == 4 && steps.first[0] == kByPlace && steps.first[2] == kBit;
  const ObjectSpace space = is_bit ? space_of(area) : ObjectSpace::none;
  if (space == ObjectSpace::none) return {};
  return {space, 0, 0, steps.first[1] * 8 + steps.first[3], 1};
}

/// Reads a variable's address; returns of how many numbers it was.
std::uint32_t read_address(Contents& contents, Asked& asked) {
  constexpr std::uint32_t kFixed = 3;  // checksum, area, how many follow
  const std::uint32_t crc = vlq32(contents, symbol_crc);
  const std::uint32_t where = vlq32(contents, area);
  const std::uint32_t count = vlq32(contents);
  if (count == 0 || count > contents.in.remaining()) contents.fail();
  vlq32(contents, sub_area);
  Steps steps;
  for (std::uint32_t i = 1; i < count && contents.in.ok(); ++i) {
    const std::uint32_t step = vlq32(contents, lid);
    if (steps.count < steps.first.size()) steps.first[steps.count] = step;
    ++steps.count;
  }
  if (!contents.in.ok()) return 0;
  if (asked.item_count < kMostFollowed) {
    asked.add({object_of(crc, where, steps), Values::Shape::none});
  } else {
    contents.in.flag(anomaly::plus_variables);
  }
  return kFixed + count;
}

}  // namespace

Addresses read_addresses(Contents& contents, Asked& asked) {
  Addresses read;
  read.object = contents.in.u32(object);
  read.count = vlq32(contents);
  const std::uint32_t numbers = vlq32(contents);
  if (read.count > contents.in.remaining() || numbers > contents.in.remaining()) contents.fail();
  if (read.object != 0) {
    for (std::uint32_t i = 0; i < numbers && contents.in.ok(); ++i) vlq32(contents, attribute);
    return read;
  }
  std::uint32_t seen = 0;
  for (std::uint32_t i = 0; i < read.count && contents.in.ok(); ++i) {
    seen += read_address(contents, asked);
  }
  if (seen != numbers) contents.fail();
  return read;
}

}  // namespace sightglass::s7comm::plus
