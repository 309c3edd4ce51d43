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

TriageTold read_triage_told(Connection& connection) {
  Statement row = connection.prepare("SELECT source, cursor FROM triage_told");
  TriageTold told;
  if (!row.row()) return told;
  told.source = row.text();
  told.cursor = row.count();
  return told;
}

std::uint64_t evidence_bytes(Connection& connection) {
  return static_cast<std::uint64_t>(connection.value("SELECT bytes FROM evidence_total"));
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
  if (batch.triage) write(*batch.triage);
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
  bool known = false, goes_on = false;
  {
    Statement before = connection_.prepare("SELECT revision, count FROM alert WHERE id = ?");
    before.bind(alert.id.bytes);
    known = before.row();
    if (known && before.number<std::uint32_t>() >= alert.revision) return;
    goes_on = known && alert.count > before.count();
  }
  Statement upsert = connection_.prepare(alert_row::upsert_sql());
  alert_row::bind(upsert, alert);
  upsert.run();
  if (known) follow_in_triage(alert, goes_on);

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

// A closed alert that goes on counts as open until a console says otherwise.
void RecordTransaction::follow_in_triage(const Alert& alert, bool goes_on) {
  if (goes_on) {
    connection_.prepare("DELETE FROM triage WHERE alert = ? AND state = 'closed'")
        .bind(alert.id.bytes)
        .run();
  }
  connection_.prepare("UPDATE triage SET severity = ?2, last_seen = ?3 WHERE alert = ?1")
      .bind(alert.id.bytes)
      .bind(static_cast<std::uint32_t>(alert.severity))
      .bind(to_ns(alert.last_seen))
      .run();
}

void RecordTransaction::write(const EvidenceRecord& evidence) {
  connection_
      .prepare(
          "INSERT INTO evidence (alert, sensor, realm, state, path, bytes, frames, lack) "
          "SELECT id, sensor, realm, ?2, ?3, ?4, ?5, ?6 FROM alert WHERE id = ?1 "
          "ON CONFLICT (alert) DO UPDATE SET state = excluded.state, path = excluded.path, "
          "bytes = excluded.bytes, frames = excluded.frames, lack = excluded.lack "
          // What an update of an alert was refused does not take away what there is.
          "WHERE excluded.path <> '' OR evidence.path = ''")
      .bind(evidence.alert.bytes)
      .bind(stored::name(evidence.state))
      .bind(evidence.path)
      .bind(evidence.bytes)
      .bind(evidence.frames)
      .bind(stored::name(evidence.lack))
      .run();
  if (sqlite3_changes(connection_.handle()) != 0) {
    log(ChangeKind::evidence, evidence.alert);
  } else if (!evidence.path.empty()) {
    homeless_.push_back(evidence.path);
  }
}

void RecordTransaction::evict(const AlertId& alert) {
  connection_
      .prepare(
          "UPDATE evidence SET state = 'none', path = '', bytes = 0, frames = 0, lack = 'evicted' "
          "WHERE alert = ?")
      .bind(alert.bytes)
      .run();
  log(ChangeKind::evidence, alert);
}

void RecordTransaction::write(const TriagePage& page) {
  const bool is_statement = page.after == 0;
  if (!is_statement && read_triage_told(connection_) != TriageTold{page.source, page.after}) return;
  connection_
      .prepare(
          "INSERT INTO triage_told (only_row, source, cursor, statement) VALUES (1, ?1, ?2, 1) "
          "ON CONFLICT DO UPDATE SET source = ?1, cursor = ?2, statement = statement + ?3")
      .bind(page.source)
      .bind(page.upto)
      .bind(std::uint32_t{is_statement})
      .run();
  for (const TriagePage::Alert& alert : page.alerts) write(alert);
  if (!page.last) return;
  connection_.prepare("DELETE FROM triage WHERE statement <> (SELECT statement FROM triage_told)")
      .run();
}

void RecordTransaction::write(const TriagePage::Alert& alert) {
  if (alert.state == TriageState::open) {
    connection_.prepare("DELETE FROM triage WHERE alert = ?").bind(alert.id.bytes).run();
    return;
  }
  connection_
      .prepare(
          "INSERT INTO triage (alert, state, statement, severity, last_seen) "
          "SELECT id, ?2, (SELECT statement FROM triage_told), severity, last_seen FROM alert "
          "WHERE id = ?1 ON CONFLICT (alert) DO UPDATE SET state = excluded.state, "
          "statement = excluded.statement")
      .bind(alert.id.bytes)
      .bind(stored::name(alert.state))
      .run();
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
