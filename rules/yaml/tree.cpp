// Builds the tree from yaml-cpp's events; they carry positions, its own tree does not keep styles.
#include "rules/yaml/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace sightglass::yaml {
namespace {

/// Ends the parsing; what was wrong is reported already.
struct GiveUp {};

class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  std::size_t offset(int line, int column) const {
    const auto index = std::min(static_cast<std::size_t>(std::max(line, 0)), starts_.size() - 1);
    return std::min(starts_[index] + static_cast<std::size_t>(std::max(column, 0)), text_.size());
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_{0};
};

std::string_view line_from(std::string_view text, std::size_t offset) {
  const std::size_t end = std::min(text.find('\n', offset), text.size());
  std::string_view line = text.substr(offset, end - offset);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Node::Style style_at(std::string_view text, std::size_t offset) {
  switch (offset < text.size() ? text[offset] : '\0') {
    case '|':
      return Node::Style::literal;
    case '>':
      return Node::Style::folded;
    case '\'':
      return Node::Style::single_quoted;
    case '"':
      return Node::Style::double_quoted;
    default:
      return Node::Style::plain;
  }
}

class TreeMaker : public YAML::EventHandler {
 public:
  TreeMaker(const File& file, std::vector<Diagnostic>& errors)
      : file_(file), lines_(file.text), errors_(errors) {}

  Node take() { return std::move(root_); }

  void fail(std::size_t offset, std::size_t length, std::string message) {
    errors_.push_back(diagnose(file_.name, file_.text, offset, length, std::move(message)));
  }
  std::size_t offset(const YAML::Mark& mark) const { return lines_.offset(mark.line, mark.column); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    fail(offset(mark), 1, "a file holds one document; remove the ---");
    throw GiveUp();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(node(Node::Kind::null, mark, "?", anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(offset(mark), 1, "aliases are not allowed; write it out");
    add(node(Node::Kind::null, mark, "?", 0));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node scalar = node(Node::Kind::scalar, mark, tag, anchor);
    scalar.text = value;
    scalar.style = style_at(file_.text, scalar.offset);
    scalar.length = underlined(scalar);
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(node(Node::Kind::sequence, mark, tag, anchor));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(node(Node::Kind::map, mark, tag, anchor));
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    std::optional<Node> key;  ///< of a map, waiting for its value
    std::set<std::string> keys;
  };

  Node node(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    Node made;
    made.kind = kind;
    made.offset = offset(mark);
    made.length = 1;
    const bool own_tag = !tag.empty() && tag != "?" && tag != "!";
    made.is_mistaken = own_tag || anchor != 0;
    if (own_tag) {
      fail(made.offset, 1,
           "a plain value that starts with ! is a tag in YAML; write it in quotes or as a literal "
           "block (|)");
    } else if (anchor != 0) {
      fail(made.offset, 1, "anchors are not allowed; write it out");
    }
    return made;
  }

  std::size_t underlined(const Node& scalar) const {
    const std::string_view line = line_from(file_.text, scalar.offset);
    if (scalar.style == Node::Style::literal || scalar.style == Node::Style::folded) return 1;
    const bool quoted = scalar.style != Node::Style::plain;
    return std::clamp<std::size_t>(scalar.text.size() + (quoted ? 2 : 0), 1,
                                   std::max<std::size_t>(line.size(), 1));
  }

  void open(Node node) {
    if (stack_.size() == kMaxDepth) {
      fail(node.offset, 1, "nested deeper than " + std::to_string(kMaxDepth) + " levels");
      throw GiveUp();
    }
    stack_.push_back({std::move(node), std::nullopt, {}});
  }

  void close() {
    Node done = std::move(stack_.back().node);
    stack_.pop_back();
    add(std::move(done));
  }

  void add(Node node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.kind == Node::Kind::sequence) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      if (!parent.keys.insert(node.text).second) {
        fail(node.offset, node.length, "\"" + node.text + "\" is given twice");
      }
      parent.key = std::move(node);
    } else {
      parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
      parent.key.reset();
    }
  }

  const File& file_;
  Lines lines_;
  std::vector<Diagnostic>& errors_;
  std::vector<Open> stack_;
  Node root_;
  int documents_ = 0;
};

/// Offset of the first byte that is no UTF-8; the size when all is well.
std::size_t first_invalid(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead == 0) return at;
    const std::size_t size = lead < 0x80                    ? 1
                             : lead >= 0xc2 && lead <= 0xdf ? 2
                             : (lead & 0xf0) == 0xe0        ? 3
                             : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                            : 0;
    if (size == 0 || at + size > text.size()) return at;
    for (std::size_t i = 1; i < size; ++i) {
      if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return at;
    }
    at += size;
  }
  return at;
}

