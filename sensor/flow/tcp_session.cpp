// How a connection's packets become messages.
#include "sensor/flow/tcp_session.hpp"

#include <algorithm>

namespace sightglass {
namespace {

bool has_port(std::span<const std::uint16_t> ports, std::uint16_t port) {
  return std::find(ports.begin(), ports.end(), port) != ports.end();
}

}  // namespace

TcpSession::TcpSession(Flow& flow, FlowContext& context) : flow_(flow), context_(context) {}

bool TcpSession::is_other_connection(const Layers& syn, Side sender) const {
  const TcpStream& stream = streams_[sender];
  if (stream.has_begun()) return stream.is_other_connection(syn.tcp_sequence);
  return !syn.tcp_has(tcp_flag::ack) && streams_[other(sender)].has_begun();
}

void TcpSession::learn_handshake(const Layers& layers, Side sender) {
  const bool answers = layers.tcp_has(tcp_flag::ack);
  set_client(answers ? other(sender) : sender, ClientBasis::handshake);
}

void TcpSession::note_opening(const Layers& layers, Side sender) {
  const bool asks = layers.tcp_has(tcp_flag::syn) && !layers.tcp_has(tcp_flag::ack);
  const bool is_first = flow_.sent[0].packets + flow_.sent[1].packets == 1;
  if (is_first && asks) {
    flow_.opening = Opening::attempted;
  } else if (flow_.opening == Opening::attempted) {
    const bool goes_on = sender == flow_.client && !asks;
    if (goes_on || layers.tcp_has(tcp_flag::rst)) flow_.opening = Opening::over;
  }
}

void TcpSession::packet(const Layers& layers, Side sender) {
  now_ = layers.time;
  now_packet_ = layers.packet_number;
  layers_ = &layers;
  const bool is_reset = layers.tcp_has(tcp_flag::rst);
  note_opening(layers, sender);
  if (layers.tcp_has(tcp_flag::syn)) learn_handshake(layers, sender);
  // First what the receiver acknowledges: an answer comes after the request it answers.
  if (layers.tcp_has(tcp_flag::ack) && !is_reset) {
    sender_ = other(sender);
    streams_[sender_].acknowledged(layers.tcp_acknowledgment, *this);
  }
  sender_ = sender;
  streams_[sender].segment(layers, windows_[other(sender)], context_.held, *this);
  if (is_reset) {
    flow_.reset = true;
  } else {
    windows_[sender] = layers.tcp_window;
  }
}

void TcpSession::expire_holes(Timestamp now, Duration limit) {
  now_ = now;
  now_packet_ = 0;
  for (const Side side : {Side{0}, Side{1}}) {
    sender_ = side;
    streams_[side].expire(now, limit, *this);
  }
}

void TcpSession::tick(Timestamp now) {
  now_ = now;
  now_packet_ = 0;
  if (dissector_) dissector_->tick(now, *this);
}

void TcpSession::finish(Timestamp now) {
  now_ = now;
  now_packet_ = 0;
  for (const Side side : {Side{0}, Side{1}}) {
    sender_ = side;
    streams_[side].flush(GapCause::end_of_flow, *this);
    if (dissector_) cutters_[side].finish(context_.held, *this);
  }
  if (dissector_) {
    dissector_->finish(now, *this);
  } else if (is_undecided_ && has_data()) {
    ++context_.counters.undecided;
  }
  identification_.reset();
}

void TcpSession::tell(FlowEvent event) {
  event.packet_number = now_packet_;
  event.time = now_;
  context_.sink.event(flow_, event);
}

void TcpSession::set_client(Side client, ClientBasis basis) {
  if (basis < flow_.client_basis) return;
  flow_.client_basis = basis;
  if (flow_.client == client) return;
  flow_.client = client;
  if (!dissector_) return;
  dissector_->turn_round();
  ++context_.counters.turned_round;
  tell({.kind = FlowEvent::Kind::turned_round});
}

// --- the stream, in order

void TcpSession::data(const StreamData& data) {
  counters().payload_bytes += data.bytes.size();
  if (dissector_) {
    cutters_[sender_].data(data, context_.held, *this);
  } else if (is_undecided_) {
    identify(data);
  }
}

void TcpSession::gap(std::uint64_t bytes, GapCause cause) {
  ++counters().gaps;
  ++context_.counters.gaps[static_cast<std::size_t>(cause)];
  context_.counters.gap_bytes += bytes;
  const Direction direction = flow_.direction_of(sender_);
  tell({.kind = FlowEvent::Kind::gap, .direction = direction, .gap_cause = cause, .bytes = bytes});
  if (dissector_) {
    cutters_[sender_].gap(*this);
    dissector_->gap(direction);
  } else if (is_undecided_) {
    identification().gap(sender_, bytes);
  }
}

void TcpSession::late(const StreamData& data) {
  ++context_.counters.late_segments;
  if (dissector_) StreamCutter::late(data, *this);
}

void TcpSession::conflict(const Layers& layers) {
  ++context_.counters.conflicts;
  tell({.kind = FlowEvent::Kind::overlap_conflict,
        .direction = flow_.direction_of(sender_),
        .bytes = layers.payload_length});
}

void TcpSession::irregular(Irregularity kind) {
  FlowCounters& shard = context_.counters;
  switch (kind) {
    case Irregularity::retransmission:
      ++counters().retransmissions;
      ++shard.retransmissions;
      break;
    case Irregularity::out_of_order:
      ++shard.out_of_order;
      break;
    case Irregularity::overlap:
      ++shard.overlaps;
      break;
    case Irregularity::keep_alive:
      ++shard.keep_alives;
      break;
  }
}

// --- whose stream it is

/// Made when there is something to identify: of many an attempt there never is.
Identification& TcpSession::identification() {
  if (!identification_) {
    identification_ = std::make_unique<Identification>(context_.protocols, flow_.key);
  }
  return *identification_;
}

void TcpSession::identify(const StreamData& data) {
  const Side sender = sender_;
  const bool from_start = streams_[sender].begun_with_syn();
  const auto state = identification().data(sender, data, from_start, context_.held);
  if (identification_->take_other_protocol()) {
    ++context_.counters.other_protocol;
    tell({.kind = FlowEvent::Kind::other_protocol, .direction = flow_.direction_of(sender)});
  }
  if (state == Identification::State::given_up) {
    ++context_.counters.undecided;
    identification_.reset();
  }
  is_undecided_ = state == Identification::State::undecided;
  if (state != Identification::State::confirmed) return;
  const std::unique_ptr<Identification> decided = std::move(identification_);
  const Identification::Decision& decision = decided->decision();
  entry_ = &context_.protocols.entries[decision.protocol];
  if (decision.direction) {
    const bool is_request = *decision.direction == Direction::to_server;
    set_client(is_request ? decision.prober : other(decision.prober), ClientBasis::message_shape);
  }
  if (decision.opening_server) set_client(other(*decision.opening_server), ClientBasis::told);
  confirm();
  for (const Side side : {Side{0}, Side{1}}) {
    cutters_[side].begin(decided->is_complete(side) && streams_[side].begun_with_syn());
    streams_[side].keep_history();
  }
  for (const Identification::Kept& kept : decided->kept()) {
    sender_ = kept.sender;
    if (kept.packet) {
      cutters_[sender_].data(decided->data_of(kept), context_.held, *this);
    } else {
      cutters_[sender_].gap(*this);
      dissector_->gap(flow_.direction_of(sender_));
    }
  }
  sender_ = sender;
  if (!decided->has_kept_last()) cutters_[sender].data(data, context_.held, *this);
}

void TcpSession::confirm() {
  const auto& ports = entry_->tcp_ports;
  const bool first_is_server = has_port(ports, flow_.key.endpoints[0].port);
  const bool second_is_server = has_port(ports, flow_.key.endpoints[1].port);
  if (first_is_server != second_is_server) {
    set_client(first_is_server ? 1 : 0, ClientBasis::standard_port);
  }
  flow_.protocol = entry_->protocol;
  dissector_ = entry_->make(context_.settings);
  ++context_.counters.confirmed;
  tell({.kind = FlowEvent::Kind::protocol_confirmed, .direction = flow_.direction_of(sender_)});
}

// --- messages

Framing TcpSession::frame(Bytes stream) {
  return dissector_->frame(stream, flow_.direction_of(sender_));
}

/// Until it is sure who the client is, each message may prove it.
void TcpSession::check_shape(Bytes message) {
  if (flow_.client_basis >= ClientBasis::message_shape || shape_checks_ >= kMaxShapeChecks) return;
  ++shape_checks_;
  const Probe probe = entry_->probe(message);
  if (probe.likeness != Likeness::yes || !probe.direction) return;
  const bool is_request = *probe.direction == Direction::to_server;
  set_client(is_request ? sender_ : other(sender_), ClientBasis::message_shape);
}

void TcpSession::message(Bytes message, std::uint64_t first_packet, const Layers& layers) {
  check_shape(message);
  ++counters().messages;
  ++context_.counters.messages;
  dissect(message, first_packet, layers);
}

void TcpSession::out_of_step(Bytes run, std::uint64_t first_packet, const Layers& layers) {
  ++context_.counters.out_of_step;
  skipped(run.size());
  tell({.kind = FlowEvent::Kind::out_of_step,
        .direction = flow_.direction_of(sender_),
        .bytes = run.size()});
  dissect(run, first_packet, layers);
}

void TcpSession::dissect(Bytes bytes, std::uint64_t first_packet, const Layers& layers) {
  if (layers.packet_number != context_.numbered_packet) {
    context_.numbered_packet = layers.packet_number;
    context_.next_index = 0;
  }
  const Arrival arrival{flow_.direction_of(sender_),
                        {first_packet, layers.packet_number, layers.time, context_.next_index++}};
  const Layers* const packet = std::exchange(layers_, &layers);
  dissector_->dissect(bytes, arrival, *this);
  layers_ = packet;
}

void TcpSession::skipped(std::size_t bytes) { context_.counters.skipped_bytes += bytes; }

void TcpSession::too_long() { ++context_.counters.messages_too_long; }

void TcpSession::search_overflow() { ++context_.counters.search_overflows; }

void TcpSession::message(const Message& message) {
  context_.sink.message(flow_, *layers_, message);
}

bool TcpSession::repeated(const Message& message) { return context_.sink.repeated(flow_, message); }

void TcpSession::completion(const Completion& completion) {
  context_.sink.completion(flow_, completion);
}

}  // namespace sightglass
