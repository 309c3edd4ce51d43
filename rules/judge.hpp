// The judge: one thread that turns what the workers observed into alerts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/alert/alert.hpp"
#include "rules/observation.hpp"

namespace sightglass {

class RuleSet;
class Site;

/// What the judge takes for normal.
struct Learning {
  enum class Mode : std::uint8_t {
    off,      ///< nothing is compared; writes are remembered only to be quoted
    learn,    ///< learns first, then protects
    protect,  ///< compares with `facts` from the first packet on
  };
  Mode mode = Mode::off;
  std::vector<Fact> facts;           ///< learned earlier, as Judge::learned() gave them
  std::optional<Duration> length;    ///< learn this long from the first packet; no end when neither
  std::optional<Timestamp> until{};  ///< or until this packet time
};

/// How alerts leave the judge.
enum class Announce : std::uint8_t {
  at_end,   ///< one final record per alert, in the order of (first_seen, id): replay
  at_once,  ///< when an alert begins, then as it changes, at most once a second: live
};

/// Everything the judge keeps is bounded by these; JudgeCounters says what was given up.
struct JudgeLimits {
  std::size_t open_alerts = 16'384;        ///< episodes that still fold
  std::size_t held_alerts = 65'536;        ///< ended, waiting for their turn (Announce::at_end)
  std::size_t evidence_bytes = 64u << 20;  ///< decoded PDUs of all alerts together
  std::size_t waiting_requests = 65'536;   ///< whose outcome an alert or a learned write awaits
  std::size_t threshold_keys = 65'536;     ///< parties counted by thresholds, all rules together
  std::size_t baseline_entries = 262'144;  ///< learned and reported facts
  std::size_t written_values = 65'536;     ///< objects whose last written value is remembered
  std::size_t address_bindings = 65'536;   ///< IP addresses whose MAC is remembered
};

struct JudgeSettings {
  std::string sensor = "local";
  std::string realm = "default";
  Learning learning;
  Announce announce = Announce::at_end;
  JudgeLimits limits;
};

/// Monotonic counts since the judge was made.
struct JudgeCounters {
  std::uint64_t observations = 0;
  std::uint64_t findings = 0;             ///< judgements, before folding
  std::uint64_t alerts = 0;               ///< episodes begun
  std::uint64_t alerts_ended_early = 0;   ///< by limits.open_alerts: a repeat begins a new alert
  std::uint64_t alerts_out_of_order = 0;  ///< by limits.held_alerts
  std::uint64_t evidence_dropped = 0;     ///< decoded PDUs not kept
  std::uint64_t outcomes_dropped = 0;     ///< by limits.waiting_requests: they count as unseen
  std::uint64_t threshold_keys_dropped = 0;
  std::uint64_t facts_learned = 0;
  std::uint64_t facts_dropped = 0;   ///< by limits.baseline_entries
  std::uint64_t ranges_widened = 0;  ///< address ranges merged over a gap because there were many
  std::uint64_t values_forgotten = 0;
  std::uint64_t bindings_forgotten = 0;
  std::uint64_t facts_refused = 0;  ///< refused by the device or dangerous: not learned
};

/// Judges. One thread calls it; it does no I/O, reads no clock and never throws on observations.
/// The same observations in the same order give the same alerts.
///
/// What it expects of the workers, beyond observation.hpp:
/// - observations arrive in the order of their Moment;
/// - of one PDU: RuleMatch before FactSeen, and both before the RequestEnded of its request;
/// - RequestEnded is told for every request that raised something or wrote; others do no harm;
/// - facts of a PDU that matched a rule of mode `always` carry `dangerous`, and the worker does not
///   take them for known: they are judged but never learned.
class Judge {
 public:
  /// `rules`, `site` and `sink` must outlive the judge or the next configure().
  Judge(const RuleSet& rules, const Site& site, JudgeSettings settings, AlertSink& sink);
  ~Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  void observe(const Observation& observation);
  /// Packet time has reached `now`: episodes and learning end, changed alerts are announced.
  void tick(std::uint64_t packet_number, Timestamp now);
  /// End of input: what waits for an outcome is unseen; every alert is told.
  void finish();

  /// Other rules and another plant from the next observation on (SIGHUP); what was learned, open
  /// alerts and counters stay. The old ones may be destroyed afterwards.
  void configure(const RuleSet& rules, const Site& site);

  bool is_learning() const;
  /// When learning ends; nothing before the first packet, when it has no end, or without learning.
  std::optional<Timestamp> learning_ends() const;
  /// The baseline in canonical order: give it to Learning::facts, or keep it in the store.
  std::vector<Fact> learned() const;
  /// Rises whenever learned() would give something else: a cheap "must it be saved again".
  std::uint64_t learned_revision() const;
  /// Packet time that learned() reaches.
  Timestamp reached() const;

  const JudgeCounters& counters() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The baseline as text, one line a fact: byte-identical for the same facts, whoever learned them.
std::string canonical_text(std::span<const Fact> facts);

}  // namespace sightglass
