// Capture files from hostile hands: reading ends, and no packet is larger than the limit.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sensor/capture/capture_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass;
  const int file = memfd_create("capture", MFD_CLOEXEC);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  const auto opened = CaptureFile::open("/proc/self/fd/" + std::to_string(file));
  close(file);
  if (!opened.file) return opened.error.empty() ? (std::abort(), 0) : 0;
  RawPacket packet;
  unsigned sum = 0;
  while (opened.file->next(packet) == PacketSource::Next::packet) {
    if (packet.bytes.size() > kMaxPacketBytes) std::abort();
    if (packet.bytes.size() > packet.original_length) std::abort();
    if (packet.interface >= opened.file->interfaces().size()) std::abort();
    for (const std::uint8_t octet : packet.bytes) sum += octet;
  }
  if (opened.file->end().kind == CaptureEnd::Kind::reading) std::abort();
  [[maybe_unused]] static volatile unsigned sink;
  sink = sum;
  return 0;
}
