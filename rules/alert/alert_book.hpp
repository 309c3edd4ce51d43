// Findings folded into alerts: keys, episodes, counts, outcomes, and when an alert is told.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/alert/alert.hpp"
#include "rules/alert/finding.hpp"
#include "rules/alert/outcome_counts.hpp"
#include "rules/judge_limits.hpp"
#include "rules/site/site.hpp"

namespace sightglass {

/// Names a request within the run: the number of its flow, and its id there.
struct RequestKey {
  std::uint64_t flow = 0;
  RequestId request = 0;
  auto operator<=>(const RequestKey&) const = default;
};

/// Folds findings of one kind about the same parties (and object, as the kind's `fold` says) into
/// one alert with a count. An episode ends after kQuietEnds without a repeat, and kLongestEpisode
/// after it began: the next finding is a new alert. Judge's thread; packet time only.
class AlertBook {
 public:
  static constexpr Duration kQuietEnds = std::chrono::hours(1);
  static constexpr Duration kLongestEpisode = std::chrono::hours(24);
  static constexpr Duration kUpdatePause = std::chrono::seconds(1);

  struct Settings {
    std::string sensor;
    Announce announce = Announce::at_end;
    JudgeLimits limits;
  };

  /// `site`, `counters` and `sink` must outlive the book (or the next configure()).
  AlertBook(Settings settings, const site::Site& site, JudgeCounters& counters, AlertSink& sink);

  void configure(const site::Site& site) { site_ = &site; }

  void record(const Finding& finding);
  /// The request ended: alerts that wait for its outcome get it, and the decoded answer.
  void request_ended(const RequestKey& key, const Completion& completion, const PduProof& decoded);
  void tick(Timestamp now);
  /// Tells everything that is left.
  void finish();
  /// Memory of the alerts it has, about.
  std::size_t bytes() const;

 private:
  using Number = std::uint64_t;  ///< of an episode, in order of beginning

  /// What an alert says of the finding that is worst for the plant.
  struct Account {
    std::string done, attempted;  ///< sentences
    std::string expected, observed, operation, function;
    std::vector<std::string> objects;
    Operation what = Operation::other;
  };
  struct Episode {
    std::string key;
    Alert alert;  ///< frames, severity and sentence are filled in when it is told
    Account account;
    Severity kind_severity = Severity::medium;
    bool critical_target = false, unauthorised = false;
    int detector_steps = 0;
    bool about_request = false;  ///< the sentence ends with the outcome
    std::vector<std::uint64_t> first_frames;
    std::deque<std::uint64_t> last_frames;
    std::size_t evidence_bytes = 0;
    std::uint32_t waiting = 0;  ///< requests without outcome
    OutcomeCounts ended;
    bool open = true, told = false;
    Timestamp told_at{};
  };
  struct Waiting {
    Number episode;
    Account account;
  };

  static bool is_over(const Episode& episode, Timestamp now);
  static std::string key_of(const Finding& finding);
  bool is_open(const Finding& finding) const;
  Episode& episode_for(const Finding& finding);
  Alert begin(const Finding& finding, const std::string& key) const;
  void add(Episode& episode, const Finding& finding);
  void add_frames(Episode& episode, const std::vector<std::uint64_t>& frames);
  void add_objects(Alert& alert, const std::vector<std::string>& objects);
  void add_evidence(Episode& episode, const PduProof& proof);
  void wait_for(const RequestKey& key, Number number, Account account);
  void merge(Episode& episode, Outcome outcome, std::string_view outcome_name,
             const Account& account);
  void changed(Number number);
  void tell(Episode& episode);
  Alert as_told(const Episode& episode) const;
  void end(Number number);
  void forget(Number number);
  void make_room();

  Settings settings_;
  const site::Site* site_;
  JudgeCounters& counters_;
  AlertSink& sink_;

  Number last_number_ = 0;
  std::unordered_map<Number, Episode> episodes_;  ///< open and held
  std::unordered_map<std::string, Number> open_;  ///< by key
  std::set<std::pair<Timestamp, Number>> quiet_;  ///< open, by last_seen
  std::set<std::tuple<Timestamp, AlertId, Number>> held_;
  std::set<Number> changed_;  ///< told, and changed since
  std::map<RequestKey, std::vector<Waiting>> waiting_;
  std::size_t evidence_bytes_ = 0;
  Timestamp now_{};
};

}  // namespace sightglass
