// Recursive descent over the grammar in the header.
#include "rules/filter/parser.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sightglass::filter {
namespace {

constexpr std::array<std::string_view, 8> kComparisons = {
    "==", "!=", "===", "!==", "<", "<=", ">", ">="};

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens, std::vector<Problem>& problems)
      : text_(text), tokens_(std::move(tokens)), problems_(problems) {}

  Clause run() {
    if (at_end()) {
      fail("the condition is empty");
      return {};
    }
    Clause whole;
    whole.kind = Clause::Kind::all_of;
    whole.clauses.push_back(condition());
    while (!at_end()) {
      const bool extra = here().is_op(")");
      if (extra || !recovered_) fail(extra ? ") without (" : unexpected());
      if (extra) advance();
      recover();
      if (at_end()) break;
      advance();
      whole.clauses.push_back(condition());
    }
    return whole.clauses.size() == 1 ? std::move(whole.clauses[0]) : std::move(whole);
  }

 private:
  const Token& here() const { return tokens_[at_]; }
  const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool at_end() const { return here().kind == Token::Kind::end; }
  Token advance() {
    recovered_ = false;
    return at_end() ? here() : tokens_[at_++];
  }
  bool take(std::string_view symbol) {
    if (!here().is_op(symbol)) return false;
    advance();
    return true;
  }

  void fail(std::string message) { problems_.push_back({here().span, std::move(message)}); }

  std::string unexpected() const {
    if (at_end()) return "the condition ends too early";
    const std::string seen(here().span.of(text_));
    if (seen == "AND" || seen == "OR" || seen == "NOT")
      return "operators are written small: and or not";
    if (seen == "xor") return "there is no exclusive or; write (a || b) && !(a && b)";
    return seen + " does not fit here; && or || or a comparison is missing before it";
  }

  /// Goes to the next && or || (or the end of the bracket), where reading can start afresh.
  void recover() {
    std::uint32_t open = 0;
    for (; !at_end(); ++at_) {
      if (here().is_op("(")) ++open;
      if (here().is_op(")")) {
        if (open == 0) break;
        --open;
      }
      if (open == 0 && (here().is_op("&&") || here().is_op("||"))) break;
    }
    recovered_ = true;
  }

  /// Reports what stands here, unless the lexer has, and recovers.
  Clause wrong(const std::string& message) {
    if (here().kind != Token::Kind::invalid) fail(message);
    recover();
    return {};
  }

  Clause condition() { return chain("||", Clause::Kind::any_of); }

  /// Chains are flat: their length costs no depth.
  Clause chain(std::string_view symbol, Clause::Kind kind) {
    const bool of_alternatives = kind == Clause::Kind::any_of;
    const auto operand = [&] {
      return of_alternatives ? chain("&&", Clause::Kind::all_of) : negation();
    };
    Clause first = operand();
    if (!here().is_op(symbol)) return first;
    Clause joined;
    joined.kind = kind;
    joined.clauses.push_back(std::move(first));
    while (take(symbol)) joined.clauses.push_back(operand());
    joined.span = cover(joined.clauses.front().span, joined.clauses.back().span);
    return joined;
  }

  Clause negation() {
    if (!here().is_op("!") && !here().is_op("(")) return test();
    if (depth_ == kMaxNesting) {
      return wrong("nested deeper than " + std::to_string(kMaxNesting) + " levels");
    }
    ++depth_;
    Clause result = here().is_op("!") ? negated() : bracketed();
    --depth_;
    return result;
  }

  Clause negated() {
    Clause result;
    result.kind = Clause::Kind::negation;
    const Span sign = advance().span;
    result.clauses.push_back(negation());
    result.span = cover(sign, result.clauses.front().span);
    return result;
  }

  Clause bracketed() {
    const Span open = advance().span;
    Clause inner = condition();
    if (!here().is_op(")")) {
      // One mistake inside is enough; a bracket that was never closed is named where it opens.
      if (!recovered_) {
        if (at_end()) {
          problems_.push_back({open, "( is never closed"});
        } else {
          return wrong(unexpected());
        }
      }
      return inner;
    }
    inner.span = cover(open, here().span);
    advance();
    return inner;
  }

  Clause test() {
    Clause result;
    const Span start = here().span;
    if (here().is_word("any") || here().is_word("all")) {
      result.quantifier = advance().text == "any" ? Quantifier::any : Quantifier::all;
    }
    if (!add_term(result)) return {};
    if (!relation(result)) return {};
    result.span = cover(start, tokens_[at_ - 1].span);
    return result;
  }

  bool relation(Clause& result) {
    if (here().is_op("!") && ahead().is_op("in")) return not_member(result);
    if (here().is_op("in")) return member(result);
    if (here().is_op("contains") || here().is_op("matches")) {
      result.kind = here().is_op("contains") ? Clause::Kind::contains : Clause::Kind::matches;
      advance();
      return add_term(result);
    }
    if (here().kind == Token::Kind::op &&
        std::find(kComparisons.begin(), kComparisons.end(), here().text) != kComparisons.end()) {
      result.kind = Clause::Kind::compare;
      result.relation = advance().text;
      return add_term(result);
    }
    result.kind = Clause::Kind::truth;
    if (at_end() || here().is_op("&&") || here().is_op("||") || here().is_op(")")) return true;
    wrong(unexpected());
    return false;
  }

  bool not_member(Clause& result) {
    advance();
    Clause inner = result;
    const Span start = result.terms.front().span;
    if (!member(inner)) return false;
    inner.span = cover(start, tokens_[at_ - 1].span);
    result = {};
    result.kind = Clause::Kind::negation;
    result.clauses.push_back(std::move(inner));
    return true;
  }

  bool member(Clause& result) {
    result.kind = Clause::Kind::member;
    advance();
    if (!here().is_op("{")) {
      wrong("a set is written {1, 2, 5..8}");
      return false;
    }
    const Span open = advance().span;
    do {
      if (!add_element(result)) return false;
    } while (take(","));
    if (take("}")) return true;
    if (at_end()) {
      problems_.push_back({open, "{ is never closed"});
    } else {
      wrong("a set is written {1, 2, 5..8}");
    }
    return false;
  }

  bool add_element(Clause& result) {
    if (!add_term(result)) return false;
    if (!take("..")) return true;
    Term range;
    range.kind = Term::Kind::range;
    range.parts.push_back(std::move(result.terms.back()));
    result.terms.pop_back();
    Clause last;
    if (!add_term(last)) return false;
    range.parts.push_back(std::move(last.terms.front()));
    range.span = cover(range.parts[0].span, range.parts[1].span);
    result.terms.push_back(std::move(range));
    return true;
  }

  bool add_term(Clause& result) {
    Term term = primary();
    while (term.kind != Term::Kind::invalid && take("&")) {
      Term mask;
      mask.kind = Term::Kind::mask;
      mask.parts.push_back(std::move(term));
      mask.parts.push_back(primary());
      if (mask.parts[1].kind == Term::Kind::invalid) return false;
      mask.span = cover(mask.parts[0].span, mask.parts[1].span);
      if (mask.parts[0].kind == Term::Kind::mask) {
        problems_.push_back({mask.span, "one mask is enough; combine the bits"});
      }
      term = std::move(mask);
    }
    if (term.kind == Term::Kind::invalid) return false;
    result.terms.push_back(std::move(term));
    return true;
  }

  Term primary() {
    Term term;
    term.span = here().span;
    if (here().kind == Token::Kind::string) {
      term.kind = Term::Kind::text;
      term.text = advance().text;
    } else if (here().kind == Token::Kind::word) {
      term.kind = Term::Kind::word;
      term.text = advance().text;
      if (here().is_op("(") && !call(term)) return {};
    } else {
      wrong(at_end() ? "the condition ends too early" : missing_term());
      return {};
    }
    if (here().kind == Token::Kind::slice) term = sliced(std::move(term));
    return term;
  }

  std::string missing_term() const {
    return "a field or a value is missing before " + std::string(here().span.of(text_));
  }

  /// Functions within functions count as nesting.
  bool call(Term& term) {
    if (depth_ == kMaxNesting) {
      wrong("nested deeper than " + std::to_string(kMaxNesting) + " levels");
      return false;
    }
    ++depth_;
    term.kind = Term::Kind::call;
    advance();
    Clause arguments;
    bool good = add_term(arguments);
    if (good && !here().is_op(")")) {
      wrong("a function takes one field and is closed by )");
      good = false;
    }
    --depth_;
    if (!good) return false;
    term.span = cover(term.span, advance().span);
    term.parts = std::move(arguments.terms);
    return true;
  }

  Term sliced(Term inner) {
    Term slice;
    slice.kind = Term::Kind::slice;
    slice.text = here().text;
    slice.span = cover(inner.span, advance().span);
    slice.parts.push_back(std::move(inner));
    if (here().kind == Token::Kind::slice) {
      fail("one slice is enough");
      advance();
    }
    return slice;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::vector<Problem>& problems_;
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
  bool recovered_ = false;  ///< the place has just been reached by `recover`
};

}  // namespace

Clause parse(std::string_view text, std::vector<Problem>& problems) {
  if (text.size() > kMaxConditionBytes) {
    problems.push_back(
        {{0, 0}, "a condition has at most " + std::to_string(kMaxConditionBytes) + " bytes"});
    return {};
  }
  std::vector<Token> tokens = tokenize(text, problems);
  return Parser(text, std::move(tokens), problems).run();
}

}  // namespace sightglass::filter
