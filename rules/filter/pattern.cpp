// PCRE2 behind two small classes.
#include "rules/filter/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8  // the header asks for it
#include <pcre2.h>

#include <array>
#include <utility>

namespace sightglass::filter {

struct PatternScratch::State {
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);

  State() {
    if (context == nullptr) return;
    pcre2_set_match_limit(context, kMaxPatternSteps);
    pcre2_set_depth_limit(context, kMaxPatternSteps);
    pcre2_set_heap_limit(context, kMaxPatternKib);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
  }
};

PatternScratch::PatternScratch() : state_(std::make_unique<State>()) {}
PatternScratch::~PatternScratch() = default;
PatternScratch::PatternScratch(PatternScratch&&) noexcept = default;
PatternScratch& PatternScratch::operator=(PatternScratch&&) noexcept = default;

struct Pattern::Code {
  explicit Code(pcre2_code* compiled) : code(compiled) {}
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() { pcre2_code_free(code); }
  pcre2_code* code;
};

Pattern::Pattern(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

std::unique_ptr<const Pattern> Pattern::compile(std::string_view text, std::string& error) {
  if (text.size() > kMaxPatternBytes) {
    error = "a pattern has at most " + std::to_string(kMaxPatternBytes) + " bytes";
    return nullptr;
  }
  int code = 0;
  PCRE2_SIZE offset = 0;
  // \C and callouts have no use here; NEVER_UTF keeps (*UTF) from changing what a byte is.
  pcre2_code* compiled =
      pcre2_compile(as_bytes(text).data(), text.size(),
                    PCRE2_CASELESS | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C,
                    &code, &offset, nullptr);
  if (compiled == nullptr) {
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(code, message.data(), message.size());
    error = "this is no regular expression: " +
            std::string(as_text(Bytes(message.data(), message.size())).data()) + " at character " +
            std::to_string(offset + 1);
    return nullptr;
  }
  return std::unique_ptr<const Pattern>(new Pattern(std::make_unique<Code>(compiled)));
}

bool Pattern::found_in(Bytes subject, PatternScratch& scratch) const noexcept {
  PatternScratch::State& state = *scratch.state_;
  if (state.data == nullptr || state.context == nullptr) return false;
  static constexpr std::uint8_t kNothing = 0;  // the library wants an address even for no bytes
  const std::uint8_t* start = subject.empty() ? &kNothing : subject.data();
  const int result =
      pcre2_match(code_->code, start, subject.size(), 0, 0, state.data, state.context);
  if (result >= 0) return true;
  if (result != PCRE2_ERROR_NOMATCH) ++scratch.limit_hits_;
  return false;
}

}  // namespace sightglass::filter
