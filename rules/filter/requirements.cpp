// Two sets go up the tree: where a node can be true and where it can be false. A negation swaps
// them.
#include "rules/filter/requirements.hpp"

#include "dissectors/sg_fields.hpp"
#include "rules/filter/relation.hpp"
#include "rules/filter/vocabulary.hpp"

namespace sightglass::filter {
namespace {

using PacketSet = std::bitset<packet_class::count>;

constexpr unsigned kTcpClasses = 0xff;
constexpr unsigned kSyn = 1, kFin = 2, kRst = 4;

/// The TCP classes with a flag: those whose number has the bit.
PacketSet classes_with(unsigned flag) {
  PacketSet set;
  for (unsigned i = 0; i < 8; ++i) set.set(i, (i & flag) != 0);
  return set;
}

struct FlagField {
  std::string_view name;
  unsigned flag;
};
constexpr std::array<FlagField, 3> kFlagFields = {
    {{"tcp.flags.syn", kSyn}, {"tcp.flags.fin", kFin}, {"tcp.flags.reset", kRst}}};

PacketSet only(std::initializer_list<std::size_t> classes) {
  PacketSet set;
  for (const std::size_t one : classes) set.set(one);
  return set;
}

/// Where headers of other packets than the innermost may stand.
PacketSet several_packets() { return only({packet_class::icmp, packet_class::nested}); }

/// Classes in which a layer can occur; everything for layers that say nothing.
PacketSet classes_of_layer(std::string_view layer) {
  if (layer == "tcp") return PacketSet(kTcpClasses) | several_packets();
  if (layer == "arp") return only({packet_class::arp, packet_class::nested});
  if (layer == "udp") return only({packet_class::udp}) | several_packets();
  if (layer == "icmp" || layer == "icmpv6") return several_packets();
  if (layer == "ip" || layer == "ipv6") return PacketSet().set().reset(packet_class::arp);
  return PacketSet().set();
}

struct Sides {
  Requirements when_true = Requirements::everything();
  Requirements when_false = Requirements::everything();
};

class Derivation {
 public:
  explicit Derivation(const Program& program) : program_(program) {}

  Sides node(std::uint32_t index) const {
    const Node& node = program_.nodes[index];
    switch (node.kind) {
      case Node::Kind::never:
        return {Requirements::nothing(), Requirements::everything()};
      case Node::Kind::all_of:
      case Node::Kind::any_of:
        return joined(node);
      case Node::Kind::negation: {
        const Sides inner = this->node(node.children[0]);
        return {inner.when_false, inner.when_true};
      }
      case Node::Kind::application: {
        Sides sides;
        sides.when_true.protocols = node.protocols;
        return sides;
      }
      case Node::Kind::packet_layer: {
        Sides sides;
        sides.when_true.packets = classes_of_layer(node.layer);
        return sides;
      }
      default:
        return leaf(node);
    }
  }

 private:
  Sides joined(const Node& node) const {
    const bool all = node.kind == Node::Kind::all_of;
    Sides result = this->node(node.children[0]);
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const Sides next = this->node(node.children[i]);
      result.when_true =
          all ? result.when_true & next.when_true : result.when_true | next.when_true;
      result.when_false =
          all ? result.when_false | next.when_false : result.when_false & next.when_false;
    }
    return result;
  }

  /// A relation is true only where its field occurs.
  Sides leaf(const Node& node) const {
    Sides sides;
    const Operand* operand = &program_.operands[node.left];
    const bool plain = operand->kind == Operand::Kind::field;
    while (operand->kind != Operand::Kind::field) {
      if (operand->kind == Operand::Kind::frame || operand->kind == Operand::Kind::constant) {
        return sides;
      }
      operand = &program_.operands[operand->inner];
    }
    const ProtocolSet applications = applications_of(operand->field);
    if (applications.any()) sides.when_true.protocols = applications;
    const std::string_view name = field_spec(operand->field).name;
    if (operand->field == sg::anomaly) sides.when_true.anomalous.reset(0);
    for (std::size_t f = 0; f < kFunctions - 1; ++f) {
      if (!can_occur(name, static_cast<std::uint32_t>(f))) sides.when_true.functions.reset(f);
    }
    if (operand->field < field_block::sightglass) {
      sides.when_true.packets = classes_of_layer(name.substr(0, name.find('.')));
    }
    if (plain) narrow(node, operand->field, name, sides);
    return sides;
  }

  void narrow(const Node& node, FieldId field, std::string_view name, Sides& sides) const {
    narrow_words(node, field, sides);
    if (name == "eth.dst") sides.when_true.group = destinations(node);
    if (name == "ip.flags.mf") {
      sides.when_true.fragment.set(0, admits(node, Value::boolean(false)));
    }
    if (is_function_field(name)) {
      for (std::size_t f = 0; f < kFunctions - 1; ++f) {
        if (!admits(node, Value::number(f))) sides.when_true.functions.reset(f);
      }
    }
    for (const FlagField& known : kFlagFields) {
      const bool truth = admits(node, Value::boolean(true));
      if (known.name == name && truth != admits(node, Value::boolean(false))) {
        PacketSet with = classes_with(known.flag);
        if (!truth) with.flip();
        sides.when_true.packets &= with | several_packets();
      }
    }
  }

