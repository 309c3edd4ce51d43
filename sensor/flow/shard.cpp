// The life of flows.
#include "sensor/flow/shard.hpp"

#include <algorithm>

#include "sensor/flow/heap_bytes.hpp"

namespace sightglass {
namespace {

/// A TCP connection that has carried nothing yet.
constexpr std::size_t kSessionBytes = heap_bytes(sizeof(TcpSession));

FlowClass class_of(const FlowTable::Entry& entry) {
  if (!entry.session) return FlowClass::transient;
  if (entry.session->is_closed()) return FlowClass::closed;
  if (entry.session->is_confirmed()) return FlowClass::session;
  return entry.session->has_data() ? FlowClass::stream : FlowClass::transient;
}

/// A first guess, before any proof: the server has the port of a protocol, else the lower port.
Side guess_client(const PacketKey& packet, std::span<const ProtocolEntry> entries) {
  const auto is_standard = [&](std::uint16_t port) {
    return std::any_of(entries.begin(), entries.end(), [&](const ProtocolEntry& entry) {
      return std::find(entry.tcp_ports.begin(), entry.tcp_ports.end(), port) !=
             entry.tcp_ports.end();
    });
  };
  const std::uint16_t first = packet.key.endpoints[0].port;
  const std::uint16_t second = packet.key.endpoints[1].port;
  if (is_standard(first) != is_standard(second)) return is_standard(first) ? 1 : 0;
  if (first == second) return packet.sender;
  return first < second ? 1 : 0;
}

}  // namespace

FlowCounters& FlowCounters::operator+=(const FlowCounters& more) {
  opened += more.opened;
  for (std::size_t i = 0; i < kCloseReasons; ++i) closed[i] += more.closed[i];
  evicted_sessions += more.evicted_sessions;
  given_up += more.given_up;
  for (std::size_t i = 0; i < kGapCauses; ++i) gaps[i] += more.gaps[i];
  gap_bytes += more.gap_bytes;
  retransmissions += more.retransmissions;
  out_of_order += more.out_of_order;
  overlaps += more.overlaps;
  conflicts += more.conflicts;
  keep_alives += more.keep_alives;
  late_segments += more.late_segments;
  held_refused += more.held_refused;
  confirmed += more.confirmed;
  undecided += more.undecided;
  other_protocol += more.other_protocol;
  turned_round += more.turned_round;
  streams += more.streams;
  one_way_streams += more.one_way_streams;
  messages += more.messages;
  out_of_step += more.out_of_step;
  skipped_bytes += more.skipped_bytes;
  messages_too_long += more.messages_too_long;
  search_overflows += more.search_overflows;
  return *this;
}

Shard::Shard(std::span<const ProtocolEntry> entries, const DissectorSettings& settings,
             const FlowLimits& limits, FlowSink& sink)
    : limits_(limits),
      protocols_(KnownProtocols::of(entries)),
      settings_(settings),
      context_{protocols_, settings_, sink, {}, {0, limits.held_bytes}},
      table_(limits.flows),
      wanted_flows_(limits.flows) {}

void Shard::relieve(FlowRelief relief) {
  relief_ = relief;
  wanted_flows_ = relief == FlowRelief::none
                      ? limits_.flows
                      : std::max(table_.size() / 2, limits_.flows / kKeptOneIn);
}

/// Puts out what memory is too short for. Sessions stay, however many there are.
void Shard::give_up(std::uint64_t packet_number, Timestamp now, std::size_t most) {
  if (relief_ == FlowRelief::none) return;
  const auto last = relief_ == FlowRelief::streams ? FlowClass::stream : FlowClass::transient;
  for (std::size_t i = 0; i < most && table_.size() > wanted_flows_; ++i) {
    FlowTable::Entry& victim = *table_.victim(now);
    if (victim.flow_class > last) return;
    ++context_.counters.given_up;
    close(victim, CloseReason::evicted, packet_number, now);
  }
}

std::size_t Shard::bytes() const { return table_.bytes() + sessions_ * kSessionBytes; }

std::size_t Shard::bytes_of_a_flow(const FlowLimits& limits) {
  return FlowTable::bytes_when_full(limits.flows) / limits.flows + kSessionBytes;
}

FlowTable::Entry& Shard::open(const Layers& layers, const PacketKey& packet, std::uint64_t hash) {
  if (table_.is_full()) {
    FlowTable::Entry& victim = *table_.victim(layers.time);
    if (victim.flow.protocol != Protocol::unknown) ++context_.counters.evicted_sessions;
    close(victim, CloseReason::evicted, layers.packet_number, layers.time);
  }
  give_up(layers.packet_number, layers.time, 1);
  FlowTable::Entry& entry = table_.insert(packet.key, hash, layers.time);
  Flow& flow = entry.flow;
  flow.id = layers.packet_number;
  flow.first_seen = flow.last_seen = layers.time;
  flow.client = guess_client(packet, protocols_.entries);
  if (layers.has_tcp()) {
    entry.session = std::make_unique<TcpSession>(flow, context_);
    ++sessions_;
  }
  ++context_.counters.opened;
  context_.sink.event(flow, {.kind = FlowEvent::Kind::opened,
                             .direction = flow.direction_of(packet.sender),
                             .packet_number = layers.packet_number,
                             .time = layers.time});
  return entry;
}

FlowTable::Entry& Shard::entry_of(const Layers& layers, const PacketKey& packet,
                                  std::uint64_t hash) {
  FlowTable::Entry* const known = table_.find(packet.key, hash);
  if (known == nullptr) return open(layers, packet, hash);
  const bool is_syn = layers.has_tcp() && layers.tcp_has(tcp_flag::syn);
  if (!is_syn || !known->session->is_other_connection(layers, packet.sender)) return *known;
  close(*known, CloseReason::reused, layers.packet_number, layers.time);
  return open(layers, packet, hash);
}

Flow* Shard::packet(const Layers& layers, std::uint64_t pair_hash) {
  if (!layers.has_ip()) return nullptr;
  const PacketKey packet = packet_key(layers);
  FlowTable::Entry& entry = entry_of(layers, packet, flow_hash(pair_hash, packet.key));
  Flow& flow = entry.flow;
  flow.last_seen = std::max(flow.last_seen, layers.time);
  for (std::size_t i = 0; i < layers.vlan_count; ++i) flow.vlans.insert(layers.vlan_id(i));
  SideCounters& sent = flow.sent[packet.sender];
  ++sent.packets;
  sent.bytes += layers.original_length;
  sent.truncated += layers.original_length > layers.captured_length() ? 1 : 0;
  if (!entry.session || !layers.has_tcp()) {
    sent.payload_bytes += layers.payload_length;
    return &flow;
  }
  const bool had_data = entry.session->has_data();
  entry.session->packet(layers, packet.sender);
  count_stream(flow, packet.sender, had_data, entry.session->has_data());
  table_.set_class(entry, class_of(entry), layers.time);
  if (entry.session->is_holding() && !entry.is_holding) {
    entry.is_holding = true;
    holding_.push_back(&entry);
  }
  list_if_waiting(entry);
  return &flow;
}

/// After a packet of `sender`: a stream begins with its first data, and is one-way until the other
/// end has sent something too.
void Shard::count_stream(const Flow& flow, Side sender, bool had_data, bool has_data) {
  const bool is_one_way = flow.sent[other(sender)].packets == 0;
  if (has_data && !had_data) {
    ++context_.counters.streams;
    context_.counters.one_way_streams += is_one_way;
  } else if (had_data && !is_one_way && flow.sent[sender].packets == 1) {
    --context_.counters.one_way_streams;
  }
}

void Shard::list_if_waiting(FlowTable::Entry& entry) {
  if (entry.is_waiting || !entry.session->is_waiting()) return;
  entry.is_waiting = true;
  waiting_.push_back(&entry);
}

void Shard::tick(Timestamp now) {
  std::erase_if(holding_, [&](FlowTable::Entry* entry) {
    entry->session->expire_holes(now, limits_.gap_timeout);
    table_.set_class(*entry, class_of(*entry), now);
    list_if_waiting(*entry);
    entry->is_holding = entry->session->is_holding();
    return !entry->is_holding;
  });
  std::erase_if(waiting_, [&](FlowTable::Entry* entry) {
    entry->session->tick(now);
    entry->is_waiting = entry->session->is_waiting();
    return !entry->is_waiting;
  });
  const std::array<Duration, kFlowClasses> idle = {limits_.closed_idle, limits_.transient_idle,
                                                   limits_.stream_idle, limits_.session_idle};
  for (std::size_t i = 0; i < kFlowClasses; ++i) {
    const auto flow_class = static_cast<FlowClass>(i);
    const bool was_closed = flow_class == FlowClass::closed;
    while (auto* const entry = table_.expired(flow_class, idle[i], now)) {
      close(*entry, was_closed ? CloseReason::finished : CloseReason::idle, 0, now);
    }
  }
  give_up(0, now, kGivenUpPerTick);
}

void Shard::finish(Timestamp now) {
  for (std::size_t i = 0; i < kFlowClasses; ++i) {
    const auto flow_class = static_cast<FlowClass>(i);
    while (auto* const entry = table_.first(flow_class)) {
      const bool was_closed = flow_class == FlowClass::closed;
      close(*entry, was_closed ? CloseReason::finished : CloseReason::end_of_capture, 0, now);
    }
  }
}

void Shard::close(FlowTable::Entry& entry, CloseReason reason, std::uint64_t packet_number,
                  Timestamp now) {
  if (entry.session) {
    entry.session->finish(now);
    --sessions_;
  }
  if (entry.is_holding) std::erase(holding_, &entry);
  if (entry.is_waiting) std::erase(waiting_, &entry);
  ++context_.counters.closed[static_cast<std::size_t>(reason)];
  context_.sink.event(entry.flow, {.kind = FlowEvent::Kind::closed,
                                   .close_reason = reason,
                                   .packet_number = packet_number,
                                   .time = now});
  table_.erase(entry);
}

FlowCounters Shard::counters() const {
  FlowCounters sum = context_.counters;
  sum.held_refused = context_.held.refused;
  return sum;
}

}  // namespace sightglass
