#include "store/retention_pass.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "store/address_columns.hpp"
#include "store/record_transaction.hpp"

namespace sightglass {

// Alerts that may go, with their files, in the order they go in; (bound, limit) are bound.
struct DoomedAlerts {
  const char* closed;
  const char* rest;  // once none of the closed is left
};

namespace {

// Rows one transaction removes: few enough that an alert never waits long behind it.
constexpr std::int64_t kStepAlerts = 200;
constexpr std::int64_t kStepRows = 2000;
// Shrinking stops this far under the limit, so that it is not needed again at once. Evidence is
// shrunk before its limit is reached, so that there is room while that goes on.
constexpr std::uint64_t kShrinkToPercent = 90, kShrinkEvidenceFromPercent = 95;
// Statistics and health this old go before any alert does, when the record is too large.
constexpr std::chrono::hours kStatisticsKept{24};

std::int64_t bound_at(Timestamp now, std::chrono::hours age) {
  return to_ns(now) - std::chrono::nanoseconds(age).count();
}

std::uint64_t shrink_target(std::uint64_t limit) { return limit / 100 * kShrinkToPercent; }

std::uint64_t evidence_mark(std::uint64_t limit) {
  return limit / 100 * kShrinkEvidenceFromPercent;
}

constexpr DoomedAlerts kPastAge = {
    "SELECT t.alert, coalesce(e.path, '') FROM closed_alert t LEFT JOIN evidence e "
    "ON e.alert = t.alert WHERE t.last_seen < ? ORDER BY t.last_seen LIMIT ?",
    "SELECT a.id, coalesce(e.path, '') FROM alert a LEFT JOIN evidence e ON e.alert = a.id "
    "WHERE a.last_seen < ? AND NOT EXISTS "
    "(SELECT 1 FROM triage t WHERE t.alert = a.id AND t.state = 'held') "
    "ORDER BY a.last_seen LIMIT ?"};
constexpr DoomedAlerts kLeastWorth = {
    "SELECT t.alert, coalesce(e.path, '') FROM closed_alert t LEFT JOIN evidence e "
    "ON e.alert = t.alert WHERE t.severity >= ? ORDER BY t.severity DESC, t.last_seen LIMIT ?",
    "SELECT a.id, coalesce(e.path, '') FROM alert a LEFT JOIN evidence e ON e.alert = a.id "
    "WHERE a.severity >= ? AND NOT EXISTS "
    "(SELECT 1 FROM triage t WHERE t.alert = a.id AND t.state = 'held') "
    "ORDER BY a.severity DESC, a.last_seen LIMIT ?"};

// Files of alerts that stay; (limit) is bound.
constexpr const char* kEvidenceOfClosed =
    "SELECT t.alert, e.path, e.bytes FROM closed_alert t JOIN evidence e ON e.alert = t.alert "
    "WHERE e.bytes > 0 ORDER BY t.severity DESC, t.last_seen LIMIT ?";
constexpr const char* kEvidenceOfAny =
    "SELECT a.id, e.path, e.bytes FROM evidence e JOIN alert a ON a.id = e.alert "
    "WHERE e.bytes > 0 ORDER BY a.severity DESC, a.last_seen LIMIT ?";
}  // namespace

bool RetentionPass::step(Timestamp now, std::uint64_t refused) {
  const RetentionCounters before = counters_;
  has_refused_ |= refused != std::exchange(refused_, refused);
  const bool more = expire(now) || shorten_changes() || shrink_evidence(now) || shrink_record(now);
  if (!more) tell_refusals(now);
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
std::uint64_t RetentionPass::drop_alerts(const char* select, std::int64_t bound,
                                         std::int64_t most) {
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
  return connection_.ok() ? ids.size() : 0;
}

std::uint64_t RetentionPass::drop_alerts(const DoomedAlerts& doomed, std::int64_t bound,
                                         std::int64_t most) {
  const std::uint64_t closed = drop_alerts(doomed.closed, bound, most);
  return closed != 0 ? closed : drop_alerts(doomed.rest, bound, most);
}

bool RetentionPass::expire(Timestamp now) {
  const RetentionCounters before = counters_;
  connection_.begin("BEGIN IMMEDIATE");
  if (limits_.alert_age.count() != 0) {
    counters_.alerts_by_age += drop_alerts(kPastAge, bound_at(now, limits_.alert_age), kStepAlerts);
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

bool RetentionPass::is_due(std::uint64_t evidence_bytes) const {
  return limits_.evidence_bytes != 0 && !nothing_to_evict_ &&
         evidence_bytes > evidence_mark(limits_.evidence_bytes);
}

bool RetentionPass::shrink_evidence(Timestamp now) {
  if (limits_.evidence_bytes == 0) return false;
  const std::uint64_t used = evidence_bytes(connection_);
  const std::uint64_t target = shrink_target(limits_.evidence_bytes);
  if (used <= target) {
    if (refusals_told_) has_refused_ = false;  // it was told while it went on
    refusals_told_ = false;
  }
  if (used <= (evidence_told_ ? target : evidence_mark(limits_.evidence_bytes))) {
    evidence_told_ = nothing_to_evict_ = false;
    return false;
  }
  connection_.begin("BEGIN IMMEDIATE");
  const bool is_triaged = !read_triage_told(connection_).source.empty();
  std::vector<AlertId> ids;
  {
    Statement row = connection_.prepare(is_triaged ? kEvidenceOfClosed : kEvidenceOfAny);
    row.bind(kStepAlerts);
    std::uint64_t left = used;
    while (left > target && row.row()) {
      read_id(row, ids.emplace_back());
      doomed_.push_back(directory_ / row.text());
      left -= std::min(left, row.count());
    }
  }
  RecordTransaction transaction(connection_, run_);
  for (const AlertId& id : ids) transaction.evict(id);
  if (connection_.ok()) counters_.evidence_by_size += ids.size();
  nothing_to_evict_ = ids.empty();
  if (!evidence_told_ && !ids.empty()) {
    tell(now, "evidence_bytes",
         is_triaged ? "Evidence files reached their limit: those of closed alerts are removed, the "
                      "oldest of the least severe first."
                    : "Evidence files reached their limit, and no console has told which alerts "
                      "are closed: the oldest of the least severe are removed.");
    evidence_told_ = true;
  }
  return finish(ids.size());
}

void RetentionPass::tell_refusals(Timestamp now) {
  if (!std::exchange(has_refused_, false) || refusals_told_) return;
  refusals_told_ = true;
  connection_.begin("BEGIN IMMEDIATE");
  tell(now, "evidence_refused",
       "Evidence files reached their limit, and none may go: new alerts are told without their "
       "packets until alerts are closed or released from hold.");
  finish(0);
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
    removed = drop_alerts(kLeastWorth, 0, std::min(static_cast<std::int64_t>(share), kStepAlerts));
    counters_.alerts_by_size += removed;
  }
  if (!record_told_ && removed != 0) {
    tell(now, "record_bytes",
         "The record reached its limit: closed alerts are removed, then others, the oldest of the "
         "least severe first. Held ones stay.");
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
