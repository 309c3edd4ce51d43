// A protocol for tests: B5 1C, the length of the whole message, its kind, and letters.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/dissector.hpp"
#include "sensor/flow/shard.hpp"
#include "sensor/packet/decode.hpp"
#include "tests/sensor/frames.hpp"

namespace sightglass::test {

inline constexpr std::uint16_t kBrickPort = 7001;

/// Kind 'Q' goes to the server, 'A' to the client; 'R' too, from a server that opened the
/// connection; any other may go both ways. '?' is not typical.
Octets brick(std::string_view letters, char kind = 'Q');

/// What a brick dissector makes deliveries of: one registry entry, standard port kBrickPort.
std::span<const ProtocolEntry> brick_protocols();

/// Writes down everything a shard delivers, one text each:
/// "3 to_server Qab" (packet, direction, kind and letters), "unreadable 3 4", "gap to_client 5",
/// "opened", "confirmed", "closed".
class Log : public FlowSink {
 public:
  void message(Flow& flow, const Layers& layers, const Message& message) override;
  void completion(Flow& flow, const Completion& completion) override;
  void event(Flow& flow, const FlowEvent& event) override;

  std::vector<std::string> messages;
  std::vector<std::string> events;
  std::vector<FlowEvent> raw_events;
  std::uint64_t last_client_port = 0;
};

/// A shard of the brick protocol that numbers and times its packets (1 ms apart).
class Wire {
 public:
  explicit Wire(const FlowLimits& limits = {},
                std::span<const ProtocolEntry> protocols = brick_protocols())
      : shard_(protocols, {}, limits, log) {}

  /// Delivers the packet; its flow.
  Flow* packet(const Octets& bytes);
  Flow* send(const Segment& segment) { return packet(frame(segment)); }
  /// SYN, SYN ACK, ACK: the client (side 0) begins at 1000, the server at 5000.
  void handshake();
  /// Data of a side, `offset` bytes after its beginning, acknowledging `acknowledged` bytes.
  Flow* data(int side, std::uint32_t offset, const Octets& payload, std::uint32_t acknowledged = 0);
  void pass(Duration time) { now_ += time; }
  void tick() { shard_.tick(now_); }
  void finish() { shard_.finish(now_); }
  FlowCounters counters() const { return shard_.counters(); }
  Shard& shard() { return shard_; }

  Log log;
  std::uint16_t ports[2] = {49152, kBrickPort};

 private:
  Shard shard_;
  std::uint64_t number_ = 0;
  Timestamp now_ = timestamp_from_ns(1'700'000'000'000'000'000);
};

}  // namespace sightglass::test
