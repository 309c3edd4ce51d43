#include "rules/alert/json_text.hpp"

#include <algorithm>

#include "dissectors/utf8.hpp"

namespace sightglass {

std::string valid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(as_bytes(text));
    result += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

}  // namespace sightglass
