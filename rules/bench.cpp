// Small, because each detector says its own sentences.
#include "rules/bench.hpp"

#include "rules/alert/party.hpp"
#include "rules/alert/time_text.hpp"
#include "rules/rule.hpp"

namespace sightglass {

std::string subject(const Bench& bench, const Station& station) {
  const Party party = party_of(*bench.site, station, 0);
  if (!party.name.empty()) return full_name(party);
  const bool listed_without_it = !bench.site->description().assets.empty();
  FactKey host;
  host.client = host_key(station);
  const bool never_learned = bench.protecting && !bench.baseline.sightings(host);
  return (listed_without_it || never_learned ? "Unknown station " : "") + full_name(party);
}

std::string brief(const Bench& bench, const Station& station) {
  return short_name(party_of(*bench.site, station, 0));
}

Finding finding_of(const Rule& rule, const Conversation& conversation, Timestamp time,
                   const ObservedPdu* pdu) {
  Finding finding;
  finding.rule = &rule;
  finding.conversation = conversation;
  finding.first_seen = time;
  finding.last_seen = time;
  if (pdu == nullptr) return finding;
  finding.by = pdu->direction;
  if (pdu->packet != 0) finding.frames = {pdu->packet};
  finding.pdu = pdu;
  return finding;
}

std::optional<Reached> count_towards_threshold(Bench& bench, const Finding& finding,
                                               const std::string& by, std::string_view value) {
  const Match match{finding.last_seen, finding.frames.empty() ? 0 : finding.frames.back(),
                    finding.times, value};
  return bench.thresholds.count(*finding.rule->threshold, finding.rule->id + '\n' + by, match);
}

void record(Bench& bench, Finding finding, const std::optional<Reached>& reached) {
  if (reached) {
    const Threshold& threshold = *finding.rule->threshold;
    const std::string within = " within " + spoken_duration(threshold.within);
    const std::string counted =
        threshold.distinct.empty() ? "" : " different " + threshold.distinct;
    finding.expected = "Fewer than " + std::to_string(threshold.count) + counted + within;
    finding.observed = "At least " + std::to_string(reached->seen) + counted + within +
                       (finding.observed.empty() ? "" : "; last: " + finding.observed);
    finding.first_seen = reached->first_seen;
    finding.times = reached->times;
    finding.frames = reached->frames;
  }
  bench.book.record(finding);
}

bool record_when_reached(Bench& bench, Finding finding, const std::string& by,
                         std::string_view value) {
  std::optional<Reached> reached;
  if (finding.rule->threshold) {
    reached = count_towards_threshold(bench, finding, by, value);
    if (!reached) return false;
  }
  record(bench, std::move(finding), reached);
  return true;
}

std::string client_and_server(const Conversation& conversation) {
  return address_text(conversation.client) + '\n' + address_text(conversation.server);
}

}  // namespace sightglass
