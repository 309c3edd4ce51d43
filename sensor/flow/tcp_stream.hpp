// One direction of a TCP connection put in order (RFC 9293).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "sensor/flow/flow.hpp"
#include "sensor/flow/flow_limits.hpp"
#include "sensor/flow/held_packet.hpp"

namespace sightglass {

/// A run of bytes next in order.
struct StreamData {
  Bytes bytes;
  std::uint64_t carrier = 0;  ///< number of the packet that carried them
  /// Of the packet they are dissected with: the carrier, or the one that filled the hole before it.
  const Layers& layers;
};

/// What a segment was that was not simply the next.
enum class Irregularity : std::uint8_t {
  retransmission,  ///< it brought nothing new
  out_of_order,    ///< it came early and was kept
  overlap,         ///< it was partly seen before
  keep_alive,      ///< or a zero-window probe
};

/// Receives a direction's bytes in order. Views live as long as the call.
class StreamOutput {
 public:
  virtual ~StreamOutput() = default;
  virtual void data(const StreamData& data) = 0;
  /// `bytes` are missing here; what was begun before them can not be completed.
  virtual void gap(std::uint64_t bytes, GapCause cause) = 0;
  /// A segment whose place was declared a gap before it came.
  virtual void late(const StreamData& data) = 0;
  /// A segment brought other content for bytes already delivered or held; the first stays.
  virtual void conflict(const Layers& layers) = 0;
  /// The segment was not simply the next; told before what it still brings.
  virtual void irregular(Irregularity kind) = 0;
};

/// In order, once, within limits. First data wins. Segments that come early are held until the hole
/// before them is filled, or declared a gap because (a) too much is held, (b) the receiver has
/// acknowledged what lies beyond it, (c) nobody filled it in time, (d) the flow ends. Filled, what
/// was held belongs to the packet that filled the hole, as in tshark with out-of-order reassembly;
/// after a gap it belongs to its own packets.
class TcpStream {
 public:
  /// A data, SYN or FIN segment of this direction. `peer_window` is what the receiver last
  /// advertised (0 tells a zero-window probe).
  void segment(const Layers& layers, std::uint32_t peer_window, HeldBudget& budget,
               StreamOutput& output);
  /// The receiver acknowledges everything before `number`.
  void acknowledged(std::uint32_t number, StreamOutput& output);
  /// Declares holes that are older than `limit`.
  void expire(Timestamp now, Duration limit, StreamOutput& output);
  /// Declares every hole: nothing more will come.
  void flush(GapCause cause, StreamOutput& output);

  /// From now on remembers the last bytes delivered, so that a retransmission with other content is
  /// a conflict. Costs memory: for streams of a confirmed protocol.
  void keep_history() {
    if (!history_) history_ = std::make_unique<History>();
  }

  bool is_holding() const { return held_ != nullptr; }
  bool has_begun() const { return begun_; }
  /// The beginning of the stream was seen (SYN), and no data before the first that was delivered.
  bool begun_with_syn() const { return begun_with_syn_; }
  bool is_finished() const { return finished_; }  ///< everything up to its FIN was delivered
  /// Whether a SYN with this sequence number begins another connection than this one.
  bool is_other_connection(std::uint32_t syn_sequence) const {
    return begun_ && !(begun_with_syn_ && syn_sequence + 1 == first_);
  }
  std::uint32_t next_sequence() const { return next_; }

 private:
  struct Held {
    std::uint32_t sequence;
    HeldPacket packet;
  };
  struct HeldSegments {
    std::vector<Held> segments;  // by sequence number, from next_ on
    std::size_t bytes = 0;
  };
  /// The last bytes delivered, to tell a retransmission from a conflict.
  struct History {
    std::array<std::uint8_t, kHistoryBytes> ring{};
    std::uint32_t filled = 0;
  };

  std::int32_t distance(std::uint32_t sequence) const {
    return static_cast<std::int32_t>(sequence - next_);
  }
  void begin(const Layers& layers, std::uint32_t sequence);
  void deliver(Bytes bytes, std::uint32_t missing, std::uint64_t carrier, const Layers& layers,
               StreamOutput& output);
  void deliver_seen_before(const Layers& layers, std::uint32_t sequence, StreamOutput& output);
  void compare(std::uint32_t sequence, Bytes again, const Layers& layers,
               StreamOutput& output) const;
  void hold(const Layers& layers, std::uint32_t sequence, HeldBudget& budget, StreamOutput& output);
  void drain(const Layers* filled_by, StreamOutput& output);
  void skip_to(std::uint32_t sequence, GapCause cause, StreamOutput& output);
  void declare_gap(GapCause cause, StreamOutput& output);
  void restart_at(std::uint32_t sequence, StreamOutput& output);
  bool is_probe(const Layers& layers, std::int32_t at, std::uint32_t length,
                std::uint32_t peer_window);
  void remember(Bytes bytes);
  void forget_history() {
    if (history_) history_->filled = 0;
  }
  bool differs_from_history(std::uint32_t sequence, Bytes bytes) const;
  bool differs_from_held(std::uint32_t sequence, Bytes bytes) const;

  std::uint32_t next_ = 0;                       // the sequence number expected next
  std::uint32_t first_ = 0;                      // of the first byte of the stream
  std::uint32_t acknowledged_ = 0;               // highest acknowledgment of the receiver
  std::uint32_t fin_ = 0;                        // the sequence number its FIN occupies
  std::uint32_t late_first_ = 0, late_end_ = 0;  // the gap declared last
  bool begun_ = false, begun_with_syn_ = false, has_acknowledged_ = false;
  bool has_fin_ = false, finished_ = false;
  bool has_probe_ = false;
  std::uint8_t probe_byte_ = 0;
  std::unique_ptr<HeldSegments> held_;  // never empty
  std::unique_ptr<History> history_;    // null: none kept
};

}  // namespace sightglass
