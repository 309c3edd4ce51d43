// Writes capture files: the evidence that goes with an alert.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/capture/packet_source.hpp"

namespace sightglass {

/// Writes one pcapng section with time stamps in nanoseconds, in the byte order of the machine. The
/// first error (disk full ...) is kept and nothing is written after it; `finish` tells it. A writer
/// that is destroyed without `finish` leaves a file that is cut off.
class PcapngWriter {
 public:
  /// Creates `path`, or empties it (mode 0640). `writer` is null, with `error`, when it can not.
  struct Opened {
    std::unique_ptr<PcapngWriter> writer;
    std::string error;
  };
  static Opened open(const std::string& path, std::string_view section_comment);
  ~PcapngWriter();
  PcapngWriter(const PcapngWriter&) = delete;
  PcapngWriter& operator=(const PcapngWriter&) = delete;

  /// The number of the interface, from 0. Before the first packet that uses it.
  std::uint32_t add_interface(const CaptureInterface& interface);
  /// `packet.interface` is a number of `add_interface`; its link type is that of the interface.
  void packet(const RawPacket& packet, std::string_view comment = {});
  /// What was received and lost on an interface up to `at`.
  void statistics(std::uint32_t interface, Timestamp at, const CaptureLoss& loss);
  /// Writes everything out, on to the disk, and closes. "" or what went wrong.
  std::string finish();

  std::uint64_t size() const { return bytes_; }  ///< of the file, when everything is written out

 private:
  explicit PcapngWriter(int descriptor);
  void begin_block(std::uint32_t type);
  void end_block();
  void u16(std::uint16_t value) { raw(&value, sizeof value); }
  void u32(std::uint32_t value) { raw(&value, sizeof value); }
  void stamp(Timestamp time);
  void option(std::uint16_t code, std::string_view value);
  void number_option(std::uint16_t code, std::uint64_t value);
  void padded(Bytes bytes);
  void raw(const void* bytes, std::size_t count);
  void flush();

  int descriptor_;
  std::vector<std::uint8_t> buffer_;
  std::size_t block_ = 0;  // where the current block begins in the buffer
  bool has_options_ = false;
  std::uint32_t interfaces_ = 0;
  std::uint64_t bytes_ = 0;
  std::string error_;
};

}  // namespace sightglass
