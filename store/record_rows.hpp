// The rows of the record, as plain values. Alerts are rules/alert/alert.hpp's Alert.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "rules/alert/alert.hpp"
#include "rules/conversation_counts.hpp"
#include "rules/host_counts.hpp"
#include "rules/observation.hpp"

namespace sightglass {

/// Who writes: one row per start of a sensor or replay. Its sensor and realm go into every record
/// that does not bring its own.
struct RunInfo {
  std::string sensor = "local";
  std::string realm = "default";
  std::string tool_version;
  std::string source;   ///< interface name, or the capture files for people
  Timestamp started{};  ///< live: wall clock; offline: 0
};

/// Why an alert has no packets.
enum class EvidenceLack : std::uint8_t {
  none,          ///< it has, or may yet
  not_captured,  ///< no packet of it came by
  write_failed,  ///< the disk refused
  busy,          ///< too many alerts waited for theirs
  full,          ///< the evidence limit was reached, and nothing might go for it
  evicted,       ///< it had, until room was made
};
/// "", "not_captured", "write_failed", "busy", "full", "evicted"
std::string_view to_text(EvidenceLack lack);

/// The packets of an alert on disk.
struct EvidenceRecord {
  AlertId alert;
  EvidenceState state = EvidenceState::none;
  std::string path;  ///< relative to the record's directory: "evidence/<id>.pcapng"; "" before
  std::uint64_t bytes = 0;
  std::uint64_t frames = 0;
  EvidenceLack lack = EvidenceLack::none;  ///< of state `none`
};

/// What must be known of people's decisions to keep the right evidence. Held goes before closed.
enum class TriageState : std::uint8_t { open, closed, held };
/// "open", "closed", "held"
std::string_view to_text(TriageState state);
std::optional<TriageState> parse_triage_state(std::string_view text);

/// A part of what a console tells, from its cursor `after` up to `upto`. After 0 begins a full
/// statement: what was told before is forgotten unless it is told again by the page that is `last`;
/// until then alerts that were closed count as open, and those held as held. A page that does not
/// follow what is stored (TriageTold) changes nothing.
struct TriagePage {
  struct Alert {
    AlertId id;
    TriageState state = TriageState::open;
  };
  std::string source{};  ///< who tells; another one begins with a full statement
  std::uint64_t after = 0, upto = 0;
  bool last = false;  ///< nothing more is known now
  std::vector<Alert> alerts{};
};

/// How far a console has told.
struct TriageTold {
  std::string source;  ///< "" when nobody ever told
  std::uint64_t cursor = 0;
  bool operator==(const TriageTold&) const = default;
};

enum class BaselineState : std::uint8_t { learning, protecting };

/// What of the baseline changed. Facts carry their present totals (not increments) and are found
/// again by what they say: kind, the parties (address, or MAC where there is none), transport,
/// server port, protocol or ether type, operation, function and object. `client_port` and `flow`
/// are not kept.
struct BaselineUpdate {
  BaselineState state = BaselineState::learning;
  Timestamp learned_until{};  ///< packet time that everything learned reaches
  Timestamp learning_ends{};  ///< 0: not fixed
  bool replace_all = false;   ///< forget what is stored first
  std::vector<Fact> removed;  ///< ranges that were merged into a larger one
  std::vector<Fact> facts;    ///< new or changed
};

/// The stored baseline. `function_name` of the facts points into `names`: move it, do not copy.
struct Baseline {
  Baseline() = default;
  Baseline(Baseline&&) = default;
  Baseline& operator=(Baseline&&) = default;

  BaselineState state = BaselineState::learning;
  Timestamp learned_until{};
  Timestamp learning_ends{};
  std::vector<Fact> facts;  ///< in the order of their key
  std::unordered_set<std::string> names;
};

/// A rule that does not judge, and why: it is disabled, or lacks what it needs.
struct InactiveRule {
  std::string id;
  std::string reason;
  bool operator==(const InactiveRule&) const = default;
};

/// Named counters at one moment, and what was not judged by. Names are dotted:
/// "capture.dropped_by_kernel".
struct StatisticsSnapshot {
  struct Counter {
    std::string name;
    std::uint64_t value = 0;
    bool operator==(const Counter&) const = default;
  };
  Timestamp at{};
  std::vector<Counter> counters;
  std::vector<InactiveRule> inactive_rules;  ///< all there are; replaces those stored
};

/// Something about the sensor itself (SYS-nnn).
struct HealthEvent {
  std::uint64_t number = 0;  ///< given by the store, rising
  Timestamp at{};
  std::string kind;  ///< "SYS-005"
  Severity severity = Severity::medium;
  std::string subject;   ///< what it is about: an interface, "record.db", a limit's name
  std::string sentence;  ///< for people
  std::uint64_t count = 0;
};

/// What was seen and what was not, of one host or of all in a zone. Sums over a zone count what its
/// hosts said to each other twice.
struct Visibility {
  std::uint64_t number = 0;  ///< of a host, for paging
  HostCounts counts;         ///< of a zone: without address; `hours` stays empty
  std::uint64_t hosts = 1;
  std::uint64_t hours = 0;       ///< from the first hour it was seen in to the record's last
  std::uint64_t hours_seen = 0;  ///< of them: with traffic
};

enum class ChangeKind : std::uint8_t { alert, alert_update, evidence, health, baseline, reset };
/// "alert", "alert_update", "evidence", "health", "baseline", "reset"
std::string_view to_text(ChangeKind kind);

/// One line of the log every reader tails: what changed, in the transaction that changed it.
struct Change {
  std::uint64_t seq = 0;
  ChangeKind kind = ChangeKind::reset;
  AlertId alert;             ///< of alert, alert_update and evidence
  std::uint64_t health = 0;  ///< number of a health event
};

/// What is handed to the writer at once; committed in one transaction, in this order.
struct Batch {
  std::vector<Alert> alerts;  ///< new, or known with a higher revision; lower ones are ignored
  /// Of alerts that are there. What has packets keeps them when a later one has none.
  std::vector<EvidenceRecord> evidence;
  std::vector<HealthEvent> health;
  std::optional<BaselineUpdate> baseline;
  std::vector<ConversationCounts> conversations;  ///< of spans of time, added to what is stored
  std::vector<HostCounts> hosts;                  ///< likewise
  std::optional<StatisticsSnapshot> statistics;
  std::optional<TriagePage> triage;

  bool empty() const {
    return alerts.empty() && evidence.empty() && health.empty() && !baseline &&
           conversations.empty() && hosts.empty() && !statistics && !triage;
  }
};

/// Nothing unless `text` is 32 hex digits.
std::optional<AlertId> parse_alert_id(std::string_view text);

}  // namespace sightglass
