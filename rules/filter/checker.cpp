// Walks the condition once: every name is looked up, every literal becomes a value of the type it
// is compared with, every mistake is reported where it stands.
#include "rules/filter/checker.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/diagnostic.hpp"
#include "rules/filter/literal.hpp"
#include "rules/filter/source.hpp"
#include "rules/filter/vocabulary.hpp"

namespace sightglass::filter {
namespace {

struct RelationWord {
  std::string_view symbol;
  Relation relation;
  bool every;
};
constexpr std::array<RelationWord, 8> kRelations = {{{"==", Relation::equal, false},
                                                     {"!=", Relation::differ, true},
                                                     {"===", Relation::equal, true},
                                                     {"!==", Relation::differ, false},
                                                     {"<", Relation::less, false},
                                                     {"<=", Relation::less_equal, false},
                                                     {">", Relation::greater, false},
                                                     {">=", Relation::greater_equal, false}}};

bool is_number(ValueType type) {
  return type == ValueType::unsigned_integer || type == ValueType::signed_integer ||
         type == ValueType::real || type == ValueType::boolean;
}
bool is_address(ValueType type) { return type == ValueType::ipv4 || type == ValueType::ipv6; }
/// Whether values of the two can be compared with each other.
bool comparable(const Operand& a, const Operand& b) {
  if (is_number(a.type) && is_number(b.type)) return true;
  if (is_address(a.type) && is_address(b.type)) return a.any_ip || b.any_ip || a.type == b.type;
  return a.type == b.type || (is_text_or_bytes(a.type) && is_text_or_bytes(b.type));
}

/// The fields of a protocol: their names begin with its own. As in Wireshark, it is there when one
/// of them is; a message that could not be read at all is none of it.
FieldSet fields_of(std::string_view protocol) {
  FieldSet fields;
  for (const FieldSpec* spec : all_fields()) {
    const bool own =
        spec->name.starts_with(protocol) && spec->name.substr(protocol.size(), 1) == ".";
    if (own) fields.insert(spec->id);
  }
  return fields;
}

class Checker {
 public:
  explicit Checker(std::vector<Problem>& problems)
      : problems_(problems), sources_(program_, problems) {}

  Program run(const Clause& condition) {
    clause(condition);
    refuse_mixture();
    return std::move(program_);
  }

 private:
  void fail(Span span, std::string message) { problems_.push_back({span, std::move(message)}); }

  std::uint32_t add(Node node) {
    program_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(program_.nodes.size() - 1);
  }
  std::uint32_t add(Operand operand) { return sources_.add(std::move(operand)); }

  std::uint32_t clause(const Clause& clause) {
    Node node;
    node.span = clause.span;
    switch (clause.kind) {
      case Clause::Kind::invalid:
        break;
      case Clause::Kind::all_of:
      case Clause::Kind::any_of:
      case Clause::Kind::negation:
        join(clause, node);
        break;
      case Clause::Kind::truth:
        truth(clause, node);
        break;
      case Clause::Kind::compare:
        compare(clause, node);
        break;
      case Clause::Kind::member:
        member(clause, node);
        break;
      case Clause::Kind::contains:
        contains(clause, node);
        break;
      case Clause::Kind::matches:
        matches(clause, node);
        break;
    }
    return add(std::move(node));
  }

  /// What an operand is read from; nullptr for constants and the whole frame.
  const Operand* field_of(std::uint32_t index) const {
    const Operand* operand = &program_.operands[index];
    while (operand->kind != Operand::Kind::field) {
      const bool is_made = operand->kind != Operand::Kind::invalid &&
                           operand->kind != Operand::Kind::frame &&
                           operand->kind != Operand::Kind::constant;
      if (!is_made) return nullptr;
      operand = &program_.operands[operand->inner];
    }
    return operand;
  }

