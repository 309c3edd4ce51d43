// What a worker tells of a flow whose application none of our dissectors says.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dissectors/layers.hpp"
#include "rules/observation.hpp"
#include "rules/seldom.hpp"

namespace sightglass {

inline constexpr std::uint8_t kSampledPackets = 8;            ///< of a flow, those with a payload
inline constexpr std::uint32_t kSampledFlowBytes = 12 << 10;  ///< of a flow, with all headers
/// Of a packet; the rest is left out.
inline constexpr std::uint32_t kSampledPacketBytes = 4 << 10;
/// Of one shard, between two ticks: what waits for the judge is bounded.
inline constexpr std::uint32_t kSampledShardBytes = 32 << 10;

/// Whether a flow of this protocol is to be sampled. TLS says how something is carried, not what;
/// the others leave nothing to ask.
constexpr bool leaves_application_open(Protocol protocol) {
  return protocol == Protocol::unknown || protocol == Protocol::tls;
}

/// The beginning of a packet, with layers that were read already; owns its bytes.
class PacketCopy {
 public:
  PacketCopy() = default;
  explicit PacketCopy(const Layers& layers);
  PacketCopy(const PacketCopy& from) : PacketCopy(from.layers_) {}
  PacketCopy(PacketCopy&&) = default;
  PacketCopy& operator=(const PacketCopy& from) { return *this = PacketCopy(from); }
  PacketCopy& operator=(PacketCopy&&) = default;
  ~PacketCopy() = default;

  /// Its payload ends with the copy; what is missing is counted in `payload_missing`.
  const Layers& layers() const { return layers_; }

 private:
  std::vector<std::uint8_t> bytes_;
  Layers layers_;
};

struct FlowSample {
  enum class Kind : std::uint8_t {
    packet,     ///< one more
    last,       ///< one more, and there will be none after it
    dismissed,  ///< one of our dissectors has confirmed the flow: what was sampled says nothing
    ended,      ///< the flow
  };

  Moment moment;
  Kind kind = Kind::packet;
  Direction direction = Direction::to_server;  ///< of the packet
  Conversation conversation;
  Seldom<PacketCopy> packet;  ///< none where the flow is dismissed or ended
};

/// The samples of one shard between two ticks.
struct ShardSampling {
  std::uint32_t bytes = 0;
  std::uint64_t taken = 0, refused = 0;  ///< packets, since the shard was made
};

/// How far the sampling of one flow is. It depends on the flow and its shard alone: the same
/// packets are sampled whatever the judge knows already, and however many workers there are.
class FlowSampling {
 public:
  /// A packet past the samples costs this one comparison.
  bool goes_on() const { return samples_left_ != 0; }
  /// Whether the judge may know something of the flow.
  bool is_sampled() const { return is_sampled_; }
  /// What is to be told with a packet of the flow while it goes on; nothing for most.
  std::optional<FlowSample::Kind> next(Protocol protocol, const Layers& layers,
                                       ShardSampling& shard);
  /// What is to be told at the end of a sampled flow.
  FlowSample::Kind end(Protocol protocol);

 private:
  FlowSample::Kind dismiss();

  std::uint8_t samples_left_ = kSampledPackets;
  bool is_sampled_ = false;
  std::uint32_t bytes_left_ = kSampledFlowBytes;
};

/// Counts of a sampled flow: they need a name yet.
struct SampledCounts {
  std::uint64_t flow = 0;  ///< Conversation::flow
  std::size_t place = 0;   ///< in the list of the conversations that are told beside it
};

/// Of one worker or all, between two ticks.
struct Samples {
  std::vector<FlowSample> flows;
  std::vector<SampledCounts> counts;
};

}  // namespace sightglass
