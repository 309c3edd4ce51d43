// The sessions of Accounts: begun, found by their cookie, listed and ended.
#include "console/server/accounts.hpp"
#include "console/server/audit.hpp"
#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

constexpr std::size_t kAgentMost = 200;

constexpr std::string_view kSessionColumns =
    "SELECT s.id, s.user, u.role, s.csrf, s.started, s.last_used, s.address, s.agent "
    "FROM session s JOIN user u ON u.name = s.user WHERE u.disabled = 0 ";

Session session_row(const Statement& row) {
  return {row.text(0),
          row.text(1),
          parse_role(row.text(2)).value_or(Role::viewer),
          row.text(3),
          timestamp_from_ns(row.integer(4)),
          timestamp_from_ns(row.integer(5)),
          row.text(6),
          row.text(7)};
}

bool is_over(const Session& session, Timestamp now) {
  return now - session.last_used > kSessionIdle || now - session.started > kSessionLongest;
}

}  // namespace

Accounts::SignedIn Accounts::begin_session(std::string_view user, Role role,
                                           std::string_view address, std::string_view agent,
                                           std::string_view action) {
  const Timestamp now = clock_();
  SignedIn result;
  result.token = random_token();
  result.session = Session{random_token().substr(0, 16),
                           std::string(user),
                           role,
                           random_token(),
                           now,
                           now,
                           std::string(address),
                           std::string(agent.substr(0, kAgentMost))};
  const Session& session = *result.session;
  Database::Transaction transaction(database_);
  transaction.prepare("DELETE FROM session WHERE last_used < ? OR started < ?")
      .bind(to_ns(now - kSessionIdle))
      .bind(to_ns(now - kSessionLongest))
      .run();
  transaction
      .prepare(
          "DELETE FROM session WHERE user = ?1 AND id NOT IN (SELECT id FROM session "
          "WHERE user = ?1 ORDER BY last_used DESC LIMIT ?2)")
      .bind(user)
      .bind(std::int64_t{kSessionsPerUser - 1})
      .run();
  transaction.prepare("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind_blob(view(sha256(result.token)))
      .bind(session.id)
      .bind(user)
      .bind(session.csrf)
      .bind(to_ns(now))
      .bind(to_ns(now))
      .bind(address)
      .bind(session.agent)
      .run();
  append_audit(transaction, {0, now, session.user, session.address, std::string(action),
                             session.user, "", std::string(to_text(role))});
  transaction.commit();
  return result;
}

bool Accounts::stands(std::string_view session_id) {
  Database::Transaction transaction(database_, Database::Transaction::Purpose::read);
  Statement row = transaction.prepare(std::string(kSessionColumns) + "AND s.id = ?");
  row.bind(session_id);
  return row.step() && !is_over(session_row(row), clock_());
}

std::optional<Session> Accounts::session(std::string_view token) {
  if (token.empty()) return std::nullopt;
  const Digest digest = sha256(token);
  const Timestamp now = clock_();
  Database::Transaction transaction(database_);
  std::optional<Session> found;
  {
    Statement row = transaction.prepare(std::string(kSessionColumns) + "AND s.token = ?");
    row.bind_blob(view(digest));
    if (!row.step()) return std::nullopt;
    found = session_row(row);
  }
  if (is_over(*found, now)) {
    transaction.prepare("DELETE FROM session WHERE token = ?").bind_blob(view(digest)).run();
    transaction.commit();
    return std::nullopt;
  }
  // Once a minute is exact enough for an idle time of thirty.
  if (now - found->last_used > std::chrono::minutes(1)) {
    transaction.prepare("UPDATE session SET last_used = ? WHERE token = ?")
        .bind(to_ns(now))
        .bind_blob(view(digest))
        .run();
    transaction.commit();
  }
  return found;
}

void Accounts::sign_out(const Session& session, std::string_view address) {
  Database::Transaction transaction(database_);
  transaction.prepare("DELETE FROM session WHERE id = ?").bind(session.id).run();
  append_audit(transaction,
               {0, clock_(), session.user, std::string(address), "sign_out", session.user, "", ""});
  transaction.commit();
}

std::vector<Session> Accounts::sessions_of(std::string_view user) {
  const Timestamp now = clock_();
  Database::Transaction transaction(database_);
  Statement rows = transaction.prepare(std::string(kSessionColumns) +
                                       "AND s.user = ? ORDER BY s.last_used DESC");
  rows.bind(user);
  std::vector<Session> sessions;
  while (rows.step()) {
    Session session = session_row(rows);
    if (!is_over(session, now)) sessions.push_back(std::move(session));
  }
  return sessions;
}

bool Accounts::revoke(std::string_view user, std::string_view session_id,
                      std::string_view address) {
  Database::Transaction transaction(database_);
  transaction.prepare("DELETE FROM session WHERE user = ? AND id = ?")
      .bind(user)
      .bind(session_id)
      .run();
  if (transaction.changed_rows() == 0) return false;
  append_audit(transaction, {0, clock_(), std::string(user), std::string(address),
                             "session_revoked", std::string(session_id), "", ""});
  transaction.commit();
  return true;
}

}  // namespace sightglass::console
