// The record as the console reads it: readers lent to one thread at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/record_reader.hpp"

namespace sightglass::console {

/// The record can not be read now; for people. The request is answered with 503.
struct RecordUnavailable {
  std::string message;
};

/// A sensor's directory or a finished case. Thread-safe.
class Record {
 public:
  explicit Record(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// A reader for as long as the lease lives.
  class Lease {
   public:
    Lease(Record& record, std::unique_ptr<RecordReader> reader, std::uint64_t generation)
        : record_(record), reader_(std::move(reader)), generation_(generation) {}
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    RecordReader* operator->() { return reader_.get(); }
    RecordReader& operator*() { return *reader_; }

   private:
    Record& record_;
    std::unique_ptr<RecordReader> reader_;
    std::uint64_t generation_;
  };
  /// Throws RecordUnavailable.
  Lease open();
  /// The file was replaced: readers opened before are not used again.
  void forget_readers();

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path file() const { return directory_ / "record.db"; }
  bool is_case() const;

 private:
  std::filesystem::path directory_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<RecordReader>> idle_;
  std::uint64_t generation_ = 0;
};

/// Why the record in `directory` can not be read now, for people; "" when it can. Writes nothing.
std::string why_unreadable(const std::filesystem::path& directory);

/// Throws RecordUnavailable unless `error` is none.
void require(const StoreError& error);

}  // namespace sightglass::console
