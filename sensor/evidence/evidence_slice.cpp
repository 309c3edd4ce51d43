#include "sensor/evidence/evidence_slice.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace sightglass {
namespace {

constexpr mode_t kFileMode = 0640;

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool sync_path(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  return ::close(descriptor) == 0 && synced;
}

std::string file_name(const AlertId& id) { return to_text(id) + ".pcapng"; }

}  // namespace

EvidenceSlice::EvidenceSlice(const Alert& alert, std::filesystem::path directory,
                             const EvidenceOrigin& origin)
    : alert_(alert.id),
      directory_(std::move(directory)),
      origin_(&origin),
      writer_(alert.kind + " " + to_text(alert.id) + ": " + alert.sentence, origin.application) {}

EvidenceSlice::EvidenceSlice(EvidenceSlice&& from) noexcept
    : alert_(from.alert_),
      directory_(std::move(from.directory_)),
      origin_(from.origin_),
      writer_(std::move(from.writer_)),
      interfaces_(std::move(from.interfaces_)),
      frames_(from.frames_),
      written_(from.written_),
      on_disk_(std::exchange(from.on_disk_, false)) {}

EvidenceSlice::~EvidenceSlice() {
  if (on_disk_) ::unlink(temporary().c_str());
}

std::filesystem::path EvidenceSlice::temporary() const {
  return directory_ / "evidence" / (file_name(alert_) + ".tmp");
}

void EvidenceSlice::add(const Layers& layers, std::string_view comment) {
  const auto key = std::pair(layers.interface, layers.link_type);
  auto found = interfaces_.find(key);
  if (found == interfaces_.end()) {
    const auto& names = origin_->interfaces;
    const std::string name = layers.interface < names.size() ? names[layers.interface] : "";
    found = interfaces_.emplace(key, writer_.add_interface(layers.link_type, 0, name)).first;
  }
  writer_.add_packet(found->second, layers.time, layers.bytes, layers.original_length, comment);
  ++frames_;
}

bool EvidenceSlice::spill() {
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (on_disk_ ? O_APPEND : O_TRUNC);
  const int descriptor = ::open(temporary().c_str(), flags, kFileMode);
  if (descriptor < 0) return false;
  on_disk_ = true;
  const std::string bytes = writer_.take();
  bool good = ::fchmod(descriptor, kFileMode) == 0 && write_all(descriptor, bytes);
  good = ::close(descriptor) == 0 && good;
  written_ += bytes.size();
  return good;
}

EvidenceRecord EvidenceSlice::finish(EvidenceState state, bool sync,
                                     const std::function<bool(std::uint64_t)>& has_room) {
  EvidenceRecord record;
  record.alert = alert_;
  record.lack = frames_ == 0 ? EvidenceLack::not_captured : EvidenceLack::write_failed;
  if (frames_ == 0 || !spill()) return record;
  if (sync && !sync_path(temporary(), O_WRONLY)) return record;
  if (has_room && !has_room(written_)) {
    record.lack = EvidenceLack::full;
    return record;
  }
  const std::filesystem::path file = directory_ / "evidence" / file_name(alert_);
  if (::rename(temporary().c_str(), file.c_str()) != 0) return record;
  on_disk_ = false;
  if (sync && !sync_path(directory_ / "evidence", O_RDONLY | O_DIRECTORY)) return record;
  record.state = state;
  record.lack = EvidenceLack::none;
  record.path = "evidence/" + file_name(alert_);
  record.bytes = written_;
  record.frames = frames_;
  return record;
}

}  // namespace sightglass
