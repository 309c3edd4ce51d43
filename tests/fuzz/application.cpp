// What nDPI is shown of packets from hostile hands: whole IP packets with lengths of ours, whatever
// the frames say, of flows that are told apart as they are in the pipeline. Records: number of
// bytes (two octets), a frame of Ethernet.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sensor/application/ip_packet.hpp"
#include "sensor/application/recognizer.hpp"
#include "sensor/flow/flow_key.hpp"
#include "sensor/packet/decode.hpp"

namespace {

using namespace sightglass;

struct SampledFlow {
  FlowKey key;
  FlowSampling sampling;
};

void check(const Layers& layers) {
  std::vector<std::uint8_t> packet;
  if (!write_ip_packet(layers, packet)) return;
  const std::size_t told =
      packet[0] == 0x45 ? packet[2] << 8u | packet[3] : 40 + (packet[4] << 8u | packet[5]);
  if (told != packet.size()) std::abort();
}

/// Made once, because that takes 20 ms; it outlives the inputs, as it does the packets of a sensor.
Recognizer& recognizer() {
  static Recognizer made([](const Application& application, const FlowSample&, const Moment&) {
    if (application.name.empty() && !application.carrier.empty()) std::abort();
  });
  return made;
}

FlowSample sample(std::uint64_t flow, FlowSample::Kind kind) {
  FlowSample sample;
  sample.conversation.flow = flow;
  sample.kind = kind;
  return sample;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::uint64_t next_flow = 1;
  const std::uint64_t first_flow = next_flow;
  std::vector<SampledFlow> flows;
  ShardSampling shard;
  ByteReader input(Bytes(data, size));
  while (input.remaining() > 2) {
    RawPacket packet;
    packet.link_type = 1;
    const std::size_t length = input.u16();
    packet.bytes = input.bytes(std::min(length, input.remaining()));
    packet.original_length = static_cast<std::uint32_t>(packet.bytes.size());
    Layers layers;
    decode(packet, 1, layers);
    if (!layers.has_ip()) continue;
    const FlowKey key = packet_key(layers).key;
    auto flow = std::ranges::find(flows, key, &SampledFlow::key);
    if (flow == flows.end()) flow = flows.insert(flow, {key, {}});
    shard.bytes = 0;
    if (!flow->sampling.goes_on()) continue;
    const auto kind = flow->sampling.next(Protocol::unknown, layers, shard);
    if (!kind) continue;
    FlowSample one = sample(first_flow + static_cast<std::uint64_t>(flow - flows.begin()), *kind);
    one.packet.make() = PacketCopy(layers);
    check(one.packet->layers());
    recognizer().take(std::move(one));
  }
  next_flow += flows.size();
  for (std::uint64_t flow = first_flow; flow < next_flow; ++flow) {
    recognizer().take(sample(flow, FlowSample::Kind::ended));
  }
  recognizer().forget_ended();
  const RecognizerCounters& counters = recognizer().counters();
  if (counters.flows != counters.recognised + counters.unknown) std::abort();
  return 0;
}
