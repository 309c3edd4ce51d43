// The list of alerts: what is selected, sorted and paged by, joined with triage. Made from the
// record and made anew from it at will.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "console/server/database.hpp"
#include "console/server/triage.hpp"
#include "rules/alert/alert.hpp"

namespace sightglass::console {

/// What lists sort and select states by: closed 1, evaluating 2, acknowledged 3, open 4. A closed
/// alert that recurred needs attention like an open one.
std::int64_t attention(Status status, bool recurred);

/// All conditions hold together; an empty one asks nothing.
struct ListQuery {
  enum class Sort : std::uint8_t { last_seen, first_seen, severity, count, kind, status };

  std::vector<Severity> severities;
  std::vector<Status> statuses;          ///< `open` also selects what recurred
  std::vector<std::string> categories;   ///< "control"
  std::vector<std::string> kinds;        ///< beginnings: "CTL-013", "CTL"
  Protects protects;                     ///< any of those set
  std::string source, target;            ///< part of address, MAC or name
  std::string text;                      ///< every word occurs somewhere in the alert's texts
  std::optional<Timestamp> from, until;  ///< seen at or after, and before
  std::optional<bool> held;

  Sort sort = Sort::last_seen;
  bool descending = true;  ///< latest, gravest, most frequent, open first
  std::string after;       ///< `next` of the previous page of the same query; "" for the first
  std::uint32_t limit = 50;
};
std::optional<ListQuery::Sort> parse_sort(std::string_view text);

struct ListPage {
  std::vector<AlertId> ids;
  std::string next;         ///< "" on the last page
  std::uint64_t total = 0;  ///< that match, whatever the page
};

/// The tables alert_index and meta. Thread-safe. May throw DatabaseError.
class AlertIndex {
 public:
  /// `database` is written; lists are read over `lists`, a second connection to the same file, so
  /// that a long list does not hold up a sign-in.
  AlertIndex(Database& database, Database& lists) : database_(database), lists_(lists) {}

  /// How far the record's change log has been read, and of which record; the index is empty and
  /// the cursor 0 for any other.
  std::uint64_t cursor(std::string_view record_identity);
  /// Adds or renews rows, and moves the cursor, in one transaction.
  void update(std::span<const Alert> alerts, std::uint64_t cursor);
  /// Replaces everything: `next_page` is asked until it gives no more. One transaction.
  template <class NextPage>
  void rebuild(std::uint64_t cursor, NextPage next_page) {
    Database::Transaction transaction(database_);
    clear(transaction);
    {
      Rows rows(transaction);
      for (std::vector<Alert> page = next_page(); !page.empty(); page = next_page()) {
        for (const Alert& alert : page) rows.put(alert);
      }
    }
    set_cursor(transaction, cursor);
    transaction.commit();
  }
  /// Alerts that retention took from the record.
  void forget(std::span<const AlertId> ids);

  /// Nothing when `after` is not a `next` of this query's order.
  std::optional<ListPage> list(const ListQuery& query);
  /// Open and recurred alerts, index 1..5.
  std::array<std::uint64_t, 6> open_by_severity();
  std::optional<Timestamp> oldest();
  /// The gravest of those that are known; nothing when none is.
  std::optional<Severity> gravest(std::span<const AlertId> ids);

 private:
  /// Writes rows, with statements prepared once for all of them.
  class Rows {
   public:
    explicit Rows(Database::Transaction& transaction);
    void put(const Alert& alert);

   private:
    Database::Transaction& transaction_;
    Statement triage_, insert_;
  };

  static void clear(Database::Transaction& transaction);
  static void set_cursor(Database::Transaction& transaction, std::uint64_t cursor);

  Database& database_;
  Database& lists_;
};

}  // namespace sightglass::console
