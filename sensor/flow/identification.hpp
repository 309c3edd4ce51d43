// Which protocol a TCP connection speaks, told by its content.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dissectors/dissector.hpp"
#include "sensor/flow/flow.hpp"
#include "sensor/flow/held_packet.hpp"
#include "sensor/flow/tcp_stream.hpp"

namespace sightglass {

/// The protocols of this build, each with a dissector that only ever frames (stateless).
struct KnownProtocols {
  std::span<const ProtocolEntry> entries;
  std::vector<std::unique_ptr<Dissector>> framers;  // by entry

  static KnownProtocols of(std::span<const ProtocolEntry> entries);
};

/// Decides by the first bytes. On a protocol's standard port one valid PDU confirms; elsewhere one
/// from each side, or two from one side that follow one another. What came before the decision is
/// kept, up to kMaxUndecidedBytes a direction, to be dissected then; of a PDU that is longer, its
/// beginning is enough on a standard port, and where the other side sent a whole one. A connection
/// joined in the middle is tried at every offset, there with two PDUs that follow one another.
class Identification {
 public:
  enum class State : std::uint8_t {
    undecided,
    confirmed,  ///< see `decision()`
    given_up,  ///< none of ours. Never on a standard port: there every later segment is still tried
  };
  struct Decision {
    std::size_t protocol;                ///< index of the registry
    Side prober;                         ///< who sent the PDU that decided
    std::optional<Direction> direction;  ///< which way it goes, when its shape tells
    std::optional<Side> opening_server;  ///< who said that it is the server and began
  };
  /// Something that came before the decision.
  struct Kept {
    Side sender;
    std::uint64_t gap_bytes;           // of a gap, which has no packet
    std::optional<HeldPacket> packet;  // whose layers the bytes are dissected with
    std::uint64_t carrier;
    std::uint32_t begin, end;  // in the bytes of its side
  };

  Identification(const KnownProtocols& protocols, const FlowKey& key);

  /// Bytes of one side, in order. `from_start`: its stream was seen from its beginning.
  State data(Side sender, const StreamData& data, bool from_start, HeldBudget& budget);
  void gap(Side sender, std::uint64_t bytes);

  const Decision& decision() const { return decision_; }
  /// What came before the decision, in order; valid while this object lives.
  std::span<const Kept> kept() const { return kept_; }
  StreamData data_of(const Kept& kept) const;
  /// Whether the bytes of the last call are among the kept ones.
  bool has_kept_last() const { return has_kept_last_; }
  /// Everything `sender` sent so far is among the kept, or nothing came before the last call.
  bool is_complete(Side sender) const { return !sides_[sender].is_joined; }
  /// A standard port's protocol does not begin this stream. True once.
  bool take_other_protocol();

 private:
  struct SideState {
    std::vector<std::uint8_t> bytes;
    std::vector<std::uint32_t> segment_starts;
    std::size_t scan_from = 0;   // behind the last gap
    bool is_joined = false;      // began in the middle, or something was given up
    std::uint32_t probable = 0;  // protocols of which one PDU was seen, one bit each
  };

  bool is_standard(std::size_t protocol) const { return (standard_ >> protocol & 1) != 0; }
  bool is_probable(std::size_t protocol, Side sender) const {
    return (sides_[sender].probable >> protocol & 1) != 0;
  }
  State judge(Side sender);
  State judge_protocol(std::size_t protocol, Side sender, std::size_t at, bool is_start,
                       std::uint32_t& open);
  bool begins_longer(std::size_t protocol, Bytes bytes) const;
  State confirm(std::size_t protocol, Side sender, const Probe& probe);
  State try_alone(Side sender, Bytes bytes);
  State try_answer(Side sender, Bytes bytes);
  State overflow();
  bool keep(Side sender, const StreamData& data, HeldBudget& budget);

  const KnownProtocols& protocols_;
  std::uint32_t standard_ = 0;  // protocols whose standard port this is, one bit each
  std::array<SideState, 2> sides_;
  std::vector<Kept> kept_;
  Decision decision_{};
  std::optional<Side> opening_server_;
  bool has_kept_last_ = false;
  bool found_other_ = false, told_other_ = false;
  bool overflowed_ = false;
};

}  // namespace sightglass
