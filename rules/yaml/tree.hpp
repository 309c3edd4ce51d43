// A YAML file as a tree that remembers where everything stands: the only place that knows yaml-cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/diagnostic.hpp"

namespace sightglass::yaml {

inline constexpr std::size_t kMaxFileBytes = 4u << 20;
inline constexpr std::size_t kMaxDepth = 32;

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };
  enum class Style : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

  Kind kind = Kind::null;
  Style style = Style::plain;  ///< of a scalar
  std::string text;            ///< of a scalar, decoded
  std::size_t offset = 0;      ///< of its first byte in the file
  std::size_t length = 0;      ///< what to underline, within one line
  bool is_mistaken = false;    ///< it is not what was meant; that has been told
  std::vector<Node> items;     ///< of a sequence
  std::vector<Entry> entries;  ///< of a map, in file order
};

/// A key of a map and its value.
struct Entry {
  Node key, value;
};

/// A file that was read. Diagnostics are made from `text`.
struct File {
  std::string name;
  std::string text;
};

/// Parses one document. Anchors, aliases, tags, duplicate keys, several documents and too deep
/// nesting are mistakes; a YAML syntax error is reported alone. With new `errors` the tree is what
/// could be read (null after a syntax error).
Node parse(const File& file, std::vector<Diagnostic>& errors);

/// Where byte `offset` of the decoded scalar stands in the file. Exact for literal blocks and for
/// quoted text on one line; the start of the scalar for folded ones.
std::size_t offset_in_file(const File& file, const Node& scalar, std::size_t offset);

}  // namespace sightglass::yaml
