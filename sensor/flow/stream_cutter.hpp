// Cuts one direction of a stream into messages, for every protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dissectors/dissector.hpp"
#include "sensor/flow/held_packet.hpp"
#include "sensor/flow/tcp_stream.hpp"

namespace sightglass {

/// What the cutter asks and tells. Called within `data` and `late`.
class CutterHost {
 public:
  virtual ~CutterHost() = default;
  /// Dissector::frame of the protocol, in the cutter's direction.
  virtual Framing frame(Bytes stream) = 0;
  /// One whole message; `first_packet` carried its first byte, `layers` are of the packet that
  /// completes it.
  virtual void message(Bytes message, std::uint64_t first_packet, const Layers& layers) = 0;
  /// The stream, in step until here, goes on with bytes that begin no message: the cutter begins to
  /// look for one. `run` reaches to where one is or may be found, or as far as there are bytes.
  virtual void out_of_step(Bytes run, std::uint64_t first_packet, const Layers& layers) = 0;
  /// `bytes` belong to no message, those of out_of_step not counted.
  virtual void skipped(std::size_t bytes) = 0;
  /// A message claims more than kMaxMessageBytes.
  virtual void too_long() = 0;
  /// A search outgrew its limit: what it had is given up.
  virtual void search_overflow() = 0;
};

/// In step, a message that lies whole in one run of bytes is handed on as a view into it; only one
/// that spans runs is copied. Out of step (the stream was joined in the middle, or bytes are
/// missing, or what follows is no message) it looks for the next message: two that fit together, or
/// one that is a whole segment. Memory: one message, or kMaxSearchBytes.
class StreamCutter {
 public:
  /// Forgets everything; the next byte begins a message (`in_step`) or may stand anywhere.
  void begin(bool in_step);
  void data(const StreamData& data, HeldBudget& budget, CutterHost& host);
  /// Bytes are missing: gives up the message begun and looks for the next.
  void gap(CutterHost& host);
  /// Nothing more will come: a message that is whole is believed if a segment begins with it.
  void finish(HeldBudget& budget, CutterHost& host);
  /// Bytes out of a gap that came late: the messages that lie whole in them.
  static void late(const StreamData& data, CutterHost& host);

 private:
  /// A run of bytes of the search, in a copy of its packet.
  struct Piece {
    HeldPacket packet;
    std::uint64_t carrier;
    std::uint32_t begin, end;  // in Search::bytes
    bool begins_segment;       // not cut off at the front
  };
  struct Search {
    std::vector<std::uint8_t> bytes;
    std::vector<Piece> pieces;
  };
  struct Verdict {
    enum class Kind : std::uint8_t { none, pending, found } kind;
    std::size_t offset;
  };

  Bytes complete_begun(const StreamData& data, CutterHost& host);
  void cut(const StreamData& data, HeldBudget& budget, CutterHost& host);
  void lose_step(const StreamData& data, HeldBudget& budget, CutterHost& host);
  void search(const StreamData& data, HeldBudget& budget, CutterHost& host);
  void search_on(const Verdict& verdict, const StreamData& data, HeldBudget& budget,
                 CutterHost& host);
  void search_kept(const StreamData& data, HeldBudget& budget, CutterHost& host);
  void keep(const StreamData& data, Bytes run, HeldBudget& budget, CutterHost& host);
  void replay(std::size_t offset, HeldBudget& budget, CutterHost& host);
  static Verdict find_message(Bytes bytes, std::span<const Piece> pieces, CutterHost& host);
  static Verdict::Kind judge(Bytes bytes, std::size_t at, Bytes segment, CutterHost& host);

  bool searching_ = false;
  std::vector<std::uint8_t> begun_;  // the message that spans runs, as far as it is here
  std::size_t wanted_ = 0;           // size of `begun_` at which to ask again
  std::uint64_t first_packet_ = 0;   // that carried the first byte of `begun_`
  std::unique_ptr<Search> search_;   // what is kept of an undecided search; null: nothing
};

}  // namespace sightglass
