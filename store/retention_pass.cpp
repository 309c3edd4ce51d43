#include "store/retention_pass.hpp"

#include <algorithm>
#include <string>

#include "store/address_columns.hpp"
#include "store/record_transaction.hpp"

namespace sightglass {
namespace {

// Rows one transaction removes: few enough that an alert never waits long behind it.
constexpr std::int64_t kStepAlerts = 200;
constexpr std::int64_t kStepRows = 2000;
// Shrinking stops this far under the limit, so that it is not needed again at once.
constexpr std::uint64_t kShrinkToPercent = 90;
// Statistics and health this old go before any alert does, when the record is too large.
constexpr std::chrono::hours kStatisticsKept{24};

std::int64_t bound_at(Timestamp now, std::chrono::hours age) {
  return to_ns(now) - std::chrono::nanoseconds(age).count();
}

std::uint64_t shrink_target(std::uint64_t limit) { return limit / 100 * kShrinkToPercent; }

}  // namespace

bool RetentionPass::step(Timestamp now) {
  const RetentionCounters before = counters_;
  const bool more = expire(now) || shorten_changes() || shrink_evidence(now) || shrink_record(now);
  if (!connection_.ok()) counters_ = before;
  return more;
}

// Ends a transaction: files go after their rows, so that no row ever promises a file that is gone;
// a crash in between leaves a file without a row, which the next start removes.
bool RetentionPass::finish(std::uint64_t removed) {
  const bool durable = connection_.commit();
  if (durable) {
    for (const auto& file : doomed_) {
      std::error_code ignored;
      std::filesystem::remove(file, ignored);
    }
    if (removed != 0) vacuum();
  }
  doomed_.clear();
  return durable && removed != 0;
}

std::uint64_t RetentionPass::remove_rows(const char* sql, std::int64_t bound) {
  connection_.prepare(sql).bind(bound).bind(kStepRows).run();
  if (!connection_.ok()) return 0;
  return static_cast<std::uint64_t>(sqlite3_changes(connection_.handle()));
}

// Removes the alerts that `select` (bound, limit) names, with all that hangs on them.
void RetentionPass::drop_alerts(const char* select, std::int64_t bound, std::int64_t most,
                                std::uint64_t& counter) {
  std::vector<AlertId> ids;
  {
    Statement row = connection_.prepare(select);
    row.bind(bound).bind(most);
    while (row.row()) {
      read_id(row, ids.emplace_back());
      const std::string_view path = row.text();
      if (!path.empty()) doomed_.push_back(directory_ / path);
    }
  }
  Statement gone = connection_.prepare("DELETE FROM alert WHERE id = ?");
  for (const AlertId& id : ids) gone.bind(id.bytes).run();
  if (connection_.ok()) counter += ids.size();
}

bool RetentionPass::expire(Timestamp now) {
  const RetentionCounters before = counters_;
  connection_.begin("BEGIN IMMEDIATE");
  if (limits_.alert_age.count() != 0) {
    drop_alerts(
        "SELECT a.id, coalesce(e.path, '') FROM alert a LEFT JOIN evidence e ON e.alert = a.id "
        "WHERE a.last_seen < ? ORDER BY a.last_seen LIMIT ?",
        bound_at(now, limits_.alert_age), kStepAlerts, counters_.alerts_by_age);
    counters_.health += remove_rows(
        "DELETE FROM health WHERE number IN (SELECT number FROM health WHERE at < ? "
        "LIMIT ?)",
        bound_at(now, limits_.alert_age));
  }
  if (limits_.statistics_age.count() != 0) {
    counters_.statistics += remove_rows(
        "DELETE FROM statistic WHERE (counter, at) IN (SELECT counter, at FROM statistic "
        "WHERE at < ? ORDER BY at LIMIT ?)",
        bound_at(now, limits_.statistics_age));
  }
  if (limits_.conversation_age.count() != 0) {
    counters_.conversations += remove_rows(
        "DELETE FROM conversation WHERE number IN (SELECT number FROM conversation WHERE "
        "last_seen < ? ORDER BY last_seen LIMIT ?)",
        bound_at(now, limits_.conversation_age));
    counters_.hosts += remove_rows(
        "DELETE FROM host WHERE number IN (SELECT number FROM host WHERE last_seen < ? "
        "ORDER BY last_seen LIMIT ?)",
        bound_at(now, limits_.conversation_age));
    counters_.hosts += remove_rows(
        "DELETE FROM host_hour WHERE (host, hour) IN (SELECT host, hour FROM host_hour "
        "WHERE hour < ? ORDER BY hour LIMIT ?)",
        hour_of(timestamp_from_ns(bound_at(now, limits_.conversation_age))));
  }
  return finish(counters_ == before ? 0 : 1);
}

bool RetentionPass::shorten_changes() {
  if (limits_.changes == 0) return false;
  const auto newest = static_cast<std::int64_t>(last_change(connection_));
  const std::int64_t keep_from = newest - static_cast<std::int64_t>(limits_.changes) + 1;
  const std::int64_t oldest = connection_.value("SELECT min(seq) FROM change");
  if (oldest == 0 || oldest >= keep_from) return false;
  connection_.begin("BEGIN IMMEDIATE");
  const std::uint64_t removed = remove_rows(
      "DELETE FROM change WHERE seq IN (SELECT seq FROM change WHERE seq < ? ORDER BY seq LIMIT ?)",
      keep_from);
  counters_.changes += removed;
  return finish(removed);
}

bool RetentionPass::shrink_evidence(Timestamp now) {
  if (limits_.evidence_bytes == 0) return false;
  const auto used =
      static_cast<std::uint64_t>(connection_.value("SELECT sum(bytes) FROM evidence"));
  const std::uint64_t target =
      evidence_told_ ? shrink_target(limits_.evidence_bytes) : limits_.evidence_bytes;
  if (used <= target) {
    evidence_told_ = false;
    return false;
  }
  connection_.begin("BEGIN IMMEDIATE");
  std::vector<AlertId> ids;
  {
    Statement row = connection_.prepare(
        "SELECT a.id, e.path, e.bytes FROM evidence e JOIN alert a ON a.id = e.alert "
        "WHERE e.bytes > 0 ORDER BY a.severity DESC, a.last_seen LIMIT ?");
    row.bind(kStepAlerts);
    std::uint64_t left = used;
    while (left > shrink_target(limits_.evidence_bytes) && row.row()) {
      read_id(row, ids.emplace_back());
      doomed_.push_back(directory_ / row.text());
      left -= std::min(left, row.count());
    }
  }
  RecordTransaction transaction(connection_, run_);
  Batch batch;
  for (const AlertId& id : ids) batch.evidence.emplace_back().alert = id;
  transaction.apply(batch);
  if (connection_.ok()) counters_.evidence_by_size += ids.size();
  if (!evidence_told_ && !ids.empty()) {
    tell(now, "evidence_bytes",
         "Evidence files reached their limit: the oldest of the least severe alerts are removed.");
  }
  evidence_told_ = true;
  return finish(ids.size());
}

bool RetentionPass::shrink_record(Timestamp now) {
  if (limits_.record_bytes == 0) return false;
  const std::int64_t pages =
      connection_.value("PRAGMA page_count") - connection_.value("PRAGMA freelist_count");
  const auto used = static_cast<std::uint64_t>(pages * connection_.value("PRAGMA page_size"));
  const std::uint64_t target =
      record_told_ ? shrink_target(limits_.record_bytes) : limits_.record_bytes;
  if (used <= target) {
    record_told_ = false;
    return false;
  }
  connection_.begin("BEGIN IMMEDIATE");
  std::uint64_t removed = remove_rows(
      "DELETE FROM statistic WHERE (counter, at) IN (SELECT counter, at FROM statistic "
      "WHERE at < ? ORDER BY at LIMIT ?)",
      bound_at(now, kStatisticsKept));
  counters_.statistics += removed;
  if (removed == 0) {
    // As many as make up the excess if all are of one size, so that none goes that could stay.
    const auto alerts = static_cast<std::uint64_t>(connection_.value("SELECT count(*) FROM alert"));
    const std::uint64_t excess = used - shrink_target(limits_.record_bytes);
    const std::uint64_t share = alerts * excess / used + 1;
    const std::uint64_t before = counters_.alerts_by_size;
    drop_alerts(
        "SELECT a.id, coalesce(e.path, '') FROM alert a LEFT JOIN evidence e ON e.alert = a.id "
        "WHERE a.severity >= ? ORDER BY a.severity DESC, a.last_seen LIMIT ?",
        0, std::min(static_cast<std::int64_t>(share), kStepAlerts), counters_.alerts_by_size);
    removed = counters_.alerts_by_size - before;
  }
  if (!record_told_ && removed != 0) {
    tell(now, "record_bytes",
         "The record reached its limit: the oldest of the least severe alerts are removed.");
  }
  record_told_ = true;
  return finish(removed);
}

void RetentionPass::tell(Timestamp now, std::string_view limit, std::string_view sentence) {
  RecordTransaction transaction(connection_, run_);
  Batch batch;
  batch.health.push_back({.at = now,
                          .kind = "SYS-005",
                          .severity = Severity::high,
                          .subject = std::string(limit),
                          .sentence = std::string(sentence)});
  transaction.apply(batch);
}

void RetentionPass::vacuum() {
  Statement pages = connection_.prepare("PRAGMA incremental_vacuum(256)");
  pages.run();
}

}  // namespace sightglass
