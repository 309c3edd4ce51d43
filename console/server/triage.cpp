#include "console/server/triage.hpp"

#include <algorithm>
#include <array>

#include "console/server/alert_index.hpp"
#include "console/server/audit.hpp"
#include "console/server/sensor_news.hpp"

namespace sightglass::console {
namespace {

constexpr std::array<std::string_view, 4> kStatuses = {"open", "acknowledged", "evaluating",
                                                       "closed"};
constexpr std::array<std::string_view, 7> kDeterminations = {
    "malicious",     "policy_breach", "authorised_work", "normal_learned",
    "decoder_error", "test",          "undetermined"};

std::string_view bytes_of(const AlertId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

struct Stored {
  Triage triage;
  std::int64_t closed_at_count = 0;
  std::int64_t count = 0;
  bool known = false;  ///< the alert is in the index
};

Stored read(Database::Transaction& transaction, const AlertId& id) {
  Stored stored;
  {
    Statement row = transaction.prepare("SELECT count FROM alert_index WHERE id = ?");
    row.bind_blob(bytes_of(id));
    stored.known = row.step();
    if (stored.known) stored.count = row.integer(0);
  }
  Statement row = transaction.prepare(
      "SELECT status, determination, assignee, version, closed_at_count, held_by, held_since, "
      "held_for FROM triage WHERE id = ?");
  row.bind_blob(bytes_of(id));
  if (!row.step()) return stored;
  Triage& triage = stored.triage;
  triage.status = parse_status(row.text(0)).value_or(Status::open);
  triage.determination = row.text(1);
  triage.assignee = row.text(2);
  triage.version = row.integer(3);
  stored.closed_at_count = row.integer(4);
  triage.hold = {row.text(5), timestamp_from_ns(row.integer(6)), row.text(7)};
  triage.recurred = triage.status == Status::closed && stored.count > stored.closed_at_count;
  return stored;
}

std::string in_words(const Triage& triage) {
  std::string words(to_text(triage.status));
  if (!triage.determination.empty()) words += ", " + triage.determination;
  if (!triage.assignee.empty()) words += ", assigned to " + triage.assignee;
  if (triage.hold.is_on()) words += ", held by " + triage.hold.user;
  return words;
}

void write(Database::Transaction& transaction, const AlertId& id, const Stored& stored) {
  const Triage& triage = stored.triage;
  transaction.prepare("INSERT OR REPLACE INTO triage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind_blob(bytes_of(id))
      .bind(to_text(triage.status))
      .bind(triage.determination)
      .bind(triage.assignee)
      .bind(triage.version)
      .bind(stored.closed_at_count)
      .bind(triage.hold.user)
      .bind(triage.hold.is_on() ? to_ns(triage.hold.since) : 0)
      .bind(triage.hold.reason)
      .run();
  transaction.prepare("UPDATE alert_index SET attention = ?, held = ? WHERE id = ?")
      .bind(attention(triage.status, triage.recurred))
      .bind(std::int64_t{triage.hold.is_on()})
      .bind_blob(bytes_of(id))
      .run();
  note_for_sensor(transaction, id, triage);
}

std::int64_t count_holds(Database::Transaction& transaction) {
  Statement row = transaction.prepare("SELECT count(*) FROM triage WHERE held_by <> ''");
  row.step();
  return row.integer(0);
}

/// Nothing when the change may be made.
std::optional<TriageOutcome> refusal_of(const Stored& stored,
                                        std::optional<std::int64_t> expected_version) {
  if (!stored.known) return TriageOutcome::no_such_alert;
  if (expected_version && *expected_version != stored.triage.version) {
    return TriageOutcome::changed_since;
  }
  return std::nullopt;
}

HistoryEntry entry_of(const Triage& before, const Triage& after, const TriageChange& change,
                      const Actor& actor) {
  HistoryEntry entry{actor.now, actor.user, "note", "", "", "", change.text};
  if (change.assignee) {
    entry.action = "assign";
    if (after.assignee != before.assignee) entry.assignee = after.assignee;
  }
  if (change.status && (after.status != before.status || !change.assignee)) {
    entry.action = "status";
    entry.status = to_text(after.status);
    entry.determination = after.determination;
  }
  return entry;
}

void write(Database::Transaction& transaction, const AlertId& id, const HistoryEntry& entry) {
  transaction
      .prepare(
          "INSERT INTO history (id, time, user, action, status, determination, assignee, text) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind_blob(bytes_of(id))
      .bind(to_ns(entry.time))
      .bind(entry.user)
      .bind(entry.action)
      .bind(entry.status)
      .bind(entry.determination)
      .bind(entry.assignee)
      .bind(entry.text)
      .run();
}

}  // namespace

std::string_view to_text(Status status) { return kStatuses[static_cast<std::size_t>(status)]; }

std::optional<Status> parse_status(std::string_view text) {
  const auto found = std::find(kStatuses.begin(), kStatuses.end(), text);
  if (found == kStatuses.end()) return std::nullopt;
  return static_cast<Status>(found - kStatuses.begin());
}

bool is_determination(std::string_view text) {
  return std::find(kDeterminations.begin(), kDeterminations.end(), text) != kDeterminations.end();
}

std::vector<Triage> read_triage(Database& database, std::span<const AlertId> ids) {
  Database::Transaction transaction(database, Database::Transaction::Purpose::read);
  std::vector<Triage> all;
  all.reserve(ids.size());
  for (const AlertId& id : ids) all.push_back(read(transaction, id).triage);
  return all;
}

Triage read_triage(Database& database, const AlertId& id) {
  Database::Transaction transaction(database, Database::Transaction::Purpose::read);
  Triage triage = read(transaction, id).triage;
  Statement rows = transaction.prepare(
      "SELECT time, user, action, status, determination, assignee, text FROM history "
      "WHERE id = ? ORDER BY number");
  rows.bind_blob(bytes_of(id));
  while (rows.step()) {
    triage.history.push_back({timestamp_from_ns(rows.integer(0)), rows.text(1), rows.text(2),
                              rows.text(3), rows.text(4), rows.text(5), rows.text(6)});
  }
  return triage;
}

TriageOutcome change_triage(Database& database, const AlertId& id,
                            std::optional<std::int64_t> expected_version,
                            const TriageChange& change, const Actor& actor) {
  Database::Transaction transaction(database);
  Stored stored = read(transaction, id);
  if (const auto refusal = refusal_of(stored, expected_version)) return *refusal;
  const Triage before = stored.triage;
  Triage& triage = stored.triage;
  ++triage.version;
  if (change.status) {
    triage.status = *change.status;
    triage.determination = triage.status == Status::closed ? change.determination : "";
    triage.recurred = false;
    stored.closed_at_count = triage.status == Status::closed ? stored.count : 0;
  }
  if (change.assignee) triage.assignee = *change.assignee;
  const HistoryEntry entry = entry_of(before, triage, change, actor);
  write(transaction, id, stored);
  write(transaction, id, entry);
  append_audit(transaction, {0, actor.now, actor.user, actor.address,
                             entry.action == "note" ? "alert_noted" : "alert_triaged", to_text(id),
                             in_words(before), in_words(triage)});
  transaction.commit();
  return TriageOutcome::done;
}

TriageOutcome change_hold(Database& database, const AlertId& id,
                          std::optional<std::int64_t> expected_version, bool held,
                          const std::string& reason, const Actor& actor) {
  Database::Transaction transaction(database);
  Stored stored = read(transaction, id);
  if (const auto refusal = refusal_of(stored, expected_version)) return *refusal;
  if (stored.triage.hold.is_on() == held) return TriageOutcome::is_so_already;
  if (held && count_holds(transaction) >= kHoldsMost) return TriageOutcome::too_many_holds;
  const Triage before = stored.triage;
  Triage& triage = stored.triage;
  ++triage.version;
  triage.hold = held ? Hold{actor.user, actor.now, reason} : Hold{};
  write(transaction, id, stored);
  write(transaction, id,
        HistoryEntry{actor.now, actor.user, held ? "hold" : "release", "", "", "", reason});
  append_audit(transaction,
               {0, actor.now, actor.user, actor.address, held ? "alert_held" : "alert_released",
                to_text(id), in_words(before), in_words(triage)});
  transaction.commit();
  return TriageOutcome::done;
}

}  // namespace sightglass::console