/// yaml-cpp does not say that a condition was meant to be text: we do.
std::string hint(std::string_view line) {
  const std::size_t key = line.find("condition:");
  if (key == std::string_view::npos) return {};
  const std::size_t value = line.find_first_not_of(' ', key + 10);
  const bool plain = value != std::string_view::npos &&
                     std::string_view("|>\"'").find(line[value]) == std::string_view::npos;
  return plain ? "; write the condition as a literal block (condition: |) or in quotes" : "";
}

void syntax_error(const File& file, const YAML::Exception& error, std::vector<Diagnostic>& errors) {
  const Lines lines(file.text);
  const std::size_t offset = lines.offset(error.mark.line, error.mark.column);
  errors.clear();
  errors.push_back(diagnose(file.name, file.text, offset, 1, "this is no YAML: " + error.msg));
  errors.back().message += hint(errors.back().source_line);
}

/// Bytes of the file and of the value that one character of double-quoted text takes.
std::pair<std::size_t, std::size_t> double_quoted_step(std::string_view raw) {
  if (raw[0] != '\\' || raw.size() < 2) return {1, 1};
  const std::size_t digits = raw[1] == 'x' ? 2 : raw[1] == 'u' ? 4 : raw[1] == 'U' ? 8 : 0;
  if (digits == 0) return {2, 1};
  const unsigned long code = std::strtoul(std::string(raw.substr(2, digits)).c_str(), nullptr, 16);
  const std::size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  return {2 + digits, size};
}

std::size_t in_quotes(std::string_view text, const Node& scalar, std::size_t offset) {
  const bool twice = scalar.style == Node::Style::double_quoted;
  std::size_t at = scalar.offset + 1;
  std::size_t decoded = 0;
  while (decoded < offset && at < text.size()) {
    const std::string_view raw = text.substr(at);
    std::pair<std::size_t, std::size_t> step{1, 1};
    if (twice) step = double_quoted_step(raw);
    if (!twice && raw.starts_with("''")) step.first = 2;
    at += step.first;
    decoded += step.second;
  }
  return std::min(at, text.size());
}

std::size_t in_literal(std::string_view text, const Node& scalar, std::size_t offset) {
  const std::string_view before = std::string_view{scalar.text}.substr(0, offset);
  std::size_t at = scalar.offset;
  const auto lines_above = std::count(before.begin(), before.end(), '\n') + 1;  // and the |
  for (auto line = lines_above; line > 0; --line) {
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  }
  const std::size_t newline = before.rfind('\n');
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  const std::string_view decoded = line_from(scalar.text, start);
  const std::string_view raw = line_from(text, at);
  const std::size_t indent = raw.size() - std::min(decoded.size(), raw.size());
  return std::min(at + indent + (offset - start), text.size());
}

}  // namespace

Node parse(const File& file, std::vector<Diagnostic>& errors) {
  const auto fail = [&](std::size_t offset, std::string message) {
    errors.push_back(diagnose(file.name, file.text, offset, 1, std::move(message)));
    return Node{};
  };
  if (file.text.size() > kMaxFileBytes) {
    return fail(0, "a file has at most " + std::to_string(kMaxFileBytes >> 20) + " MiB");
  }
  if (const std::size_t bad = first_invalid(file.text); bad < file.text.size()) {
    return fail(bad, "the file is not UTF-8 text");
  }
  std::vector<Diagnostic> found;
  TreeMaker maker(file, found);
  std::istringstream stream(file.text);
  bool whole = true;
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(maker)) {
    }
  } catch (const GiveUp&) {
    whole = false;
  } catch (const YAML::Exception& error) {
    syntax_error(file, error, found);
    whole = false;
  }
  errors.insert(errors.end(), found.begin(), found.end());
  return whole ? maker.take() : Node{};
}

std::size_t offset_in_file(const File& file, const Node& scalar, std::size_t offset) {
  switch (scalar.style) {
    case Node::Style::literal:
      return in_literal(file.text, scalar, offset);
    case Node::Style::single_quoted:
    case Node::Style::double_quoted:
      return in_quotes(file.text, scalar, offset);
    case Node::Style::plain:
      return std::min(scalar.offset + offset, file.text.size());
    case Node::Style::folded:
      break;
  }
  return scalar.offset;
}

}  // namespace sightglass::yaml
