// The sliding window over a capture file's contents.
#include "sensor/capture/capture_input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace sightglass {
namespace {

// Read at once: enough that system calls do not count, and little enough that what was read is
// still in the processor's cache when it is decoded.
constexpr std::size_t kReadBytes = 32 * 1024;
constexpr std::size_t kCompressedWindow = 256 * 1024;
constexpr int kGzipWindowBits = 15 + 16;  // zlib: the largest window, gzip framing

std::string error_text(int code) { return std::generic_category().message(code); }

}  // namespace

CaptureInput::CaptureInput(int descriptor, bool owned, Tap tap)
    : descriptor_(descriptor),
      owned_(owned),
      tap_(std::move(tap)),
      window_(std::make_unique_for_overwrite<std::uint8_t[]>(kReadWindow)) {
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    file_size_ = static_cast<std::uint64_t>(status.st_size);
  }
  detect_compression();
}

CaptureInput::~CaptureInput() {
  if (inflating_) inflateEnd(&zlib_);
  if (owned_) close(descriptor_);
}

CaptureInput::Opened CaptureInput::open(const std::string& path, Tap tap) {
  if (path == "-") {
    return {std::unique_ptr<CaptureInput>(new CaptureInput(0, false, std::move(tap))), {}};
  }
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {nullptr, path + ": " + error_text(errno)};
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    close(descriptor);
    return {nullptr, path + ": is a directory, not a capture file"};
  }
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return {std::unique_ptr<CaptureInput>(new CaptureInput(descriptor, true, std::move(tap))), {}};
}

void CaptureInput::detect_compression() {
  const Bytes start = peek(2);
  if (start.size() < 2 || start[0] != 0x1f || start[1] != 0x8b) return;
  compressed_.assign(std::max(kCompressedWindow, start.size()), 0);
  std::copy(start.begin(), start.end(), compressed_.begin());
  zlib_.next_in = compressed_.data();
  zlib_.avail_in = static_cast<uInt>(start.size());
  if (inflateInit2(&zlib_, kGzipWindowBits) != Z_OK) {
    failure_ = "zlib can not start";
    at_end_ = true;
  } else {
    inflating_ = true;
    at_end_ = false;
  }
  begin_ = end_ = 0;
}

std::size_t CaptureInput::read_file(std::uint8_t* into, std::size_t room) {
  for (;;) {
    const ssize_t count = ::read(descriptor_, into, room);
    if (count >= 0) {
      file_read_ += static_cast<std::uint64_t>(count);
      if (tap_) tap_({into, static_cast<std::size_t>(count)});
      return static_cast<std::size_t>(count);
    }
    if (errno == EINTR) continue;
    failure_ = "reading failed: " + error_text(errno);
    return 0;
  }
}

std::size_t CaptureInput::inflate_some(std::uint8_t* into, std::size_t room) {
  for (;;) {
    if (zlib_.avail_in == 0) {
      const std::size_t count = read_file(compressed_.data(), compressed_.size());
      zlib_.next_in = compressed_.data();
      zlib_.avail_in = static_cast<uInt>(count);
      if (count == 0) {
        if (!between_members_ && failure_.empty()) failure_ = "the gzip stream is cut off";
        return 0;
      }
    }
    if (between_members_) {
      // RFC 1952 2.2: members may follow one another; anything else after one is padding.
      if (*zlib_.next_in != 0x1f || inflateReset(&zlib_) != Z_OK) return 0;
      between_members_ = false;
    }
    zlib_.next_out = into;
    zlib_.avail_out = static_cast<uInt>(room);
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    between_members_ = result == Z_STREAM_END;
    const std::size_t produced = room - zlib_.avail_out;
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      failure_ = "the gzip stream is damaged";
      zlib_.avail_in = 0;
      at_end_ = true;
      return produced;
    }
    if (produced > 0) return produced;
  }
}

std::size_t CaptureInput::read_some(std::uint8_t* into, std::size_t room) {
  return inflating_ ? inflate_some(into, room) : read_file(into, room);
}

void CaptureInput::fill(std::size_t count) {
  count = std::min(count, kReadWindow);
  if (at_end_) return;
  std::memmove(window_.get(), window_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (end_ < count && !at_end_) {
    const std::size_t room = std::min(kReadWindow - end_, std::max(kReadBytes, count - end_));
    const std::size_t got = read_some(window_.get() + end_, room);
    if (got == 0) at_end_ = true;
    end_ += got;
  }
}

void CaptureInput::read_to_end() {
  while (read_file(window_.get(), kReadBytes) > 0) {
  }
}

bool CaptureInput::skip(std::uint64_t count) {
  while (count > 0) {
    const Bytes here = peek(1);
    if (here.empty()) return false;
    const auto step = std::min<std::uint64_t>(count, here.size());
    consume(static_cast<std::size_t>(step));
    count -= step;
  }
  return true;
}

}  // namespace sightglass
