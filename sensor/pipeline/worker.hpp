// Judges nothing: follows flows, holds PDUs and packets against the rules' conditions, and tells
// the judge what it found.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "rules/detectors.hpp"
#include "rules/filter/record.hpp"
#include "rules/filter/scratch.hpp"
#include "rules/observation.hpp"
#include "sensor/application/flow_sample.hpp"
#include "sensor/flow/shard.hpp"
#include "sensor/pipeline/attempts.hpp"
#include "sensor/pipeline/configuration.hpp"
#include "sensor/pipeline/flow_memory.hpp"
#include "sensor/pipeline/link_conversations.hpp"
#include "sensor/pipeline/ticker.hpp"
#include "sensor/pipeline/worker_counters.hpp"

namespace sightglass {

struct WorkerSettings {
  unsigned index = 0, count = 1;  ///< which of how many workers: it owns every count-th shard
  FlowLimits flow_limits;         ///< of each shard
};

/// Which worker owns the shard of a host pair.
inline unsigned worker_of(std::uint64_t pair_hash, unsigned workers) {
  return static_cast<unsigned>(shard_of(pair_hash)) % workers;
}

/// ARP senders remembered per shard; beyond that each ARP packet tells its host again.
inline constexpr std::size_t kArpSenders = 1024;
/// How often what a flow repeats is counted out to the judge.
inline constexpr Duration kCountsInterval = std::chrono::seconds(10);
/// Servers of one shard and tick whose half-open connections are told.
inline constexpr std::size_t kMostHalfOpen = 64;
/// Packets after which a conversation is told whatever it speaks.
inline constexpr std::uint64_t kUnknownPackets = 8;

/// One worker: its shards' flows and what is known of them. Used by one thread.
class Worker final : private FlowSink {
 public:
  Worker(const WorkerSettings& settings, SharedConfiguration configuration);
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// A packet of one of its shards.
  void packet(const Layers& layers, std::uint64_t pair_hash);
  /// Timers fire, and every flow of the shards below `ended` ends.
  void tick(const Tick& tick, std::size_t ended);
  /// Other rules and another plant, between two packets.
  void configure(SharedConfiguration configuration);
  /// Memory is short, or no longer.
  void relieve(FlowRelief relief);

  /// Found since they were last taken; ticks order them.
  std::vector<Observation>& observations() { return observations_; }
  /// What its flows did since then, a span of each that did something.
  std::vector<ConversationCounts>& conversations() { return conversations_; }
  /// What was sampled of its flows, and which of those spans need a name.
  Samples& samples() { return samples_; }
  WorkerCounters counters() const;
  /// What a flow takes of memory where as many as may be are followed, before anything that it says
  /// is kept.
  static std::size_t bytes_of_a_flow(const FlowLimits& limits);

 private:
  /// Connections to one server that were begun and left alone.
  struct HalfOpen {
    Conversation first;
    std::uint64_t times = 1;
  };

  /// A shard, and what else must not depend on how many workers share the shards.
  struct Room {
    std::unique_ptr<Shard> shard;
    std::unordered_set<std::uint64_t> arp_senders;  // told already; at most kArpSenders
    LinkConversations links;
    ShardSampling sampling;
    Attempts attempts;
    std::vector<HalfOpen> half_open;  // since the last tick; at most kMostHalfOpen
  };

  void message(Flow& flow, const Layers& layers, const Message& message) override;
  bool repeated(Flow& flow, const Message& message) override;
  void completion(Flow& flow, const Completion& completion) override;
  void event(Flow& flow, const FlowEvent& event) override;

  void count_message(FlowMemory& memory, const Message& message);
  void match_message(Flow& flow, FlowMemory& memory, const Layers& layers, const Message& message);
  void tell_facts(Flow& flow, FlowMemory& memory, const Layers& layers, const Message& message,
                  bool dangerous);
  void tell_fact(Flow& flow, FlowMemory& memory, const Layers& layers, const Message& message,
                 Fact::Kind kind, const Object& object, bool dangerous);
  void tell_sender(Room& room, Flow& flow, const Layers& layers);
  void note_half_open(Room& room, const Flow& flow);
  void tell_half_open(Room& room, Timestamp now);
  void came_to_nothing(Room& room, Flow& flow, FlowMemory& memory);
  void tell_conversation(Flow& flow, FlowMemory& memory);
  void tell_sample(const Flow& flow, FlowSample::Kind kind, const Layers* layers);
  void tell_host(const Station& station, std::uint64_t flow);
  void tell_client(const Flow& flow, const FlowMemory& memory, bool attempts);
  void list(Flow& flow, FlowMemory& memory);
  void tell_counts(Flow& flow, FlowMemory& memory);
  void match_packet(const Layers& layers, Flow* flow);
  void tell_arp(const Layers& layers, Room& room);
  void match_border(Flow& flow);
  void match_event(Flow& flow, Detector detector);
  std::string distinct_value(const Rule& rule, const filter::Record& record);
  void observe(FactSeen seen);
  void observe(const Conversation& conversation, decltype(Observation::what) what);
  Conversation conversation_of(const Flow& flow) const;

  WorkerSettings settings_;
  SharedConfiguration configuration_;
  std::uint32_t configuration_number_ = 0;  // from 1 on
  DetectorRules detector_rules_;
  bool proves_news_ = false;  // some rule in force tells of what was not learned
  std::vector<Room> rooms_;   // by shard / count
  std::vector<Observation> observations_;
  std::vector<ConversationCounts> conversations_;
  Samples samples_;
  std::vector<Flow*> counted_;  // flows with counts to tell
  Moment moment_;               // of what is being processed
  Room* room_ = nullptr;        // the same
  Timestamp next_counts_{};     // when counts are told next
  const Layers* packet_ = nullptr;
  std::size_t known_facts_ = 0;  // of all its flows
  Routine routine_;              // what would be known of the message being judged
  filter::Scratch scratch_;
  WorkerCounters counters_;
  PairingCounters pairing_;  // of all its flows
};

}  // namespace sightglass