  /// What is known of a PDU is not known of a conversation, and the other way round.
  void refuse_mixture() {
    const Operand* conversation = nullptr;
    for (const Operand& operand : program_.operands) {
      const bool is_one =
          operand.kind == Operand::Kind::field && is_application_field(operand.field);
      if (is_one) conversation = &operand;
    }
    if (conversation == nullptr) return;
    for (const Node& node : program_.nodes) {
      std::string of_pdu;
      if (node.kind == Node::Kind::application) of_pdu = "a protocol's PDU";
      const bool has_right = node.kind == Node::Kind::compare || node.kind == Node::Kind::contains;
      for (const std::uint32_t side : {node.left, has_right ? node.right : node.left}) {
        const Operand* field = node.kind >= Node::Kind::present ? field_of(side) : nullptr;
        if (field != nullptr && is_pdu_field(field->field)) of_pdu = field->written;
      }
      if (of_pdu.empty()) continue;
      fail(node.span, of_pdu + " is judged by itself, " + conversation->written +
                          " of a whole conversation: they can not stand in one condition");
    }
  }

  void join(const Clause& clause, Node& node) {
    node.kind = clause.kind == Clause::Kind::all_of   ? Node::Kind::all_of
                : clause.kind == Clause::Kind::any_of ? Node::Kind::any_of
                                                      : Node::Kind::negation;
    for (const Clause& part : clause.clauses) node.children.push_back(this->clause(part));
  }

  void truth(const Clause& clause, Node& node) {
    const Term& term = clause.terms[0];
    if (clause.quantifier != Quantifier::usual) {
      return fail(clause.span, "any and all need a comparison");
    }
    if (term.kind == Term::Kind::word && is_protocol(term.text)) {
      const ProtocolSet applications = applications_named(term.text);
      if (applications.any()) {
        node.kind = Node::Kind::application;
        node.protocols = applications;
        node.fields = fields_of(term.text);
      } else {
        node.kind = Node::Kind::packet_layer;
        node.layer = term.text;
      }
      return;
    }
    const Operand operand = sources_.source(term);
    if (operand.kind == Operand::Kind::invalid) return;
    if (term.kind == Term::Kind::call) {
      return fail(term.span, "the result of a function must be compared with something");
    }
    node.kind = operand.kind == Operand::Kind::mask ? Node::Kind::nonzero : Node::Kind::present;
    node.left = add(operand);
  }

  /// The left side; sets the quantifier. Invalid when it was reported.
  Operand left_side(const Clause& clause, Node& node, bool every) {
    node.every =
        clause.quantifier == Quantifier::usual ? every : clause.quantifier == Quantifier::all;
    Operand left = sources_.source(clause.terms[0]);
    if (left.kind != Operand::Kind::invalid && left.type == ValueType::presence) {
      fail(clause.terms[0].span,
           left.written + " has no value to compare; it can only stand alone");
      left.kind = Operand::Kind::invalid;
    }
    return left;
  }

  void compare(const Clause& clause, Node& node) {
    const auto* relation =
        std::find_if(kRelations.begin(), kRelations.end(),
                     [&](const RelationWord& word) { return word.symbol == clause.relation; });
    Operand left = left_side(clause, node, relation->every);
    if (left.kind == Operand::Kind::invalid) return check_alone(clause.terms[1]);
    Operand right = right_side(clause.terms[1], left);
    if (right.kind == Operand::Kind::invalid) return;
    const bool ordered =
        relation->relation != Relation::equal && relation->relation != Relation::differ;
    if (ordered && right.constant.prefix >= 0) {
      return fail(clause.terms[1].span, "a network has no order; compare with an address");
    }
    node.kind = Node::Kind::compare;
    node.relation = relation->relation;
    node.left = add(std::move(left));
    node.right = add(std::move(right));
  }

  void member(const Clause& clause, Node& node) {
    const Operand left = left_side(clause, node, false);
    for (std::size_t i = 1; i < clause.terms.size(); ++i) {
      if (left.kind == Operand::Kind::invalid) {
        check_alone(clause.terms[i]);
      } else if (auto element = set_element(clause.terms[i], left)) {
        node.elements.push_back(*element);
      }
    }
    if (left.kind == Operand::Kind::invalid) return;
    node.kind = Node::Kind::member;
    node.left = add(left);
  }

  std::optional<Element> set_element(const Term& term, const Operand& left) {
    if (term.kind != Term::Kind::range) {
      auto first = value(term, left);
      return first ? std::optional(Element{*first, std::nullopt}) : std::nullopt;
    }
    auto first = value(term.parts[0], left);
    auto last = value(term.parts[1], left);
    if (!first || !last) return std::nullopt;
    if (first->prefix >= 0 || last->prefix >= 0) {
      fail(term.span, "a range goes from an address to an address, not to a network");
      return std::nullopt;
    }
    return Element{*first, last};
  }

