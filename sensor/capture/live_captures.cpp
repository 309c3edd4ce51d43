// The waiting is here and not in libpcap, which may wait for ever on a silent interface: ticks are
// due in the silence too, and while one interface is silent another may speak.
#include "sensor/capture/live_captures.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace sightglass {
namespace {

constexpr Duration kLongestWait = std::chrono::milliseconds(50);
/// Packets that are held become due one by one: this many wakings, and not one for each.
constexpr Duration kShortestWait = std::chrono::milliseconds(5);

Timestamp stamping_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::vector<PacketSource*> sources_of(const std::vector<std::unique_ptr<LiveCapture>>& captures) {
  std::vector<PacketSource*> sources;
  for (const auto& capture : captures) sources.push_back(capture.get());
  return sources;
}

}  // namespace

LiveCaptures::Opened LiveCaptures::open(std::span<const LiveCaptureSettings> settings) {
  Opened result;
  std::vector<std::unique_ptr<LiveCapture>> captures;
  for (const LiveCaptureSettings& one : settings) {
    LiveCapture::Opened opened = LiveCapture::open(one);
    if (opened.capture) {
      captures.push_back(std::move(opened.capture));
    } else {
      result.errors.push_back(std::move(opened.error));
    }
  }
  if (result.errors.empty()) result.captures.reset(new LiveCaptures(std::move(captures)));
  return result;
}

LiveCaptures::LiveCaptures(std::vector<std::unique_ptr<LiveCapture>> captures)
    : captures_(std::move(captures)), merge_(sources_of(captures_), stamping_clock) {
  for (const auto& capture : captures_) interfaces_.push_back(capture->interfaces().front());
}

PacketSource::Next LiveCaptures::next(RawPacket& packet) {
  const Next next = merge_.next(packet);
  if (next == Next::idle) {
    wait(std::clamp(merge_.due_in().value_or(kLongestWait), kShortestWait, kLongestWait));
  }
  return next;
}

void LiveCaptures::wait(Duration most) {
  waiting_.clear();
  for (std::size_t i = 0; i < captures_.size(); ++i) {
    if (merge_.wants(i)) waiting_.push_back({captures_[i]->descriptor(), POLLIN, 0});
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(most);
  const timespec limit{seconds.count(), (most - seconds).count()};
  while (ppoll(waiting_.data(), waiting_.size(), &limit, nullptr) > 0) {
    // POLLERR may stay set on the socket of an interface that is down: it is waited for no more,
    // or we would spin.
    const auto failed = std::erase_if(
        waiting_, [](const pollfd& one) { return one.revents != 0 && !(one.revents & POLLIN); });
    if (failed == 0) return;
  }
}

CaptureLoss LiveCaptures::loss() const {
  CaptureLoss sum;
  for (const auto& capture : captures_) {
    const CaptureLoss loss = capture->loss();
    sum.received += loss.received;
    sum.dropped_by_kernel += loss.dropped_by_kernel;
    sum.dropped_by_interface += loss.dropped_by_interface;
  }
  return sum;
}

std::vector<InterfaceState> LiveCaptures::states() const {
  std::vector<InterfaceState> states;
  for (const auto& capture : captures_) states.push_back(capture->state());
  return states;
}

}  // namespace sightglass
