// What the two capture formats have in common: packets out of a window of bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sensor/capture/capture_input.hpp"
#include "sensor/capture/packet_source.hpp"

namespace sightglass {

/// No packet is larger: what claims to be is damage (the largest snapshot length of libpcap).
inline constexpr std::uint32_t kMaxPacketBytes = 256 * 1024;

/// How reading a capture file ended.
struct CaptureEnd {
  enum class Kind : std::uint8_t {
    reading,    ///< not yet at its end
    complete,   ///< after a whole packet or block
    truncated,  ///< in the middle of one: the rest was never written
    damaged,    ///< at bytes that can not be: nothing after them can be trusted
  };
  Kind kind = Kind::reading;
  std::uint64_t offset = 0;  ///< of the packet or block that is not whole, decompressed
  std::string detail;        ///< for people; "" when complete

  bool is_early() const { return kind == Kind::truncated || kind == Kind::damaged; }
};

/// One opened capture format. Never throws; damage ends it with `end()` saying where and why.
class CaptureFormat {
 public:
  virtual ~CaptureFormat() = default;
  /// False at the end. `packet.bytes` is valid until the next call.
  virtual bool next(CaptureInput& input, RawPacket& packet) = 0;
  virtual CaptureLoss loss() const = 0;

  const std::vector<CaptureInterface>& interfaces() const { return interfaces_; }
  const CaptureEnd& end() const { return end_; }

 protected:
  bool stop(CaptureEnd::Kind kind, std::uint64_t offset, std::string detail) {
    end_ = {kind, offset, std::move(detail)};
    return false;
  }
  /// The input holds fewer bytes than a whole packet or block needs.
  bool stop_short(const CaptureInput& input, std::string detail) {
    if (!input.failure().empty()) detail = input.failure();
    return stop(CaptureEnd::Kind::truncated, input.position(), std::move(detail));
  }

  std::vector<CaptureInterface> interfaces_;
  CaptureEnd end_;
};

/// The format of `input`, its header consumed; null with `error` when it is neither.
struct RecognisedFormat {
  std::unique_ptr<CaptureFormat> format;
  std::string error;
};
RecognisedFormat recognise_pcap(CaptureInput& input);
RecognisedFormat recognise_pcapng(CaptureInput& input);

}  // namespace sightglass
