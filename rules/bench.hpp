// What the judge's detectors share, and the words they have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/alert/alert_book.hpp"
#include "rules/baseline/learned_facts.hpp"
#include "rules/detectors.hpp"
#include "rules/site/site.hpp"
#include "rules/threshold.hpp"

namespace sightglass {

/// One judge's state as its detectors see it. Judge's thread.
struct Bench {
  const site::Site* site = nullptr;
  DetectorRules rules;
  LearnedFacts baseline;
  AlertBook book;
  Thresholds thresholds;
  JudgeCounters& counters;
  bool learning = false;    ///< what is not known yet becomes known
  bool protecting = false;  ///< what is not known is found; neither: nothing is compared
};

/// "HMI-1 (192.168.10.20)"; "Unknown station 192.168.10.66" when the site file lists the plant's
/// assets without it, or the baseline protects without knowing it.
std::string subject(const Bench& bench, const Station& station);

/// "PLC-1", or the address.
std::string brief(const Bench& bench, const Station& station);

/// A finding about a PDU or packet, without its texts. `pdu` may be nullptr.
Finding finding_of(const Rule& rule, const Conversation& conversation, Timestamp time,
                   const ObservedPdu* pdu);

/// Counts towards the threshold that the finding's rule has: nothing while it is not reached. `by`
/// are the parties it counts by, `value` what it counts when it counts values. The finding needs no
/// words yet.
std::optional<Reached> count_towards_threshold(Bench& bench, const Finding& finding,
                                               const std::string& by, std::string_view value);

/// Records a finding, with what its threshold rests on when it has one.
void record(Bench& bench, Finding finding, const std::optional<Reached>& reached);

/// Counts towards the rule's threshold, if it has one, and records what is reached; `by` are the
/// parties it counts by, `value` what it counts when it counts values. Whether it recorded.
bool record_when_reached(Bench& bench, Finding finding, const std::string& by,
                         std::string_view value);

/// The parties of a conversation as part of a threshold's key.
std::string client_and_server(const Conversation& conversation);

}  // namespace sightglass
