// pcapng as we write it: one section, nanoseconds, comments (draft-ietf-opsawg-pcapng).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "dissectors/bytes.hpp"
#include "dissectors/time.hpp"

namespace sightglass {

/// Builds a pcapng file in memory, little-endian, whatever the machine: the same calls give the
/// same bytes. The caller takes what has gathered and puts it where it belongs. Text goes in
/// without control characters and is cut at kMostCommentBytes.
class PcapngWriter {
 public:
  static constexpr std::size_t kMostCommentBytes = 4096;

  /// Begins the section; `comment` and `application` may be empty.
  PcapngWriter(std::string_view comment, std::string_view application);

  /// The number of a new interface, from 0; `snap_length` 0 = no limit.
  std::uint32_t add_interface(std::uint16_t link_type, std::uint32_t snap_length,
                              std::string_view name);
  /// `interface` must have been added; `original_length` >= bytes.size(). Times before 1970 are
  /// written as 1970: the format has no sign.
  void add_packet(std::uint32_t interface, Timestamp time, Bytes bytes,
                  std::uint32_t original_length, std::string_view comment);

  const std::string& gathered() const { return out_; }
  /// Hands over what was gathered; writing goes on after it.
  std::string take();

 private:
  void u16(std::uint32_t value);
  void u32(std::uint64_t value);
  void padded_bytes(std::string_view bytes);
  void option(std::uint16_t code, std::string_view value);
  void text_option(std::uint16_t code, std::string_view text);
  std::size_t begin_block(std::uint32_t type);
  void end_block(std::size_t begin);

  std::string out_;
  std::uint32_t interfaces_ = 0;
};

}  // namespace sightglass
