// A frame waits until no PDU of it can come to light any more: gaps end within the gap timeout.
#include "sensor/pipeline/dissection.hpp"

namespace sightglass {

Dissection::Dissection(const FlowLimits& limits, Deliver deliver)
    : patience_(limits.gap_timeout + 2 * kTickInterval), deliver_(std::move(deliver)) {
  for (std::size_t shard = 0; shard < kShards; ++shard) {
    shards_.push_back(std::make_unique<Shard>(protocol_registry(), DissectorSettings(), limits,
                                              static_cast<FlowSink&>(*this)));
  }
}

Dissection::~Dissection() = default;

void Dissection::run(PacketSource& source) {
  RawPacket raw;
  while (source.next(raw) == PacketSource::Next::packet) {
    if (const auto due = ticker_.before_packet(raw.time)) tick(*due);
    HeldFrame& frame = held_.emplace_back();
    frame.bytes.assign(raw.bytes.begin(), raw.bytes.end());
    raw.bytes = frame.bytes;
    packets_.take_any(raw, ticker_.packets(), frame.layers);
    if (frame.layers.rebuilt.fragments != 0) {
      frame.bytes.assign(frame.layers.bytes.begin(), frame.layers.bytes.end());
      frame.layers.bytes = frame.bytes;
    }
    const std::uint64_t pair_hash = host_pair_hash(frame.layers);
    shards_[shard_of(pair_hash)]->packet(frame.layers, pair_hash);
    if (held_.size() > kHeldFrames) release_front();
  }
  for (auto& shard : shards_) shard->finish(ticker_.now());
  release(Timestamp::max());
}

void Dissection::message(Flow&, const Layers&, const Message& message) {
  const std::uint64_t number = message.where.last_packet;
  if (held_.empty() || number < held_.front().layers.packet_number) return;
  held_[number - held_.front().layers.packet_number].messages.emplace_back(message);
}

void Dissection::tick(const Tick& tick) {
  for (auto& shard : shards_) shard->tick(tick.time);
  release(tick.time - patience_);
}

void Dissection::release(Timestamp before) {
  while (!held_.empty() && held_.front().layers.time < before) release_front();
}

void Dissection::release_front() {
  const HeldFrame& frame = held_.front();
  messages_.clear();
  for (const OwnedMessage& owned : frame.messages) messages_.push_back(&owned.message());
  deliver_(frame.layers, messages_);
  held_.pop_front();
}

}  // namespace sightglass
