// A live network interface as a stream of packets, through libpcap.
#pragma once

#include <memory>
#include <string>

#include "sensor/capture/packet_source.hpp"

struct pcap;

namespace sightglass {

struct LiveCaptureSettings {
  std::string interface;
  std::uint32_t ring_mib = 64;          ///< kernel ring (TPACKET_V3)
  std::uint32_t snap_length = 262'144;  ///< bytes kept of a packet
  std::string filter;                   ///< libpcap filter expression; "" = everything
};

/// Descriptors of capture sockets are at least this, so that one system-call filter covers them all
/// (lockdown.hpp). Nothing else is opened up there.
inline constexpr int kFirstCaptureDescriptor = 1000;

/// One interface, promiscuous, not in immediate mode. An interface that goes down is waited out;
/// one that is gone (its driver or namespace removed) ends the stream.
class LiveCapture final : public PacketSource {
 public:
  /// `capture` is null, with `error` for people, when the interface can not be opened or the filter
  /// does not compile. Needs CAP_NET_RAW here and never again.
  struct Opened {
    std::unique_ptr<LiveCapture> capture;
    std::string error;
  };
  static Opened open(const LiveCaptureSettings& settings);
  ~LiveCapture() override;

  /// Does not wait: live_captures.hpp does, for all interfaces at once.
  Next next(RawPacket& packet) override;
  const std::vector<CaptureInterface>& interfaces() const override { return interfaces_; }
  CaptureLoss loss() const override;

  InterfaceState state() const;
  int descriptor() const { return descriptor_; }

 private:
  LiveCapture(pcap* handle, const LiveCaptureSettings& settings);
  Next outage();

  pcap* handle_;
  int descriptor_;
  unsigned index_;  // the kernel's number of the interface, which keeps it under another name
  std::vector<CaptureInterface> interfaces_;
  std::uint64_t received_ = 0;
  std::uint64_t outages_ = 0;
  Timestamp last_packet_{};
  bool down_ = false;
  bool gone_ = false;
};

}  // namespace sightglass
