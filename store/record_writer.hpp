// The one writer of record.db: a queue, a thread, and durable transactions.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "store/record_rows.hpp"
#include "store/retention.hpp"
#include "store/store_error.hpp"

namespace sightglass {

struct WriterSettings {
  std::chrono::milliseconds alert_delay{100};  ///< until a batch with alerts or evidence is begun
  std::chrono::milliseconds other_delay{800};  ///< until any other batch is
  std::size_t queue_bytes = std::size_t{64} << 20;  ///< estimated memory of what waits
  /// What `submit` does when the queue is full: wait for room (offline), or drop (live).
  bool wait_when_full = false;
  /// Failures in a row (disk full, locked, input/output) after which the writer gives up; 0 = it
  /// tries again for ever, with back-off from 50 ms to 5 s.
  std::uint32_t give_up_after = 0;
  RetentionLimits retention;
  std::chrono::seconds retention_interval{60};
  /// A write-ahead log larger than this becomes a health event (SYS-005), once until it shrinks.
  std::uint64_t wal_alarm_bytes = std::uint64_t{64} << 20;
  /// The time that ages are measured from. Default: the system clock.
  std::function<Timestamp()> now;
  /// Called on the writer's thread after each commit that wrote to the change log, with its last
  /// seq. Must not call back into the writer.
  std::function<void(std::uint64_t seq)> committed;

  static WriterSettings live() { return {}; }
  static WriterSettings offline() {
    WriterSettings settings;
    settings.wait_when_full = true;
    settings.give_up_after = 5;
    settings.retention = RetentionLimits::keep_all();
    return settings;
  }
};

/// What the writer did and what it had to give up, since it was opened.
struct WriterCounters {
  std::uint64_t commits = 0;
  std::uint64_t failed_commits = 0;                     ///< each was tried again
  std::uint64_t full = 0, io = 0, busy = 0, other = 0;  ///< why commits failed
  std::uint64_t rejected_batches = 0;  ///< never acceptable to the database: dropped, a bug
  std::uint64_t queued_bytes = 0;
  std::uint64_t dropped_alerts = 0, dropped_evidence = 0, dropped_health = 0;
  std::uint64_t dropped_baselines = 0, dropped_conversations = 0, dropped_statistics = 0;
  std::uint64_t evidence_bytes = 0;         ///< of all files, also those not yet committed
  std::uint64_t evidence_refused_full = 0;  ///< files that had no room under the limit
  RetentionCounters retention;
};

/// Owns record.db. `submit`, `flush` and `counters` may be called from any thread.
///
/// Alerts are committed within 200 ms and everything else within 1 s of `submit`, with
/// `synchronous=FULL`: what `committed` announced survives a kill and a power cut. A failing disk
/// does not end the writer (see WriterSettings::give_up_after): batches wait, and once the queue is
/// full, statistics, conversations, baseline, health, evidence are dropped in that order and alerts
/// last, each counted. A dropped baseline is made good by a later one with `replace_all`.
class RecordWriter {
 public:
  struct Opened {
    std::unique_ptr<RecordWriter> writer;
    StoreError error;
  };

  /// Opens `file` ("record.db"), made with its directory (2750) and `evidence/` when missing, files
  /// 0640; brings its schema up to date. Fails with `in_use` while another writer has it.
  /// Evidence left half-way by a crash is put right: orphan files go, `collecting` becomes
  /// `partial` or `none`.
  static Opened open(const std::filesystem::path& file, const RunInfo& run,
                     WriterSettings settings = {});

  /// Writes what is queued, then closes; the WAL file stays for read-only users.
  ~RecordWriter();
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  /// Takes the batch; false when some of it was dropped (counted), or the writer has given up.
  bool submit(Batch batch);

  struct Flushed {
    std::uint64_t seq = 0;  ///< last committed change
    StoreError error;       ///< `stopped` when the writer has given up
  };
  /// Waits until all that was submitted before is committed. While the disk fails it waits on,
  /// unless the writer gives up.
  Flushed flush();
  /// The same, but no longer than `most`: then the error is `busy`.
  Flushed flush(std::chrono::milliseconds most);

  /// Asks for room for an evidence file, before it gets its name. Once true, the room is taken
  /// until the file's record is committed, and counts from then on as part of the record. False
  /// (counted, and told once as SYS-005) when the limit would be passed.
  bool reserve_evidence(std::uint64_t bytes);

  /// Ends an offline case: everything written, the WAL checkpointed, `journal_mode=DELETE`, the
  /// lock file gone. The writer accepts nothing afterwards.
  StoreError finish_case();

  WriterCounters counters() const;
  /// Size of the write-ahead log now.
  std::uint64_t wal_bytes() const;

 private:
  class Impl;
  explicit RecordWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass
