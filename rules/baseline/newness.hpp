// Finds what the baseline does not know: hosts, conversations, functions, readers.
#pragma once

#include <map>
#include <optional>

#include "rules/bench.hpp"

namespace sightglass {

/// Judges facts other than writes, after learning. One event, one alert: of what is new at once
/// only the first level is told, in this order: host, conversation, function, addresses read; of a
/// call the method instead of the function. A
/// function is not told either when a rule matched its PDU or when its PDU's write is told.
///
/// What a worker counted since it told a fact adds to what was told, and never begins anything.
///
/// What was told is remembered as reported: repeats fold while the alert's episode is open, and it
/// is told again only after kForgottenAfter without a sighting.
class Newness {
 public:
  static constexpr Duration kForgottenAfter = std::chrono::hours(24);

  Newness(std::size_t most_reported, JudgeCounters& counters);

  /// `told_as`: another alert of this severity tells of this fact's PDU. News that are graver are
  /// told all the same, and so is a method: what it does is told by nothing else.
  void judge(Bench& bench, const FactSeen& seen, std::optional<Severity> told_as);

 private:
  struct Report {
    Timestamp last_seen{};
    bool told = false;  ///< as an alert of its own
  };

  bool is_told_above(const Bench& bench, const Fact& fact) const;
  bool is_reported_host(const Station& station) const;
  void count_units(Bench& bench, const FactSeen& seen) const;

  std::size_t most_reported_;
  JudgeCounters& counters_;
  std::map<FactKey, Report> reported_;
};

}  // namespace sightglass
