#include "apps/sightglass/protocol_reference.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "sensor/capture/merged_captures.hpp"
#include "sensor/pipeline/dissection.hpp"

namespace sightglass {
namespace {

/// "Reserved function (9)" as its words and its number.
struct Numbered {
  std::string_view words;
  unsigned number = 0;
};

std::optional<Numbered> numbered(std::string_view name) {
  const std::size_t open = name.rfind(" (");
  if (open == std::string_view::npos || !name.ends_with(')')) return std::nullopt;
  const std::string_view digits = name.substr(open + 2, name.size() - open - 3);
  Numbered parts{name.substr(0, open), 0};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parts.number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return parts;
}

/// "9, 10, 13-15".
std::string ranges(const std::vector<unsigned>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!text.empty()) text += ", ";
    text += std::to_string(numbers[i]);
    if (last != i) text += (last == i + 1 ? ", " : "-") + std::to_string(numbers[last]);
    i = last + 1;
  }
  return text;
}

/// Functions that are told apart by their number alone.
struct Group {
  const Function* first;
  std::vector<unsigned> numbers;
  Captures shown_by;
};

/// How many functions of `protocol` each capture shows accepted.
std::map<std::string, std::size_t> richness(Protocol protocol, const Shown& shown) {
  std::map<std::string, std::size_t> counts;
  for (const auto& [key, captures] : shown) {
    if (key.first != protocol) continue;
    for (const auto& [capture, accepted] : captures) counts[capture] += accepted ? 1 : 0;
  }
  return counts;
}

/// Of a group, in order of their worth to somebody who wants to see it.
std::vector<std::string> ordered(const Captures& captures,
                                 const std::map<std::string, std::size_t>& counts) {
  std::vector<std::string> names;
  for (const auto& [capture, accepted] : captures) names.push_back(capture);
  const auto worth = [&](const std::string& capture) {
    return std::pair(captures.at(capture), counts.at(capture));
  };
  std::stable_sort(names.begin(), names.end(),
                   [&](const std::string& a, const std::string& b) { return worth(a) > worth(b); });
  return names;
}

}  // namespace

bool add_shown(const std::string& path, const std::string& name, Shown& shown) {
  const std::string paths[] = {path};
  const auto opened = MergedCaptures::open(paths);
  if (!opened.captures) return false;
  Dissection dissection(FlowLimits(), [&](const Layers&, std::span<const Message* const> messages) {
    for (const Message* message : messages) {
      if (message->unreadable) continue;
      auto& captures = shown[{message->protocol, std::string(message->function_name)}];
      captures[name] |= message->outcome.kind == Outcome::Kind::accepted;
    }
  });
  dissection.run(*opened.captures);
  return true;
}

std::vector<std::string> unlisted(const Shown& shown) {
  const std::vector<Function> known = known_functions();
  std::vector<std::string> missing;
  for (const auto& [key, captures] : shown) {
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const Function& function) {
      return function.protocol == key.first && function.name == key.second;
    });
    if (!is_known) missing.push_back(std::string(to_text(key.first)) + ": " + key.second);
  }
  return missing;
}

std::vector<ListedFunction> protocol_reference(const Shown& shown) {
  const std::vector<Function> known = known_functions();
  std::vector<Group> groups;
  for (const Function& function : known) {
    const auto name = numbered(function.name);
    const auto same = [&](const Group& group) {
      const auto other = numbered(group.first->name);
      return name && other && other->words == name->words &&
             group.first->protocol == function.protocol &&
             group.first->operation == function.operation && group.first->depth == function.depth;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) group = groups.insert(groups.end(), Group{&function, {}, {}});
    if (name) group->numbers.push_back(name->number);
    const auto found = shown.find({function.protocol, std::string(function.name)});
    if (found == shown.end()) continue;
    for (const auto& [capture, accepted] : found->second) group->shown_by[capture] |= accepted;
  }

  std::vector<ListedFunction> listed;
  std::map<Protocol, std::map<std::string, std::size_t>> rich;
  for (const Group& group : groups) {
    const Function& first = *group.first;
    const auto& counts =
        rich.try_emplace(first.protocol, richness(first.protocol, shown)).first->second;
    ListedFunction row{first.protocol, std::string(first.name), first.operation, first.depth, {}};
    if (group.numbers.size() > 1) {
      row.name = std::string(numbered(first.name)->words) + " (" + ranges(group.numbers) + ")";
    }
    row.shown_by = ordered(group.shown_by, counts);
    listed.push_back(std::move(row));
  }
  return listed;
}

}  // namespace sightglass
