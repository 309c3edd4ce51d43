#include "console/server/accounts.hpp"

#include <algorithm>
#include <array>

#include "console/server/audit.hpp"
#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

constexpr std::array<std::string_view, 5> kRoles = {"nobody", "viewer", "analyst", "engineer",
                                                    "admin"};
constexpr std::string_view kRefused = "The user name or the password is wrong.";
constexpr std::size_t kAgentMost = 200;

/// What an unknown user's password is compared with, so that it takes as long as a known one's.
const PasswordHash& nobodys_hash() {
  static const PasswordHash hash = hash_password(random_token());
  return hash;
}

bool is_user_name(std::string_view name) {
  return !name.empty() && name.size() <= kUserNameMost &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == '@' || c >= 0x80;
         });
}

std::size_t admins(Database::Transaction& transaction) {
  Statement count =
      transaction.prepare("SELECT count(*) FROM user WHERE role = 'admin' AND disabled = 0");
  count.step();
  return static_cast<std::size_t>(count.integer(0));
}

void insert_user(Database::Transaction& transaction, std::string_view name, Role role,
                 const PasswordHash& hash, Timestamp now) {
  transaction.prepare("INSERT INTO user VALUES (?, ?, ?, ?, 0, ?)")
      .bind(name)
      .bind(to_text(role))
      .bind_blob(hash.salt)
      .bind_blob(hash.key)
      .bind(to_ns(now))
      .run();
}

std::string user_error(std::string_view name, std::string_view password) {
  if (!is_user_name(name)) {
    return "A user name has 1 to 64 letters, digits, dots, dashes, underscores or @.";
  }
  return password_weakness(name, password);
}

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

