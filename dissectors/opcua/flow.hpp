// One flow of OPC UA: the dissector's state, and the layers that read a message with it. The layers
// are those of OPC 10000-6: connection (7.1), secure conversation (6.7), services (Part 4).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "dissectors/dissector.hpp"
#include "dissectors/opcua/chunks.hpp"
#include "dissectors/opcua/decode.hpp"
#include "dissectors/opcua/framing.hpp"
#include "dissectors/opcua/names.hpp"
#include "dissectors/opcua/session.hpp"
#include "dissectors/transactions.hpp"

namespace sightglass::opcua {

inline constexpr Duration kDeadline = std::chrono::seconds(5);  ///< where the request gives no hint

/// Hello and OpenSecureChannel come before there is a channel or an identifier to know.
struct Key {
  std::uint32_t channel = 0;
  std::uint32_t request = 0;
  ChunkKind kind = ChunkKind::message;

  bool operator==(const Key&) const = default;
  std::size_t hash() const {
    // Fibonacci hashing: consecutive requests spread over all buckets.
    return std::uint32_t{(request ^ channel << 16) * 0x9e3779b1u} >> 8;
  }
};

/// What an answer must know of its request.
struct Asked {
  const Service* service = nullptr;  ///< nullptr for a Hello, or what is not known
};

using Pending = Transactions<Key, Asked>;

/// What is common to the chunks of a channel.
struct Chunk {
  ChunkHeader header;
  std::uint32_t channel = 0;
  std::uint32_t sequence = 0;
  std::uint32_t request = 0;
};

/// One direction of a flow.
struct Side {
  Chunks chunks;
  std::optional<std::uint32_t> last_sequence;
};

/// The dissector of one flow. Its functions follow a message inwards; `deliver` ends each of them.
class OpcUaDissector final : public Dissector {
  auto completing(MessageSink& sink) {
    return [this, &sink](const Pending::Entry& entry, Outcome::Kind kind, Timestamp at) {
      // A flow that never showed an answer may be a one-way mirror.
      if (kind == Outcome::Kind::unanswered && !answers_seen_) kind = Outcome::Kind::unseen;
      sink.completion({entry.id, {kind, 0}, {}, 0, at});
    };
  }

 public:
  explicit OpcUaDissector(const DissectorSettings& settings)
      : pending_(kDeadline, settings.pairing != nullptr ? *settings.pairing : own_counters_) {}

  Framing frame(Bytes stream, Direction) const override { return opcua::frame(stream); }
  void dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) override;

  void gap(Direction direction) override {
    pending_.blind();
    side(direction).chunks.drop();
    side(direction).last_sequence.reset();
    if (direction != Direction::to_server) return;
    requests_seen_ = false;
    blind_since_ = last_time_;
  }

  void tick(Timestamp now, MessageSink& sink) override { pending_.tick(now, completing(sink)); }
  bool is_waiting() const override { return pending_.has_deadline(); }
  void finish(Timestamp now, MessageSink& sink) override { pending_.finish(now, completing(sink)); }

  void turn_round() override {
    pending_.clear();
    monitored_.clear();
    for (Side& each : sides_) each = {};
    requests_seen_ = answers_seen_ = false;
  }

 private:
  /// The scratch space of this worker: a message is delivered before the next is decoded.
  static Findings& findings() {
    static thread_local Findings scratch;
    return scratch;
  }
  Side& side(Direction direction) { return sides_[static_cast<std::size_t>(direction)]; }
  Context& context_of(RequestId request) {
    const std::size_t place = request % kContexts;
    if (contexts_.size() <= place) contexts_.resize(place + 1);
    return contexts_[place];
  }

  void connection(const ChunkHeader& header, Decoder& in, Message& message, MessageSink& sink);
  void open(Chunk& chunk, Decoder& in, Message& message, MessageSink& sink);
  void channel_message(Chunk& chunk, Decoder& in, Message& message, MessageSink& sink);
  void abort(const Chunk& chunk, Decoder& in, Message& message, MessageSink& sink);
  bool readable(const Chunk& chunk, const Message& message) const;
  void sequence_header(Chunk& chunk, Decoder& in, const Message& message);
  void service(const Chunk& chunk, Decoder& in, Message& message, MessageSink& sink);
  void learn(const Service& service, bool accepted);
  void remember(const Service& service, const Context* context, bool accepted);
  void show_session(Decoder& in) const;
  void show_certificate(Bytes certificate, Decoder& in) const;
  void settle_security(Message& message) const;

  void ask(const Key& key, const Service* service, Duration deadline, Message& message,
           MessageSink& sink);
  const Pending::Entry* answer(const Key& key, const Service* service, Message& message);
  void grant(const Touch& touch, const Result* result, bool is_write);
  void deliver(Message& message, MessageSink& sink);

  PairingCounters own_counters_;
  Pending pending_;
  Session session_;
  MonitoredItems monitored_;
  std::vector<Context> contexts_;
  Side sides_[2];
  bool completes_ = false;      ///< the message at hand ends its request
  bool answers_seen_ = false;   ///< the server's side of this flow is visible
  bool requests_seen_ = false;  ///< an answer was paired since the start or the last loss
  Timestamp blind_since_{};     ///< that start or loss
  Timestamp last_time_{};       ///< packet time as far as this flow knows it
};

/// Reads type, chunk type and size as fields.
void show_header(Decoder& in);
/// Names what is missing at the end of the message, or left over.
void check_end(Decoder& in, const Message& message);

}  // namespace sightglass::opcua
