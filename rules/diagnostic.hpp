// What is wrong with something a person wrote (a condition, a rule, a site file), and where.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass {

/// One mistake. Positions count from 1; columns count characters (UTF-8), not bytes.
struct Diagnostic {
  std::string file;  ///< "" for a text without a file, such as an argument
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t width = 1;  ///< characters to underline, within the line
  std::string message;      ///< one sentence without a full stop: what is wrong, what to write
  std::string source_line;  ///< the line it is in; "" when unknown
};

/// `FILE:LINE:COLUMN: error: MESSAGE`, then the line and a caret under the place. Ends in a
/// newline. Control characters of the line are shown as `?`, so that a file can not drive a
/// terminal.
std::string to_text(const Diagnostic& diagnostic);
/// All of them, in order.
std::string to_text(std::span<const Diagnostic> diagnostics);

/// The diagnostic for `length` bytes at `offset` of `text`; both are cut to the text and the line.
Diagnostic diagnose(std::string_view file, std::string_view text, std::size_t offset,
                    std::size_t length, std::string message);

/// The candidate with the smallest edit distance to `word`; "" when none is near enough to be what
/// was meant (a third of the word's length; two, and one for words of up to three letters).
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates);

/// `; did you mean "WORD"?`, or "" for an empty word: to be put after a message.
std::string did_you_mean(std::string_view word);

}  // namespace sightglass
