// The words of a condition.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass::filter {

/// A stretch of the condition's text, in bytes.
struct Span {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  std::uint32_t end() const { return offset + length; }
  std::string_view of(std::string_view text) const { return text.substr(offset, length); }
};
inline Span cover(Span first, Span last) { return {first.offset, last.end() - first.offset}; }

/// A mistake and where it is.
struct Problem {
  Span span;
  std::string message;
};

struct Token {
  enum class Kind : std::uint8_t {
    end,
    word,     ///< a name, a number, an address, bytes: what it is depends on where it stands
    string,   ///< `text` is decoded
    slice,    ///< `[...]`; `text` is what stands between the brackets
    op,       ///< `text` is the symbol, or the symbol a word spelling stands for
    invalid,  ///< reported already
  };
  Kind kind = Kind::end;
  Span span;
  std::string text;

  bool is_op(std::string_view symbol) const { return kind == Kind::op && text == symbol; }
  bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
};

/// Cuts `text` into tokens, the last one of kind `end`. What is no token becomes `invalid` and a
/// problem.
std::vector<Token> tokenize(std::string_view text, std::vector<Problem>& problems);

}  // namespace sightglass::filter
