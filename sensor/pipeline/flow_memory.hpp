// What a worker keeps with each flow.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/conversation_counts.hpp"
#include "rules/observation.hpp"
#include "sensor/application/flow_sample.hpp"
#include "sensor/flow/flow.hpp"
#include "sensor/pipeline/known_facts.hpp"

namespace sightglass {

/// Requests of one flow whose end the judge waits for; older ones are forgotten (they end unseen).
inline constexpr std::size_t kWatchedRequests = 64;
/// How many matches of one rule in one flow carry their decoded PDU.
inline constexpr std::uint32_t kDecodedMatches = 3;

/// What comes of a PDU that a flow repeats, when nothing comes of it but counts.
struct Routine {
  static constexpr std::size_t kMostFacts = 256;
  std::uint32_t configuration = 0;   ///< the one that found nothing in it; 0: something comes of it
  bool judges_values = false;        ///< other values may make a difference
  std::vector<std::uint16_t> facts;  ///< their places in KnownFacts

  void begin(std::uint32_t in_force) {
    configuration = in_force;
    judges_values = false;
    facts.clear();
  }
  void add(std::uint16_t fact) {
    if (facts.size() == kMostFacts) {
      configuration = 0;
    } else {
      facts.push_back(fact);
    }
  }
};

/// Those of one flow, by Message::routine. A dissector numbers few, from 1 on. How often each came
/// is counted here, and from time to time for each of its facts.
class RoutinesOfFlow {
 public:
  /// `facts` are the flow's.
  void keep(std::uint16_t number, const Routine& routine, KnownFacts& facts) {
    if (routines_.size() < number) routines_.resize(number);
    Counted& counted = routines_[number - 1u];
    count_out(counted, facts);
    counted.routine = routine;
  }
  /// nullptr for a number that was never kept.
  const Routine* find(std::uint16_t number) const {
    return number <= routines_.size() ? &routines_[number - 1u].routine : nullptr;
  }
  /// One more of a number that was kept.
  void count(std::uint16_t number, Timestamp time) {
    routines_[number - 1u].sightings.add({1, time, time});
  }
  void count_out(KnownFacts& facts) {
    for (Counted& counted : routines_) count_out(counted, facts);
  }

 private:
  struct Counted {
    Routine routine;
    KnownFacts::Sightings sightings;
  };

  static void count_out(Counted& counted, KnownFacts& facts) {
    if (counted.sightings.times == 0) return;
    for (const std::uint16_t fact : counted.routine.facts) facts.add(fact, counted.sightings);
    counted.sightings = {};
  }

  std::vector<Counted> routines_;
};

/// A flow's notes: bounded, freed with the flow. What every PDU asks for stands together.
class FlowMemory final : public FlowNotes {
 public:
  static constexpr std::size_t kNotListed = SIZE_MAX;
  std::size_t listed_at = kNotListed;  ///< place in the worker's list of flows with counts to tell
  std::uint64_t last_message_after = 0;  ///< packet number of the moment of its last PDU
  bool last_message_by_timer = false;    ///< of which phase that moment is
  bool conversation_told = false;
  FlowSampling sampling;
  RoutinesOfFlow routines;

  /// A PDU of the flow, for the counts of its conversation.
  void count(const Message& message);
  /// What the flow did since this was called last, with everything but who talks to whom.
  ConversationCounts take_counts(const Flow& flow);

  /// The judge wants to hear of the end of `request`, with the decoded answer if `decode`.
  void watch(RequestId request, bool decode);
  struct Watched {
    RequestId request = 0;
    bool decode = false;
    PduProof answer;
  };
  /// nullptr when nobody waits for it.
  Watched* watched(RequestId request);
  void forget(const Watched* watched);

  /// Whether this match of `rule` should carry its decoded PDU.
  bool decodes(const Rule& rule);

 private:
  /// Of both sides together, as far as they were taken.
  struct Totals {
    std::uint64_t packets = 0, bytes = 0, pdus = 0, gaps = 0, retransmissions = 0, truncated = 0;
  };
  static Totals totals_of(const Flow& flow);

  struct Matched {
    std::uint32_t signature_id;
    std::uint32_t times;
  };
  Seldom<PduCounts> pdus_;
  std::vector<Watched> watched_;

 public:
  std::array<Station, 2> stations;  ///< by side, once it has sent something
  std::uint64_t attempt = 0;        ///< its number in Attempts until its client goes on; else 0
  KnownFacts facts;

 private:
  Totals taken_;
  std::optional<Timestamp> taken_at_;
  std::vector<Matched> matched_;  // one entry per rule that matched: bounded by the rules there are
};

}  // namespace sightglass
