// Follows the record's change log: keeps the list index up to date and tells the open pages.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "console/server/alert_index.hpp"
#include "console/server/events.hpp"
#include "console/server/record.hpp"

namespace sightglass::console {

inline constexpr std::chrono::milliseconds kTailPause{200};
/// So that a replaced file is noticed though the old one still answers.
inline constexpr int kLooksBetweenIdentity = 10;

struct TailCounters {
  std::atomic<std::uint64_t> changes{0}, rebuilds{0}, failures{0};
};

/// `look` is one thread's; the rest may be asked from any.
class RecordTail {
 public:
  RecordTail(Record& record, AlertIndex& index) : record_(record), index_(index) {}

  /// Takes in everything that has changed. An alert is in the index before its event is published;
  /// a `reset` rebuilds the index. False when the record can not be read now (see problem()); open
  /// pages hear `health` when that changes.
  bool look(EventHub* hub);

  /// "" while the record can be read; else what is wrong, for people.
  std::string problem() const;
  /// Rises with each change to the stored baseline.
  std::uint64_t baseline_version() const { return baseline_version_; }
  std::uint64_t cursor() const { return cursor_; }
  const TailCounters& counters() const { return counters_; }

 private:
  std::string identity() const;
  void check_identity(EventHub* hub);
  bool read_page(EventHub* hub);
  void rebuild(std::uint64_t seq, EventHub* hub);
  void publish(const std::vector<Change>& changes, const std::vector<Alert>& alerts, EventHub& hub);
  void set_problem(std::string problem, EventHub* hub);

  Record& record_;
  AlertIndex& index_;
  std::string identity_;
  int looks_ = 0;
  std::atomic<std::uint64_t> cursor_{0}, baseline_version_{0};
  mutable std::mutex mutex_;
  std::string problem_;
  TailCounters counters_;
};

}  // namespace sightglass::console
