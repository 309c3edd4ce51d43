#include "tests/sensor/brick.hpp"

namespace sightglass::test {
namespace {

constexpr std::size_t kHeader = 4;

class Brick : public Dissector {
 public:
  Framing frame(Bytes stream, Direction) const override { return frame_of(stream); }
  void dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) override {
    Message message;
    message.protocol = Protocol::modbus;
    message.direction = arrival.direction;
    message.bytes = bytes;
    message.where = arrival.where;
    message.unreadable = frame_of(bytes).kind != Framing::Kind::message;
    sink.message(message);
  }
  void gap(Direction) override {}
  void tick(Timestamp, MessageSink&) override {}
  bool is_waiting() const override { return false; }
  void finish(Timestamp, MessageSink& sink) override { sink.completion({}); }
  void turn_round() override {}

  static Framing frame_of(Bytes stream) {
    constexpr std::uint8_t kMagic[] = {0xb5, 0x1c};
    for (std::size_t i = 0; i < std::min<std::size_t>(stream.size(), 2); ++i) {
      if (stream[i] != kMagic[i]) return Framing::not_mine();
    }
    if (stream.size() < 3) return Framing::need_more(3);
    if (stream[2] == 0xff) return Framing::message(kMaxMessageBytes + 1);
    return stream[2] < kHeader ? Framing::not_mine() : Framing::message(stream[2]);
  }
};

Probe probe(Bytes stream) {
  const Framing framing = Brick::frame_of(stream);
  if (framing.kind == Framing::Kind::not_mine) return {};
  if (framing.kind == Framing::Kind::need_more || framing.size > stream.size()) {
    return {Likeness::maybe};
  }
  Probe result{Likeness::yes};
  if (stream[3] == 'Q') result.direction = Direction::to_server;
  if (stream[3] == 'A' || stream[3] == 'R') result.direction = Direction::to_client;
  result.by_opening_server = stream[3] == 'R';
  result.typical = stream[3] != '?';
  return result;
}

std::unique_ptr<Dissector> make(const DissectorSettings&) { return std::make_unique<Brick>(); }

}  // namespace

Octets brick(std::string_view letters, char kind) {
  Octets out = {0xb5, 0x1c, static_cast<std::uint8_t>(kHeader + letters.size()),
                static_cast<std::uint8_t>(kind)};
  out.insert(out.end(), letters.begin(), letters.end());
  return out;
}

std::span<const ProtocolEntry> brick_protocols() {
  static constexpr std::uint16_t kPorts[] = {kBrickPort};
  static constexpr ProtocolEntry kEntries[] = {{Protocol::modbus, "brick", kPorts, probe, make}};
  return kEntries;
}

void Log::message(Flow& flow, const Layers& layers, const Message& message) {
  last_client_port = flow.client_endpoint().port;
  if (message.unreadable) {
    messages.push_back("unreadable " + std::to_string(layers.packet_number) + " " +
                       std::to_string(message.bytes.size()));
    return;
  }
  messages.push_back(std::to_string(layers.packet_number) + " " +
                     std::string(to_text(message.direction)) + " " +
                     std::string(as_text(message.bytes.subspan(3))));
}

void Log::completion(Flow&, const Completion&) { events.push_back("completion"); }

void Log::event(Flow&, const FlowEvent& event) {
  constexpr std::string_view kNames[] = {"opened", "confirmed", "other protocol", "turned round",
                                         "gap",    "conflict",  "out of step",    "closed"};
  std::string text(kNames[static_cast<std::size_t>(event.kind)]);
  if (event.kind == FlowEvent::Kind::gap) {
    text += " " + std::string(to_text(event.direction)) + " " + std::to_string(event.bytes);
  }
  events.push_back(text);
  raw_events.push_back(event);
}

Flow* Wire::packet(const Octets& bytes) {
  now_ += std::chrono::milliseconds(1);
  RawPacket packet = raw(bytes);
  packet.time = now_;
  Layers layers;
  decode(packet, ++number_, layers);
  return shard_.packet(layers, host_pair_hash(layers));
}

void Wire::handshake() {
  const auto segment = [&](int side, std::uint32_t sequence, std::uint32_t acknowledgment,
                           std::uint16_t flags) {
    send({side, sequence, acknowledgment, flags, {}, 8192, {ports[0], ports[1]}});
  };
  segment(0, 999, 0, tcp_flag::syn);
  segment(1, 4999, 1000, tcp_flag::syn | tcp_flag::ack);
  segment(0, 1000, 5000, tcp_flag::ack);
}

Flow* Wire::data(int side, std::uint32_t offset, const Octets& payload,
                 std::uint32_t acknowledged) {
  const std::uint32_t own = side == 0 ? 1000 : 5000;
  const std::uint32_t peer = side == 0 ? 5000 : 1000;
  return send({side,
               own + offset,
               peer + acknowledged,
               tcp_flag::ack | tcp_flag::psh,
               payload,
               8192,
               {ports[0], ports[1]}});
}

}  // namespace sightglass::test
