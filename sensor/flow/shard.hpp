// A shard: the flows of a fixed part of all host pairs, from packets to messages.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dissectors/dissector.hpp"
#include "sensor/flow/flow_limits.hpp"
#include "sensor/flow/flow_table.hpp"
#include "sensor/flow/tcp_session.hpp"

namespace sightglass {

/// The shard of a packet: 0 to kShards - 1, by its unordered host pair.
inline std::size_t shard_of(std::uint64_t host_pair_hash) { return host_pair_hash >> 58; }
static_assert(kShards == 64);

/// Owns the flows of its host pairs. Packets come in order of their numbers, ticks between them.
/// What it delivers depends on nothing but these. Used from one thread at a time.
class Shard {
 public:
  /// `entries`, the protocols to look for, and `sink` outlive the shard.
  Shard(std::span<const ProtocolEntry> entries, const DissectorSettings& settings,
        const FlowLimits& limits, FlowSink& sink);

  /// `pair_hash` is host_pair_hash(layers). The flow of the packet, good until the next call;
  /// nullptr when it has no IP.
  Flow* packet(const Layers& layers, std::uint64_t pair_hash);
  /// Pipeline time has reached `now`: deadlines and idle flows. Never goes back.
  void tick(Timestamp now);
  /// The capture ends: closes every flow, the oldest class first.
  void finish(Timestamp now);

  /// What all flows met so far, closed or not.
  FlowCounters counters() const;
  std::size_t flow_count() const { return table_.size(); }

  /// From now on, and until another is asked for.
  void relieve(FlowRelief relief);

  /// Of the flows and their table, without notes and held packets. Cheap.
  std::size_t bytes() const;
  std::size_t held_bytes() const { return context_.held.used; }
  /// What a flow of a full table takes: TCP, before anything of it is kept.
  static std::size_t bytes_of_a_flow(const FlowLimits& limits);

 private:
  FlowTable::Entry& entry_of(const Layers& layers, const PacketKey& packet, std::uint64_t hash);
  FlowTable::Entry& open(const Layers& layers, const PacketKey& packet, std::uint64_t hash);
  void close(FlowTable::Entry& entry, CloseReason reason, std::uint64_t packet_number,
             Timestamp now);
  void give_up(std::uint64_t packet_number, Timestamp now, std::size_t most);
  void count_stream(const Flow& flow, Side sender, bool had_data, bool has_data);
  void list_if_waiting(FlowTable::Entry& entry);

  FlowLimits limits_;
  KnownProtocols protocols_;
  DissectorSettings settings_;
  FlowContext context_;
  FlowTable table_;
  FlowRelief relief_ = FlowRelief::none;
  std::size_t wanted_flows_;                // the table's limit, or less while memory is short
  std::size_t sessions_ = 0;                // flows that have a TcpSession
  std::vector<FlowTable::Entry*> holding_;  // flows with a hole, in the order they got it
  std::vector<FlowTable::Entry*> waiting_;  // flows with deadlines, in the order they got one
};

}  // namespace sightglass
