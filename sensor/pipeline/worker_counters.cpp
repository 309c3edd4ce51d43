#include "sensor/pipeline/worker_counters.hpp"

namespace sightglass {

WorkerCounters& WorkerCounters::operator+=(const WorkerCounters& other) {
  flows += other.flows;
  messages += other.messages;
  repeated_messages += other.repeated_messages;
  requests += other.requests;
  accepted += other.accepted;
  refused += other.refused;
  unanswered += other.unanswered;
  unseen += other.unseen;
  anomalies += other.anomalies;
  matches += other.matches;
  open_flows += other.open_flows;
  facts_untold += other.facts_untold;
  arp_senders_untold += other.arp_senders_untold;
  links_untold += other.links_untold;
  samples += other.samples;
  samples_refused += other.samples_refused;
  attempters_untold += other.attempters_untold;
  half_open_untold += other.half_open_untold;
  attempts_cut_short += other.attempts_cut_short;
  pairing.late += other.pairing.late;
  pairing.superseded += other.pairing.superseded;
  pairing.overflowed += other.pairing.overflowed;
  memory.flows += other.memory.flows;
  memory.held_packets += other.memory.held_packets;
  memory.known_facts += other.memory.known_facts;
  return *this;
}

}  // namespace sightglass
