// The contract of a protocol: where a message ends, and what it says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "dissectors/message.hpp"

namespace sightglass {

/// Where the first message of a stretch of stream ends.
struct Framing {
  enum class Kind : std::uint8_t {
    message,    ///< `size` bytes, all there or not: the caller waits for them
    need_more,  ///< too few bytes to tell; `size` is how many would do
    not_mine,   ///< these bytes can not begin a message
  };
  Kind kind;
  std::size_t size;

  static Framing message(std::size_t size) { return {Kind::message, size}; }
  static Framing need_more(std::size_t size) { return {Kind::need_more, size}; }
  static Framing not_mine() { return {Kind::not_mine, 0}; }
};

/// Receives what a dissector finds. Called on the worker's thread.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  virtual void message(const Message& message) = 0;
  /// A routine again (Message::routine): only the envelope, without accesses, anomalies and fields.
  /// False when that is not enough: the same PDU is then delivered whole. What is known is one
  /// comparison and a counter, here and in the dissector.
  virtual bool repeated(const Message&) { return false; }
  virtual void completion(const Completion& completion) = 0;
};

/// How a message came in.
struct Arrival {
  Direction direction = Direction::to_server;
  Provenance where;
};

/// The knowledge of one protocol applied to one flow; its data members are the flow's state. Lives
/// and is called on one worker thread. Never throws, never logs; a malformed message is a Message
/// with anomalies. Memory is bounded whatever arrives.
class Dissector {
 public:
  virtual ~Dissector() = default;

  /// Where the first message of `stream` (never empty) ends. Stateless: the same bytes get the same
  /// answer, so that the stream cutter may ask at any offset to find its way back after a gap.
  virtual Framing frame(Bytes stream, Direction direction) const = 0;

  /// Decodes exactly one message, as `frame` cut it, and delivers one Message, and a Completion
  /// when it answers a pending request. Also takes a run of bytes that `frame` disowned in a stream
  /// that was in step, up to where the stream is in step again: such a run becomes one Message that
  /// is `unreadable` and names what is wrong.
  virtual void dissect(Bytes message, const Arrival& arrival, MessageSink& sink) = 0;

  /// Bytes of one direction were lost: what is pending can end `unseen` only.
  virtual void gap(Direction direction) = 0;

  /// Pipeline time has reached `now`: deadlines that passed deliver their Completion, dated at the
  /// deadline, in order.
  virtual void tick(Timestamp now, MessageSink& sink) = 0;
  /// Whether a deadline is running: else `tick` has nothing to do and need not be called.
  virtual bool is_waiting() const = 0;

  /// The flow ends (closed, evicted, end of capture): everything pending is delivered as `unseen`.
  virtual void finish(Timestamp now, MessageSink& sink) = 0;

  /// Client and server were taken for each other: forget pairing, keep nothing that depends on it.
  virtual void turn_round() = 0;
};

/// How much a stretch of bytes looks like a protocol's message.
enum class Likeness : std::uint8_t {
  no,
  maybe,  ///< more bytes are needed to tell
  yes,    ///< a whole, valid message begins here
};

/// What identification asks of a protocol before a flow is given to it.
struct Probe {
  Likeness likeness = Likeness::no;
  /// Which way the message goes, when its shape tells.
  std::optional<Direction> direction = std::nullopt;
  /// False when the message is framed well but says nothing the standard knows: enough to confirm
  /// on the protocol's own port, not elsewhere.
  bool typical = true;
  /// Says that the server has opened the connection and sent this: what the handshake does not.
  bool by_opening_server = false;
};

/// What pairing found out of order or had to give up; one per worker, shared by its flows.
struct PairingCounters {
  std::uint64_t late = 0;        ///< answers after their deadline, or after the client asked again
  std::uint64_t superseded = 0;  ///< requests given up because the client went on without them
  std::uint64_t overflowed = 0;  ///< requests given up because too many were pending
};

/// Settings a dissector is made with.
struct DissectorSettings {
  /// The worker's, outliving its dissectors; nullptr when nobody counts.
  PairingCounters* pairing = nullptr;
};

/// One row of the registry: everything the sensor knows about a protocol without naming it.
struct ProtocolEntry {
  Protocol protocol;
  std::string_view name;  ///< "modbus"
  std::span<const std::uint16_t> tcp_ports;
  Probe (*probe)(Bytes stream);
  std::unique_ptr<Dissector> (*make)(const DissectorSettings& settings);
  /// Nothing but its end tells a message: in a stream that was joined in the middle it is sought at
  /// the beginnings of segments only, not at every byte.
  bool begins_segments = false;
  /// Fields in which PDUs of one routine may differ: numbers and times that pair them.
  std::span<const FieldId> pairing_fields = {};
  /// Fields that hold the values of objects (Message::values_changed).
  std::span<const FieldId> value_fields = {};
};

/// Every protocol of this build, in the order they are tried.
std::span<const ProtocolEntry> protocol_registry();

}  // namespace sightglass
