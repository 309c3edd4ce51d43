// A rule: what is looked for, and what an alert of it says. Made by rule_loader, judged elsewhere.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/alert/alert.hpp"
#include "rules/filter/filter.hpp"

namespace sightglass {

/// Which alerts are folded into one, beyond the rule itself.
enum class Fold : std::uint8_t { source, target, source_target, source_target_object };
inline constexpr std::array<std::string_view, 4> kFoldWords = {"source", "target", "source_target",
                                                               "source_target_object"};

/// When a rule alerts.
enum class Mode : std::uint8_t {
  always,     ///< also while learning; what it matches is not learned
  baseline,   ///< after learning, when the client never did that to the server before
  policy,     ///< by what the engineer declared: roles, zones, writers, limits
  threshold,  ///< by a number that is exceeded
};
inline constexpr std::array<std::string_view, 4> kModeWords = {"always", "baseline", "policy",
                                                               "threshold"};

/// Alerts begin with `count` matches, or distinct values, within a sliding window of packet time.
struct Threshold {
  std::uint64_t count = 1;
  Duration within{};
  std::string by;        ///< "source", "target" or "source_target": who is counted
  std::string distinct;  ///< name of the field whose values are counted; "": matches are
  std::optional<FieldId> distinct_field;  ///< the same, resolved
};

/// What a rule can not do without; decision: it is inactive then, not wrong.
struct Needs {
  bool site_roles = false, site_zones = false, baseline = false;
};

/// A capture that proves the rule, with what it must raise.
struct RuleTest {
  std::string capture;  ///< relative to the folder of captures
  std::uint64_t alerts = 0;
  std::optional<Duration> learn_for;
  std::string site;  ///< site file, relative to the rule's file; "" for none
};

/// One rule. Conditions are immutable, so a rule may be shared between threads.
struct Rule {
  std::string title;
  std::string id;                  ///< "CTL-013"
  std::uint32_t signature_id = 0;  ///< class x 1000 + number; the plant's own from 100000
  std::string description;
  Needs needs;
  std::optional<filter::Filter> condition;  ///< this,
  std::string detector;                     ///< or the name of a built-in detector: one of the two
  std::optional<Threshold> threshold;
  Severity severity = Severity::medium;
  Category category = Category::application;
  Protects protects;
  std::vector<std::string> attack;  ///< "T0855"
  std::string consequence, response;
  Fold fold = Fold::source_target_object;
  Mode mode = Mode::always;
  /// What it finds may become part of the baseline. False for what is dangerous in itself: that is
  /// never learned.
  bool learnable = true;
  bool enabled = true;
  std::vector<RuleTest> tests;

  std::string file;        ///< where it was read
  std::uint32_t line = 0;  ///< of its first key
  std::string inactive;    ///< why it is not judged; "" when it is

  /// Judged for each PDU; when it has a condition of neither kind, for each packet.
  bool judges_pdus() const { return condition && condition->needs_pdu(); }
  /// Judged once for each conversation, when its application is settled.
  bool judges_conversations() const { return condition && condition->judges_conversations(); }
};

}  // namespace sightglass
