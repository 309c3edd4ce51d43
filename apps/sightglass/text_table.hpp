// Rows of text as columns.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace sightglass {

/// Columns that hold numbers are set to the right; the first row is the heading.
struct NumberColumns {
  std::size_t first = 0, last = 0;
};

template <std::size_t kColumns>
std::string text_table(const std::vector<std::array<std::string, kColumns>>& rows,
                       NumberColumns numbers) {
  std::array<std::size_t, kColumns> widths{};
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < kColumns; ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      const bool is_number = i >= numbers.first && i <= numbers.last;
      text += (is_number ? padding + row[i] : row[i] + padding) + "  ";
    }
    text += row.back() + "\n";
  }
  return text;
}

}  // namespace sightglass
