// Operands push their values on a stack, relations compare them; nothing outlives the call.
#include "rules/filter/evaluate.hpp"

#include <algorithm>

#include "rules/filter/relation.hpp"
#include "rules/filter/values.hpp"

namespace sightglass::filter {
namespace {

char changed_case(char c, bool upper) {
  if (upper) return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

class Evaluation {
 public:
  Evaluation(const Program& program, const Record& record, Scratch& scratch)
      : program_(program), record_(record), scratch_(scratch) {}

  /// Recurses kMaxNesting deep at most, as the parser did.
  bool node(std::uint32_t index) {
    const Node& node = program_.nodes[index];
    const auto child = [this](std::uint32_t c) { return this->node(c); };
    switch (node.kind) {
      case Node::Kind::never:
        return false;
      case Node::Kind::all_of:
        return std::all_of(node.children.begin(), node.children.end(), child);
      case Node::Kind::any_of:
        return std::any_of(node.children.begin(), node.children.end(), child);
      case Node::Kind::negation:
        return !child(node.children[0]);
      case Node::Kind::packet_layer:
        return has_layer(record_.layers, node.layer);
      case Node::Kind::application:
        return application(node);
      case Node::Kind::present:
        return with_values(node.left, [](std::span<const Value> v) { return !v.empty(); });
      case Node::Kind::nonzero:
        return with_values(node.left, [](std::span<const Value> v) {
          return std::any_of(v.begin(), v.end(), [](const Value& x) { return x.number() != 0; });
        });
      default:
        return relation(node);
    }
  }

 private:
  bool application(const Node& node) const {
    const auto is_own = [&](const Field& field) { return node.fields.contains(field.id); };
    return std::any_of(record_.messages.begin(), record_.messages.end(), [&](const Message* m) {
      return node.protocols.test(static_cast<std::size_t>(m->protocol)) &&
             std::ranges::any_of(m->fields(), is_own);
    });
  }

  bool relation(const Node& node) {
    switch (node.kind) {
      case Node::Kind::compare:
        return compare(node);
      case Node::Kind::member:
        return quantified(node, [&](const Value& value) { return in_set(value, node.elements); });
      case Node::Kind::contains:
        return contains(node);
      case Node::Kind::matches:
        return quantified(node, [&](const Value& value) {
          return node.pattern->found_in(value.bytes(), scratch_.patterns);
        });
      default:
        return false;
    }
  }

  /// Calls `judge` with the values of an operand and takes them off the stack.
  template <typename Judge>
  bool with_values(std::uint32_t operand, Judge judge) {
    const std::size_t base = scratch_.values.size();
    push(operand);
    const bool result = judge(std::span<const Value>(scratch_.values).subspan(base));
    scratch_.values.resize(base);
    return result;
  }

  template <typename Test>
  bool quantified(const Node& node, Test test) {
    return with_values(node.left, [&](std::span<const Value> values) {
      if (!node.every) return std::any_of(values.begin(), values.end(), test);
      return !values.empty() && std::all_of(values.begin(), values.end(), test);
    });
  }

  bool compare(const Node& node) {
    const Operand& right = program_.operands[node.right];
    if (right.kind == Operand::Kind::constant) {
      return quantified(
          node, [&](const Value& value) { return holds(node.relation, value, right.constant); });
    }
    return against_values(node, [&](const Value& left, const Value& other) {
      return holds(node.relation, left, Constant{other});
    });
  }

  bool contains(const Node& node) {
    const auto found = [](const Value& where, const Value& what) {
      const Bytes whole = where.bytes(), part = what.bytes();
      return as_text(whole).find(as_text(part)) != std::string_view::npos;
    };
    const Operand& right = program_.operands[node.right];
    if (right.kind == Operand::Kind::constant) {
      return quantified(node,
                        [&](const Value& value) { return found(value, right.constant.value); });
    }
    return against_values(node, found);
  }

  /// The left values against those of another field; both must occur.
  template <typename Test>
  bool against_values(const Node& node, Test test) {
    const std::size_t base = scratch_.values.size();
    push(node.right);
    const std::size_t count = scratch_.values.size() - base;
    // The stack may move while the left side is pushed: the right side is read by index.
    const bool result = count > 0 && quantified(node, [&](const Value& left) {
                          const auto others =
                              std::span<const Value>(scratch_.values).subspan(base, count);
                          const auto each = [&](const Value& other) { return test(left, other); };
                          return node.every ? std::all_of(others.begin(), others.end(), each)
                                            : std::any_of(others.begin(), others.end(), each);
                        });
    scratch_.values.resize(base);
    return result;
  }

  void push(std::uint32_t index) {
    const Operand& operand = program_.operands[index];
    switch (operand.kind) {
      case Operand::Kind::invalid:
        return;
      case Operand::Kind::field:
        return append_values(record_, operand.field, scratch_);
      case Operand::Kind::frame:
        return scratch_.values.push_back(Value::bytes(record_.layers.bytes));
      case Operand::Kind::constant:
        return scratch_.values.push_back(operand.constant.value);
      default:
        return push_derived(operand);
    }
  }

  void push_derived(const Operand& operand) {
    std::vector<Value>& values = scratch_.values;
    const std::size_t base = values.size();
    push(operand.inner);
    if (operand.kind == Operand::Kind::count) {
      const std::size_t count = values.size() - base;
      values.resize(base);
      if (count > 0) values.push_back(Value::number(count));
      return;
    }
    std::size_t kept = base;
    for (std::size_t i = base; i < values.size(); ++i) {
      if (const auto value = derived(operand, values[i])) values[kept++] = *value;
    }
    values.resize(kept);
  }

  std::optional<Value> derived(const Operand& operand, const Value& value) {
    switch (operand.kind) {
      case Operand::Kind::slice:
        return sliced(operand, value);
      case Operand::Kind::mask:
        return Value::number(value.number() & operand.mask);
      case Operand::Kind::length:
        return Value::number(octets(value).size());
      default:
        return recased(value.text(), operand.kind == Operand::Kind::upper);
    }
  }

  Value recased(std::string_view text, bool upper) {
    const auto run = scratch_.arena.take(text.size());
    std::transform(text.begin(), text.end(), run.begin(),
                   [upper](char c) { return static_cast<std::uint8_t>(changed_case(c, upper)); });
    return Value::text(as_text(run));
  }

  /// The bytes of a value as they are on the wire.
  Bytes octets(const Value& value) {
    if (value.type() != ValueType::mac && value.type() != ValueType::ipv4) return value.bytes();
    const std::size_t size = value.type() == ValueType::mac ? 6 : 4;
    const auto run = scratch_.arena.take(size);
    for (std::size_t i = 0; i < size; ++i) {
      run[i] = static_cast<std::uint8_t>(value.number() >> (8 * (size - 1 - i)));
    }
    return run;
  }

  std::optional<Value> sliced(const Operand& operand, const Value& value) {
    const Bytes whole = octets(value);
    const auto size = static_cast<std::int64_t>(whole.size());
    const Slice& slice = operand.slice;
    const std::int64_t start = slice.start < 0 ? size + slice.start : slice.start;
    if (start < 0 || start > size) return std::nullopt;
    std::int64_t length = size - start;
    if (slice.length) length = *slice.length;
    if (slice.last) length = (*slice.last < 0 ? size + *slice.last : *slice.last) - start + 1;
    if (length < 0 || length > size - start) return std::nullopt;
    const Bytes part =
        whole.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(length));
    return operand.type == ValueType::text ? Value::text(as_text(part)) : Value::bytes(part);
  }

  const Program& program_;
  const Record& record_;
  Scratch& scratch_;
};

}  // namespace

bool evaluate(const Program& program, const Record& record, Scratch& scratch) noexcept {
  scratch.values.clear();
  scratch.arena.reset();
  return Evaluation(program, record, scratch)
      .node(static_cast<std::uint32_t>(program.nodes.size() - 1));
}

}  // namespace sightglass::filter
