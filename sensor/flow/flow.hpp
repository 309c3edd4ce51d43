// A conversation between two endpoints: what is known of it, and what happens to it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "dissectors/message.hpp"
#include "sensor/flow/flow_key.hpp"

namespace sightglass {

/// What one endpoint of a flow sent.
struct SideCounters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;            ///< on the wire, with all headers
  std::uint64_t payload_bytes = 0;    ///< of TCP, in order and once; of others, all
  std::uint64_t messages = 0;         ///< PDUs delivered
  std::uint64_t retransmissions = 0;  ///< segments that brought nothing new
  std::uint64_t gaps = 0;
  std::uint64_t truncated = 0;  ///< packets captured in part only
};

/// How it is known who the client is; a higher one overrules a lower one.
enum class ClientBasis : std::uint8_t {
  lower_port,     ///< a guess: the server is the one with the lower port
  standard_port,  ///< the server has a port of the protocol
  message_shape,  ///< a PDU that only one side can send
  handshake,      ///< the client sent the SYN
  told,           ///< the server sent the SYN, and says so
};

/// How far the client of a TCP connection went to open it.
enum class Opening : std::uint8_t {
  unseen,     ///< its SYN was not seen, or not first
  attempted,  ///< it sent SYNs and nothing else, whatever the server said but a reset
  over,       ///< it went on, or was refused
};

/// Whatever a later stage keeps per flow; destroyed with the flow.
class FlowNotes {
 public:
  virtual ~FlowNotes() = default;
};

/// The VLANs a flow was seen in, as far as there is room.
struct VlanSet {
  static constexpr std::size_t kMax = 4;
  std::array<std::uint16_t, kMax> ids{};
  std::uint8_t count = 0;
  bool more = false;  ///< there were others

  void insert(std::uint16_t id) {
    for (std::size_t i = 0; i < count; ++i) {
      if (ids[i] == id) return;
    }
    if (count == kMax) {
      more = true;
    } else {
      ids[count++] = id;
    }
  }
};

/// One flow. Lives in its shard from its first packet until it is closed, expired or evicted; the
/// reference a sink gets is good until the `closed` event of the flow returns.
struct Flow {
  std::uint64_t id = 0;  ///< number of its first packet: unique in a run
  FlowKey key;
  Side client = 0;  ///< index of the client in key.endpoints and in `sent`
  ClientBasis client_basis = ClientBasis::lower_port;
  Protocol protocol = Protocol::unknown;  ///< once its content has confirmed it
  bool reset = false;                     ///< a RST was seen
  Opening opening = Opening::unseen;
  Timestamp last_seen{};
  std::unique_ptr<FlowNotes> notes;
  VlanSet vlans;
  Timestamp first_seen{};
  std::array<SideCounters, 2> sent;  ///< by endpoint

  const Endpoint& client_endpoint() const { return key.endpoints[client]; }
  const Endpoint& server_endpoint() const { return key.endpoints[other(client)]; }
  const SideCounters& sent_by(Direction direction) const { return sent[side_of(direction)]; }
  /// The side that sends in `direction`.
  Side side_of(Direction direction) const {
    return direction == Direction::to_server ? client : other(client);
  }
  Direction direction_of(Side sender) const {
    return sender == client ? Direction::to_server : Direction::to_client;
  }
};

/// Why bytes of a stream are missing.
enum class GapCause : std::uint8_t {
  acknowledged,   ///< the receiver has them: the capture lost them
  timeout,        ///< nobody sent them again in time
  held_limit,     ///< too much had come after them to keep waiting
  end_of_flow,    ///< the flow ended first
  snap_length,    ///< the packet was captured in part
  sequence_jump,  ///< the sequence numbers went elsewhere; how many bytes is not known
};
inline constexpr std::size_t kGapCauses = 6;

enum class CloseReason : std::uint8_t {
  finished,  ///< FIN both ways or RST, and a while of silence
  idle,      ///< nothing for long
  evicted,   ///< to make room for another
  reused,    ///< a new connection with the same ports
  end_of_capture,
};
inline constexpr std::size_t kCloseReasons = 5;

struct FlowEvent {
  enum class Kind : std::uint8_t {
    opened,
    protocol_confirmed,
    other_protocol,  ///< a standard port of a protocol carries something else; once per flow
    turned_round,    ///< client and server had been taken for each other
    gap,
    overlap_conflict,  ///< the same sequence numbers with other content: first data was used
    out_of_step,       ///< bytes that begin no message: looking for the next one
    closed,
  };
  Kind kind;
  Direction direction = Direction::to_server;  ///< of the bytes concerned
  GapCause gap_cause = GapCause::acknowledged;
  CloseReason close_reason = CloseReason::finished;
  std::uint64_t bytes = 0;          ///< of the gap, the run out of step, or the overlap
  std::uint64_t packet_number = 0;  ///< the packet that brought it to light; 0: a tick
  Timestamp time{};
};

/// Receives everything flows bring forth, in order. Called on the worker's thread; views live as
/// long as the call. `layers` are those of the packet a message belongs to.
class FlowSink {
 public:
  virtual ~FlowSink() = default;
  virtual void message(Flow& flow, const Layers& layers, const Message& message) = 0;
  /// As MessageSink::repeated.
  virtual bool repeated(Flow&, const Message&) { return false; }
  virtual void completion(Flow& flow, const Completion& completion) = 0;
  virtual void event(Flow& flow, const FlowEvent& event) = 0;
};

}  // namespace sightglass
