// Elements of a typed view.
#include <bit>

#include "dissectors/message.hpp"

namespace sightglass {
namespace {

std::uint64_t little(Bytes data, std::size_t index, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8 | data[index * size + i - 1];
  return value;
}

std::uint32_t big32(Bytes data, std::size_t index) {
  ByteReader element(data);
  element.skip(4 * index);
  return element.u32();
}

/// Rounded towards zero; what is negative or too large becomes the nearest that fits.
std::uint32_t confined(double value) {
  constexpr double kLargest = 0xffffffff;
  if (!(value > 0)) return 0;
  return value < kLargest ? static_cast<std::uint32_t>(value) : 0xffffffffu;
}

}  // namespace

std::uint32_t Values::at(std::size_t index) const {
  switch (shape) {
    case Shape::bits:
      return data[index / 8] >> (index % 8) & 1u;
    case Shape::registers16:
      return static_cast<std::uint32_t>(data[2 * index] << 8 | data[2 * index + 1]);
    case Shape::words32:
      return big32(data, index);
    case Shape::reals32:
      return confined(double{std::bit_cast<float>(big32(data, index))});
    case Shape::bytes:
      return data[index];
    case Shape::little16:
      return static_cast<std::uint32_t>(little(data, index, 2));
    case Shape::little32:
      return static_cast<std::uint32_t>(little(data, index, 4));
    case Shape::little64:
      return static_cast<std::uint32_t>(little(data, index, 8));
    case Shape::little_real32: {
      const auto bits = static_cast<std::uint32_t>(little(data, index, 4));
      return confined(double{std::bit_cast<float>(bits)});
    }
    case Shape::little_real64:
      return confined(std::bit_cast<double>(little(data, index, 8)));
    case Shape::none:
      break;
  }
  return 0;
}

}  // namespace sightglass
