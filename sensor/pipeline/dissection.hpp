// Frames with the PDUs that complete in them: what `sightglass dissect` shows.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "dissectors/owned_message.hpp"
#include "sensor/capture/packet_source.hpp"
#include "sensor/flow/shard.hpp"
#include "sensor/packet/packet_stage.hpp"
#include "sensor/pipeline/ticker.hpp"

namespace sightglass {

/// Frames held back at most, while a PDU of theirs may still come to light (a lost segment is
/// waited for). More than this many frames within that time, and the earliest is let go without it.
inline constexpr std::size_t kHeldFrames = 65'536;

/// Reads a source to its end, on the caller's thread, and delivers every frame once, in order, with
/// all PDUs that complete in it. Judges nothing.
class Dissection final : private FlowSink {
 public:
  /// Messages are views for the time of the call.
  using Deliver =
      std::function<void(const Layers& layers, std::span<const Message* const> messages)>;

  Dissection(const FlowLimits& limits, Deliver deliver);
  ~Dissection() override;

  void run(PacketSource& source);

 private:
  struct HeldFrame {
    std::vector<std::uint8_t> bytes;
    Layers layers;
    std::vector<OwnedMessage> messages;
  };

  void message(Flow& flow, const Layers& layers, const Message& message) override;
  void completion(Flow&, const Completion&) override {}
  void event(Flow&, const FlowEvent&) override {}
  void tick(const Tick& tick);
  void release(Timestamp before);
  void release_front();

  Duration patience_;
  Deliver deliver_;
  Ticker ticker_;
  PacketStage packets_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::deque<HeldFrame> held_;
  std::vector<const Message*> messages_;
};

}  // namespace sightglass
