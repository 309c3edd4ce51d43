// The judge: one thread that turns what the workers observed into alerts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/alert/alert.hpp"
#include "rules/judge_limits.hpp"
#include "rules/observation.hpp"

namespace sightglass {

class RuleSet;
namespace site {
class Site;
}

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

struct JudgeSettings {
  std::string sensor = "local";
  Learning learning;
  Announce announce = Announce::at_end;
  JudgeLimits limits;
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
  Judge(const RuleSet& rules, const site::Site& site, JudgeSettings settings, AlertSink& sink);
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
  void configure(const RuleSet& rules, const site::Site& site);

  bool is_learning() const;  ///< false before the first observation
  /// When learning ends; nothing before the first packet, when it has no end, or without learning.
  std::optional<Timestamp> learning_ends() const;
  /// The baseline in canonical order: give it to Learning::facts, or keep it in the store.
  std::vector<Fact> learned() const;
  /// Rises whenever learned() would give something else: a cheap "must it be saved again".
  std::uint64_t learned_revision() const;
  /// Packet time that learned() reaches.
  Timestamp reached() const;

  const JudgeCounters& counters() const;
  /// Memory of what is learned and of alerts, about. Judge's thread.
  std::size_t bytes() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// The baseline as text, one line a fact: byte-identical for the same facts, whoever learned them.
std::string canonical_text(std::span<const Fact> facts);

}  // namespace sightglass
