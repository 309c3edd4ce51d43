// The rules in force, indexed so that a PDU or packet meets only those that can match.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "rules/rule.hpp"

namespace sightglass {

/// What an installation has of what rules can need.
struct Given {
  bool site_roles = true, site_zones = true, baseline = true;
};

/// Immutable; shared between threads. Pointers to rules live as long as the set.
class RuleSet {
 public:
  RuleSet() : RuleSet(std::vector<Rule>()) {}
  /// Rules that are disabled, need what is not given, or listen to a detector that an earlier one
  /// listens to, become inactive.
  explicit RuleSet(std::vector<Rule> rules, Given given = {});
  RuleSet(const RuleSet&) = delete;  // the index points into it
  RuleSet(RuleSet&&) = default;
  RuleSet& operator=(const RuleSet&) = delete;
  RuleSet& operator=(RuleSet&&) = default;

  /// Rules in force, in the order they were read.
  std::span<const Rule> rules() const { return std::span(rules_).first(active_); }
  /// The others, each with its reason in Rule::inactive.
  std::span<const Rule> inactive() const { return std::span(rules_).subspan(active_); }
  /// Those in force, then the others.
  std::span<const Rule> all() const { return rules_; }
  /// An active or inactive rule; nullptr when there is none.
  const Rule* find(std::string_view id) const;

  /// Rules whose condition can hold for the PDU; it remains to be evaluated. Constant time.
  std::span<const Rule* const> rules_for(const Message& message) const;
  /// The same for a packet: only rules that need no more than it.
  std::span<const Rule* const> rules_for(const Layers& layers) const;
  /// Rules on conversations whose application is settled.
  std::span<const Rule* const> conversation_rules() const { return on_conversations_; }

 private:
  using List = std::vector<const Rule*>;

  void index_pdus();
  void index_packets();
  void list_conversation_rules();

  /// A PDU's place by all of its envelope but the function.
  static std::size_t shape(Protocol protocol, Direction direction, Operation operation,
                           bool anomalous);
  static constexpr std::size_t kShapes = kProtocols * 2 * kOperations * 2;
  static std::size_t packet_place(std::size_t packet_class, bool group, bool fragment);
  static constexpr std::size_t kPacketPlaces = filter::packet_class::count * 4;

  std::vector<Rule> rules_;  ///< active ones first
  std::size_t active_ = 0;
  std::array<List, kPacketPlaces> by_packet_;
  List on_conversations_;
  // Shapes, and functions, that admit the same rules share a number: few lists serve all of them.
  std::array<std::uint16_t, kShapes> shape_number_{};
  std::array<std::uint16_t, filter::kFunctions> function_number_{};
  std::size_t functions_ = 0;  ///< how many numbers for functions there are
  std::vector<List> by_pdu_;   ///< at shape number x functions_ + function number
};

}  // namespace sightglass
