// Cuts a condition into tokens; strings are decoded as in Wireshark 4.
#include "rules/filter/lexer.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace sightglass::filter {
namespace {

/// Longest first: the first that fits is taken.
constexpr std::array<std::string_view, 20> kSymbols = {
    "===", "!==", "==", "!=", "~=", "<=", ">=", "&&", "||", "..",
    "<",   ">",   "!",  "&",  "(",  ")",  "{",  "}",  ",",  "~"};

struct Spelling {
  std::string_view word, symbol;
};
constexpr std::array<Spelling, 18> kSpellings = {{{"eq", "=="},
                                                  {"any_eq", "=="},
                                                  {"ne", "!="},
                                                  {"all_ne", "!="},
                                                  {"all_eq", "==="},
                                                  {"any_ne", "!=="},
                                                  {"gt", ">"},
                                                  {"lt", "<"},
                                                  {"ge", ">="},
                                                  {"le", "<="},
                                                  {"and", "&&"},
                                                  {"or", "||"},
                                                  {"not", "!"},
                                                  {"in", "in"},
                                                  {"contains", "contains"},
                                                  {"matches", "matches"},
                                                  {"bitwise_and", "&"},
                                                  {"bitand", "&"}}};

struct Mistake {
  std::string_view text, message;
};
constexpr std::array<Mistake, 9> kMistakes = {{
    {"^", "there is no exclusive or; write (a || b) && !(a && b)"},
    {"=", "a single = is no comparison; write =="},
    {"|", "a single | is no operator; write ||"},
    {"'", "text stands in double quotes"},
    {"+", "there is no arithmetic in conditions"},
    {"*", "there is no arithmetic in conditions"},
    {"%", "there is no arithmetic in conditions"},
    {"]", "] without ["},
    {"#", "there are no comments in conditions"},
}};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == ':' || c == '-' || c == '/';
}

std::optional<unsigned> digit(char c, unsigned base) {
  unsigned value = 99;
  if (c >= '0' && c <= '9') value = static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') value = static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') value = static_cast<unsigned>(c - 'A') + 10;
  return value < base ? std::optional(value) : std::nullopt;
}

class Lexer {
 public:
  Lexer(std::string_view text, std::vector<Problem>& problems) : text_(text), problems_(problems) {}

  std::vector<Token> run() {
    while (true) {
      while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != npos) ++at_;
      if (at_ == text_.size()) break;
      tokens_.push_back(next());
    }
    tokens_.push_back({Token::Kind::end, {position(), 0}, {}});
    return std::move(tokens_);
  }

 private:
  static constexpr auto npos = std::string_view::npos;

  std::uint32_t position() const { return static_cast<std::uint32_t>(at_); }
  Span since(std::uint32_t start) const { return {start, position() - start}; }

  Token next() {
    const char c = text_[at_];
    if (c == '"') return quoted(false);
    if ((c == 'r' || c == 'R') && text_.substr(at_ + 1).starts_with('"')) return quoted(true);
    if (c == '[') return slice();
    for (const std::string_view symbol : kSymbols) {
      if (text_.substr(at_).starts_with(symbol)) {
        const std::uint32_t start = position();
        at_ += symbol.size();
        const bool other_name = symbol == "~=" || symbol == "~";
        return {Token::Kind::op, since(start),
                other_name ? std::string(symbol == "~" ? "matches" : "!==") : std::string(symbol)};
      }
    }
    if (is_word_character(c)) return word();
    return stray();
  }

  Token word() {
    const std::uint32_t start = position();
    while (at_ < text_.size() && is_word_character(text_[at_]) &&
           !text_.substr(at_).starts_with("..")) {
      ++at_;
    }
    const std::string_view word = text_.substr(start, at_ - start);
    for (const Spelling& spelling : kSpellings) {
      if (spelling.word == word)
        return {Token::Kind::op, since(start), std::string(spelling.symbol)};
    }
    return {Token::Kind::word, since(start), std::string(word)};
  }

  Token slice() {
    const std::uint32_t start = position();
    const std::size_t close = text_.find(']', at_);
    if (close == npos) {
      at_ = text_.size();
      return invalid(start, "[ without ]");
    }
    std::string inside(text_.substr(at_ + 1, close - at_ - 1));
    at_ = close + 1;
    return {Token::Kind::slice, since(start), std::move(inside)};
  }

  /// `raw`: r"...", where a backslash stands for itself.
  Token quoted(bool raw) {
    const std::uint32_t start = position();
    at_ += raw ? 2 : 1;
    std::string decoded;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && !raw) {
        escape(decoded);
      } else {
        decoded += text_[at_++];
      }
    }
    if (at_ == text_.size()) return invalid(start, "text without closing quote");
    ++at_;
    return {Token::Kind::string, since(start), std::move(decoded)};
  }

  void escape(std::string& decoded) {
    static constexpr std::string_view kLetters = "\"\\'abfnrtv";
    static constexpr std::string_view kMeanings = "\"\\'\a\b\f\n\r\t\v";
    const std::uint32_t start = position();
    ++at_;
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (const std::size_t letter = kLetters.find(c); c != '\0' && letter != npos) {
      decoded += kMeanings[letter];
      ++at_;
    } else if (c == 'x' && at_ + 1 < text_.size() && digit(text_[at_ + 1], 16)) {
      ++at_;
      digits(decoded, 16, 2);
    } else if (digit(c, 8)) {
      digits(decoded, 8, 3);
    } else {
      if (at_ < text_.size() && c != '"') ++at_;
      problems_.push_back(
          {since(start), "\\" + std::string(1, c == '\0' ? ' ' : c) +
                             " is no escape; write \\\\ for a backslash, or r\"...\""});
    }
  }

  void digits(std::string& decoded, unsigned base, std::size_t most) {
    unsigned value = 0;
    for (std::size_t i = 0; i < most && at_ < text_.size(); ++i, ++at_) {
      const auto next_digit = digit(text_[at_], base);
      if (!next_digit) break;
      value = value * base + *next_digit;
    }
    decoded += static_cast<char>(static_cast<unsigned char>(value & 0xff));
  }

  Token stray() {
    const std::uint32_t start = position();
    // A character of several bytes is one mistake, not several.
    do ++at_;
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xc0) == 0x80);
    const std::string_view seen = text_.substr(start, at_ - start);
    const auto* known = std::find_if(kMistakes.begin(), kMistakes.end(),
                                     [&](const Mistake& m) { return m.text == seen; });
    if (known == kMistakes.end()) return invalid(start, "this character means nothing here");
    while (at_ < text_.size() && text_.substr(at_, 1) == seen) ++at_;
    return invalid(start, std::string(known->message));
  }

  Token invalid(std::uint32_t start, std::string message) {
    problems_.push_back({since(start), std::move(message)});
    return {Token::Kind::invalid, since(start), {}};
  }

  std::string_view text_;
  std::vector<Problem>& problems_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text, std::vector<Problem>& problems) {
  return Lexer(text, problems).run();
}

}  // namespace sightglass::filter
