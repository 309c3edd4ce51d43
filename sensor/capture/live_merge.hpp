// Several live interfaces as one stream of packets, in order of time: the order alone, no sockets.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "sensor/capture/packet_source.hpp"

namespace sightglass {

/// How long the kernel may fill a block before it hands it over (TPACKET_V3).
inline constexpr std::chrono::milliseconds kBlockTime{20};
/// A packet that an interface does not have by then came after one stamped so long ago. A block is
/// handed over when its timer finds it for the second time; the rest is for a busy machine.
inline constexpr std::chrono::milliseconds kHandOver =
    2 * kBlockTime + std::chrono::milliseconds(20);

/// A TAP delivers each direction on an interface of its own, and a response must not overtake its
/// request. So the earliest packet at hand is held until no other interface can bring an earlier
/// one: each has a packet at hand too, or has ended, or was found empty kHandOver after the time of
/// the packet. Nothing is held longer than that (twice, while the clock is being set back), or
/// copied: what a source handed out stays valid until it is asked again. Packets of one source keep
/// their order; at equal times the source named first goes first. Used from one thread.
class LiveMerge {
 public:
  /// Tells the time by the clock that stamps the packets.
  using Clock = std::function<Timestamp()>;

  /// The sources outlive the merge, and their next() does not wait.
  LiveMerge(std::vector<PacketSource*> sources, Clock clock);

  /// Does not wait. `packet.interface` is the number of its source.
  PacketSource::Next next(RawPacket& packet);
  /// When next() was idle: in how long it may be otherwise although no source brings anything.
  std::optional<Duration> due_in() const { return due_in_; }
  /// Whether more of this source would help: it has neither a packet at hand nor ended.
  bool wants(std::size_t source) const { return lanes_[source].wants(); }

 private:
  struct Lane {
    PacketSource* source;
    RawPacket head;
    bool has_head = false, has_ended = false;
    std::optional<Timestamp> empty_at;  // the clock when it had nothing
    bool wants() const { return !has_head && !has_ended; }
  };

  void ask(Lane& lane, std::optional<Timestamp> now);
  Lane* earliest();
  bool may_go(const Lane& lane) const;
  PacketSource::Next hand_out(Lane& lane, RawPacket& packet);

  std::vector<Lane> lanes_;
  Clock clock_;
  Lane* handed_out_ = nullptr;  // its packet is the caller's until the next call
  Timestamp last_{};            // of the packet handed out last
  std::optional<Duration> due_in_;
};

}  // namespace sightglass
