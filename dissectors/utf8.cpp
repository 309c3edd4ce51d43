#include "dissectors/utf8.hpp"

#include <array>
#include <cstdio>

namespace sightglass {
namespace {

bool is_control(std::uint8_t byte) { return byte < 0x20 || byte == 0x7f; }

void append_control(std::uint8_t byte, std::string& out) {
  static constexpr std::string_view kNamed = "\b\t\n\f\r", kLetters = "btnfr";
  const auto at = kNamed.find(static_cast<char>(byte));
  if (at != std::string_view::npos) {
    out += '\\';
    out += kLetters[at];
    return;
  }
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\x%02x", static_cast<unsigned>(byte));
  out += text.data();
}

}  // namespace

std::size_t utf8_length(Bytes bytes) {
  const std::uint8_t lead = bytes[0];
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xc2 ? 0
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                           : lead < 0xf5 ? 4
                                         : 0;
  if (size == 0 || size > bytes.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((bytes[i] & 0xc0) != 0x80) return 0;
  }
  const std::uint8_t second = size > 1 ? bytes[1] : 0;
  const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
  const bool surrogate = lead == 0xed && second >= 0xa0;
  const bool beyond = lead == 0xf4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : size;
}

bool is_plain_text(Bytes bytes) {
  while (!bytes.empty()) {
    const std::size_t size = is_control(bytes[0]) ? 0 : utf8_length(bytes);
    if (size == 0) return false;
    bytes = bytes.subspan(size);
  }
  return true;
}

std::string one_line(std::string_view text, Charset charset) {
  std::string line;
  line.reserve(text.size());
  for (Bytes rest = as_bytes(text); !rest.empty();) {
    const std::uint8_t byte = rest[0];
    std::size_t taken = 1;
    if (is_control(byte)) {
      append_control(byte, line);
    } else if (byte < 0x80) {
      line += static_cast<char>(byte);
    } else if (const std::size_t size = charset == Charset::ascii ? 0 : utf8_length(rest);
               size != 0) {
      line += as_text(rest.first(size));
      taken = size;
    } else {
      line += kReplacement;
    }
    rest = rest.subspan(taken);
  }
  return line;
}

}  // namespace sightglass
