// Users, roles, sign-in and sessions.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <vector>

#include "console/server/database.hpp"
#include "dissectors/time.hpp"

namespace sightglass::console {

/// Each role may do what those before it may. `nobody` is who is not signed in.
enum class Role : std::uint8_t { nobody, viewer, analyst, engineer, admin };
std::string_view to_text(Role role);
std::optional<Role> parse_role(std::string_view text);  ///< nothing for "nobody"

struct User {
  std::string name;
  Role role = Role::viewer;
  bool disabled = false;
  Timestamp created{};
};

/// Somebody who is signed in.
struct Session {
  std::string id;  ///< names it to people; opens nothing
  std::string user;
  Role role = Role::viewer;
  std::string csrf;
  Timestamp started{}, last_used{};
  std::string address, agent;
};

inline constexpr Duration kSessionIdle = std::chrono::minutes(30);
inline constexpr Duration kSessionLongest = std::chrono::hours(12);
inline constexpr Duration kSetupValid = std::chrono::hours(1);
inline constexpr std::size_t kUserNameMost = 64;
inline constexpr std::size_t kSessionsPerUser = 16;  ///< then the oldest ends
/// Failures that cost nothing; each further one doubles the wait, up to the longest. What is tried
/// during a wait is answered like a wrong password and does not lengthen it.
inline constexpr unsigned kFreeFailures = 3;
inline constexpr Duration kLongestWait = std::chrono::minutes(15);
inline constexpr Duration kFailuresForgotten = std::chrono::hours(1);  ///< after the wait
/// Accounts and addresses; then the oldest go.
inline constexpr std::size_t kRememberedFailures = 4096;

/// scrypt runs this many times at once, and this many more wait for their turn; then it is `busy`.
inline constexpr std::ptrdiff_t kHashesAtOnce = 2;
inline constexpr int kHashesWaiting = 4;

using Clock = std::function<Timestamp()>;

/// Why something about accounts was not done; `sentence` is for the person who asked.
struct Refusal {
  enum class Why : std::uint8_t {
    none,
    credentials,  ///< wrong, unknown, disabled or delayed: not told apart
    link,         ///< the set-up link is used, expired or made up
    name,         ///< no user name
    weak,         ///< the password
    unknown,      ///< no such user
    exists,       ///< a user of that name
    last_admin,   ///< nobody could administer any more
    busy,         ///< too many passwords are being checked
  };
  Why why = Why::none;
  std::string sentence;
  bool ok() const { return why == Why::none; }
};

/// What the accounts had to refuse since the start.
struct AccountCounters {
  std::atomic<std::uint64_t> sign_ins_failed{0}, sign_ins_delayed{0}, hashes_refused{0};
};

/// Thread-safe. May throw DatabaseError. Checking or setting a password takes a tenth of a second
/// of the calling thread.
class Accounts {
 public:
  Accounts(Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

  bool setup_needed();
  /// A new one-time token for the set-up link; older ones stop working. "" once there is an admin.
  std::string issue_setup_token();

  struct SignedIn {
    std::optional<Session> session;
    std::string token;  ///< for the cookie; kept here only as a hash
    Refusal refusal;
  };
  /// Makes the first admin. The token is used up only when that succeeds.
  SignedIn set_up(std::string_view token, std::string_view user, std::string_view password,
                  std::string_view address, std::string_view agent);
  /// A wrong password, an unknown, disabled or delayed account all give the same error.
  SignedIn sign_in(std::string_view user, std::string_view password, std::string_view address,
                   std::string_view agent);
  /// Whether the session (by its id) still stands; does not touch it.
  bool stands(std::string_view session_id);
  /// The session of a cookie; touches it. Nothing when it is unknown or over.
  std::optional<Session> session(std::string_view token);
  void sign_out(const Session& session, std::string_view address);

  std::vector<Session> sessions_of(std::string_view user);
  /// Ends one of the user's own sessions; false when there is none.
  bool revoke(std::string_view user, std::string_view session_id, std::string_view address);

  std::vector<User> users();
  std::optional<User> user(std::string_view name);
  /// `actor` and `address` go into the audit log.
  Refusal add_user(std::string_view name, Role role, std::string_view password,
                   std::string_view actor, std::string_view address);
  Refusal change_user(std::string_view name, std::optional<Role> role, std::optional<bool> disabled,
                      std::string_view actor, std::string_view address);
  /// Ends the user's other sessions than `keep_session`.
  Refusal change_password(std::string_view name, std::string_view password,
                          std::string_view keep_session, std::string_view actor,
                          std::string_view address);
  /// Whether `password` is the user's; delayed like a sign-in.
  Refusal confirm_password(std::string_view name, std::string_view password,
                           std::string_view address);

  const AccountCounters& counters() const { return counters_; }

 private:
  struct Failures {
    unsigned count = 0;
    Timestamp blocked_until{};
  };

  class HashTurn;

  bool delayed(std::string_view user, std::string_view address);
  void failed(std::string_view user, std::string_view address);
  void succeeded(std::string_view user, std::string_view address);
  bool setup_token_stands(std::string_view token);
  SignedIn begin_session(std::string_view user, Role role, std::string_view address,
                         std::string_view agent, std::string_view action);
  struct Checked {
    std::optional<Role> role;
    Refusal refusal;
  };
  Checked check(std::string_view user, std::string_view password, std::string_view address);

  Database& database_;
  Clock clock_;
  std::mutex failures_mutex_;
  std::map<std::string, Failures> failures_;
  std::counting_semaphore<kHashesAtOnce> hash_slots_{kHashesAtOnce};
  std::atomic<int> hashes_{0};  // running or waiting
  AccountCounters counters_;
};

}  // namespace sightglass::console
