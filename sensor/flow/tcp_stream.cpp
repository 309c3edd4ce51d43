// The order of a TCP stream. Sequence numbers wrap: they are only ever compared as distances.
#include "sensor/flow/tcp_stream.hpp"

#include <algorithm>
#include <cstring>

namespace sightglass {
namespace {

constexpr std::uint32_t kKeepAliveBytes = 1;

std::uint32_t size32(Bytes bytes) { return static_cast<std::uint32_t>(bytes.size()); }

bool differ(Bytes a, Bytes b) { return !std::equal(a.begin(), a.end(), b.begin(), b.end()); }

}  // namespace

void TcpStream::begin(const Layers& layers, std::uint32_t sequence) {
  begun_ = true;
  begun_with_syn_ = layers.tcp_has(tcp_flag::syn);
  next_ = first_ = sequence;
}

void TcpStream::segment(const Layers& layers, std::uint32_t peer_window, HeldBudget& budget,
                        StreamOutput& output) {
  const bool is_syn = layers.tcp_has(tcp_flag::syn);
  const std::uint32_t sequence = layers.tcp_sequence + (is_syn ? 1u : 0u);
  // A reset may carry a text about its reason: no data of the stream (RFC 9293 3.5.3).
  const bool is_reset = layers.tcp_has(tcp_flag::rst);
  const std::uint32_t length = is_reset ? 0 : layers.payload_length + layers.payload_missing;
  // One byte without a push may be a keep-alive: no place to begin.
  const bool is_data = length > 1 || (length == 1 && layers.tcp_has(tcp_flag::psh));
  if (!begun_ && (is_syn || is_data)) begin(layers, sequence);
  if (!begun_) return;
  if (layers.tcp_has(tcp_flag::fin)) {
    has_fin_ = true;
    fin_ = sequence + length;
  }
  if (length > 0) {
    const std::int32_t at = distance(sequence);
    if (at == 0 && held_ == nullptr && !has_probe_ && peer_window != 0) {
      deliver(layers.payload(), layers.payload_missing, layers.packet_number, layers, output);
    } else if (is_probe(layers, at, length, peer_window)) {
      output.irregular(Irregularity::keep_alive);
    } else if (at > kMaxSequenceJump || at < -kMaxSequenceJump) {
      restart_at(sequence, output);
      deliver(layers.payload(), layers.payload_missing, layers.packet_number, layers, output);
    } else if (at > 0) {
      hold(layers, sequence, budget, output);
    } else {
      deliver_seen_before(layers, sequence, output);
      drain(&layers, output);
    }
  }
  finished_ = finished_ || (has_fin_ && next_ == fin_);
}

/// One byte again before the edge (keep-alive), or one beyond a closed window: not yet accepted, so
/// not yet part of the stream.
bool TcpStream::is_probe(const Layers& layers, std::int32_t at, std::uint32_t length,
                         std::uint32_t peer_window) {
  if (length != 1) {
    if (at <= 0) has_probe_ = false;
    return false;
  }
  if (at == -1) return true;
  if (at != 0 || peer_window != 0 || layers.payload_length != 1) return false;
  has_probe_ = true;
  probe_byte_ = layers.payload()[0];
  return true;
}

void TcpStream::deliver(Bytes bytes, std::uint32_t missing, std::uint64_t carrier,
                        const Layers& layers, StreamOutput& output) {
  next_ += size32(bytes);
  if (!bytes.empty()) {
    output.data({bytes, carrier, layers});
    if (history_) remember(bytes);  // afterwards: these may be what confirms the protocol
  }
  if (missing > 0) {
    next_ += missing;
    forget_history();
    output.gap(missing, GapCause::snap_length);
  }
}

void TcpStream::deliver_seen_before(const Layers& layers, std::uint32_t sequence,
                                    StreamOutput& output) {
  const Bytes payload = layers.payload();
  const std::uint32_t seen = next_ - sequence;
  const std::uint32_t length = size32(payload) + layers.payload_missing;
  const Bytes again = payload.first(std::min<std::size_t>(seen, payload.size()));
  if (length <= seen) {
    // What lies beyond a gap may begin with a keep-alive that came before the data it repeats.
    const std::uint32_t gap = late_end_ - late_first_;
    const bool in_gap =
        sequence - late_first_ < gap && sequence + length - late_first_ <= gap + kKeepAliveBytes;
    if (!in_gap) {
      compare(sequence, again, layers, output);
      output.irregular(Irregularity::retransmission);
      return;
    }
    // Once: what is sent again is a retransmission. Late segments come in order.
    late_first_ += std::min(sequence + length - late_first_, gap);
    output.late({payload, layers.packet_number, layers});
    return;
  }
  compare(sequence, again, layers, output);
  if (seen > 0) output.irregular(Irregularity::overlap);
  const Bytes fresh = payload.subspan(again.size());
  // What is held came first: it wins over the same bytes in this segment.
  const std::uint32_t room = held_ == nullptr ? length : held_->segments.front().sequence - next_;
  if (fresh.size() > room && differs_from_held(next_, fresh)) output.conflict(layers);
  const Bytes used = fresh.first(std::min<std::size_t>(fresh.size(), room));
  const std::uint32_t missing = std::min(length - seen, room) - size32(used);
  deliver(used, missing, layers.packet_number, layers, output);
}

void TcpStream::compare(std::uint32_t sequence, Bytes again, const Layers& layers,
                        StreamOutput& output) const {
  if (differs_from_history(sequence, again)) output.conflict(layers);
}

void TcpStream::hold(const Layers& layers, std::uint32_t sequence, HeldBudget& budget,
                     StreamOutput& output) {
  if (has_probe_ && distance(sequence) == 1) {
    has_probe_ = false;  // the probe's byte was accepted after all
    deliver({&probe_byte_, 1}, 0, layers.packet_number, layers, output);
    if (held_ == nullptr) {
      deliver(layers.payload(), layers.payload_missing, layers.packet_number, layers, output);
      return;
    }
  }
  if (differs_from_held(sequence, layers.payload())) output.conflict(layers);
  if (!budget.has_room(HeldPacket::cost_of(layers))) {
    // No memory to wait with: go on with what is here.
    flush(GapCause::held_limit, output);
    if (distance(sequence) > 0) skip_to(sequence, GapCause::held_limit, output);
    deliver_seen_before(layers, sequence, output);
    return;
  }
  if (!held_) held_ = std::make_unique<HeldSegments>();
  std::vector<Held>& segments = held_->segments;
  const auto place = std::find_if(segments.begin(), segments.end(), [&](const Held& held) {
    return distance(held.sequence) >= distance(sequence);
  });
  const std::uint32_t length = layers.payload_length + layers.payload_missing;
  if (place != segments.end() && place->sequence == sequence) {
    const Layers& there = place->packet.layers();
    if (there.payload_length + there.payload_missing >= length) {
      output.irregular(Irregularity::retransmission);
      return;
    }
  }
  output.irregular(Irregularity::out_of_order);
  segments.insert(place, Held{sequence, HeldPacket(layers, budget)});
  held_->bytes += layers.payload_length;
  while (held_ &&
         (held_->segments.size() > kMaxHeldSegments || held_->bytes > kMaxHeldStreamBytes)) {
    declare_gap(GapCause::held_limit, output);
  }
  // The receiver may have acknowledged the hole before anything beyond it was seen.
  if (has_acknowledged_) acknowledged(acknowledged_, output);
}

/// Delivers what has become next in order: with the packet that filled the hole, or its own.
void TcpStream::drain(const Layers* filled_by, StreamOutput& output) {
  while (held_ && distance(held_->segments.front().sequence) <= 0) {
    const Held first = std::move(held_->segments.front());
    held_->segments.erase(held_->segments.begin());
    held_->bytes -= first.packet.layers().payload_length;
    if (held_->segments.empty()) held_.reset();
    const Layers& own = first.packet.layers();
    const Bytes payload = own.payload();
    const std::uint32_t seen = next_ - first.sequence;
    const std::uint32_t length = own.payload_length + own.payload_missing;
    if (length <= seen) continue;
    const Bytes fresh = payload.subspan(std::min<std::size_t>(seen, payload.size()));
    deliver(fresh, length - seen - size32(fresh), own.packet_number, filled_by ? *filled_by : own,
            output);
  }
}

void TcpStream::skip_to(std::uint32_t sequence, GapCause cause, StreamOutput& output) {
  const std::uint32_t missing = sequence - next_;
  // Two gaps with nothing but a keep-alive between them are one.
  if (next_ - late_end_ > kKeepAliveBytes || late_first_ == late_end_) late_first_ = next_;
  late_end_ = next_ = sequence;
  forget_history();
  output.gap(missing, cause);
}

void TcpStream::declare_gap(GapCause cause, StreamOutput& output) {
  skip_to(held_->segments.front().sequence, cause, output);
  drain(nullptr, output);
}

void TcpStream::restart_at(std::uint32_t sequence, StreamOutput& output) {
  flush(GapCause::end_of_flow, output);
  next_ = sequence;
  late_end_ = late_first_;
  has_acknowledged_ = has_fin_ = finished_ = has_probe_ = false;
  forget_history();
  output.gap(0, GapCause::sequence_jump);
}

void TcpStream::acknowledged(std::uint32_t number, StreamOutput& output) {
  if (!begun_) return;
  if (!has_acknowledged_ || static_cast<std::int32_t>(number - acknowledged_) > 0) {
    acknowledged_ = number;
    has_acknowledged_ = true;
  }
  while (held_ && distance(number) <= kMaxSequenceJump &&
         static_cast<std::int32_t>(number - held_->segments.front().sequence) >= 0) {
    declare_gap(GapCause::acknowledged, output);
  }
}

void TcpStream::expire(Timestamp now, Duration limit, StreamOutput& output) {
  while (held_) {
    Timestamp oldest = held_->segments.front().packet.layers().time;
    for (const Held& held : held_->segments) {
      oldest = std::min(oldest, held.packet.layers().time);
    }
    if (oldest + limit > now) return;
    declare_gap(GapCause::timeout, output);
  }
}

void TcpStream::flush(GapCause cause, StreamOutput& output) {
  while (held_) declare_gap(cause, output);
}

void TcpStream::remember(Bytes bytes) {
  History& history = *history_;
  const Bytes last = bytes.last(std::min<std::size_t>(bytes.size(), kHistoryBytes));
  // The byte with sequence number s stands at s modulo the size of the ring.
  const std::size_t at = (next_ - size32(last)) % kHistoryBytes;
  const std::size_t until_end = std::min(last.size(), kHistoryBytes - at);
  std::memcpy(history.ring.data() + at, last.data(), until_end);
  std::memcpy(history.ring.data(), last.data() + until_end, last.size() - until_end);
  history.filled = static_cast<std::uint32_t>(
      std::min<std::size_t>(history.filled + last.size(), kHistoryBytes));
}

bool TcpStream::differs_from_history(std::uint32_t sequence, Bytes bytes) const {
  if (!history_ || bytes.empty()) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint32_t at = sequence + static_cast<std::uint32_t>(i);
    if (next_ - at > history_->filled || next_ == at) continue;
    if (history_->ring[at % kHistoryBytes] != bytes[i]) return true;
  }
  return false;
}

bool TcpStream::differs_from_held(std::uint32_t sequence, Bytes bytes) const {
  if (!held_) return false;
  for (const Held& held : held_->segments) {
    const Bytes there = held.packet.layers().payload();
    // Offset of the held segment from ours; negative when it begins earlier.
    const std::int64_t offset = std::int64_t{static_cast<std::int32_t>(held.sequence - sequence)};
    const std::int64_t from = std::max<std::int64_t>(offset, 0);
    const std::int64_t to = std::min<std::int64_t>(
        static_cast<std::int64_t>(bytes.size()), offset + static_cast<std::int64_t>(there.size()));
    if (from >= to) continue;
    const auto count = static_cast<std::size_t>(to - from);
    if (differ(bytes.subspan(static_cast<std::size_t>(from), count),
               there.subspan(static_cast<std::size_t>(from - offset), count))) {
      return true;
    }
  }
  return false;
}

}  // namespace sightglass