  void contains(const Clause& clause, Node& node) {
    Operand left = left_side(clause, node, false);
    if (left.kind == Operand::Kind::invalid) return check_alone(clause.terms[1]);
    if (left.type == ValueType::mac) left = sources_.as_bytes(std::move(left));
    if (!is_text_or_bytes(left.type)) {
      return fail(clause.terms[0].span, left.written + " is " + type_words(left) +
                                            "; contains looks into text and bytes only");
    }
    // Text may be searched for bytes and bytes for text, as in Wireshark.
    Operand looked_for = left;
    if (clause.terms[1].kind != Term::Kind::text) looked_for.type = ValueType::bytes;
    Operand right = right_side(clause.terms[1], looked_for, /*any_text=*/true);
    if (right.kind == Operand::Kind::invalid) return;
    node.kind = Node::Kind::contains;
    node.left = add(std::move(left));
    node.right = add(std::move(right));
  }

  void matches(const Clause& clause, Node& node) {
    const Operand left = left_side(clause, node, false);
    const Term& right = clause.terms[1];
    if (right.kind != Term::Kind::text) {
      return fail(right.span, "matches needs a pattern in double quotes");
    }
    if (left.kind == Operand::Kind::invalid) return;
    if (!is_text_or_bytes(left.type)) {
      return fail(clause.terms[0].span, left.written + " is " + type_words(left) +
                                            "; matches looks into text and bytes only");
    }
    std::string error;
    node.pattern = Pattern::compile(right.text, error);
    if (!node.pattern) return fail(right.span, std::move(error));
    node.kind = Node::Kind::matches;
    node.left = add(left);
  }

  /// A literal or another source, fit to be compared with `left`.
  Operand right_side(const Term& term, const Operand& left, bool any_text = false) {
    const bool literal_word =
        term.kind == Term::Kind::word && find_field(term.text) == nullptr && term.text != "frame";
    if (literal_word || term.kind == Term::Kind::text) {
      auto constant = value(term, left, any_text);
      if (!constant) return {};
      Operand operand;
      operand.kind = Operand::Kind::constant;
      operand.type = constant->value.type();
      operand.constant = *constant;
      return operand;
    }
    Operand right = sources_.source(term);
    if (right.kind != Operand::Kind::invalid && !comparable(left, right)) {
      fail(term.span, left.written + " is " + type_words(left) + ", " + right.written + " is " +
                          type_words(right) + ": they can not be compared");
      return {};
    }
    return right;
  }

  /// A literal of the type of `left`. `any_text`: also a part of a word, or any other text.
  std::optional<Constant> value(const Term& term, const Operand& left, bool any_text = false) {
    if (term.kind != Term::Kind::word && term.kind != Term::Kind::text) {
      fail(term.span, "only values can stand here, no functions, slices or masks");
      return std::nullopt;
    }
    auto constant = literal(term, left, program_.storage);
    if (!constant) {
      fail(term.span, wrong_value(term, left));
      return std::nullopt;
    }
    if (!any_text && term.kind == Term::Kind::text && left.kind == Operand::Kind::field) {
      const auto words = words_of(left.field);
      if (!words.empty() && std::find(words.begin(), words.end(), term.text) == words.end()) {
        fail(term.span, left.written + " is never \"" + term.text + "\"" +
                            did_you_mean(nearest_word(term.text, words)));
        return std::nullopt;
      }
    }
    return constant;
  }

  static std::string wrong_value(const Term& term, const Operand& left) {
    const bool text = term.kind == Term::Kind::text;
    const std::string shown = text ? "text" : term.text;
    if (!text && find_field(term.text) != nullptr) {
      return "a field can not stand in a set; compare the two fields with ==";
    }
    return shown + " is no value for " + left.written + ", which takes " + expectation(left);
  }

  /// The other side is wrong already: still report a misspelt field here.
  void check_alone(const Term& term) {
    const bool complex = term.kind == Term::Kind::slice || term.kind == Term::Kind::mask ||
                         term.kind == Term::Kind::call;
    if (complex) sources_.source(term);
  }

  std::vector<Problem>& problems_;
  Program program_;
  Sources sources_;
};

}  // namespace

Program check(const Clause& condition, std::vector<Problem>& problems) {
  return Checker(problems).run(condition);
}

}  // namespace sightglass::filter
