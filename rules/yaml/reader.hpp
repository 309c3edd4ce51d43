// Reads typed values out of a YAML tree and reports what is not as it should be.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/time.hpp"
#include "rules/yaml/tree.hpp"

namespace sightglass::yaml {

/// One file being read, and the mistakes found in it.
class Reader {
 public:
  Reader(const File& file, std::vector<Diagnostic>& errors) : file_(file), errors_(errors) {}

  const File& file() const { return file_; }
  void fail(const Node& node, std::string message);
  /// At a byte of a scalar's decoded text.
  void fail_inside(const Node& scalar, std::size_t offset, std::size_t length, std::string message);

  /// False, and a mistake, when the node is not of that kind.
  bool is_map(const Node& node, std::string_view what);
  bool is_sequence(const Node& node, std::string_view what);

  /// Each reads one scalar; a mistake when it is none or has another form. `key` names it.
  std::optional<std::string> text(const Node& node, std::string_view key);
  std::optional<bool> boolean(const Node& node, std::string_view key);
  std::optional<std::uint64_t> number(const Node& node, std::string_view key, std::uint64_t least,
                                      std::uint64_t most);
  /// 500ms, 60s, 5m, 2h, 1d
  std::optional<Duration> duration(const Node& node, std::string_view key);
  /// The index of one of `words`.
  std::optional<std::size_t> word(const Node& node, std::string_view key,
                                  std::span<const std::string_view> words);
  /// A list of texts, `[a, b]`; those that are none are reported and left out.
  std::vector<std::string> texts(const Node& node, std::string_view key);

 private:
  const File& file_;
  std::vector<Diagnostic>& errors_;
};

/// A map whose keys are known; any other key is a mistake, with the nearest one.
class Mapping {
 public:
  /// `node` must be a map.
  Mapping(Reader& reader, const Node& node, std::span<const std::string_view> keys);

  /// nullptr when the key is not given (or has no value, which is a mistake).
  const Node* find(std::string_view key) const;
  /// The same, but a mistake when it is not given.
  const Node* require(std::string_view key) const;
  const Node& node() const { return node_; }

 private:
  Reader& reader_;
  const Node& node_;
};

}  // namespace sightglass::yaml
