// Text from the wire made fit for JSON.
#pragma once

#include <string>
#include <string_view>

namespace sightglass {

/// `text` with every byte that is not part of valid UTF-8 (RFC 3629: no overlong forms, no
/// surrogates, nothing over U+10FFFF) replaced by U+FFFD. Control characters stay: the JSON
/// serializer escapes them.
std::string valid_utf8(std::string_view text);

}  // namespace sightglass
