#include "store/record_writer.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "store/batch_queue.hpp"
#include "store/connection.hpp"
#include "store/migrations.hpp"
#include "store/record_files.hpp"
#include "store/record_transaction.hpp"
#include "store/retention_pass.hpp"

namespace sightglass {
namespace {

using Clock = BatchQueue::Clock;

constexpr std::size_t kTransactionBytes = std::size_t{8} << 20;
constexpr std::chrono::milliseconds kShortestBackOff{50}, kLongestBackOff{5000};
// How often a closing writer tries to save what waits on a failing disk.
constexpr std::uint32_t kClosingAttempts = 3;
constexpr int kBusyMilliseconds = 2000;

Timestamp system_time() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

// WAL before any table: a reader that finds rollback mode takes the file for a finished case.
void configure(Connection& connection) {
  sqlite3_busy_timeout(connection.handle(), kBusyMilliseconds);
  int keep = 1;
  sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  connection.execute(
      "PRAGMA auto_vacuum = INCREMENTAL;"
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA foreign_keys = ON;"
      "PRAGMA journal_size_limit = 16777216;"
      "PRAGMA wal_autocheckpoint = 1000;"
      // A whole transaction fits: SQLite's own 2 MB would write pages out and read them back.
      "PRAGMA cache_size = -32768;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA trusted_schema = OFF");
}

}  // namespace

class RecordWriter::Impl {
 public:
  Impl(std::filesystem::path file, const RunInfo& run, WriterSettings settings,
       std::unique_ptr<WriterLock> lock, std::unique_ptr<Connection> connection)
      : file_(std::move(file)),
        run_(run),
        settings_(std::move(settings)),
        lock_(std::move(lock)),
        connection_(std::move(connection)),
        retention_(*connection_, run_, file_.parent_path(), settings_.retention),
        queue_(settings_.queue_bytes, settings_.wait_when_full),
        seq_(last_change(*connection_)),
        evidence_committed_(evidence_bytes(*connection_)) {
    if (!settings_.now) settings_.now = system_time;
    thread_ = std::thread([this] { work(); });
  }

  ~Impl() { close(); }

  bool submit(Batch batch) {
    if (batch.empty()) return true;
    const bool urgent = !batch.alerts.empty() || !batch.evidence.empty();
    const auto delay = urgent ? settings_.alert_delay : settings_.other_delay;
    return queue_.push(std::move(batch), Clock::now() + delay);
  }

  Flushed flush(Clock::time_point until) {
    const bool drained = queue_.drain(until);
    const std::lock_guard lock(mutex_);
    if (!drained) return {seq_, StoreError::of(StoreError::Kind::busy, "the disk takes too long")};
    return {seq_, gave_up_};
  }

  bool reserve_evidence(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t limit = settings_.retention.evidence_bytes;
    if (limit != 0 && evidence_committed_ + evidence_reserved_ + bytes > limit) {
      ++counters_.evidence_refused_full;
      return false;
    }
    evidence_reserved_ += bytes;
    return true;
  }

