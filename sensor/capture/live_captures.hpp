// All live interfaces of a sensor as one stream of packets.
#pragma once

#include <poll.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sensor/capture/live_capture.hpp"
#include "sensor/capture/live_merge.hpp"

namespace sightglass {

/// Interfaces of one sensor; each has a kernel ring of its own.
inline constexpr std::size_t kMostInterfaces = 16;

/// In order of time, however many there are (LiveMerge). The stream ends when the last interface is
/// gone; until then the others go on, and what is gone shows in states().
class LiveCaptures final : public PacketSource {
 public:
  /// `captures` is null when any can not be opened; `errors` then names every one.
  struct Opened {
    std::unique_ptr<LiveCaptures> captures;
    std::vector<std::string> errors;
  };
  static Opened open(std::span<const LiveCaptureSettings> settings);

  /// Waits at most 50 ms for a packet.
  Next next(RawPacket& packet) override;
  /// In the order in which they were given: a packet's `interface` is an index into it.
  const std::vector<CaptureInterface>& interfaces() const override { return interfaces_; }
  CaptureLoss loss() const override;

  std::vector<InterfaceState> states() const;  ///< in the order of interfaces()

 private:
  explicit LiveCaptures(std::vector<std::unique_ptr<LiveCapture>> captures);
  void wait(Duration most);

  std::vector<std::unique_ptr<LiveCapture>> captures_;
  std::vector<CaptureInterface> interfaces_;
  LiveMerge merge_;
  std::vector<pollfd> waiting_;
};

}  // namespace sightglass
