#include "store/record_transaction.hpp"

#include "store/alert_row.hpp"
#include "store/host_rows.hpp"
#include "store/stored_names.hpp"
#include "store/traffic_rows.hpp"

namespace sightglass {

AlertId health_change_id(std::uint64_t number) {
  AlertId id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return id;
}

std::uint64_t last_change(Connection& connection) {
  // Retention empties the log from its front; the sequence remembers where it was.
  const std::int64_t seq =
      connection.value("SELECT seq FROM sqlite_sequence WHERE name = 'change'");
  return static_cast<std::uint64_t>(seq);
}

void write_run(Connection& connection, const RunInfo& run) {
  connection
      .prepare("INSERT INTO run (sensor, realm, tool_version, source, started) VALUES (?,?,?,?,?)")
      .bind(run.sensor)
      .bind(run.realm)
      .bind(run.tool_version)
      .bind(run.source)
      .bind(to_ns(run.started))
      .run();
}

void RecordTransaction::apply(const Batch& batch) {
  for (const Alert& alert : batch.alerts) write(alert);
  for (const EvidenceRecord& evidence : batch.evidence) write(evidence);
  for (const HealthEvent& event : batch.health) write(event);
  if (batch.baseline) write(*batch.baseline);
  for (const ConversationCounts& counts : batch.conversations) {
    traffic_rows::add_conversation(connection_, run_, counts);
  }
  for (const HostCounts& counts : batch.hosts) host_rows::add(connection_, run_, counts);
  if (batch.statistics) write(*batch.statistics);
}

void RecordTransaction::log(ChangeKind kind, const AlertId& id) {
  connection_.prepare("INSERT INTO change (sensor, realm, kind, id) VALUES (?,?,?,?)")
      .bind(run_.sensor)
      .bind(run_.realm)
      .bind(stored::name(kind))
      .bind(id.bytes)
      .run();
}

void RecordTransaction::write(const Alert& alert) {
  bool known = false;
  {
    Statement before = connection_.prepare("SELECT revision FROM alert WHERE id = ?");
    before.bind(alert.id.bytes);
    known = before.row();
    if (known && before.number<std::uint32_t>() >= alert.revision) return;
  }
  Statement upsert = connection_.prepare(alert_row::upsert_sql());
  alert_row::bind(upsert, alert);
  upsert.run();

  connection_.prepare("DELETE FROM alert_decoded WHERE alert = ?").bind(alert.id.bytes).run();
  Statement decoded =
      connection_.prepare("INSERT INTO alert_decoded (alert, ordinal, pdu) VALUES (?,?,?)");
  for (std::size_t i = 0; i < alert.decoded.size(); ++i) {
    decoded.bind(alert.id.bytes).bind(std::uint64_t{i}).bind(alert.decoded[i]).run();
  }
  // Evidence has its own row, and what that says later is not undone by an update of the alert.
  if (alert.evidence != EvidenceState::none) {
    connection_
        .prepare(
            "INSERT OR IGNORE INTO evidence (alert, sensor, realm, state, path, bytes, frames)"
            " VALUES (?,?,?,?,'',0,0)")
        .bind(alert.id.bytes)
        .bind(alert.sensor)
        .bind(alert.realm)
        .bind(stored::name(alert.evidence))
        .run();
  }
  log(known ? ChangeKind::alert_update : ChangeKind::alert, alert.id);
}

void RecordTransaction::write(const EvidenceRecord& evidence) {
  // The alert may have been dropped or be past retention: then its evidence has no place.
  connection_
      .prepare(
          "INSERT OR REPLACE INTO evidence (alert, sensor, realm, state, path, bytes, frames) "
          "SELECT id, sensor, realm, ?2, ?3, ?4, ?5 FROM alert WHERE id = ?1")
      .bind(evidence.alert.bytes)
      .bind(stored::name(evidence.state))
      .bind(evidence.path)
      .bind(evidence.bytes)
      .bind(evidence.frames)
      .run();
  if (sqlite3_changes(connection_.handle()) != 0) log(ChangeKind::evidence, evidence.alert);
}

void RecordTransaction::write(const HealthEvent& event) {
  connection_
      .prepare(
          "INSERT INTO health (sensor, realm, at, kind, severity, subject, sentence, count) "
          "VALUES (?,?,?,?,?,?,?,?)")
      .bind(run_.sensor)
      .bind(run_.realm)
      .bind(to_ns(event.at))
      .bind(event.kind)
      .bind(static_cast<std::uint32_t>(event.severity))
      .bind(event.subject)
      .bind(event.sentence)
      .bind(event.count)
      .run();
  const auto number = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(connection_.handle()));
  log(ChangeKind::health, health_change_id(number));
}

void RecordTransaction::write(const BaselineUpdate& update) {
  // Counts that only rise are no news to a reader; what is new, gone or protected now is.
  bool news = update.replace_all || !update.removed.empty();
  {
    Statement before = connection_.prepare("SELECT state FROM baseline");
    news |= !before.row() || before.text() != stored::name(update.state);
  }
  if (update.replace_all) connection_.prepare("DELETE FROM fact").run();
  for (const Fact& fact : update.removed) traffic_rows::remove_fact(connection_, fact);
  for (const Fact& fact : update.facts) {
    news |= traffic_rows::write_fact(connection_, run_, fact);
  }
  connection_
      .prepare(
          "INSERT OR REPLACE INTO baseline (only_row, sensor, realm, state, learned_until, "
          "learning_ends) VALUES (1,?,?,?,?,?)")
      .bind(run_.sensor)
      .bind(run_.realm)
      .bind(stored::name(update.state))
      .bind(to_ns(update.learned_until))
      .bind(to_ns(update.learning_ends))
      .run();
  if (news) log(ChangeKind::baseline, {});
}

void RecordTransaction::write(const StatisticsSnapshot& snapshot) {
  for (const StatisticsSnapshot::Counter& counter : snapshot.counters) {
    connection_.prepare("INSERT OR IGNORE INTO counter (sensor, realm, name) VALUES (?,?,?)")
        .bind(run_.sensor)
        .bind(run_.realm)
        .bind(counter.name)
        .run();
    connection_
        .prepare(
            "INSERT OR REPLACE INTO statistic (counter, at, value) SELECT number, ?, ? "
            "FROM counter WHERE sensor = ? AND realm = ? AND name = ?")
        .bind(to_ns(snapshot.at))
        .bind(counter.value)
        .bind(run_.sensor)
        .bind(run_.realm)
        .bind(counter.name)
        .run();
  }
  connection_.prepare("DELETE FROM inactive_rule WHERE sensor = ? AND realm = ?")
      .bind(run_.sensor)
      .bind(run_.realm)
      .run();
  for (const InactiveRule& rule : snapshot.inactive_rules) {
    connection_
        .prepare(
            "INSERT OR REPLACE INTO inactive_rule (sensor, realm, rule, reason) "
            "VALUES (?,?,?,?)")
        .bind(run_.sensor)
        .bind(run_.realm)
        .bind(rule.id)
        .bind(rule.reason)
        .run();
  }
}

}  // namespace sightglass
