// What the record may grow to, and what goes first when it has.
#pragma once

#include <chrono>
#include <cstdint>

#include "dissectors/time.hpp"

namespace sightglass {

/// Limits of the record; 0 switches one off. What is over the age goes; over the size, closed
/// alerts go first, of those the least severe, and among equals the oldest, each with its evidence
/// file. Held alerts stay. Evidence files go of closed alerts only; before any console told which
/// are closed, of all. The baseline is never shortened.
struct RetentionLimits {
  std::chrono::hours alert_age{24 * 365};
  std::chrono::hours statistics_age{24 * 30};
  std::chrono::hours conversation_age{24 * 180};
  std::uint64_t record_bytes = std::uint64_t{8} << 30;  ///< record.db without its WAL
  /// All evidence files together: shrunk from a little below it, never passed.
  std::uint64_t evidence_bytes = std::uint64_t{8} << 30;
  std::uint64_t changes = 2'000'000;  ///< rows of the change log

  /// Nothing is ever removed: for cases, whose packets may be decades old.
  static RetentionLimits keep_all() {
    return {.alert_age{},
            .statistics_age{},
            .conversation_age{},
            .record_bytes = 0,
            .evidence_bytes = 0,
            .changes = 0};
  }
};

/// What retention removed since the writer was opened.
struct RetentionCounters {
  std::uint64_t alerts_by_age = 0, alerts_by_size = 0;
  std::uint64_t evidence_by_size = 0;  ///< files removed whose alert stays
  std::uint64_t statistics = 0, conversations = 0, changes = 0, health = 0;
  std::uint64_t hosts = 0;  ///< rows of hosts and of their hours
  bool operator==(const RetentionCounters&) const = default;
};

}  // namespace sightglass
