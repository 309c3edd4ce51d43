// TCP segments from hostile hands, both ways: five bytes of header (side and flags, sequence,
// acknowledgment, window and cut, length), then the data. Every message lies within what was sent.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sensor/flow/shard.hpp"

namespace {

using namespace sightglass;

class Reader : public FlowSink {
 public:
  void message(Flow&, const Layers& layers, const Message& message) override {
    for (const std::uint8_t octet : message.bytes) sum += octet;
    for (const std::uint8_t octet : layers.bytes) sum += octet;
  }
  void completion(Flow&, const Completion&) override {}
  void event(Flow&, const FlowEvent&) override {}
  unsigned sum = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Reader reader;
  FlowLimits limits;
  limits.held_bytes = 64 << 10;
  Shard shard(protocol_registry(), {}, limits, reader);
  ByteReader input(Bytes(data, size));
  Layers layers;
  layers.network = NetworkLayer::ipv4;
  layers.transport = TransportLayer::tcp;
  while (input.remaining() >= 5) {
    const std::uint8_t kind = input.u8();
    const bool to_server = (kind & 1) != 0;
    layers.source = IpAddress::v4(to_server ? 1 : 2);
    layers.destination = IpAddress::v4(to_server ? 2 : 1);
    layers.source_port = to_server ? 40000 : 502;
    layers.destination_port = to_server ? 502 : 40000;
    layers.tcp_flags = static_cast<std::uint16_t>(tcp_flag::ack ^ (kind >> 1 & 0x1f));
    layers.tcp_sequence = 0xfffffff0u + input.u8();  // wraps soon
    layers.tcp_acknowledgment = 0xfffffff0u + input.u8();
    const std::uint8_t window_and_cut = input.u8();
    layers.tcp_window = window_and_cut & 0x0f;
    layers.payload_missing = window_and_cut >> 4 == 0xf ? 3 : 0;
    layers.bytes = input.bytes(std::min<std::size_t>(input.u8(), input.remaining()));
    layers.payload_length = static_cast<std::uint32_t>(layers.bytes.size());
    ++layers.packet_number;
    layers.time += std::chrono::milliseconds(kind);
    shard.packet(layers, host_pair_hash(layers));
    if (kind >= 0xf0) shard.tick(layers.time);
  }
  shard.finish(layers.time);
  [[maybe_unused]] static volatile unsigned sink;
  sink = reader.sum;
  return 0;
}
