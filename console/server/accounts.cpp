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

Refusal unfit_password(std::string_view name, std::string_view password) {
  std::string weakness = password_weakness(name, password);
  if (weakness.empty()) return {};
  return {Refusal::Why::weak, std::move(weakness)};
}

Refusal unfit_user(std::string_view name, std::string_view password) {
  if (!is_user_name(name)) {
    return {Refusal::Why::name,
            "A user name has 1 to 64 letters, digits, dots, dashes, underscores or @."};
  }
  return unfit_password(name, password);
}

Refusal busy() {
  return {Refusal::Why::busy, "Too many passwords are being checked. Try again in a moment."};
}
Refusal wrong_link() {
  return {Refusal::Why::link,
          "This set-up link is not valid any more. A restart of the console prints a new one."};
}
Refusal wrong_credentials() { return {Refusal::Why::credentials, std::string(kRefused)}; }
Refusal no_such_user() { return {Refusal::Why::unknown, "There is no such user."}; }

std::string account_key(std::string_view user) {
  return "user " + std::string(user.substr(0, kUserNameMost));
}
std::string address_key(std::string_view address) { return "from " + std::string(address); }

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

/// A turn at scrypt: it takes 32 MiB and a tenth of a second, and anybody may ask for it.
class Accounts::HashTurn {
 public:
  explicit HashTurn(Accounts& accounts) : accounts_(accounts) {
    granted_ = ++accounts_.hashes_ <= static_cast<int>(kHashesAtOnce) + kHashesWaiting;
    if (granted_) {
      accounts_.hash_slots_.acquire();
    } else {
      ++accounts_.counters_.hashes_refused;
    }
  }
  ~HashTurn() {
    if (granted_) accounts_.hash_slots_.release();
    --accounts_.hashes_;
  }
  HashTurn(const HashTurn&) = delete;
  HashTurn& operator=(const HashTurn&) = delete;
  explicit operator bool() const { return granted_; }

 private:
  Accounts& accounts_;
  bool granted_;
};

bool Accounts::setup_token_stands(std::string_view token) {
  Database::Transaction transaction(database_);
  Statement row = transaction.prepare("SELECT 1 FROM setup WHERE token = ? AND expires >= ?");
  const Digest digest = sha256(token);
  row.bind_blob(view(digest)).bind(to_ns(clock_()));
  return row.step() && admins(transaction) == 0;
}

Accounts::SignedIn Accounts::set_up(std::string_view token, std::string_view user,
                                    std::string_view password, std::string_view address,
                                    std::string_view agent) {
  if (!setup_token_stands(token)) {
    failed(user, address);
    return {{}, {}, wrong_link()};
  }
  if (Refusal refusal = unfit_user(user, password); !refusal.ok()) return {{}, {}, refusal};
  PasswordHash hash;
  {
    const HashTurn turn(*this);
    if (!turn) return {{}, {}, busy()};
    hash = hash_password(password);
  }
  const Timestamp now = clock_();
  {
    Database::Transaction transaction(database_);
    const Digest digest = sha256(token);
    transaction.prepare("DELETE FROM setup WHERE token = ? AND expires >= ?")
        .bind_blob(view(digest))
        .bind(to_ns(now))
        .run();
    if (transaction.changed_rows() != 1 || admins(transaction) != 0) return {{}, {}, wrong_link()};
    insert_user(transaction, user, Role::admin, hash, now);
    append_audit(transaction, {0, now, std::string(user), std::string(address), "setup",
                               std::string(user), "", "admin"});
    transaction.commit();
  }
  return begin_session(user, Role::admin, address, agent, "sign_in");
}

// A delayed attempt costs the same time as any other: scrypt runs, and its result is not used.
Accounts::Checked Accounts::check(std::string_view user, std::string_view password,
                                  std::string_view address) {
  const bool waits = delayed(user, address);
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
  {
    const HashTurn turn(*this);
    if (!turn) return {{}, busy()};
    if (!password_matches(password.substr(0, kPasswordMost + 1), hash)) role.reset();
  }
  if (waits) {
    ++counters_.sign_ins_delayed;
    return {{}, wrong_credentials()};
  }
  if (!role) {
    failed(user, address);
    return {{}, wrong_credentials()};
  }
  succeeded(user, address);
  return {role, {}};
}

Accounts::SignedIn Accounts::sign_in(std::string_view user, std::string_view password,
                                     std::string_view address, std::string_view agent) {
  Checked checked = check(user, password, address);
  if (!checked.role) return {{}, {}, std::move(checked.refusal)};
  return begin_session(user, *checked.role, address, agent, "sign_in");
}

Refusal Accounts::confirm_password(std::string_view name, std::string_view password,
                                   std::string_view address) {
  return check(name, password, address).refusal;
}

