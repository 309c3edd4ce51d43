// Raw bytes from the wire, and the only cursor that reads them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace sightglass {

/// A view of bytes owned by somebody else: a packet, a reassembly buffer, a file mapping.
using Bytes = std::span<const std::uint8_t>;

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Reads integers and runs of bytes from the front of a view.
///
/// Failure is sticky: the first read past the end makes `ok()` false, and from then on every read
/// gives 0 (or an empty run) and moves nothing. Protocol code therefore reads straight through a
/// structure as the standard's table lists it and asks `ok()` once, before it believes any of it.
/// Multi-byte integers are big-endian unless the name says `le`.
class ByteReader {
 public:
  ByteReader() = default;
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian<1>()); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian<2>()); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(big_endian<3>()); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian<4>()); }
  std::uint64_t u48() { return big_endian<6>(); }
  std::uint64_t u64() { return big_endian<8>(); }
  std::uint16_t le16() { return static_cast<std::uint16_t>(little_endian<2>()); }
  std::uint32_t le32() { return static_cast<std::uint32_t>(little_endian<4>()); }
  std::uint64_t le64() { return little_endian<8>(); }

  /// The next `count` bytes; empty after a failure.
  Bytes bytes(std::size_t count) {
    if (!claim(count)) return {};
    const Bytes run = bytes_.subspan(offset_, count);
    offset_ += count;
    return run;
  }

  /// Everything that is left.
  Bytes rest() { return bytes(remaining()); }

  /// A reader confined to the next `count` bytes, so that a lying inner length can not reach
  /// outside. A failed reader comes back when fewer are left.
  ByteReader take(std::size_t count) {
    const Bytes run = bytes(count);
    ByteReader inner(run);
    inner.failed_ = failed_;
    return inner;
  }

  void skip(std::size_t count) { bytes(count); }

  /// Bytes consumed so far: the offset of the next read within the view.
  std::size_t offset() const { return offset_; }
  std::size_t remaining() const { return failed_ ? 0 : bytes_.size() - offset_; }
  bool ok() const { return !failed_; }
  bool at_end() const { return remaining() == 0; }

 private:
  bool claim(std::size_t count) {
    if (failed_ || bytes_.size() - offset_ < count) {
      failed_ = true;
      return false;
    }
    return true;
  }

  // One unaligned load and a byte swap each: a load a byte would be most of the decoder's time.
  template <std::size_t Count>
  std::uint64_t big_endian() {
    if (!claim(Count)) return 0;
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + offset_, Count);
    offset_ += Count;
    if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap64(value);
    return value >> (64 - 8 * Count);
  }

  template <std::size_t Count>
  std::uint64_t little_endian() {
    if (!claim(Count)) return 0;
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + offset_, Count);
    offset_ += Count;
    if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
    return value;
  }

  Bytes bytes_;
  std::size_t offset_ = 0;
  bool failed_ = false;
};

}  // namespace sightglass