std::string_view to_text(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

std::optional<Role> parse_role(std::string_view text) {
  const auto found = std::find(kRoles.begin() + 1, kRoles.end(), text);
  if (found == kRoles.end()) return std::nullopt;
  return static_cast<Role>(found - kRoles.begin());
}

bool Accounts::setup_needed() {
  Database::Transaction transaction(database_);
  return admins(transaction) == 0;
}

std::string Accounts::issue_setup_token() {
  Database::Transaction transaction(database_);
  transaction.prepare("DELETE FROM setup").run();
  std::string token;
  if (admins(transaction) == 0) {
    token = random_token();
    transaction.prepare("INSERT INTO setup VALUES (?, ?)")
        .bind_blob(view(sha256(token)))
        .bind(to_ns(clock_() + kSetupValid))
        .run();
  }
  transaction.commit();
  return token;
}

Accounts::SignedIn Accounts::set_up(std::string_view token, std::string_view user,
                                    std::string_view password, std::string_view address,
                                    std::string_view agent) {
  if (const std::string error = user_error(user, password); !error.empty()) return {{}, {}, error};
  const PasswordHash hash = hash_password(password);
  const Timestamp now = clock_();
  {
    Database::Transaction transaction(database_);
    transaction.prepare("DELETE FROM setup WHERE token = ? AND expires >= ?")
        .bind_blob(view(sha256(token)))
        .bind(to_ns(now))
        .run();
    if (transaction.changed_rows() != 1 || admins(transaction) != 0) {
      append_audit(transaction,
                   {0, now, "", std::string(address), "setup_failed", std::string(user), "", ""});
      transaction.commit();
      return {{},
              {},
              "This set-up link is not valid any more. A restart of the console prints a new one."};
    }
    insert_user(transaction, user, Role::admin, hash, now);
    append_audit(transaction, {0, now, std::string(user), std::string(address), "setup",
                               std::string(user), "", "admin"});
    transaction.commit();
  }
  return begin_session(user, Role::admin, address, agent, "sign_in");
}

std::optional<Role> Accounts::check(std::string_view user, std::string_view password) {
  PasswordHash hash = nobodys_hash();
  std::optional<Role> role;
  {
    Database::Transaction transaction(database_);
    Statement row =
        transaction.prepare("SELECT salt, key, role FROM user WHERE name = ? AND disabled = 0");
    row.bind(user);
    if (row.step()) {
      hash = {row.blob(0), row.blob(1)};
      role = parse_role(row.text(2));
    }
  }
  const bool right = password_matches(password.substr(0, kPasswordMost + 1), hash);
  return right ? role : std::nullopt;
}

Accounts::SignedIn Accounts::sign_in(std::string_view user, std::string_view password,
                                     std::string_view address, std::string_view agent) {
  const std::string account_key = "user " + std::string(user.substr(0, kUserNameMost));
  const std::string address_key = "from " + std::string(address);
  const bool waits = blocked(account_key) || blocked(address_key);
  const std::optional<Role> role = check(user, password);
  if (waits || !role) {
    failed(user, address);
    return {{}, {}, std::string(kRefused)};
  }
  {
    const std::scoped_lock lock(failures_mutex_);
    failures_.erase(account_key);
    failures_.erase(address_key);
  }
  return begin_session(user, *role, address, agent, "sign_in");
}

bool Accounts::confirm_password(std::string_view name, std::string_view password,
                                std::string_view address) {
  if (!blocked("user " + std::string(name)) && check(name, password)) return true;
  failed(name, address);
  return false;
}

bool Accounts::blocked(const std::string& key) {
  const std::scoped_lock lock(failures_mutex_);
  const auto found = failures_.find(key);
  return found != failures_.end() && clock_() < found->second.blocked_until;
}

void Accounts::failed(std::string_view user, std::string_view address) {
  const Timestamp now = clock_();
  {
    const std::scoped_lock lock(failures_mutex_);
    if (failures_.size() >= kRememberedFailures) {
      failures_.erase(
          std::min_element(failures_.begin(), failures_.end(), [](const auto& a, const auto& b) {
            return a.second.blocked_until < b.second.blocked_until;
          }));
    }
    for (const std::string& key :
         {"user " + std::string(user.substr(0, kUserNameMost)), "from " + std::string(address)}) {
      Failures& failures = failures_[key];
      ++failures.count;
      if (failures.count < kFreeFailures) continue;
      const unsigned doublings = std::min(failures.count - kFreeFailures, 12u);
      const Duration wait = std::chrono::seconds(1u << doublings);
      failures.blocked_until = now + std::min(wait, kLongestWait);
    }
  }
  Database::Transaction transaction(database_);
  append_audit(transaction, {0, now, "", std::string(address), "sign_in_failed",
                             std::string(user.substr(0, kUserNameMost)), "", ""});
  transaction.commit();
}

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

std::vector<User> Accounts::users() {
  Database::Transaction transaction(database_);
  Statement rows =
      transaction.prepare("SELECT name, role, disabled, created FROM user ORDER BY name");
  std::vector<User> users;
  while (rows.step()) {
    users.push_back({rows.text(0), parse_role(rows.text(1)).value_or(Role::viewer),
                     rows.integer(2) != 0, timestamp_from_ns(rows.integer(3))});
  }
  return users;
}

std::string Accounts::add_user(std::string_view name, Role role, std::string_view password,
                               std::string_view actor, std::string_view address) {
  if (std::string error = user_error(name, password); !error.empty()) return error;
  const PasswordHash hash = hash_password(password);
  Database::Transaction transaction(database_);
  {
    Statement known = transaction.prepare("SELECT 1 FROM user WHERE name = ?");
    known.bind(name);
    if (known.step()) return "There is a user of that name.";
  }
  insert_user(transaction, name, role, hash, clock_());
  append_audit(transaction, {0, clock_(), std::string(actor), std::string(address), "user_added",
                             std::string(name), "", std::string(to_text(role))});
  transaction.commit();
  return "";
}

std::string Accounts::change_user(std::string_view name, std::optional<Role> role,
                                  std::optional<bool> disabled, std::string_view actor,
                                  std::string_view address) {
  Database::Transaction transaction(database_);
  std::string before;
  {
    Statement row = transaction.prepare("SELECT role, disabled FROM user WHERE name = ?");
    row.bind(name);
    if (!row.step()) return "There is no such user.";
    before = row.text(0) + (row.integer(1) != 0 ? ", disabled" : "");
    if (!role) role = parse_role(row.text(0));
    if (!disabled) disabled = row.integer(1) != 0;
  }
  transaction.prepare("UPDATE user SET role = ?, disabled = ? WHERE name = ?")
      .bind(to_text(role.value_or(Role::viewer)))
      .bind(std::int64_t{*disabled ? 1 : 0})
      .bind(name)
      .run();
  if (admins(transaction) == 0) return "There must be one admin who can sign in.";
  transaction.prepare("DELETE FROM session WHERE user = ?").bind(name).run();
  append_audit(transaction, {0, clock_(), std::string(actor), std::string(address), "user_changed",
                             std::string(name), before,
                             std::string(to_text(role.value_or(Role::viewer))) +
                                 (*disabled ? ", disabled" : "")});
  transaction.commit();
  return "";
}

std::string Accounts::change_password(std::string_view name, std::string_view password,
                                      std::string_view keep_session, std::string_view actor,
                                      std::string_view address) {
  if (std::string error = password_weakness(name, password); !error.empty()) return error;
  const PasswordHash hash = hash_password(password);
  Database::Transaction transaction(database_);
  transaction.prepare("UPDATE user SET salt = ?, key = ? WHERE name = ?")
      .bind_blob(hash.salt)
      .bind_blob(hash.key)
      .bind(name)
      .run();
  if (transaction.changed_rows() == 0) return "There is no such user.";
  transaction.prepare("DELETE FROM session WHERE user = ? AND id <> ?")
      .bind(name)
      .bind(keep_session)
      .run();
  append_audit(transaction, {0, clock_(), std::string(actor), std::string(address),
                             "password_changed", std::string(name), "", ""});
  transaction.commit();
  return "";
}

}  // namespace sightglass::console
