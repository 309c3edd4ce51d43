// How mistakes are shown: position, line, caret, and the word that was probably meant.
#include "rules/diagnostic.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sightglass {
namespace {

/// Words longer than this are nobody's typing error; the distance is quadratic.
constexpr std::size_t kMaxWord = 64;

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

std::uint32_t characters(std::string_view text) {
  return static_cast<std::uint32_t>(std::count_if(text.begin(), text.end(), begins_character));
}

/// Insertions, deletions, replacements and swaps of two neighbours that lead from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(above, row);
  }
  return above.back();
}

std::string harmless(std::string_view line) {
  std::string text(line);
  for (char& c : text) {
    const auto code = static_cast<unsigned char>(c);
    if ((code < 0x20 && c != '\t') || code == 0x7f) c = '?';
  }
  return text;
}

/// What stands under the first `column - 1` characters of `line`: blanks, tabs where it has tabs.
std::string indent_below(std::string_view line, std::uint32_t column) {
  std::string blanks;
  std::uint32_t passed = 0;
  for (const char c : line) {
    if (begins_character(c) && ++passed >= column) break;
    if (begins_character(c)) blanks += c == '\t' ? '\t' : ' ';
  }
  blanks.resize(std::max<std::size_t>(blanks.size(), passed < column ? column - 1 : 0), ' ');
  return blanks;
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic) {
  std::string text;
  if (!diagnostic.file.empty()) text += diagnostic.file + ":";
  text += std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) +
          ": error: " + harmless(diagnostic.message) + "\n";
  if (diagnostic.source_line.empty()) return text;
  text += "    " + harmless(diagnostic.source_line) + "\n    ";
  text += indent_below(diagnostic.source_line, diagnostic.column) + "^";
  text.append(std::max(diagnostic.width, 1u) - 1, '~');
  return text + "\n";
}

std::string to_text(std::span<const Diagnostic> diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += to_text(diagnostic);
  return text;
}

Diagnostic diagnose(std::string_view file, std::string_view text, std::size_t offset,
                    std::size_t length, std::string message) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  const std::string_view line = text.substr(start, text.find('\n', start) - start);
  const std::string_view marked =
      line.substr(std::min(offset - start, line.size())).substr(0, length);

  Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  diagnostic.column = 1 + characters(before.substr(start));
  diagnostic.width = std::max(characters(marked), 1u);
  diagnostic.message = std::move(message);
  diagnostic.source_line = line;
  return diagnostic;
}

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > kMaxWord) return {};
  const std::size_t most = word.size() < 4 ? 1 : std::max<std::size_t>(word.size() / 3, 2);
  std::size_t best = most + 1;
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kMaxWord) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string did_you_mean(std::string_view word) {
  return word.empty() ? std::string() : "; did you mean \"" + std::string(word) + "\"?";
}

}  // namespace sightglass
