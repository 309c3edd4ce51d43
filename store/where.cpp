#include "store/where.hpp"

#include <algorithm>

namespace sightglass {
namespace {

constexpr std::size_t kMostWords = 16;  // of a text search; more say nothing more

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  std::size_t at = 0;
  while (at < text.size() && result.size() < kMostWords) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t\r\n", begin), text.size());
    result.push_back(lower(text.substr(begin, at - begin)));
  }
  return result;
}

}  // namespace

void Where::add_words(std::string_view expression, std::string_view text) {
  for (std::string& word : words(text)) {
    add("instr(" + std::string(expression) + ", ?) > 0", std::move(word));
  }
}

void Where::bind_to(Statement& statement) const {
  for (const Parameter& parameter : parameters) {
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) statement.bind(*number);
    if (const auto* text = std::get_if<std::string>(&parameter)) {
      statement.bind(std::string_view(*text));
    }
    if (const auto* blob = std::get_if<std::vector<std::uint8_t>>(&parameter)) {
      statement.bind(std::span<const std::uint8_t>(*blob));
    }
  }
}

std::vector<std::uint8_t> octets(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& character : result) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return result;
}

}  // namespace sightglass
