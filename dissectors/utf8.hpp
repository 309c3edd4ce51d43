// Text from the wire: whether it is UTF-8 (RFC 3629, 4), and a form that is safe to print.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dissectors/bytes.hpp"

namespace sightglass {

/// U+FFFD, in the place of a byte that is no text.
inline constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// Length of the well-formed sequence at the front of `bytes` (not empty); 0 when there is none.
std::size_t utf8_length(Bytes bytes);

/// Whether all of it is well-formed and free of control characters.
bool is_plain_text(Bytes bytes);

enum class Charset : std::uint8_t { ascii, utf8 };
/// As one line that a terminal does not obey: control characters escaped as in C, what is not of
/// the character set replaced.
std::string one_line(std::string_view text, Charset charset = Charset::utf8);

}  // namespace sightglass
