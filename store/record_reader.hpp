// Read-only access to record.db, live or finished.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/conversation_query.hpp"
#include "store/record_rows.hpp"
#include "store/store_error.hpp"

namespace sightglass {

inline constexpr std::uint32_t kMaxPageRows = 1000;  ///< of any query that takes a limit

enum class AlertOrder : std::uint8_t { last_seen, first_seen, severity, count };

/// Where a page ended: the value of its order's column, and last_seen and id, which break ties.
struct AlertCursor {
  AlertOrder order = AlertOrder::last_seen;
  std::int64_t key = 0;
  std::int64_t last_seen = 0;
  AlertId id;
  bool operator==(const AlertCursor&) const = default;
};
/// Opaque text for URLs, and back; nothing when it is not one of ours.
std::string to_text(const AlertCursor& cursor);
std::optional<AlertCursor> parse_alert_cursor(std::string_view text);

/// All conditions hold together; an empty one asks nothing.
struct AlertQuery {
  std::vector<Severity> severities;
  std::vector<Category> categories;
  std::vector<std::string> kinds;  ///< "CTL-013"
  /// In sentence, signature, kind, source or target (address, MAC, name), objects; case-insensitive
  /// for ASCII; every word must occur somewhere.
  std::string text;
  std::optional<IpAddress> address;                            ///< source or target
  std::optional<Timestamp> first_seen_from, last_seen_from;    ///< at or after
  std::optional<Timestamp> first_seen_until, last_seen_until;  ///< before

  AlertOrder order = AlertOrder::last_seen;
  /// Latest, most severe (1) or most frequent first; else the other way round.
  bool descending = true;
  std::optional<AlertCursor> after;  ///< of the previous page, same query
  std::uint32_t limit = 50;          ///< 1..kMaxPageRows, confined to it
  bool with_decoded = false;         ///< lists do not need the decoded PDUs: `decoded` stays empty
};

struct AlertPage {
  std::vector<Alert> alerts;
  std::optional<AlertCursor> next;  ///< nothing on the last page
};

struct AlertTotals {
  std::array<std::uint64_t, 6> by_severity{};  ///< index 1..5
  std::uint64_t all = 0;
};

struct ChangePage {
  /// In order. When the cursor is older than what retention kept, or newer than the log (the record
  /// was replaced), the first is a `reset` at the log's last seq: read everything anew from there.
  std::vector<Change> changes;
};

struct RunRow {
  RunInfo run;
  std::uint64_t number = 0;
};

/// One connection, used by one thread at a time. Every call is one short read transaction and fills
/// its last argument; on an error that is left empty. No call waits longer than 2 s.
class RecordReader {
 public:
  struct Opened {
    std::unique_ptr<RecordReader> reader;
    StoreError error;
  };

  /// Opens an existing record read-only; needs no write permission anywhere. Finished cases (and
  /// restored copies without a WAL) are opened `immutable`. Refuses a newer schema.
  static Opened open(const std::filesystem::path& file);
  ~RecordReader();
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  StoreError alerts(const AlertQuery& query, AlertPage& page);
  /// `missing` when there is none.
  StoreError alert(const AlertId& id, Alert& alert);
  /// Those that exist, in the order asked for.
  StoreError alerts_by_id(std::span<const AlertId> ids, bool with_decoded,
                          std::vector<Alert>& alerts);
  StoreError alert_totals(AlertTotals& totals);

  StoreError changes(std::uint64_t after_seq, std::uint32_t limit, ChangePage& page);
  StoreError last_seq(std::uint64_t& seq);

  /// `missing` when the alert has no evidence row.
  StoreError evidence(const AlertId& id, EvidenceRecord& evidence);
  /// How far a console has told the sensor which alerts are closed and held.
  StoreError triage_told(TriageTold& told);
  /// Where evidence paths start: the directory of the record.
  const std::filesystem::path& directory() const;

  StoreError baseline(Baseline& baseline);
  StoreError conversations(const ConversationQuery& query, ConversationPage& page);
  /// Hosts in the order in which they were first seen, behind the one numbered `after`.
  StoreError host_visibility(std::uint64_t after, std::uint32_t limit,
                             std::vector<Visibility>& hosts);
  /// All zones, by realm and name; hosts in no zone have "".
  StoreError zone_visibility(std::vector<Visibility>& zones);
  /// The latest value of every counter, and the rules that do not judge now.
  StoreError statistics(StatisticsSnapshot& snapshot);
  /// One counter over time, oldest first: the latest `limit` at or after `from`.
  struct Sample {
    Timestamp at{};
    std::uint64_t value = 0;
  };
  StoreError statistic(std::string_view name, Timestamp from, std::uint32_t limit,
                       std::vector<Sample>& samples);
  /// Latest first; those with a number below `before` when it is not 0.
  StoreError health(std::uint64_t before, std::uint32_t limit, std::vector<HealthEvent>& events);
  StoreError health_event(std::uint64_t number, HealthEvent& event);
  /// Latest first.
  StoreError runs(std::uint32_t limit, std::vector<RunRow>& runs);

 private:
  class Impl;
  explicit RecordReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass
