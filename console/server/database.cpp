#include "console/server/database.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

namespace sightglass::console {
namespace {

/// Appended to, never changed: the index in this list is the schema's version.
constexpr const char* kMigrations[] = {
    R"(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE user (
  name TEXT PRIMARY KEY, role TEXT NOT NULL, salt BLOB NOT NULL, key BLOB NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL) STRICT;
CREATE TABLE session (
  token BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, user TEXT NOT NULL REFERENCES user(name),
  csrf TEXT NOT NULL, started INTEGER NOT NULL, last_used INTEGER NOT NULL,
  address TEXT NOT NULL, agent TEXT NOT NULL) STRICT;
CREATE TABLE setup (token BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT;
CREATE TABLE audit (
  number INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, address TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,
  hash BLOB NOT NULL) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TABLE triage (
  id BLOB PRIMARY KEY, status TEXT NOT NULL, determination TEXT NOT NULL, assignee TEXT NOT NULL,
  version INTEGER NOT NULL, closed_at_count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE history (
  number INTEGER PRIMARY KEY, id BLOB NOT NULL, time INTEGER NOT NULL, user TEXT NOT NULL,
  action TEXT NOT NULL, status TEXT NOT NULL, determination TEXT NOT NULL, assignee TEXT NOT NULL,
  text TEXT NOT NULL) STRICT;
CREATE INDEX history_by_alert ON history(id, number);
-- What lists select and sort by; made anew from the record at will. `urgency` is the severity
-- negated and `attention` grows from closed to open, so that "descending" is the grave end of both.
CREATE TABLE alert_index (
  id BLOB PRIMARY KEY, urgency INTEGER NOT NULL, category TEXT NOT NULL, protects INTEGER NOT NULL,
  kind TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  count INTEGER NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, search TEXT NOT NULL,
  attention INTEGER NOT NULL) STRICT;
CREATE INDEX alert_by_last_seen ON alert_index(last_seen, id);
CREATE INDEX alert_by_first_seen ON alert_index(first_seen, last_seen, id);
CREATE INDEX alert_by_urgency ON alert_index(urgency, last_seen, id);
CREATE INDEX alert_by_count ON alert_index(count, last_seen, id);
CREATE INDEX alert_by_kind ON alert_index(kind, last_seen, id);
CREATE INDEX alert_by_attention ON alert_index(attention, last_seen, id);
CREATE INDEX alert_open ON alert_index(attention, urgency);
-- Answers to changes that may be asked for again with the same key.
CREATE TABLE answered (
  user TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, time INTEGER NOT NULL,
  status INTEGER NOT NULL, content_type TEXT NOT NULL, etag TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (user, key)) STRICT, WITHOUT ROWID;
CREATE INDEX answered_by_time ON answered(time);
)",
    R"(
ALTER TABLE triage ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
ALTER TABLE triage ADD COLUMN held_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE triage ADD COLUMN held_for TEXT NOT NULL DEFAULT '';
CREATE INDEX triage_held ON triage(id) WHERE held_by <> '';
ALTER TABLE alert_index ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE INDEX alert_held ON alert_index(last_seen, id) WHERE held = 1;
-- What the sensor must know of each alert, the latest only, in the order it came to be.
CREATE TABLE sensor_news (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, state TEXT NOT NULL) STRICT;
INSERT INTO sensor_news (id, state) SELECT id, 'closed' FROM alert_index WHERE attention = 1;
)"};
constexpr int kVersion = static_cast<int>(std::size(kMigrations));

[[noreturn]] void fail(sqlite3* connection) {
  throw DatabaseError{std::string("console.db: ") + sqlite3_errmsg(connection)};
}

}  // namespace

Statement::Statement(sqlite3* connection, std::string_view sql) : connection_(connection) {
  if (sqlite3_prepare_v2(connection, sql.data(), static_cast<int>(sql.size()), &statement_,
                         nullptr) != SQLITE_OK) {
    fail(connection);
  }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::int64_t value) {
  if (sqlite3_bind_int64(statement_, ++bound_, value) != SQLITE_OK) fail(connection_);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8) != SQLITE_OK) {
    fail(connection_);
  }
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  if (sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_TRANSIENT) !=
      SQLITE_OK) {
    fail(connection_);
  }
  return *this;
}

bool Statement::step() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      fail(connection_);
  }
}

void Statement::again() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  bound_ = 0;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr
             ? ""
             : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

Database::Database(const std::string& file) {
  const mode_t before = umask(0077);
  const int opened =
      sqlite3_open_v2(file.c_str(), &connection_,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  umask(before);
  if (opened != SQLITE_OK) {
    const DatabaseError error{file + ": " + sqlite3_errmsg(connection_)};
    sqlite3_close(connection_);
    throw error;
  }
  try {
    execute(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA busy_timeout=2000;");
    Statement version(connection_, "PRAGMA user_version");
    version.step();
    const auto current = static_cast<int>(version.integer(0));
    if (current > kVersion)
      throw DatabaseError{file + ": written by a later version of Sightglass"};
    for (int next = current; next < kVersion; ++next) {
      execute("BEGIN IMMEDIATE");
      execute(kMigrations[next]);
      execute(("PRAGMA user_version=" + std::to_string(next + 1)).c_str());
      execute("COMMIT");
    }
  } catch (...) {
    sqlite3_close(connection_);
    throw;
  }
}

Database::~Database() { sqlite3_close(connection_); }

void Database::execute(const char* sql) {
  if (sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(connection_);
}

Database::Transaction::Transaction(Database& database, Purpose purpose)
    : database_(database), lock_(database.mutex_) {
  database_.execute(purpose == Purpose::change ? "BEGIN IMMEDIATE" : "BEGIN");
}

Database::Transaction::~Transaction() {
  if (!committed_) sqlite3_exec(database_.connection_, "ROLLBACK", nullptr, nullptr, nullptr);
}

std::int64_t Database::Transaction::changed_rows() const {
  return sqlite3_changes64(database_.connection_);
}

void Database::Transaction::commit() {
  database_.execute("COMMIT");
  committed_ = true;
}

}  // namespace sightglass::console
