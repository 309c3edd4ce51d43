// One list, in the order of the data's way. A counter that is not here is not seen by anyone.
#include "sensor/pipeline/statistics.hpp"

#include <array>
#include <string>
#include <string_view>

#include "dissectors/kept_names.hpp"

namespace sightglass {
namespace {

constexpr std::array<std::string_view, kGapCauses> kGapNames = {
    "acknowledged", "timeout", "held_limit", "end_of_flow", "snap_length", "sequence_jump"};
constexpr std::array<std::string_view, kCloseReasons> kCloseNames = {"finished", "idle", "evicted",
                                                                     "reused", "end_of_capture"};

class List {
 public:
  explicit List(StatisticsSnapshot& snapshot) : snapshot_(snapshot) {}
  void add(std::string name, std::uint64_t value) {
    snapshot_.counters.push_back({std::move(name), value});
  }

 private:
  StatisticsSnapshot& snapshot_;
};

void add_capture(List& list, const PipelineCounters& pipeline) {
  const CaptureLoss& loss = pipeline.loss;
  const DecodeCounters& decoded = pipeline.packets.decoded;
  list.add("capture.packets", decoded.packets);
  list.add("capture.bytes", decoded.bytes);
  list.add("capture.dropped_by_kernel", loss.dropped_by_kernel);
  list.add("capture.dropped_by_interface", loss.dropped_by_interface);
  list.add("capture.dropped_by_us", pipeline.dropped_by_us);
  list.add("capture.files_cut_off", loss.files_cut_off);
  list.add("capture.truncated", decoded.truncated);
  list.add("capture.clock_steps", pipeline.clock_steps);
  for (const InterfaceState& interface : pipeline.interfaces) {
    const std::string of = "interface." + interface.name + ".";
    list.add(of + "packets", interface.packets);
    list.add(of + "dropped_by_kernel", interface.dropped_by_kernel);
    list.add(of + "dropped_by_interface", interface.dropped_by_interface);
    list.add(of + "outages", interface.outages);
  }
  for (std::size_t fault = 1; fault < kLayerFaults; ++fault) {
    const std::string_view name = to_text(static_cast<LayerFault>(fault));
    list.add("packet.fault." + std::string(name), decoded.faults[fault]);
  }
  list.add("packet.unknown_network", decoded.unknown_network);
  const DuplicateCounters& duplicates = pipeline.packets.duplicates;
  for (std::size_t kind = 0; kind < kDuplicateKinds; ++kind) {
    const std::string_view name = to_text(static_cast<Duplicate::Kind>(kind));
    list.add("duplicate." + std::string(name), duplicates.copies[kind]);
  }
  list.add("duplicate.bytes", duplicates.bytes);
  list.add("duplicate.redundant_differ", duplicates.redundant_differ);
  list.add("duplicate.too_long", duplicates.too_long);
  const DefragmentCounters& fragments = pipeline.packets.fragments;
  list.add("fragment.count", fragments.fragments);
  list.add("fragment.rebuilt", fragments.rebuilt);
  list.add("fragment.copies", fragments.copies);
  list.add("fragment.truncated", fragments.truncated);
  list.add("fragment.too_many", fragments.too_many);
  list.add("fragment.timeouts", fragments.timeouts);
  list.add("fragment.evicted", fragments.evicted);
  for (std::size_t i = 0; i < kFragmentAnomalies; ++i) {
    const std::string_view name = to_text(static_cast<FragmentAnomaly>(1u << i));
    list.add("packet.anomaly." + std::string(name), fragments.anomalies[i]);
  }
}

void add_flows(List& list, const WorkerCounters& workers) {
  const FlowCounters& flows = workers.flows;
  list.add("flow.open", workers.open_flows);
  list.add("flow.opened", flows.opened);
  for (std::size_t reason = 0; reason < kCloseReasons; ++reason) {
    list.add("flow.closed." + std::string(kCloseNames[reason]), flows.closed[reason]);
  }
  list.add("flow.evicted_sessions", flows.evicted_sessions);
  list.add("flow.given_up", flows.given_up);
  list.add("flow.confirmed", flows.confirmed);
  list.add("flow.undecided", flows.undecided);
  list.add("flow.other_protocol", flows.other_protocol);
  list.add("flow.turned_round", flows.turned_round);
  list.add("flow.streams", flows.streams);
  list.add("flow.one_way_streams", flows.one_way_streams);
  for (std::size_t cause = 0; cause < kGapCauses; ++cause) {
    list.add("stream.gaps." + std::string(kGapNames[cause]), flows.gaps[cause]);
  }
  list.add("stream.gap_bytes", flows.gap_bytes);
  list.add("stream.retransmissions", flows.retransmissions);
  list.add("stream.out_of_order", flows.out_of_order);
  list.add("stream.overlaps", flows.overlaps);
  list.add("stream.conflicts", flows.conflicts);
  list.add("stream.keep_alives", flows.keep_alives);
  list.add("stream.late_segments", flows.late_segments);
  list.add("stream.held_refused", flows.held_refused);
  list.add("stream.out_of_step", flows.out_of_step);
  list.add("stream.skipped_bytes", flows.skipped_bytes);
  list.add("stream.messages_too_long", flows.messages_too_long);
  list.add("stream.search_overflows", flows.search_overflows);
}

void add_messages(List& list, const WorkerCounters& workers) {
  list.add("message.count", workers.messages);
  list.add("message.repeated", workers.repeated_messages);
  list.add("message.anomalies", workers.anomalies);
  list.add("request.count", workers.requests);
  list.add("request.accepted", workers.accepted);
  list.add("request.refused", workers.refused);
  list.add("request.unanswered", workers.unanswered);
  list.add("request.unseen", workers.unseen);
  list.add("request.late", workers.pairing.late);
  list.add("request.superseded", workers.pairing.superseded);
  list.add("request.overflowed", workers.pairing.overflowed);
  list.add("rules.matches", workers.matches);
  list.add("worker.facts_untold", workers.facts_untold);
  list.add("worker.arp_senders_untold", workers.arp_senders_untold);
  list.add("worker.links_untold", workers.links_untold);
  list.add("worker.attempters_untold", workers.attempters_untold);
  list.add("worker.half_open_untold", workers.half_open_untold);
  list.add("worker.attempts_cut_short", workers.attempts_cut_short);
}

void add_applications(List& list, const PipelineCounters& pipeline) {
  const RecognizerCounters& applications = pipeline.applications;
  list.add("application.samples", pipeline.workers.samples);
  list.add("application.samples_refused", pipeline.workers.samples_refused);
  list.add("application.flows", applications.flows);
  list.add("application.recognised", applications.recognised);
  list.add("application.unknown", applications.unknown);
  list.add("application.dismissed", applications.dismissed);
  list.add("application.settled_early", applications.settled_early);
  list.add("application.names_forgotten", applications.names_forgotten);
}

void add_judge(List& list, const JudgeCounters& judge) {
  list.add("judge.observations", judge.observations);
  list.add("judge.findings", judge.findings);
  list.add("judge.alerts", judge.alerts);
  list.add("judge.alerts_ended_early", judge.alerts_ended_early);
  list.add("judge.alerts_out_of_order", judge.alerts_out_of_order);
  list.add("judge.evidence_dropped", judge.evidence_dropped);
  list.add("judge.outcomes_dropped", judge.outcomes_dropped);
  list.add("judge.threshold_keys_dropped", judge.threshold_keys_dropped);
  list.add("judge.facts_learned", judge.facts_learned);
  list.add("judge.facts_not_learned", judge.facts_not_learned);
  list.add("judge.facts_dropped", judge.facts_dropped);
  list.add("judge.attempters_untold", judge.attempters_untold);
  list.add("judge.ranges_widened", judge.ranges_widened);
  list.add("judge.names_not_kept", names_not_kept());
  list.add("judge.objects_forgotten", judge.objects_forgotten);
  list.add("judge.bindings_forgotten", judge.bindings_forgotten);
  list.add("judge.channels_not_kept", judge.channels_not_kept);
}

void add_live(List& list, const LiveCounters& live) {
  const MemoryUse& memory = live.memory;
  list.add("memory.process", memory.process);
  list.add("memory.limit", live.memory_limit);
  list.add("memory.kernel_rings", memory.kernel_rings);
  list.add("memory.evidence_ring", memory.evidence_ring);
  list.add("memory.flows", memory.flows);
  list.add("memory.held_packets", memory.held_packets);
  list.add("memory.known_facts", memory.known_facts);
  list.add("memory.queues", memory.queues);
  list.add("memory.judge", memory.judge);
  list.add("memory.conversations", memory.conversations);
  list.add("memory.applications", memory.applications);
  list.add("memory.store_queue", memory.store_queue);
  constexpr std::array<std::string_view, kMemoryReliefs> kReliefNames = {
      "", "evidence", "transient_flows", "unknown_streams"};
  for (std::size_t relief = 1; relief < kMemoryReliefs; ++relief) {
    list.add("memory.gave_up." + std::string(kReliefNames[relief]), live.reliefs[relief]);
  }
  list.add("watchdog.stalls", live.stalls);
}

}  // namespace

StatisticsSnapshot statistics(const PipelineCounters& pipeline, const JudgeCounters& judge,
                              const RuleSet& rules, Timestamp at, const LiveCounters* live) {
  StatisticsSnapshot snapshot;
  snapshot.at = at;
  List list(snapshot);
  add_capture(list, pipeline);
  add_flows(list, pipeline.workers);
  add_messages(list, pipeline.workers);
  list.add("worker.conversations_untold", pipeline.conversations_untold);
  list.add("worker.hosts_untold", pipeline.hosts_untold);
  add_applications(list, pipeline);
  add_judge(list, judge);
  if (live != nullptr) add_live(list, *live);
  for (const Rule& rule : rules.inactive()) {
    snapshot.inactive_rules.push_back({rule.id, rule.inactive});
  }
  return snapshot;
}

void add_record_counters(StatisticsSnapshot& snapshot, const EvidenceCounters& evidence,
                         const WriterCounters& writer) {
  List list(snapshot);
  list.add("evidence.bytes", writer.evidence_bytes);
  list.add("evidence.slices", evidence.slices);
  list.add("evidence.raising_missing", evidence.raising_missing);
  list.add("evidence.over_total", evidence.over_total);
  list.add("evidence.over_slice", evidence.over_slice);
  list.add("evidence.over_window", evidence.over_window);
  list.add("evidence.write_failures", evidence.write_failures);
  list.add("evidence.refused_busy", evidence.refused);
  list.add("evidence.refused_full", writer.evidence_refused_full);
  list.add("evidence.evicted", writer.retention.evidence_by_size);
  list.add("record.commits", writer.commits);
  list.add("record.failed_commits", writer.failed_commits);
  list.add("record.rejected_batches", writer.rejected_batches);
  list.add("record.dropped_alerts", writer.dropped_alerts);
  list.add("record.dropped_evidence", writer.dropped_evidence);
  list.add("record.dropped_health", writer.dropped_health);
  list.add("record.dropped_conversations", writer.dropped_conversations);
  list.add("record.alerts_by_age", writer.retention.alerts_by_age);
  list.add("record.alerts_by_size", writer.retention.alerts_by_size);
}

}  // namespace sightglass