  /// Envelope fields have exactly one value in every PDU, so that a negation narrows as well.
  void narrow_words(const Node& node, FieldId field, Sides& sides) const {
    const auto spread = [&](auto& when_true, auto& when_false, auto word, std::size_t count) {
      when_true = {};
      for (std::size_t i = 0; i < count; ++i) when_true.set(i, admits(node, Value::text(word(i))));
      when_false = ~when_true;
    };
    if (field == sg::direction) {
      spread(
          sides.when_true.directions, sides.when_false.directions,
          [](std::size_t i) { return to_text(static_cast<Direction>(i)); }, kDirections);
    } else if (field == sg::operation) {
      spread(
          sides.when_true.operations, sides.when_false.operations,
          [](std::size_t i) { return to_text(static_cast<Operation>(i)); }, kOperations);
    } else if (field == sg::protocol) {
      spread(
          sides.when_true.protocols, sides.when_false.protocols,
          [](std::size_t i) { return to_text(static_cast<Protocol>(i)); }, kProtocols);
    }
  }

  /// Which kinds of destination addresses a node can hold for.
  std::bitset<2> destinations(const Node& node) const {
    const auto kind = [](const Constant& constant) {
      return MacAddress{constant.value.number()}.is_group() ? 0b10ull : 0b01ull;
    };
    if (node.kind == Node::Kind::compare && node.relation == Relation::equal) {
      const Operand& right = program_.operands[node.right];
      if (right.kind == Operand::Kind::constant) return kind(right.constant);
    }
    if (node.kind != Node::Kind::member) return 0b11;
    std::bitset<2> kinds;
    for (const Element& element : node.elements) {
      kinds |= element.last ? std::bitset<2>(0b11) : std::bitset<2>(kind(element.first));
    }
    return kinds;
  }

  /// Whether a node can hold when its field has this one value; true when that is not known.
  bool admits(const Node& node, const Value& value) const {
    switch (node.kind) {
      case Node::Kind::compare: {
        const Operand& right = program_.operands[node.right];
        return right.kind != Operand::Kind::constant || holds(node.relation, value, right.constant);
      }
      case Node::Kind::member:
        return in_set(value, node.elements);
      default:
        return true;
    }
  }

  const Program& program_;
};

}  // namespace

std::size_t packet_class_of(const Layers& layers) {
  if (!layers.outer.empty() || layers.rebuilt.fragments != 0) return packet_class::nested;
  if (layers.network == NetworkLayer::arp) return packet_class::arp;
  switch (layers.transport) {
    case TransportLayer::tcp:
      return packet_class::tcp + (layers.tcp_has(tcp_flag::syn) ? kSyn : 0) +
             (layers.tcp_has(tcp_flag::fin) ? kFin : 0) +
             (layers.tcp_has(tcp_flag::rst) ? kRst : 0);
    case TransportLayer::udp:
      return packet_class::udp;
    case TransportLayer::icmp:
    case TransportLayer::icmpv6:
      return packet_class::icmp;
    default:
      return packet_class::other;
  }
}

Requirements Requirements::everything() {
  Requirements all;
  all.protocols.set();
  all.directions.set();
  all.operations.set();
  all.functions.set();
  all.anomalous.set();
  all.packets.set();
  all.group.set();
  all.fragment.set();
  return all;
}

Requirements Requirements::operator&(const Requirements& other) const {
  return {protocols & other.protocols, directions & other.directions, operations & other.operations,
          functions & other.functions, anomalous & other.anomalous,   packets & other.packets,
          group & other.group,         fragment & other.fragment};
}

Requirements Requirements::operator|(const Requirements& other) const {
  return {protocols | other.protocols, directions | other.directions, operations | other.operations,
          functions | other.functions, anomalous | other.anomalous,   packets | other.packets,
          group | other.group,         fragment | other.fragment};
}

Requirements requirements_of(const Program& program) {
  return Derivation(program).node(static_cast<std::uint32_t>(program.nodes.size() - 1)).when_true;
}

ProtocolSet named_applications(const Program& program) {
  ProtocolSet named;
  for (const Operand& operand : program.operands) {
    if (operand.kind == Operand::Kind::field) named |= applications_of(operand.field);
  }
  for (std::uint32_t i = 0; i < program.nodes.size(); ++i) {
    const Node& node = program.nodes[i];
    if (node.kind == Node::Kind::application) named |= node.protocols;
    if (node.kind != Node::Kind::compare && node.kind != Node::Kind::member) continue;
    const Operand& left = program.operands[node.left];
    const bool of_protocol = left.kind == Operand::Kind::field && left.field == sg::protocol;
    if (of_protocol) named |= Derivation(program).node(i).when_true.protocols;
  }
  return named;
}

}  // namespace sightglass::filter