bool Accounts::delayed(std::string_view user, std::string_view address) {
  const Timestamp now = clock_();
  const std::scoped_lock lock(failures_mutex_);
  for (const std::string& key : {account_key(user), address_key(address)}) {
    const auto found = failures_.find(key);
    if (found == failures_.end()) continue;
    if (now < found->second.blocked_until) return true;
    if (now - found->second.blocked_until > kFailuresForgotten) failures_.erase(found);
  }
  return false;
}

void Accounts::succeeded(std::string_view user, std::string_view address) {
  const std::scoped_lock lock(failures_mutex_);
  failures_.erase(account_key(user));
  failures_.erase(address_key(address));
}

void Accounts::failed(std::string_view user, std::string_view address) {
  ++counters_.sign_ins_failed;
  const Timestamp now = clock_();
  {
    const std::scoped_lock lock(failures_mutex_);
    if (failures_.size() + 1 >= kRememberedFailures) {
      failures_.erase(
          std::min_element(failures_.begin(), failures_.end(), [](const auto& a, const auto& b) {
            return a.second.blocked_until < b.second.blocked_until;
          }));
    }
    for (const std::string& key : {account_key(user), address_key(address)}) {
      Failures& failures = failures_[key];
      ++failures.count;
      failures.blocked_until = now;
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

std::optional<User> Accounts::user(std::string_view name) {
  Database::Transaction transaction(database_);
  Statement row =
      transaction.prepare("SELECT name, role, disabled, created FROM user WHERE name = ?");
  row.bind(name);
  if (!row.step()) return std::nullopt;
  return User{row.text(0), parse_role(row.text(1)).value_or(Role::viewer), row.integer(2) != 0,
              timestamp_from_ns(row.integer(3))};
}

Refusal Accounts::add_user(std::string_view name, Role role, std::string_view password,
                           std::string_view actor, std::string_view address) {
  if (Refusal refusal = unfit_user(name, password); !refusal.ok()) return refusal;
  PasswordHash hash;
  {
    const HashTurn turn(*this);
    if (!turn) return busy();
    hash = hash_password(password);
  }
  Database::Transaction transaction(database_);
  {
    Statement known = transaction.prepare("SELECT 1 FROM user WHERE name = ?");
    known.bind(name);
    if (known.step()) return {Refusal::Why::exists, "There is a user of that name."};
  }
  insert_user(transaction, name, role, hash, clock_());
  append_audit(transaction, {0, clock_(), std::string(actor), std::string(address), "user_added",
                             std::string(name), "", std::string(to_text(role))});
  transaction.commit();
  return {};
}

Refusal Accounts::change_user(std::string_view name, std::optional<Role> role,
                              std::optional<bool> disabled, std::string_view actor,
                              std::string_view address) {
  Database::Transaction transaction(database_);
  std::string before;
  {
    Statement row = transaction.prepare("SELECT role, disabled FROM user WHERE name = ?");
    row.bind(name);
    if (!row.step()) return no_such_user();
    before = row.text(0) + (row.integer(1) != 0 ? ", disabled" : "");
    if (!role) role = parse_role(row.text(0));
    if (!disabled) disabled = row.integer(1) != 0;
  }
  const Role new_role = role.value_or(Role::viewer);
  transaction.prepare("UPDATE user SET role = ?, disabled = ? WHERE name = ?")
      .bind(to_text(new_role))
      .bind(std::int64_t{*disabled ? 1 : 0})
      .bind(name)
      .run();
  if (admins(transaction) == 0) {
    return {Refusal::Why::last_admin, "There must be one admin who can sign in."};
  }
  transaction.prepare("DELETE FROM session WHERE user = ?").bind(name).run();
  append_audit(transaction, {0, clock_(), std::string(actor), std::string(address), "user_changed",
                             std::string(name), before,
                             std::string(to_text(new_role)) + (*disabled ? ", disabled" : "")});
  transaction.commit();
  return {};
}

Refusal Accounts::change_password(std::string_view name, std::string_view password,
                                  std::string_view keep_session, std::string_view actor,
                                  std::string_view address) {
  if (Refusal refusal = unfit_password(name, password); !refusal.ok()) return refusal;
  PasswordHash hash;
  {
    const HashTurn turn(*this);
    if (!turn) return busy();
    hash = hash_password(password);
  }
  Database::Transaction transaction(database_);
  transaction.prepare("UPDATE user SET salt = ?, key = ? WHERE name = ?")
      .bind_blob(hash.salt)
      .bind_blob(hash.key)
      .bind(name)
      .run();
  if (transaction.changed_rows() == 0) return no_such_user();
  transaction.prepare("DELETE FROM session WHERE user = ? AND id <> ?")
      .bind(name)
      .bind(keep_session)
      .run();
  append_audit(transaction, {0, clock_(), std::string(actor), std::string(address),
                             "password_changed", std::string(name), "", ""});
  transaction.commit();
  return {};
}

}  // namespace sightglass::console