  StoreError finish_case() {
    if (Flushed flushed = flush(Clock::time_point::max()); !flushed.error.ok()) {
      return flushed.error;
    }
    close();
    const std::lock_guard lock(mutex_);
    if (!gave_up_.ok()) return gave_up_;
    int keep = 0;
    sqlite3_file_control(connection_->handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    connection_->execute("PRAGMA wal_checkpoint(TRUNCATE)");
    {
      Statement mode = connection_->prepare("PRAGMA journal_mode = DELETE");
      if (connection_->ok() && (!mode.row() || mode.text() != "delete")) {
        return StoreError::of(StoreError::Kind::busy,
                              file_.string() + ": can not be finished while somebody reads it");
      }
    }
    if (!connection_->ok()) return connection_->failure();
    lock_->remove_file();
    return {};
  }

  WriterCounters counters() const {
    WriterCounters counters;
    {
      const std::lock_guard lock(mutex_);
      counters = counters_;
      counters.evidence_bytes = evidence_committed_ + evidence_reserved_;
    }
    queue_.count_dropped(counters);
    counters.queued_bytes = queue_.bytes();
    return counters;
  }

  std::uint64_t wal_bytes() const {
    std::error_code missing;
    const std::uintmax_t bytes = std::filesystem::file_size(file_.string() + "-wal", missing);
    return missing ? 0 : bytes;
  }

 private:
  void close() {
    queue_.stop();
    if (thread_.joinable()) thread_.join();
  }

  void work() {
    auto retention_due = Clock::now() + settings_.retention_interval;
    while (true) {
      const BatchQueue::Taken taken = queue_.take(kTransactionBytes, retention_due);
      if (!taken.batches.empty()) {
        if (!save(taken.batches)) give_up(taken.batches);
        queue_.settle(taken);
        if (makes_room_due(taken.batches)) retention_due = Clock::now();
      } else if (taken.stopping) {
        return;
      }
      if (!taken.stopping && Clock::now() >= retention_due) retention_due = retain();
    }
  }

  // Room for evidence is made while there is some left, and as soon as there may be more.
  bool makes_room_due(const std::vector<Batch>& batches) const {
    return retention_.is_due(evidence_committed_) ||
           std::any_of(batches.begin(), batches.end(),
                       [](const Batch& batch) { return batch.triage.has_value(); });
  }

  // Commits the batches, however often it takes; false when it is time to give up.
  bool save(const std::vector<Batch>& batches) {
    std::chrono::milliseconds back_off = kShortestBackOff;
    std::uint32_t attempts = 0;
    bool stopping = false;
    while (!stopped_.load()) {
      if (commit(batches)) return true;
      ++attempts;
      const StoreError failure = connection_->failure();
      connection_->clear_failure();
      if (count_failure(failure.kind) && batches.size() > 1) return save_one_by_one(batches);
      if (is_lasting(failure.kind)) return reject(batches);
      // Somebody who closes is not kept waiting for a broken disk.
      const std::uint32_t limit = stopping ? kClosingAttempts : settings_.give_up_after;
      if (limit != 0 && attempts >= limit) return stop_for_good(failure);
      stopping = queue_.sleep(back_off);
      if (stopping) std::this_thread::sleep_for(back_off);
      back_off = std::min(back_off * 2, kLongestBackOff);
    }
    return false;
  }

  // No disk's fault: trying again would fail for ever.
  static bool is_lasting(StoreError::Kind kind) { return kind == StoreError::Kind::invalid; }

  bool save_one_by_one(const std::vector<Batch>& batches) {
    for (const Batch& batch : batches) {
      if (!save({batch})) return false;
    }
    return true;
  }

  bool reject(const std::vector<Batch>& batches) {
    for (const Batch& batch : batches) queue_.count_as_dropped(batch);
    const std::lock_guard lock(mutex_);
    counters_.rejected_batches += batches.size();
    return true;
  }

  bool commit(const std::vector<Batch>& batches) {
    if (!connection_->begin("BEGIN IMMEDIATE")) return false;
    RecordTransaction transaction(*connection_, run_);
    for (const Batch& batch : batches) transaction.apply(batch);
    const std::uint64_t seq = last_change(*connection_);
    const std::uint64_t evidence = evidence_bytes(*connection_);
    if (!connection_->commit()) return false;
    for (const std::string& path : transaction.homeless_files()) {
      std::error_code ignored;
      std::filesystem::remove(file_.parent_path() / path, ignored);
    }
    settle_evidence(batches, evidence);
    announce(seq);
    return true;
  }

  // What was reserved for files is now part of the record, or gone. What belongs to a dropped batch
  // stays reserved: its files lie there until the next start.
  void settle_evidence(const std::vector<Batch>& batches, std::uint64_t committed) {
    const std::lock_guard lock(mutex_);
    evidence_committed_ = committed;
    for (const Batch& batch : batches) {
      for (const EvidenceRecord& evidence : batch.evidence) {
        evidence_reserved_ -= std::min(evidence_reserved_, evidence.bytes);
      }
    }
  }

  void announce(std::uint64_t seq) {
    bool news = false;
    {
      const std::lock_guard lock(mutex_);
      ++counters_.commits;
      counters_.retention = retention_.counters();
      news = seq > seq_;
      seq_ = std::max(seq_, seq);
    }
    if (news && settings_.committed) settings_.committed(seq);
  }

  // True when the failure is lasting, and may be that of one batch among several.
  bool count_failure(StoreError::Kind kind) {
    const std::lock_guard lock(mutex_);
    ++counters_.failed_commits;
    switch (kind) {
      case StoreError::Kind::full:
        ++counters_.full;
        break;
      case StoreError::Kind::io:
        ++counters_.io;
        break;
      case StoreError::Kind::busy:
        ++counters_.busy;
        break;
      default:
        ++counters_.other;
        break;
    }
    return is_lasting(kind);
  }

  bool stop_for_good(const StoreError& failure) {
    {
      const std::lock_guard lock(mutex_);
      gave_up_ = StoreError::of(StoreError::Kind::stopped, "gave up writing: " + failure.message);
    }
    stopped_.store(true);
    queue_.stop();
    return false;
  }

  void give_up(const std::vector<Batch>& batches) {
    for (const Batch& batch : batches) queue_.count_as_dropped(batch);
  }

  void watch_wal() {
    const std::uint64_t bytes = wal_bytes();
    const bool over = bytes > settings_.wal_alarm_bytes;
    if (over && !wal_told_) {
      Batch batch;
      batch.health.push_back({.number = 0,
                              .at = settings_.now(),
                              .kind = "SYS-005",
                              .severity = Severity::high,
                              .subject = "record.db-wal",
                              .sentence =
                                  "The write-ahead log passed its limit: something reads the "
                                  "record without letting go.",
                              .count = bytes});
      commit({batch});
      connection_->clear_failure();
    }
    wal_told_ = over;
  }

  // A step at a time, so that alerts go in between.
  Clock::time_point retain() {
    watch_wal();
    const bool more = retention_.step(settings_.now(), counters().evidence_refused_full);
    if (!connection_->ok()) {
      count_failure(connection_->failure().kind);
      connection_->clear_failure();
    }
    settle_evidence({}, evidence_bytes(*connection_));
    announce(last_change(*connection_));
    connection_->clear_failure();
    return more ? Clock::now() : Clock::now() + settings_.retention_interval;
  }

  const std::filesystem::path file_;
  const RunInfo run_;
  WriterSettings settings_;
  // The lock outlives the connection.
  std::unique_ptr<WriterLock> lock_;
  std::unique_ptr<Connection> connection_;
  RetentionPass retention_;
  BatchQueue queue_;
  std::atomic<bool> stopped_ = false;
  bool wal_told_ = false;  // the writer's thread's

  mutable std::mutex mutex_;  // of what follows
  std::uint64_t seq_;
  StoreError gave_up_;
  WriterCounters counters_;
  std::uint64_t evidence_committed_ = 0, evidence_reserved_ = 0;  // bytes of files

  std::thread thread_;
};

RecordWriter::Opened RecordWriter::open(const std::filesystem::path& file, const RunInfo& run,
                                        WriterSettings settings) {
  const std::filesystem::path path = std::filesystem::absolute(file);
  if (StoreError error = prepare_record_files(path); !error.ok()) return {nullptr, error};
  WriterLock::Taken taken = WriterLock::take(path);
  if (taken.lock == nullptr) return {nullptr, taken.error};
  Connection::Opened opened = Connection::open(path, Connection::Mode::write);
  if (opened.connection == nullptr) return {nullptr, opened.error};

  Connection& connection = *opened.connection;
  configure(connection);
  if (!connection.ok()) return {nullptr, connection.failure()};
  if (StoreError error = migrate(connection, path.string()); !error.ok()) return {nullptr, error};
  if (StoreError error = repair_evidence(connection, path.parent_path()); !error.ok()) {
    return {nullptr, error};
  }
  write_run(connection, run);
  last_change(connection);
  if (!connection.ok()) return {nullptr, connection.failure()};
  return {
      std::unique_ptr<RecordWriter>(new RecordWriter(std::make_unique<Impl>(
          path, run, std::move(settings), std::move(taken.lock), std::move(opened.connection)))),
      {}};
}

RecordWriter::RecordWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RecordWriter::~RecordWriter() = default;

bool RecordWriter::submit(Batch batch) { return impl_->submit(std::move(batch)); }
RecordWriter::Flushed RecordWriter::flush() { return impl_->flush(Clock::time_point::max()); }
RecordWriter::Flushed RecordWriter::flush(std::chrono::milliseconds most) {
  return impl_->flush(Clock::now() + most);
}
bool RecordWriter::reserve_evidence(std::uint64_t bytes) { return impl_->reserve_evidence(bytes); }
StoreError RecordWriter::finish_case() { return impl_->finish_case(); }
WriterCounters RecordWriter::counters() const { return impl_->counters(); }
std::uint64_t RecordWriter::wal_bytes() const { return impl_->wal_bytes(); }

}  // namespace sightglass
