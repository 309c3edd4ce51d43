#include "sensor/application/flow_sample.hpp"

#include <algorithm>

namespace sightglass {

PacketCopy::PacketCopy(const Layers& layers) : layers_(layers) {
  const Bytes kept =
      layers.bytes.first(std::min<std::size_t>(layers.bytes.size(), kSampledPacketBytes));
  bytes_.assign(kept.begin(), kept.end());
  layers_.bytes = bytes_;
  const auto room = static_cast<std::uint32_t>(kept.size());
  const std::uint32_t begin = std::min(layers.payload_offset, room);
  layers_.payload_length = std::min(layers.payload_length, room - begin);
  layers_.payload_missing += layers.payload_length - layers_.payload_length;
}

std::optional<FlowSample::Kind> FlowSampling::next(Protocol protocol, const Layers& layers,
                                                   ShardSampling& shard) {
  const bool has_payload = (layers.has_tcp() || layers.has_udp()) && layers.payload_length != 0;
  if (!has_payload) return std::nullopt;
  if (!leaves_application_open(protocol)) {
    samples_left_ = 0;
    return is_sampled_ ? std::optional(dismiss()) : std::nullopt;
  }
  const auto bytes =
      static_cast<std::uint32_t>(std::min<std::size_t>(layers.bytes.size(), kSampledPacketBytes));
  if (shard.bytes + bytes > kSampledShardBytes) {
    ++shard.refused;
    return std::nullopt;
  }
  shard.bytes += bytes;
  ++shard.taken;
  is_sampled_ = true;
  --samples_left_;
  bytes_left_ -= std::min(bytes, bytes_left_);
  if (bytes_left_ == 0) samples_left_ = 0;
  return samples_left_ == 0 ? FlowSample::Kind::last : FlowSample::Kind::packet;
}

FlowSample::Kind FlowSampling::end(Protocol protocol) {
  return leaves_application_open(protocol) ? FlowSample::Kind::ended : dismiss();
}

FlowSample::Kind FlowSampling::dismiss() {
  is_sampled_ = false;
  return FlowSample::Kind::dismissed;
}

}  // namespace sightglass
