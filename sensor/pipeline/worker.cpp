// Everything here happens once per packet or PDU: what is known is a comparison and a counter, and
// only what is new, matched or written becomes an observation.
#include "sensor/pipeline/worker.hpp"

#include <algorithm>
#include <utility>

#include "dissectors/kept_names.hpp"
#include "rules/rule.hpp"
#include "sensor/flow/heap_bytes.hpp"
#include "sensor/packet/protocol_numbers.hpp"
#include "sensor/pipeline/observe.hpp"

namespace sightglass {
namespace {

FlowMemory& memory_of(Flow& flow) {
  if (!flow.notes) flow.notes = std::make_unique<FlowMemory>();
  return static_cast<FlowMemory&>(*flow.notes);
}

/// An attempt that nobody answered is no conversation; scans are judged by packet rules.
bool is_attempt(const Flow& flow) {
  return flow.key.ip_protocol == ip_protocol::tcp &&
         flow.sent[0].payload_bytes + flow.sent[1].payload_bytes == 0;
}

}  // namespace

Worker::Worker(const WorkerSettings& settings, SharedConfiguration configuration)
    : settings_(settings) {
  configure(std::move(configuration));
  const DissectorSettings dissectors{&pairing_};
  for (std::size_t shard = settings_.index; shard < kShards; shard += settings_.count) {
    rooms_.emplace_back().shard = std::make_unique<Shard>(
        protocol_registry(), dissectors, settings_.flow_limits, static_cast<FlowSink&>(*this));
  }
}

Worker::~Worker() = default;

void Worker::configure(SharedConfiguration configuration) {
  configuration_ = std::move(configuration);
  ++configuration_number_;
  detector_rules_ = DetectorRules(configuration_->rules);
  proves_news_ = std::ranges::any_of(configuration_->rules.rules(),
                                     [](const Rule& rule) { return rule.needs.baseline; });
}

void Worker::relieve(FlowRelief relief) {
  for (Room& room : rooms_) room.shard->relieve(relief);
}

std::size_t Worker::bytes_of_a_flow(const FlowLimits& limits) {
  return Shard::bytes_of_a_flow(limits) + heap_bytes(sizeof(FlowMemory));
}

void Worker::packet(const Layers& layers, std::uint64_t pair_hash) {
  moment_.packet_number = layers.packet_number;
  moment_.phase = Moment::Phase::packet;
  moment_.time = layers.time;
  moment_.flow = 0;
  moment_.ordinal = 0;
  packet_ = &layers;
  Room& room = rooms_[shard_of(pair_hash) / settings_.count];
  room_ = &room;
  Flow* flow = room.shard->packet(layers, pair_hash);
  if (flow != nullptr) {
    tell_sender(room, *flow, layers);
    FlowSampling& sampling = memory_of(*flow).sampling;
    if (sampling.goes_on()) {
      const auto kind = sampling.next(flow->protocol, layers, room.sampling);
      if (kind) tell_sample(*flow, *kind, &layers);
    }
  }
  if (layers.network == NetworkLayer::arp) tell_arp(layers, room);
  if (LinkConversations::concerns(layers)) room.links.count(layers);
  match_packet(layers, flow);
  packet_ = nullptr;
}

void Worker::tick(const Tick& tick, std::size_t ended) {
  moment_ = {tick.packet_number, Moment::Phase::timer, tick.time, 0, 0};
  std::size_t shard = settings_.index;
  for (Room& room : rooms_) {
    room.sampling.bytes = 0;
    room_ = &room;
    tell_half_open(room, tick.time);
    room.shard->tick(tick.time);
    if (shard < ended) room.shard->finish(tick.time);
    shard += settings_.count;
  }
  // Flows that end tell their own.
  if (ended == 0 ? tick.time < next_counts_ : ended < kShards) return;
  next_counts_ = tick.time + kCountsInterval;
  while (!counted_.empty()) tell_counts(*counted_.back(), memory_of(*counted_.back()));
  for (Room& room : rooms_) room.links.take(conversations_);
}

WorkerCounters Worker::counters() const {
  WorkerCounters counters = counters_;
  counters.pairing = pairing_;
  for (const Room& room : rooms_) {
    counters.flows += room.shard->counters();
    counters.open_flows += room.shard->flow_count();
    counters.links_untold += room.links.untold();
    counters.memory.flows += room.shard->bytes() + room.attempts.bytes();
    counters.memory.held_packets += room.shard->held_bytes();
    counters.samples += room.sampling.taken;
    counters.samples_refused += room.sampling.refused;
    counters.attempts_cut_short += room.attempts.cut_short();
  }
  counters.memory.flows += counters.open_flows * heap_bytes(sizeof(FlowMemory));
  counters.memory.known_facts = known_facts_ * sizeof(KnownFacts::Counted);
  return counters;
}

void Worker::message(Flow& flow, const Layers& layers, const Message& message) {
  FlowMemory& memory = memory_of(flow);
  const std::size_t observed_before = observations_.size();
  routine_.begin(configuration_number_);
  count_message(memory, message);
  counters_.anomalies += message.anomalies.size();
  FlowMemory::Watched* watched = message.is_request() ? nullptr : memory.watched(message.request);
  if (watched != nullptr && watched->decode) watched->answer = PduProof(message, layers);
  match_message(flow, memory, layers, message);
  if (message.security != nullptr) {
    SecuritySeen seen = observed(*message.security);
    seen.pdu = observed(message);
    observe(conversation_of(flow), std::move(seen));
  }
  if (message.routine == 0) return;
  const bool is_quiet = observations_.size() == observed_before && watched == nullptr;
  if (!is_quiet) routine_.configuration = 0;
  memory.routines.keep(message.routine, routine_, memory.facts);
}

/// What gave rise to no observation would give rise to none again.
bool Worker::repeated(Flow& flow, const Message& message) {
  FlowMemory& memory = memory_of(flow);
  const Routine* const routine = memory.routines.find(message.routine);
  if (routine == nullptr || routine->configuration != configuration_number_) return false;
  if (message.values_changed && routine->judges_values) return false;
  if (!message.is_request() && memory.watched(message.request) != nullptr) return false;
  count_message(memory, message);
  ++counters_.repeated_messages;
  memory.routines.count(message.routine, message.where.time);
  return true;
}

void Worker::count_message(FlowMemory& memory, const Message& message) {
  memory.last_message_after = moment_.packet_number;
  memory.last_message_by_timer = moment_.phase == Moment::Phase::timer;
  memory.count(message);
  ++counters_.messages;
  // What can not be framed is a message and an anomaly, but no request that waits for an answer.
  counters_.requests += message.is_request() && message.request != 0 ? 1 : 0;
}

void Worker::match_message(Flow& flow, FlowMemory& memory, const Layers& layers,
                           const Message& message) {
  bool dangerous = false;
  const Message* const messages[] = {&message};
  const filter::Record record{layers, messages, &configuration_->site};
  for (const Rule* rule : configuration_->rules.rules_for(message)) {
    if (!rule->condition->judges_content_only()) routine_.configuration = 0;
    routine_.judges_values |= rule->condition->judges_values();
    if (!rule->condition->matches(record, scratch_)) continue;
    ++counters_.matches;
    dangerous |= !rule->learnable;
    RuleMatch match;
    match.rule = rule;
    match.pdu = observed(message);
    match.distinct = distinct_value(*rule, record);
    const bool decode = memory.decodes(*rule);
    if (decode) match.pdu.decoded = PduProof(message, layers);
    if (message.is_request() && message.request != 0) memory.watch(message.request, decode);
    observe(conversation_of(flow), std::move(match));
  }
  tell_facts(flow, memory, layers, message, dangerous);
}

std::string Worker::distinct_value(const Rule& rule, const filter::Record& record) {
  if (!rule.threshold || !rule.threshold->distinct_field) return "";
  return filter::first_text(record, *rule.threshold->distinct_field, scratch_);
}

void Worker::tell_facts(Flow& flow, FlowMemory& memory, const Layers& layers,
                        const Message& message, bool dangerous) {
  // An answer whose request was not seen still shows what is spoken, but not of what.
  if (!message.is_request() && message.request != 0) return;
  Object unit;
  if (!message.accesses.empty()) unit = unit_of(message.accesses.front().object);
  tell_fact(flow, memory, layers, message, Fact::Kind::operation, unit, dangerous);
  if (!message.is_request()) return;
  for (const Access& access : message.accesses) {
    tell_fact(flow, memory, layers, message, access.is_write ? Fact::Kind::write : Fact::Kind::read,
              access.object, dangerous);
  }
}

void Worker::tell_fact(Flow& flow, FlowMemory& memory, const Layers& layers, const Message& message,
                       Fact::Kind kind, const Object& object, bool dangerous) {
  using Sighting = KnownFacts::Sighting;
  const bool is_write = kind == Fact::Kind::write;
  const Sighting sighting =
      dangerous ? Sighting::no_room
                : memory.facts.see(kind, message.operation, message.function, message.function_name,
                                   object, message.where.time);
  if (sighting == Sighting::no_room && !dangerous) ++counters_.facts_untold;
  known_facts_ += sighting == Sighting::first ? 1 : 0;
  routine_.add(memory.facts.last_place());
  if (sighting == Sighting::repeat && !is_write) return;
  Object kept = object;
  kept.name = kept_name(object.name);
  FactSeen seen;
  seen.dangerous = dangerous;
  seen.fact = {kind,
               conversation_of(flow),
               message.operation,
               message.function,
               message.function_name,
               kept,
               1,
               message.where.time,
               message.where.time,
               message.where.last_packet};
  seen.pdu.make() = observed(message);
  const bool decode = sighting != Sighting::repeat && (is_write || proves_news_);
  if (decode) seen.pdu.make().decoded = PduProof(message, layers);
  if (is_write && message.request != 0) memory.watch(message.request, decode);
  observe(std::move(seen));
}

void Worker::completion(Flow& flow, const Completion& completion) {
  switch (completion.outcome.kind) {
    case Outcome::Kind::accepted:
      ++counters_.accepted;
      break;
    case Outcome::Kind::refused:
      ++counters_.refused;
      break;
    case Outcome::Kind::unanswered:
      ++counters_.unanswered;
      break;
    case Outcome::Kind::unseen:
    case Outcome::Kind::pending:
    case Outcome::Kind::none:
      ++counters_.unseen;
      break;
  }
  FlowMemory& memory = memory_of(flow);
  FlowMemory::Watched* watched = memory.watched(completion.request);
  if (watched == nullptr) return;
  RequestEnded ended{completion, std::move(watched->answer)};
  memory.forget(watched);
  // A deadline stands at its own time, unless its flow said something in this same tick: what it
  // said must come first.
  const Moment now = moment_;
  const bool by_timer = moment_.phase == Moment::Phase::timer;
  const bool spoke =
      memory.last_message_by_timer && memory.last_message_after == moment_.packet_number;
  if (by_timer && completion.answer_packet == 0 && !spoke) {
    moment_.time = completion.at;
  }
  observe(conversation_of(flow), std::move(ended));
  moment_.time = now.time;
}

void Worker::event(Flow& flow, const FlowEvent& event) {
  switch (event.kind) {
    case FlowEvent::Kind::other_protocol:
      match_event(flow, Detector::other_protocol);
      break;
    case FlowEvent::Kind::overlap_conflict:
      match_event(flow, Detector::stream_overlap);
      break;
    case FlowEvent::Kind::protocol_confirmed:
      match_event(flow, Detector::protocol_confirmed);
      break;
    case FlowEvent::Kind::closed: {
      FlowMemory& memory = memory_of(flow);
      // In a flood there is no time to wait for who has to make room.
      if (memory.attempt != 0 && room_->attempts.forget(memory.attempt)) {
        came_to_nothing(*room_, flow, memory);
      }
      tell_conversation(flow, memory);
      if (memory.sampling.is_sampled()) {
        tell_sample(flow, memory.sampling.end(flow.protocol), nullptr);
        list(flow, memory);  // its name may be settled only now: told with a span of nothing
      }
      tell_counts(flow, memory);
      known_facts_ -= memory.facts.size();
      break;
    }
    case FlowEvent::Kind::opened:
      match_border(flow);
      break;
    case FlowEvent::Kind::turned_round:
    case FlowEvent::Kind::gap:
    case FlowEvent::Kind::out_of_step:
      break;
  }
}

/// A conversation that is only attempted crosses the plant's border too.
void Worker::match_border(Flow& flow) {
  const auto is_outside = [this](const IpAddress& address) {
    return !address.is_none() && !address.is_group() && !configuration_->site.is_own(address);
  };
  const bool from_outside = is_outside(flow.client_endpoint().address);
  if (from_outside == is_outside(flow.server_endpoint().address)) return;
  match_event(flow, from_outside ? Detector::inbound_from_outside : Detector::outbound_to_outside);
}

void Worker::match_event(Flow& flow, Detector detector) {
  const Rule* rule = detector_rules_[detector];
  if (rule == nullptr) return;
  ++counters_.matches;
  RuleMatch match;
  match.rule = rule;
  match.pdu.packet = moment_.packet_number;
  if (packet_ != nullptr) match.pdu.direction = flow.direction_of(sending_side(flow, *packet_));
  observe(conversation_of(flow), std::move(match));
}

void Worker::tell_sender(Room& room, Flow& flow, const Layers& layers) {
  const Side side = sending_side(flow, layers);
  FlowMemory& memory = memory_of(flow);
  if (flow.sent[side].packets == 1) {
    memory.stations[side] = sender(layers);
    if (flow.sent[other(side)].packets == 0) memory.stations[other(side)] = receiver(layers);
    const bool attempts = flow.opening == Opening::attempted && side == flow.client;
    if (attempts) {
      memory.attempt = room.attempts.begin(flow, layers.time, [&](Flow& oldest) {
        came_to_nothing(room, oldest, memory_of(oldest));
      });
    } else {
      tell_host(memory.stations[side], flow.id);
    }
  } else if (memory.attempt != 0 && side == flow.client && flow.opening == Opening::over) {
    room.attempts.forget(memory.attempt);
    memory.attempt = 0;
    tell_client(flow, memory, false);
  }
  list(flow, memory);
  if (memory.conversation_told) return;
  if (flow.protocol != Protocol::unknown ||
      flow.sent[0].packets + flow.sent[1].packets >= kUnknownPackets) {
    tell_conversation(flow, memory);
  }
}

/// Many are told together: a flood must not cost more than what it floods.
void Worker::note_half_open(Room& room, const Flow& flow) {
  const auto known = std::ranges::find_if(room.half_open, [&](const HalfOpen& open) {
    const Conversation& first = open.first;
    return first.server.ip == flow.server_endpoint().address &&
           first.server.realm == flow.key.realm && first.server_port == flow.server_endpoint().port;
  });
  if (known != room.half_open.end()) {
    ++known->times;
  } else if (room.half_open.size() < kMostHalfOpen) {
    room.half_open.push_back({conversation_of(flow)});
  } else {
    ++counters_.half_open_untold;
  }
}

void Worker::tell_half_open(Room& room, Timestamp now) {
  room.attempts.expire(now, [&](Flow& flow) { came_to_nothing(room, flow, memory_of(flow)); });
  const Rule* rule = detector_rules_[Detector::half_open];
  for (const HalfOpen& open : room.half_open) {
    if (rule == nullptr) break;
    counters_.matches += open.times;
    RuleMatch match;
    match.rule = rule;
    match.pdu.packet = open.first.flow;
    match.distinct = to_text(open.first.client.ip);
    match.repeats = open.times;
    observe(open.first, std::move(match));
  }
  room.half_open.clear();
}

/// The client has had its time, and told is what it did: who attempts without going on is a host of
/// its own only for so many, as a flood invents its addresses.
void Worker::came_to_nothing(Room& room, Flow& flow, FlowMemory& memory) {
  if (flow.opening == Opening::attempted) note_half_open(room, flow);
  const std::uint64_t host = address_hash(flow.client_endpoint().address) + flow.key.realm.number();
  if (room.attempts.is_told(host, flow.first_seen)) {
    tell_client(flow, memory, true);
  } else {
    ++counters_.attempters_untold;
  }
}

/// The host that opened the flow, as of its first packet.
void Worker::tell_client(const Flow& flow, const FlowMemory& memory, bool attempts) {
  FactSeen seen;
  seen.attempts = attempts;
  seen.fact.kind = Fact::Kind::host;
  seen.fact.conversation.client = memory.stations[flow.client];
  seen.fact.conversation.flow = flow.id;
  seen.fact.first_seen = seen.fact.last_seen = flow.first_seen;
  seen.fact.first_packet = flow.id;
  observe(std::move(seen));
}

void Worker::tell_conversation(Flow& flow, FlowMemory& memory) {
  const bool group =
      flow.key.endpoints[0].address.is_group() || flow.key.endpoints[1].address.is_group();
  if (memory.conversation_told || group || is_attempt(flow)) return;
  memory.conversation_told = true;
  FactSeen seen;
  seen.fact.kind = Fact::Kind::conversation;
  seen.fact.conversation = conversation_of(flow);
  seen.fact.first_seen = flow.first_seen;
  seen.fact.last_seen = flow.last_seen;
  seen.fact.first_packet = flow.id;
  observe(std::move(seen));
}

void Worker::tell_host(const Station& station, std::uint64_t flow) {
  FactSeen seen;
  seen.fact.kind = Fact::Kind::host;
  seen.fact.conversation.client = station;
  seen.fact.conversation.flow = flow;
  seen.fact.first_seen = moment_.time;
  seen.fact.last_seen = moment_.time;
  seen.fact.first_packet = moment_.packet_number;
  observe(std::move(seen));
}

/// `layers` are those of a packet to be sampled.
void Worker::tell_sample(const Flow& flow, FlowSample::Kind kind, const Layers* layers) {
  FlowSample& sample = samples_.flows.emplace_back();
  sample.kind = kind;
  sample.conversation = conversation_of(flow);
  moment_.flow = flow.id;
  sample.moment = moment_;
  ++moment_.ordinal;
  if (layers == nullptr) return;
  sample.direction = flow.direction_of(sending_side(flow, *layers));
  sample.packet.make() = PacketCopy(*layers);
}

/// The flow did something that is counted out later.
void Worker::list(Flow& flow, FlowMemory& memory) {
  if (memory.listed_at != FlowMemory::kNotListed) return;
  memory.listed_at = counted_.size();
  counted_.push_back(&flow);
}

void Worker::tell_counts(Flow& flow, FlowMemory& memory) {
  if (memory.listed_at == FlowMemory::kNotListed) return;
  // The last takes its place, so that the list never holds more than the flows there are.
  Flow* const last = counted_.back();
  memory_of(*last).listed_at = memory.listed_at;
  counted_[memory.listed_at] = last;
  counted_.pop_back();
  memory.listed_at = FlowMemory::kNotListed;
  if (!is_attempt(flow)) {
    const Conversation who = conversation_of(flow);
    ConversationCounts counts = memory.take_counts(flow);
    counts.client = who.client;
    counts.server = who.server;
    counts.server_port = who.server_port;
    counts.transport = who.transport;
    counts.protocol = who.protocol;
    if (memory.sampling.is_sampled()) {
      samples_.counts.push_back({flow.id, conversations_.size()});
    }
    conversations_.push_back(std::move(counts));
  }
  memory.routines.count_out(memory.facts);
  memory.facts.take_counts([&](const KnownFacts::Counted& counted) {
    FactSeen seen;
    seen.fact = {counted.kind,
                 conversation_of(flow),
                 counted.operation,
                 counted.function,
                 counted.function_name,
                 counted.object,
                 counted.sightings.times,
                 counted.sightings.first,
                 counted.sightings.last,
                 0};
    observe(std::move(seen));
  });
}

void Worker::match_packet(const Layers& layers, Flow* flow) {
  const auto rules = configuration_->rules.rules_for(layers);
  if (rules.empty()) return;
  const filter::Record record{layers, {}, &configuration_->site};
  for (const Rule* rule : rules) {
    if (!rule->condition->matches(record, scratch_)) continue;
    ++counters_.matches;
    RuleMatch match;
    match.rule = rule;
    match.distinct = distinct_value(*rule, record);
    match.pdu.packet = layers.packet_number;
    Conversation conversation;
    if (flow != nullptr) {
      conversation = conversation_of(*flow);
      match.pdu.direction = flow->direction_of(sending_side(*flow, layers));
    } else {
      conversation.client = sender(layers);
      conversation.server = receiver(layers);
      conversation.ether_type = layers.ether_type;
    }
    observe(conversation, std::move(match));
  }
}

void Worker::tell_arp(const Layers& layers, Room& room) {
  const auto claim = address_claim(layers);
  if (!claim) return;
  Conversation conversation;
  conversation.client = {claim->claimed, claim->claimant, layers.realm};
  conversation.server = {claim->asked, layers.destination_mac, layers.realm};
  conversation.ether_type = layers.ether_type;
  const std::uint64_t who = claim->claimant.bits ^ std::uint64_t{claim->claimed.v4_bits()} << 32 ^
                            std::uint64_t{layers.realm.number()} << 56;
  const bool probe = claim->claimed.v4_bits() == 0;  // RFC 5227: the sender has no address yet
  if (!probe && !room.arp_senders.contains(who)) {
    if (room.arp_senders.size() < kArpSenders) {
      room.arp_senders.insert(who);
    } else {
      ++counters_.arp_senders_untold;
    }
    tell_host(conversation.client, 0);
  }
  if (!probe) observe(conversation, *claim);
}

void Worker::observe(FactSeen seen) {
  const Conversation conversation = seen.fact.conversation;
  observe(conversation, std::move(seen));
}

void Worker::observe(const Conversation& conversation, decltype(Observation::what) what) {
  moment_.flow = conversation.flow;
  observations_.push_back({moment_, conversation, std::move(what)});
  ++moment_.ordinal;
}

Conversation Worker::conversation_of(const Flow& flow) const {
  const auto* memory = static_cast<const FlowMemory*>(flow.notes.get());
  return conversation(flow, memory == nullptr ? std::array<Station, 2>{} : memory->stations);
}

}  // namespace sightglass
