// The merge: the head of every file, the earliest goes next.
#include "sensor/capture/merged_captures.hpp"

namespace sightglass {
namespace {

constexpr std::uint32_t kUnnumbered = 0xffffffff;

}  // namespace

MergedCaptures::Opened MergedCaptures::open(std::span<const std::string> paths, const Tap& tap) {
  Opened result;
  auto merged = std::make_unique<MergedCaptures>();
  for (std::size_t index = 0; index < paths.size(); ++index) {
    CaptureInput::Tap file_tap;
    if (tap) file_tap = [tap, index](Bytes bytes) { tap(index, bytes); };
    CaptureFile::Opened opened = CaptureFile::open(paths[index], std::move(file_tap));
    if (!opened.file) {
      result.errors.push_back(std::move(opened.error));
      continue;
    }
    merged->files_.push_back({std::move(opened.file), {}, false, {}});
  }
  if (!result.errors.empty()) return result;
  if (merged->files_.size() > 1) {
    for (File& file : merged->files_) merged->advance(file);
  }
  result.captures = std::move(merged);
  return result;
}

void MergedCaptures::number_interface(File& file, RawPacket& packet) {
  const std::uint32_t local = packet.interface;
  if (file.interface_numbers.size() <= local) file.interface_numbers.resize(local + 1, kUnnumbered);
  std::uint32_t& number = file.interface_numbers[local];
  if (number == kUnnumbered) {
    number = static_cast<std::uint32_t>(interfaces_.size());
    interfaces_.push_back(file.file->interfaces()[local]);
  }
  packet.interface = number;
}

void MergedCaptures::advance(File& file) {
  file.has_head = file.file->next(file.head) == Next::packet;
}

PacketSource::Next MergedCaptures::next(RawPacket& packet) {
  if (is_over_) return Next::end;
  if (files_.size() == 1) {
    File& file = files_.front();
    if (file.file->next(packet) != Next::packet) return Next::end;
    number_interface(file, packet);
    return Next::packet;
  }
  if (handed_out_ != nullptr) advance(*handed_out_);
  handed_out_ = nullptr;
  for (File& file : files_) {
    const bool earlier = handed_out_ == nullptr || file.head.time < handed_out_->head.time;
    if (file.has_head && earlier) handed_out_ = &file;
  }
  if (handed_out_ == nullptr) return Next::end;
  packet = handed_out_->head;
  number_interface(*handed_out_, packet);
  return Next::packet;
}

CaptureLoss MergedCaptures::loss() const {
  CaptureLoss sum;
  for (const File& file : files_) {
    const CaptureLoss loss = file.file->loss();
    sum.received += loss.received;
    sum.dropped_by_kernel += loss.dropped_by_kernel;
    sum.dropped_by_interface += loss.dropped_by_interface;
    sum.files_cut_off += file.file->end().is_early() ? 1 : 0;
  }
  return sum;
}

void MergedCaptures::read_to_end() {
  is_over_ = true;
  for (File& file : files_) file.file->read_to_end();
}

std::uint64_t MergedCaptures::bytes_read() const {
  std::uint64_t sum = 0;
  for (const File& file : files_) sum += file.file->bytes_read();
  return sum;
}

std::uint64_t MergedCaptures::total_size() const {
  std::uint64_t sum = 0;
  for (const File& file : files_) {
    if (file.file->file_size() == 0) return 0;
    sum += file.file->file_size();
  }
  return sum;
}

}  // namespace sightglass
