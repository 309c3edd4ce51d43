// Builds the index from what each condition requires.
#include "rules/rule_set.hpp"

#include <algorithm>
#include <map>

namespace sightglass {
namespace {

std::string reason_to_rest(const Rule& rule, const Given& given) {
  if (!rule.enabled) return "disabled in its file";
  if (rule.needs.site_roles && !given.site_roles) return "the site file gives no roles";
  if (rule.needs.site_zones && !given.site_zones) return "the site file gives no zones";
  if (rule.needs.baseline && !given.baseline) return "nothing has been learned";
  return {};
}

/// Numbers keys in the order they come; equal keys get equal numbers.
class Numbering {
 public:
  std::uint16_t operator()(const std::vector<bool>& key) {
    return numbers_.try_emplace(key, static_cast<std::uint16_t>(numbers_.size())).first->second;
  }
  std::size_t count() const { return numbers_.size(); }

 private:
  std::map<std::vector<bool>, std::uint16_t> numbers_;
};

}  // namespace

RuleSet::RuleSet(std::vector<Rule> rules, Given given) : rules_(std::move(rules)) {
  std::map<std::string, std::string> listeners;  // by detector
  for (Rule& rule : rules_) {
    rule.inactive = reason_to_rest(rule, given);
    if (!rule.inactive.empty() || rule.detector.empty()) continue;
    const auto [first, is_first] = listeners.try_emplace(rule.detector, rule.id);
    if (!is_first) rule.inactive = first->second + " listens to the same detector";
  }
  const auto rest = std::stable_partition(rules_.begin(), rules_.end(),
                                          [](const Rule& rule) { return rule.inactive.empty(); });
  active_ = static_cast<std::size_t>(rest - rules_.begin());
  index_pdus();
  index_packets();
  list_conversation_rules();
}

const Rule* RuleSet::find(std::string_view id) const {
  const auto found =
      std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) { return rule.id == id; });
  return found == rules_.end() ? nullptr : &*found;
}

std::size_t RuleSet::shape(Protocol protocol, Direction direction, Operation operation,
                           bool anomalous) {
  const std::size_t ways =
      static_cast<std::size_t>(protocol) * 2 + static_cast<std::size_t>(direction);
  return (ways * kOperations + static_cast<std::size_t>(operation)) * 2 + anomalous;
}

std::size_t RuleSet::packet_place(std::size_t packet_class, bool group, bool fragment) {
  return packet_class * 4 + group * 2u + fragment;
}

void RuleSet::index_pdus() {
  List judged;
  for (const Rule& rule : rules()) {
    if (rule.judges_pdus()) judged.push_back(&rule);
  }
  const auto which = [&](auto admits) {
    std::vector<bool> admitted;
    for (const Rule* rule : judged) admitted.push_back(admits(rule->condition->requirements()));
    return admitted;
  };
  Numbering functions, shapes;
  std::vector<std::vector<bool>> of_function, of_shape;  // by number
  for (std::size_t f = 0; f < filter::kFunctions; ++f) {
    auto key = which([&](const filter::Requirements& r) { return r.functions.test(f); });
    function_number_[f] = functions(key);
    if (functions.count() > of_function.size()) of_function.push_back(std::move(key));
  }
  for (std::size_t p = 0; p < kProtocols; ++p) {
    for (std::size_t i = 0; i < 4 * kOperations; ++i) {
      const std::size_t anomalous = i % 2, direction = i / 2 % 2, operation = i / 4;
      auto key = which([&](const filter::Requirements& r) {
        return r.protocols.test(p) && r.directions.test(direction) &&
               r.operations.test(operation) && r.anomalous.test(anomalous);
      });
      shape_number_[shape(static_cast<Protocol>(p), static_cast<Direction>(direction),
                          static_cast<Operation>(operation), anomalous != 0)] = shapes(key);
      if (shapes.count() > of_shape.size()) of_shape.push_back(std::move(key));
    }
  }
  functions_ = of_function.size();
  for (const auto& shape_admits : of_shape) {
    for (const auto& function_admits : of_function) {
      List& list = by_pdu_.emplace_back();
      for (std::size_t i = 0; i < judged.size(); ++i) {
        if (shape_admits[i] && function_admits[i]) list.push_back(judged[i]);
      }
    }
  }
}

void RuleSet::index_packets() {
  for (const Rule& rule : rules()) {
    if (!rule.condition || rule.judges_pdus() || rule.judges_conversations()) continue;
    const filter::Requirements& required = rule.condition->requirements();
    for (std::size_t i = 0; i < by_packet_.size(); ++i) {
      const std::size_t fragment = i % 2, group = i / 2 % 2, packet_class = i / 4;
      const bool nested = packet_class == filter::packet_class::nested;
      const bool any_fragment = nested || packet_class == filter::packet_class::icmp;
      if (required.packets.test(packet_class) && (nested || required.group.test(group)) &&
          (any_fragment || required.fragment.test(fragment))) {
        by_packet_[i].push_back(&rule);
      }
    }
  }
}

void RuleSet::list_conversation_rules() {
  for (const Rule& rule : rules()) {
    if (rule.judges_conversations()) on_conversations_.push_back(&rule);
  }
}

std::span<const Rule* const> RuleSet::rules_for(const Message& message) const {
  const std::size_t place =
      shape(message.protocol, message.direction, message.operation, !message.anomalies.empty());
  const std::size_t function = function_number_[filter::function_slot(message.function)];
  return by_pdu_[shape_number_[place] * functions_ + function];
}

std::span<const Rule* const> RuleSet::rules_for(const Layers& layers) const {
  return by_packet_[packet_place(filter::packet_class_of(layers), layers.destination_mac.is_group(),
                                 layers.fault == LayerFault::fragment)];
}

}  // namespace sightglass
