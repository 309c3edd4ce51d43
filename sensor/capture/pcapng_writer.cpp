// pcapng, as written: draft-ietf-opsawg-pcapng.
#include "sensor/capture/pcapng_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "sensor/capture/pcapng_blocks.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kFlushBytes = 256 * 1024;
constexpr std::size_t kMaxOptionBytes = 65535;  // its length has 16 bits
constexpr std::uint8_t kNanoseconds = 9;        // if_tsresol: 10 to the power of -9

std::string error_text(int code) { return std::generic_category().message(code); }

}  // namespace

PcapngWriter::PcapngWriter(int descriptor) : descriptor_(descriptor) {}

PcapngWriter::~PcapngWriter() {
  if (descriptor_ >= 0) close(descriptor_);
}

PcapngWriter::Opened PcapngWriter::open(const std::string& path, std::string_view section_comment) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (descriptor < 0) return {nullptr, path + ": " + error_text(errno)};
  std::unique_ptr<PcapngWriter> writer(new PcapngWriter(descriptor));
  writer->begin_block(pcapng::kSectionHeader);
  writer->u32(pcapng::kByteOrderMagic);
  writer->u16(1);  // version 1.0
  writer->u16(0);
  writer->u32(0xffffffff);  // section length: not given
  writer->u32(0xffffffff);
  writer->option(pcapng::kComment, section_comment);
  writer->option(pcapng::kUserApplication, "Sightglass");
  writer->end_block();
  return {std::move(writer), {}};
}

std::uint32_t PcapngWriter::add_interface(const CaptureInterface& interface) {
  begin_block(pcapng::kInterfaceDescription);
  u16(interface.link_type);
  u16(0);
  u32(interface.snap_length);
  option(pcapng::kInterfaceName, interface.name);
  option(pcapng::kTimeResolution, as_text({&kNanoseconds, 1}));
  end_block();
  return interfaces_++;
}

void PcapngWriter::packet(const RawPacket& packet, std::string_view comment) {
  begin_block(pcapng::kEnhancedPacket);
  u32(packet.interface);
  stamp(packet.time);
  u32(static_cast<std::uint32_t>(packet.bytes.size()));
  u32(packet.original_length);
  padded(packet.bytes);
  option(pcapng::kComment, comment);
  end_block();
}

void PcapngWriter::statistics(std::uint32_t interface, Timestamp at, const CaptureLoss& loss) {
  begin_block(pcapng::kInterfaceStatistics);
  u32(interface);
  stamp(at);
  number_option(pcapng::kReceived, loss.received);
  number_option(pcapng::kDroppedByInterface, loss.dropped_by_interface);
  number_option(pcapng::kDroppedBySystem, loss.dropped_by_kernel);
  end_block();
}

std::string PcapngWriter::finish() {
  flush();
  if (error_.empty() && fsync(descriptor_) != 0) error_ = error_text(errno);
  if (close(descriptor_) != 0 && error_.empty()) error_ = error_text(errno);
  descriptor_ = -1;
  return error_;
}

void PcapngWriter::begin_block(std::uint32_t type) {
  block_ = buffer_.size();
  has_options_ = false;
  u32(type);
  u32(0);  // the length: known at the end
}

void PcapngWriter::end_block() {
  if (has_options_) u32(pcapng::kEndOfOptions);
  const auto length = static_cast<std::uint32_t>(buffer_.size() - block_ + sizeof(std::uint32_t));
  std::memcpy(buffer_.data() + block_ + sizeof(std::uint32_t), &length, sizeof length);
  u32(length);
  bytes_ += length;
  if (buffer_.size() >= kFlushBytes) flush();
}

void PcapngWriter::stamp(Timestamp time) {
  const auto ns = static_cast<std::uint64_t>(to_ns(time));
  u32(static_cast<std::uint32_t>(ns >> 32));
  u32(static_cast<std::uint32_t>(ns));
}

void PcapngWriter::option(std::uint16_t code, std::string_view value) {
  if (value.empty()) return;
  value = value.substr(0, kMaxOptionBytes);
  has_options_ = true;
  u16(code);
  u16(static_cast<std::uint16_t>(value.size()));
  padded(as_bytes(value));
}

void PcapngWriter::number_option(std::uint16_t code, std::uint64_t value) {
  option(code, {reinterpret_cast<const char*>(&value), sizeof value});
}

void PcapngWriter::padded(Bytes bytes) {
  raw(bytes.data(), bytes.size());
  buffer_.resize(buffer_.size() + (4 - bytes.size() % 4) % 4);
}

void PcapngWriter::raw(const void* bytes, std::size_t count) {
  const auto* first = static_cast<const std::uint8_t*>(bytes);
  buffer_.insert(buffer_.end(), first, first + count);
}

void PcapngWriter::flush() {
  Bytes left(buffer_);
  while (!left.empty() && error_.empty()) {
    const ssize_t count = write(descriptor_, left.data(), left.size());
    if (count >= 0) {
      left = left.subspan(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      error_ = error_text(errno);
    }
  }
  buffer_.clear();
}

}  // namespace sightglass
