// Regular expressions (PCRE2, without JIT): the only place that knows the library.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "dissectors/bytes.hpp"

namespace sightglass::filter {

/// Bytes of one pattern.
inline constexpr std::size_t kMaxPatternBytes = 4096;
/// Steps one search may take; an expression that backtracks without end is given up.
inline constexpr std::uint32_t kMaxPatternSteps = 50'000;
/// Memory one search may take for backtracking, in KiB.
inline constexpr std::uint32_t kMaxPatternKib = 256;

/// Working memory of searches, for one thread.
class PatternScratch {
 public:
  PatternScratch();
  ~PatternScratch();
  PatternScratch(PatternScratch&&) noexcept;
  PatternScratch& operator=(PatternScratch&&) noexcept;

  /// Searches given up at kMaxPatternSteps or kMaxPatternKib; they count as not found.
  std::uint64_t limit_hits() const { return limit_hits_; }

 private:
  friend class Pattern;
  struct State;
  std::unique_ptr<State> state_;
  std::uint64_t limit_hits_ = 0;
};

/// A compiled expression: immutable, shared between threads. Case-insensitive, bytes not
/// characters, as Wireshark's `matches`.
class Pattern {
 public:
  Pattern(Pattern&&) noexcept;
  ~Pattern();

  /// nullptr and `error` (one sentence, with the offset) when `text` is no expression.
  static std::unique_ptr<const Pattern> compile(std::string_view text, std::string& error);

  /// Whether the expression is found anywhere in `subject`.
  bool found_in(Bytes subject, PatternScratch& scratch) const noexcept;

 private:
  struct Code;
  explicit Pattern(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code_;
};

}  // namespace sightglass::filter
