// Prints the compiled condition again: what Wireshark knows as it was written, the rest rewritten.
#include "rules/filter/wireshark.hpp"

#include <algorithm>
#include <optional>

#include "dissectors/sg_fields.hpp"
#include "rules/filter/relation.hpp"
#include "rules/filter/vocabulary.hpp"

namespace sightglass::filter {
namespace {

bool is_own(FieldId id) { return field_spec(id).name.starts_with("sg."); }

std::string join(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

class Printer {
 public:
  Printer(const Filter& filter, const site::Site* site)
      : program_(filter.program()), text_(filter.text()), site_(site) {}

  WiresharkFilter run() {
    const auto whole = node(static_cast<std::uint32_t>(program_.nodes.size() - 1), false);
    return {whole.value_or(""), std::move(dropped_)};
  }

 private:
  using Text = std::optional<std::string>;  ///< nothing: dropped

  /// `negated`: under an odd number of negations, where leaving a term out must make the text false
  /// rather than true; such a term can not be left out alone.
  Text node(std::uint32_t index, bool negated) {
    const Node& node = program_.nodes[index];
    switch (node.kind) {
      case Node::Kind::all_of:
        return joined(node, negated, " && ", !negated);
      case Node::Kind::any_of:
        return joined(node, negated, " || ", negated);
      case Node::Kind::negation: {
        const Text inner = this->node(node.children[0], !negated);
        return inner ? Text("!(" + *inner + ")") : std::nullopt;
      }
      case Node::Kind::packet_layer:
      case Node::Kind::application:
      case Node::Kind::never:
        return written(node);
      default:
        return leaf(node);
    }
  }

  /// `lenient`: a part may be left out alone; else the whole goes with it.
  Text joined(const Node& node, bool negated, std::string_view between, bool lenient) {
    std::vector<std::string> parts;
    bool whole = true;
    for (const std::uint32_t child : node.children) {
      if (Text part = this->node(child, negated)) {
        const auto kind = program_.nodes[child].kind;
        const bool bracket = node.kind == Node::Kind::all_of && kind == Node::Kind::any_of;
        parts.push_back(bracket && part->find("||") != std::string::npos ? "(" + *part + ")"
                                                                         : *part);
      } else {
        whole = false;
      }
    }
    if (parts.empty() || (!whole && !lenient)) return std::nullopt;
    return join(parts, between);
  }

  std::string written(const Node& node) const {
    std::string text(node.span.of(text_));
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (node.kind == Node::Kind::member) {
      // `not in` is a negation around this node: the text between field and set is not its own.
      text = program_.operands[node.left].written + " in " + text.substr(text.find('{'));
      if (node.every) text = "all " + text;
    }
    const bool relation = node.kind == Node::Kind::compare || node.kind == Node::Kind::member;
    if (relation && program_.operands[node.left].type == ValueType::boolean) {
      // Wireshark 4.0 knows no words for booleans.
      replace_all(text, "true", "1");
      replace_all(text, "false", "0");
    }
    return text;
  }

  std::optional<FieldId> own_field(std::uint32_t index) const {
    const Operand* operand = &program_.operands[index];
    while (operand->kind != Operand::Kind::field) {
      if (operand->kind == Operand::Kind::frame || operand->kind == Operand::Kind::constant)
        return {};
      operand = &program_.operands[operand->inner];
    }
    return is_own(operand->field) ? std::optional(operand->field) : std::nullopt;
  }

  Text leaf(const Node& node) {
    std::optional<FieldId> own = own_field(node.left);
    if (!own && has_right(node)) own = own_field(node.right);
    if (!own) return written(node);
    Text text = rewritten(node, *own);
    if (!text) dropped_.push_back(written(node));
    return text;
  }

  static bool has_right(const Node& node) {
    return node.kind == Node::Kind::compare || node.kind == Node::Kind::contains;
  }

  Text rewritten(const Node& node, FieldId field) const {
    switch (field) {
      case sg::protocol:
        return protocol(node);
      case sg::client_ip:
      case sg::server_ip:
        return address(node);
      case sg::client_role:
      case sg::server_role:
        return hosts(node, [](const site::Asset& asset, auto each) {
          for (const std::string& role : asset.roles) each(role);
        });
      case sg::client_name:
      case sg::server_name:
        return hosts(node, [](const site::Asset& asset, auto each) { each(asset.name); });
      case sg::client_zone:
      case sg::server_zone:
        return zone(node);
      default:
        return std::nullopt;
    }
  }

  /// The address as it was written, asked of either end.
  Text address(const Node& node) const {
    const Operand& left = program_.operands[node.left];
    if (left.kind != Operand::Kind::field) return std::nullopt;
    const bool set = node.kind == Node::Kind::member;
    if (!set && (node.kind != Node::Kind::compare ||
                 program_.operands[node.right].kind != Operand::Kind::constant)) {
      return std::nullopt;
    }
    const ValueType type = set ? node.elements.front().first.value.type()
                               : program_.operands[node.right].constant.value.type();
    const auto other = [&](const Element& e) { return e.first.value.type() != type; };
    if (std::any_of(node.elements.begin(), node.elements.end(), other)) return std::nullopt;
    std::string text = written(node);
    replace_all(text, left.written, type == ValueType::ipv4 ? "ip.addr" : "ipv6.addr");
    return text;
  }

  /// The addresses of all assets one of whose words (`words_of` hands them out) fits the term.
  template <typename Words>
  Text hosts(const Node& node, Words words_of) const {
    std::vector<std::string> terms;
    if (site_ == nullptr) return std::nullopt;
    for (const site::Asset& asset : site_->description().assets) {
      bool fits = false;
      words_of(asset, [&](std::string_view word) { fits |= holds_for(node, Value::text(word)); });
      if (!fits) continue;
      append_networks(asset.networks, terms);
      for (const MacAddress mac : asset.macs) terms.push_back("eth.addr == " + to_text(mac));
    }
    return alternatives(terms);
  }

  Text zone(const Node& node) const {
    std::vector<std::string> terms;
    if (site_ == nullptr) return std::nullopt;
    for (const site::Zone& zone : site_->description().zones) {
      if (holds_for(node, Value::text(zone.name))) append_networks(zone.networks, terms);
    }
    return alternatives(terms);
  }

  static void append_networks(const std::vector<site::Network>& networks,
                              std::vector<std::string>& terms) {
    for (const site::Network& network : networks) {
      const bool v4 = network.base.family == IpAddress::Family::v4;
      std::string term = (v4 ? "ip.addr == " : "ipv6.addr == ") + to_text(network.base);
      if (network.prefix != (v4 ? 32 : 128)) term += "/" + std::to_string(network.prefix);
      terms.push_back(std::move(term));
    }
  }

  static Text alternatives(const std::vector<std::string>& terms) {
    if (terms.empty()) return std::nullopt;
    return terms.size() == 1 ? terms[0] : "(" + join(terms, " || ") + ")";
  }

  Text protocol(const Node& node) const {
    std::vector<std::string> names;
    for (std::size_t i = 1; i < kProtocols; ++i) {
      const std::string_view name = to_text(static_cast<Protocol>(i));
      if (!holds_for(node, Value::text(name))) continue;
      if (!is_protocol(name)) return std::nullopt;
      names.emplace_back(name);
    }
    return alternatives(names);
  }

  bool holds_for(const Node& node, const Value& value) const {
    if (node.kind == Node::Kind::member) return in_set(value, node.elements);
    if (node.kind != Node::Kind::compare) return true;
    const Operand& right = program_.operands[node.right];
    return right.kind != Operand::Kind::constant || holds(node.relation, value, right.constant);
  }

  const Program& program_;
  std::string_view text_;
  const site::Site* site_;
  std::vector<std::string> dropped_;
};

}  // namespace

WiresharkFilter to_wireshark(const Filter& filter, const site::Site* site) {
  return Printer(filter, site).run();
}

}  // namespace sightglass::filter
