// Several capture files as one stream of packets, in order of time.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sensor/capture/capture_file.hpp"

namespace sightglass {

/// Merges files by packet time. Packets of one file keep their order even where its time goes
/// back; at equal times the file named first goes first. Interfaces are numbered across all files
/// in the order in which packets first use them.
class MergedCaptures final : public PacketSource {
 public:
  /// `captures` is null when any file can not be opened; `errors` then names every one.
  struct Opened {
    std::unique_ptr<MergedCaptures> captures;
    std::vector<std::string> errors;
  };
  /// Sees the bytes of each file, by its place in `paths`, as they are read.
  using Tap = std::function<void(std::size_t file, Bytes bytes)>;
  static Opened open(std::span<const std::string> paths, const Tap& tap = {});

  Next next(RawPacket& packet) override;
  const std::vector<CaptureInterface>& interfaces() const override { return interfaces_; }
  CaptureLoss loss() const override;

  std::size_t file_count() const { return files_.size(); }
  const CaptureFile& file(std::size_t index) const { return *files_[index].file; }
  std::uint64_t bytes_read() const;
  /// Whatever packets were left: the tap sees all files to their ends. There are no more packets.
  void read_to_end();
  std::uint64_t total_size() const;  ///< 0 when the size of any file is unknown

 private:
  struct File {
    std::unique_ptr<CaptureFile> file;
    RawPacket head;
    bool has_head = false;
    std::vector<std::uint32_t> interface_numbers;  // local index -> ours, kUnnumbered before use
  };

  void advance(File& file);
  void number_interface(File& file, RawPacket& packet);

  std::vector<File> files_;
  std::vector<CaptureInterface> interfaces_;
  bool is_over_ = false;
  File* handed_out_ = nullptr;  // its head is the caller's until the next call
};

}  // namespace sightglass
