// The files around record.db: who may read them, who writes them, and what a crash left behind.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/connection.hpp"
#include "store/record_rows.hpp"
#include "store/store_error.hpp"

namespace sightglass {

inline constexpr unsigned kDirectoryMode = 02750;  // files inherit the group that may read
inline constexpr unsigned kFileMode = 0640;

/// Makes the directory of `record` and its `evidence/` where they are missing, and an empty
/// `record` with the right mode: SQLite gives its -wal and -shm the same.
StoreError prepare_record_files(const std::filesystem::path& record);

/// Makes one directory with our mode; fine when it exists.
StoreError make_directory(const std::filesystem::path& directory);

/// Makes what a rename in `directory` did durable.
StoreError sync_directory(const std::filesystem::path& directory);

/// Writes a whole file durably: a temporary file beside it, synced, renamed, directory synced.
StoreError write_file(const std::filesystem::path& file, std::string_view contents);

/// `<record>.lock`, held as long as this lives: there is one writer.
class WriterLock {
 public:
  struct Taken {
    std::unique_ptr<WriterLock> lock;
    StoreError error;
  };
  static Taken take(const std::filesystem::path& record);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

  /// Takes the lock file away: nobody will write here again.
  void remove_file();

 private:
  WriterLock(std::filesystem::path file, int descriptor)
      : file_(std::move(file)), descriptor_(descriptor) {}

  std::filesystem::path file_;
  int descriptor_;
};

/// After a crash: evidence that was being collected becomes `partial` when its file is whole, else
/// `none`; slices of alerts that do not exist and temporary files are removed.
StoreError repair_evidence(Connection& connection, const std::filesystem::path& record_directory);

/// "evidence/<32 hex digits>.pcapng"
std::string evidence_path(const AlertId& id);

}  // namespace sightglass
