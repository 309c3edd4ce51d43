// sightglass protocols: what of each protocol is read, and which captures show it.
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "apps/sightglass/command.hpp"
#include "apps/sightglass/protocol_reference.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kNamedCaptures = 2;  ///< in a table; --json has all

struct Options {
  std::vector<std::string> protocols;
  std::string captures;
  bool json = false, markdown = false;
};

int mistake(const std::string& text) {
  std::fprintf(stderr, "sightglass protocols: %s\n", text.c_str());
  return kExitMistake;
}

/// Every file of a directory that is a capture, by its path in it without what follows the dot.
Shown shown_by(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  Shown shown;
  for (const fs::path& file : files) {
    const std::string name = file.lexically_relative(directory).generic_string();
    const std::string extension = name.substr(std::min(name.find('.'), name.size()));
    if (extension.find("pcap") == std::string::npos) continue;
    add_shown(file.string(), name.substr(0, name.find('.')), shown);
  }
  return shown;
}

std::string captures_of(const ListedFunction& function) {
  std::string text;
  const std::size_t count = std::min(function.shown_by.size(), kNamedCaptures);
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + function.shown_by[i];
  return text;
}

void print_json(const ListedFunction& function) {
  const boost::json::object record{
      {"protocol", to_text(function.protocol)},
      {"function", function.name},
      {"operation", to_text(function.operation)},
      {"contents", to_text(function.depth)},
      {"shown_by", boost::json::array(function.shown_by.begin(), function.shown_by.end())}};
  std::puts(boost::json::serialize(record).c_str());
}

/// A table of cells, all of the same number: in columns for people, or for a document.
void print_table(const std::vector<std::vector<std::string>>& rows, bool markdown) {
  if (markdown) {
    for (const auto& row : rows) {
      std::string line = "|";
      for (const std::string& cell : row) line += " " + cell + " |";
      std::puts(line.c_str());
      if (&row != &rows.front()) continue;
      line = "|";
      for (std::size_t i = 0; i < row.size(); ++i) line += " --- |";
      std::puts(line.c_str());
    }
    return;
  }
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] + 2 - row[i].size(), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    std::puts(line.c_str());
  }
}

int protocols(const Options& options) {
  Shown shown;
  if (!options.captures.empty()) {
    if (!std::filesystem::is_directory(options.captures)) {
      return mistake(options.captures + " is no directory");
    }
    shown = shown_by(options.captures);
  }
  for (const std::string& name : unlisted(shown)) mistake("not listed: " + name);

  const auto& wanted = options.protocols;
  const auto is_wanted = [&](const ListedFunction& function) {
    return wanted.empty() ||
           std::find(wanted.begin(), wanted.end(), to_text(function.protocol)) != wanted.end();
  };
  // What is the same in every row, or known of none, has no column.
  const bool names_protocol = wanted.size() != 1, names_captures = !options.captures.empty();
  const auto row = [&](std::string_view protocol, std::string_view function,
                       std::string_view operation, std::string_view contents,
                       std::string_view captures) {
    std::vector<std::string> cells;
    if (names_protocol) cells.emplace_back(protocol);
    for (const std::string_view cell : {function, operation, contents}) cells.emplace_back(cell);
    if (names_captures) cells.emplace_back(captures);
    return cells;
  };
  std::vector<std::vector<std::string>> rows = {
      row("protocol", "function", "operation", "contents", "shown by")};
  for (const ListedFunction& function : protocol_reference(shown)) {
    if (!is_wanted(function)) continue;
    if (options.json) {
      print_json(function);
      continue;
    }
    rows.push_back(row(to_text(function.protocol), function.name, to_text(function.operation),
                       to_text(function.depth), captures_of(function)));
  }
  if (!options.json) print_table(rows, options.markdown);
  return unlisted(shown).empty() ? kExitDone : kExitFailed;
}

std::vector<std::string> listed_protocols() {
  std::vector<std::string> names;
  for (const Function& function : known_functions()) {
    const std::string name(to_text(function.protocol));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

void add_protocols(CLI::App& program, Run& chosen) {
  auto options = std::make_shared<Options>();
  auto* command =
      program.add_subcommand("protocols", "Print what of each protocol is read, by function");
  command->add_option("PROTOCOL", options->protocols, "only these")
      ->check(CLI::IsMember(listed_protocols()));
  auto* json = command->add_flag("--json", options->json, "one JSON record a function");
  command->add_flag("--markdown", options->markdown, "a table for a document")->excludes(json);
  command->add_option("--shown-by", options->captures,
                      "a directory of captures: name those that show each function");
  command->callback([&chosen, options] { chosen = [options] { return protocols(*options); }; });
}

}  // namespace sightglass
