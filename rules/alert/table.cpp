// Widths count code points: sentences are plain text, names come from the site file.
#include "rules/alert/table.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "rules/alert/json_text.hpp"
#include "rules/alert/time_text.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kFixedColumns = 4;
constexpr std::array<std::string_view, kFixedColumns + 1> kHeadings = {
    "SEVERITY", "TIME (UTC)", "KIND", "COUNT", "WHAT HAPPENED"};
using Row = std::array<std::string, kFixedColumns>;

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string tame(std::string_view text) {
  std::string result = valid_utf8(text);
  std::ranges::replace_if(
      result, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return result;
}

/// Breaks at blanks; a word longer than a line stands on a line of its own.
std::vector<std::string> wrap(const std::string& text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (lines.back().empty()) {
      lines.back() = word;
    } else if (code_points(lines.back()) + 1 + code_points(word) <= width) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string time_cell(Timestamp time) {
  constexpr std::string_view kZone = " UTC";
  std::string text = spoken_time(time);
  text.resize(text.size() - kZone.size());
  return text;
}

Row cells(const Alert& alert) {
  return {std::string(to_text(alert.severity)), time_cell(alert.first_seen), alert.kind,
          std::to_string(alert.count)};
}

void append_cell(std::string& out, std::string_view cell, std::size_t width) {
  out += cell;
  out.append(width - code_points(cell) + 2, ' ');
}

}  // namespace

std::string alert_table(std::span<const Alert> alerts, std::size_t width) {
  if (alerts.empty()) return "";
  std::array<std::size_t, kFixedColumns> widths{};
  for (std::size_t i = 0; i < kFixedColumns; ++i) widths[i] = kHeadings[i].size();
  std::vector<Row> rows;
  for (const Alert& alert : alerts) {
    rows.push_back(cells(alert));
    for (std::size_t i = 0; i < kFixedColumns; ++i) {
      widths[i] = std::max(widths[i], code_points(rows.back()[i]));
    }
  }
  std::size_t indent = 0;
  for (const std::size_t column : widths) indent += column + 2;
  constexpr std::size_t kNarrowestSentence = 20;
  const std::size_t usable = std::max(width, kNarrowestTable);
  const std::size_t room =
      usable > indent + kNarrowestSentence ? usable - indent : kNarrowestSentence;

  std::string out;
  for (std::size_t i = 0; i < kFixedColumns; ++i) append_cell(out, kHeadings[i], widths[i]);
  out += std::string(kHeadings.back()) + "\n";
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = 0; i < kFixedColumns; ++i) append_cell(out, rows[row][i], widths[i]);
    const auto lines = wrap(tame(alerts[row].sentence), room);
    out += lines.front() + "\n";
    for (std::size_t i = 1; i < lines.size(); ++i) {
      out += std::string(indent, ' ') + lines[i] + "\n";
    }
  }
  return out;
}

}  // namespace sightglass
