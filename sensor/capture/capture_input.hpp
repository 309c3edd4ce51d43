// The bytes of a capture file: a file or standard input, gzip or plain, through one window.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dissectors/bytes.hpp"

namespace sightglass {

/// Reads forward only, in constant memory: a window of `kReadWindow` bytes slides over the
/// (decompressed) contents. gzip is recognised by its magic; members one after the other are one
/// stream. A damaged or cut off gzip member ends the contents there and says so in `failure()`.
class CaptureInput {
 public:
  /// Sees the bytes of the file (compressed ones, if it is) as they are read, each once.
  using Tap = std::function<void(Bytes)>;

  static constexpr std::size_t kReadWindow = 1 << 20;

  /// `path` "-" is standard input. On failure `input` is null and `error` says why.
  struct Opened {
    std::unique_ptr<CaptureInput> input;
    std::string error;
  };
  static Opened open(const std::string& path, Tap tap = {});
  ~CaptureInput();
  CaptureInput(const CaptureInput&) = delete;
  CaptureInput& operator=(const CaptureInput&) = delete;

  /// At least `count` (<= kReadWindow) bytes from the current position on; fewer only when the
  /// contents end before. Valid until the next call that is not `peek` of a smaller count.
  Bytes peek(std::size_t count) {
    if (end_ - begin_ < count) fill(count);
    return {window_.get() + begin_, end_ - begin_};
  }
  /// Moves forward; `count` bytes must have been peeked.
  void consume(std::size_t count) {
    begin_ += count;
    position_ += count;
  }
  /// Moves forward over any number of bytes; false when the contents end before.
  bool skip(std::uint64_t count);
  /// Reads what is left of the file, for the tap alone. Call once, last.
  void read_to_end();

  std::uint64_t position() const { return position_; }     ///< in the decompressed contents
  std::uint64_t bytes_read() const { return file_read_; }  ///< from the file, compressed
  std::uint64_t file_size() const { return file_size_; }   ///< 0 when unknown (a pipe)
  bool compressed() const { return inflating_; }
  /// Why the contents ended early: a read error or broken compression; "" when they did not.
  const std::string& failure() const { return failure_; }

 private:
  CaptureInput(int descriptor, bool owned, Tap tap);
  void fill(std::size_t count);
  std::size_t read_some(std::uint8_t* into, std::size_t room);
  std::size_t read_file(std::uint8_t* into, std::size_t room);
  std::size_t inflate_some(std::uint8_t* into, std::size_t room);
  void detect_compression();

  int descriptor_;
  bool owned_;
  Tap tap_;
  bool at_end_ = false;
  bool inflating_ = false;
  bool between_members_ = false;
  z_stream zlib_{};
  std::vector<std::uint8_t> compressed_;
  std::unique_ptr<std::uint8_t[]> window_;  // kReadWindow; only what is read into it is touched
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t position_ = 0, file_read_ = 0, file_size_ = 0;
  std::string failure_;
};

}  // namespace sightglass
