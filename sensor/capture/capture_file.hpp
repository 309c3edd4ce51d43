// A capture file as a stream of packets: pcap and pcapng, plain or gzip, or standard input.
#pragma once

#include <memory>
#include <string>

#include "sensor/capture/capture_format.hpp"
#include "sensor/capture/capture_input.hpp"
#include "sensor/capture/packet_source.hpp"

namespace sightglass {

/// Reads one capture file in constant memory. pcapng may hold several sections, of either byte
/// order, and interfaces of mixed link types; blocks it does not know are skipped. A file that is
/// cut off or damaged is read up to there; `end()` then says where and why.
class CaptureFile final : public PacketSource {
 public:
  /// `path` "-" is standard input. `file` is null, with `error` for people ("x.pcap: not a
  /// capture ..."), when it can not be opened or is neither pcap nor pcapng.
  struct Opened {
    std::unique_ptr<CaptureFile> file;
    std::string error;
  };
  static Opened open(const std::string& path, CaptureInput::Tap tap = {});

  Next next(RawPacket& packet) override {
    return format_->next(*input_, packet) ? Next::packet : Next::end;
  }
  const std::vector<CaptureInterface>& interfaces() const override { return format_->interfaces(); }
  CaptureLoss loss() const override { return format_->loss(); }

  const std::string& path() const { return path_; }
  const CaptureEnd& end() const { return format_->end(); }
  /// For progress: bytes taken from the file (compressed ones, if it is), of how many (0: unknown).
  std::uint64_t bytes_read() const { return input_->bytes_read(); }
  std::uint64_t file_size() const { return input_->file_size(); }
  /// Whatever packets were left: the tap sees the whole file. Call once, last.
  void read_to_end() { input_->read_to_end(); }

 private:
  CaptureFile(std::string path, std::unique_ptr<CaptureInput> input,
              std::unique_ptr<CaptureFormat> format)
      : path_(std::move(path)), input_(std::move(input)), format_(std::move(format)) {}

  std::string path_;
  std::unique_ptr<CaptureInput> input_;
  std::unique_ptr<CaptureFormat> format_;
};

}  // namespace sightglass
