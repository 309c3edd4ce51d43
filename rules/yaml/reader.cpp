// One message for each way a value can be wrong.
#include "rules/yaml/reader.hpp"

#include <algorithm>
#include <charconv>

namespace sightglass::yaml {
namespace {

struct DurationUnit {
  std::string_view suffix;
  Duration length;
};
using namespace std::chrono_literals;
constexpr std::array<DurationUnit, 5> kUnits = {
    {{"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}}};

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::optional<std::uint64_t> parse_digits(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

void Reader::fail(const Node& node, std::string message) {
  errors_.push_back(diagnose(file_.name, file_.text, node.offset, node.length, std::move(message)));
}

void Reader::fail_inside(const Node& scalar, std::size_t offset, std::size_t length,
                         std::string message) {
  errors_.push_back(diagnose(file_.name, file_.text, offset_in_file(file_, scalar, offset), length,
                             std::move(message)));
}

bool Reader::is_map(const Node& node, std::string_view what) {
  if (node.kind == Node::Kind::map) return true;
  fail(node, std::string(what) + " must be a map of keys and values");
  return false;
}

bool Reader::is_sequence(const Node& node, std::string_view what) {
  if (node.kind == Node::Kind::sequence) return true;
  fail(node, std::string(what) + " must be a list");
  return false;
}

std::optional<std::string> Reader::text(const Node& node, std::string_view key) {
  if (node.kind == Node::Kind::scalar && !node.text.empty()) return node.text;
  const bool empty = node.kind == Node::Kind::scalar;
  fail(node, std::string(key) + (empty ? " must not be empty" : " must be text"));
  return std::nullopt;
}

std::optional<bool> Reader::boolean(const Node& node, std::string_view key) {
  if (node.kind == Node::Kind::scalar && node.style == Node::Style::plain) {
    if (node.text == "true") return true;
    if (node.text == "false") return false;
  }
  fail(node, std::string(key) + " must be true or false");
  return std::nullopt;
}

std::optional<std::uint64_t> Reader::number(const Node& node, std::string_view key,
                                            std::uint64_t least, std::uint64_t most) {
  const auto value = node.kind == Node::Kind::scalar ? parse_digits(node.text) : std::nullopt;
  if (value && *value >= least && *value <= most) return value;
  fail(node, std::string(key) + " must be a number from " + std::to_string(least) + " to " +
                 std::to_string(most));
  return std::nullopt;
}

std::optional<Duration> Reader::duration(const Node& node, std::string_view key) {
  constexpr std::uint64_t kMost = 10'000;  // of any unit: far from overflow, beyond any use
  const std::size_t digits = std::min(node.text.find_first_not_of("0123456789"), node.text.size());
  const std::string_view suffix = std::string_view(node.text).substr(digits);
  for (const DurationUnit& unit : kUnits) {
    if (node.kind != Node::Kind::scalar || unit.suffix != suffix) continue;
    const auto count = parse_digits(std::string_view(node.text).substr(0, digits));
    if (count && *count > 0 && *count <= kMost) return unit.length * static_cast<int>(*count);
  }
  fail(node, std::string(key) + " must be a duration such as 500ms, 60s, 5m, 2h or 1d");
  return std::nullopt;
}

std::optional<std::size_t> Reader::word(const Node& node, std::string_view key,
                                        std::span<const std::string_view> words) {
  const auto found = std::find(words.begin(), words.end(), node.text);
  if (node.kind == Node::Kind::scalar && found != words.end()) {
    return static_cast<std::size_t>(found - words.begin());
  }
  const std::string_view near =
      node.kind == Node::Kind::scalar ? nearest_word(node.text, words) : "";
  fail(node, std::string(key) + " must be " + listed(words) + did_you_mean(near));
  return std::nullopt;
}

std::vector<std::string> Reader::texts(const Node& node, std::string_view key) {
  std::vector<std::string> found;
  if (!is_sequence(node, key)) return found;
  for (const Node& item : node.items) {
    if (auto one = text(item, "an element of " + std::string(key)))
      found.push_back(std::move(*one));
  }
  return found;
}

Mapping::Mapping(Reader& reader, const Node& node, std::span<const std::string_view> keys)
    : reader_(reader), node_(node) {
  for (const auto& [key, value] : node.entries) {
    if (key.kind != Node::Kind::scalar) {
      reader.fail(key, "a key must be a word");
    } else if (std::find(keys.begin(), keys.end(), key.text) == keys.end()) {
      reader.fail(key, "there is no key \"" + key.text + "\" here" +
                           did_you_mean(nearest_word(key.text, keys)));
    } else if (value.kind == Node::Kind::null) {
      reader.fail(key, "\"" + key.text + "\" has no value; give one or remove the key");
    }
  }
}

const Node* Mapping::find(std::string_view key) const {
  for (const auto& [name, value] : node_.entries) {
    if (name.text == key) return value.kind == Node::Kind::null ? nullptr : &value;
  }
  return nullptr;
}

const Node* Mapping::require(std::string_view key) const {
  const auto named = [&](const auto& entry) { return entry.key.text == key; };
  if (std::none_of(node_.entries.begin(), node_.entries.end(), named)) {
    reader_.fail(node_, "\"" + std::string(key) + "\" is missing");
  }
  return find(key);
}

}  // namespace sightglass::yaml
