#include "sensor/capture/live_merge.hpp"

#include <algorithm>
#include <utility>

namespace sightglass {

LiveMerge::LiveMerge(std::vector<PacketSource*> sources, Clock clock) : clock_(std::move(clock)) {
  for (PacketSource* source : sources) lanes_.push_back({source, {}, false, false, {}});
}

/// `now` is nothing where the clock was not asked before: then being empty proves nothing.
void LiveMerge::ask(Lane& lane, std::optional<Timestamp> now) {
  const PacketSource::Next next = lane.source->next(lane.head);
  lane.has_head = next == PacketSource::Next::packet;
  lane.has_ended = next == PacketSource::Next::end;
  lane.empty_at = next == PacketSource::Next::idle ? now : std::nullopt;
}

LiveMerge::Lane* LiveMerge::earliest() {
  Lane* first = nullptr;
  for (Lane& lane : lanes_) {
    if (lane.has_head && (first == nullptr || lane.head.time < first->head.time)) first = &lane;
  }
  return first;
}

bool LiveMerge::may_go(const Lane& lane) const {
  return std::all_of(lanes_.begin(), lanes_.end(), [&](const Lane& other) {
    return !other.wants() || (other.empty_at && *other.empty_at >= lane.head.time + kHandOver);
  });
}

PacketSource::Next LiveMerge::hand_out(Lane& lane, RawPacket& packet) {
  handed_out_ = &lane;
  last_ = lane.head.time;
  packet = lane.head;
  packet.interface = static_cast<std::uint32_t>(&lane - lanes_.data());
  return PacketSource::Next::packet;
}

PacketSource::Next LiveMerge::next(RawPacket& packet) {
  due_in_.reset();
  if (handed_out_ != nullptr) ask(*std::exchange(handed_out_, nullptr), {});
  Lane* first = earliest();
  if (first != nullptr && first->head.time < last_) {
    // The clock was set back: that a source was empty later than now says nothing.
    for (Lane& lane : lanes_) lane.empty_at.reset();
  }
  if (first != nullptr && may_go(*first)) return hand_out(*first, packet);

  const Timestamp now = clock_();
  for (Lane& lane : lanes_) {
    if (lane.wants()) ask(lane, now);
  }
  first = earliest();
  if (first == nullptr) {
    const bool any =
        std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return !lane.has_ended; });
    return any ? PacketSource::Next::idle : PacketSource::Next::end;
  }
  // Dated so far ahead, it is from before the clock was set back: there is no order to keep.
  if (may_go(*first) || first->head.time > now + kHandOver) return hand_out(*first, packet);
  due_in_ = first->head.time + kHandOver - now;
  return PacketSource::Next::idle;
}

}  // namespace sightglass
