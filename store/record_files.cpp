#include "store/record_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "store/record_transaction.hpp"

namespace sightglass {
namespace {

namespace fs = std::filesystem;

StoreError system_error(const fs::path& path, std::string_view doing) {
  const int code = errno;
  StoreError::Kind kind = StoreError::Kind::io;
  if (code == EACCES || code == EPERM || code == EROFS) kind = StoreError::Kind::refused;
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) kind = StoreError::Kind::full;
  if (code == ENOENT) kind = StoreError::Kind::missing;
  return StoreError::of(kind,
                        path.string() + ": " + std::string(doing) + ": " + std::strerror(code));
}

StoreError make_record(const fs::path& record) {
  const int descriptor =
      ::open(record.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_t{kFileMode});
  if (descriptor < 0)
    return errno == EEXIST ? StoreError{} : system_error(record, "can not make it");
  const bool moded = ::fchmod(descriptor, kFileMode) == 0;  // whatever the umask
  StoreError error = moded ? StoreError{} : system_error(record, "can not set its mode");
  ::close(descriptor);
  return error;
}

std::string read_all(int descriptor) {
  std::array<char, 64> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

StoreError make_directory(const fs::path& directory) {
  if (::mkdir(directory.c_str(), mode_t{kDirectoryMode}) != 0) {
    const int code = errno;
    std::error_code ignored;
    if (code == EEXIST && fs::is_directory(directory, ignored)) return {};
    errno = code;
    return system_error(directory, "can not make the directory");
  }
  if (::chmod(directory.c_str(), mode_t{kDirectoryMode}) != 0) {
    return system_error(directory, "can not set its mode");
  }
  return {};
}

StoreError prepare_record_files(const fs::path& record) {
  const fs::path directory = fs::absolute(record).parent_path();
  std::error_code code;
  if (directory.has_parent_path()) fs::create_directories(directory.parent_path(), code);
  if (StoreError error = make_directory(directory); !error.ok()) return error;
  if (StoreError error = make_directory(directory / "evidence"); !error.ok()) return error;
  return make_record(record);
}

StoreError sync_directory(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return system_error(directory, "can not open it");
  StoreError error = ::fsync(descriptor) == 0 ? StoreError{} : system_error(directory, "sync");
  ::close(descriptor);
  return error;
}

StoreError write_file(const fs::path& file, std::string_view contents) {
  const fs::path temporary = file.string() + ".tmp";
  const int descriptor =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t{kFileMode});
  if (descriptor < 0) return system_error(temporary, "can not make it");
  StoreError error;
  while (error.ok() && !contents.empty()) {
    const ssize_t written = ::write(descriptor, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      error = system_error(temporary, "can not write");
    } else {
      contents.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  if (error.ok() && ::fchmod(descriptor, kFileMode) != 0) error = system_error(temporary, "mode");
  if (error.ok() && ::fsync(descriptor) != 0) error = system_error(temporary, "sync");
  if (::close(descriptor) != 0 && error.ok()) error = system_error(temporary, "close");
  if (error.ok() && ::rename(temporary.c_str(), file.c_str()) != 0) {
    error = system_error(file, "can not put it in place");
  }
  if (!error.ok()) {
    ::unlink(temporary.c_str());
    return error;
  }
  return sync_directory(fs::absolute(file).parent_path());
}

WriterLock::Taken WriterLock::take(const fs::path& record) {
  const fs::path file = record.string() + ".lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode_t{kFileMode});
  if (descriptor < 0) return {nullptr, system_error(file, "can not open the writer's lock")};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const std::string owner = read_all(descriptor);
    ::close(descriptor);
    return {nullptr, StoreError::of(StoreError::Kind::in_use,
                                    record.string() + ": another sensor is writing it" +
                                        (owner.empty() ? "" : " (process " + owner + ")") +
                                        "; a record has one writer")};
  }
  const std::string self = std::to_string(::getpid());
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, self.data(), self.size(), 0) < 0) {
    // The number is only for people; on a full disk the lock holds without it.
  }
  return {std::unique_ptr<WriterLock>(new WriterLock(file, descriptor)), {}};
}

WriterLock::~WriterLock() { ::close(descriptor_); }

void WriterLock::remove_file() { ::unlink(file_.c_str()); }

std::string evidence_path(const AlertId& id) { return "evidence/" + to_text(id) + ".pcapng"; }

namespace {

bool alert_exists(Connection& connection, const AlertId& id) {
  Statement row = connection.prepare("SELECT 1 FROM alert WHERE id = ?");
  row.bind(id.bytes);
  return row.row();
}

// True when the alert's row already says the file is there.
bool evidence_settled(Connection& connection, const AlertId& id) {
  Statement row =
      connection.prepare("SELECT 1 FROM evidence WHERE alert = ? AND state IN ('ready','partial')");
  row.bind(id.bytes);
  return row.row();
}

}  // namespace

StoreError repair_evidence(Connection& connection, const fs::path& record_directory) {
  const RunInfo run;  // evidence takes sensor and realm from its alert
  RecordTransaction transaction(connection, run);
  Batch repaired;
  std::error_code code;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(record_directory / "evidence", code)) {
    const fs::path& file = entry.path();
    const auto id = file.extension() == ".pcapng" ? parse_alert_id(file.stem().string())
                                                  : std::optional<AlertId>{};
    if (!id || !alert_exists(connection, *id)) {
      std::error_code ignored;
      if (connection.ok()) fs::remove(file, ignored);
      continue;
    }
    if (evidence_settled(connection, *id)) continue;
    repaired.evidence.push_back({.alert = *id,
                                 .state = EvidenceState::partial,
                                 .path = evidence_path(*id),
                                 .bytes = entry.file_size(code)});
  }
  connection.begin("BEGIN IMMEDIATE");
  transaction.apply(repaired);
  connection.execute(
      "INSERT INTO change (sensor, realm, kind, id) SELECT sensor, realm, 'evidence', alert "
      "FROM evidence WHERE state = 'collecting';"
      "UPDATE evidence SET state = 'none' WHERE state = 'collecting'");
  connection.commit();
  return connection.failure();
}

}  // namespace sightglass
