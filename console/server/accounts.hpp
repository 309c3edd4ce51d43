// Users, roles, sign-in and sessions.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
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
/// Failures that cost nothing; each further one doubles the wait, up to the longest.
inline constexpr unsigned kFreeFailures = 3;
inline constexpr Duration kLongestWait = std::chrono::minutes(15);
inline constexpr std::size_t kRememberedFailures =
    4096;  ///< accounts and addresses; then the oldest go

using Clock = std::function<Timestamp()>;

/// Thread-safe. Texts it returns as `error` are for the person at the browser. May throw
/// DatabaseError.
class Accounts {
 public:
  Accounts(Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

  bool setup_needed();
  /// A new one-time token for the set-up link; older ones stop working. "" once there is an admin.
  std::string issue_setup_token();

  struct SignedIn {
    std::optional<Session> session;
    std::string token;  ///< for the cookie; kept here only as a hash
    std::string error;
  };
  /// Makes the first admin.
  SignedIn set_up(std::string_view token, std::string_view user, std::string_view password,
                  std::string_view address, std::string_view agent);
  /// A wrong password, an unknown, disabled or delayed account all give the same error.
  SignedIn sign_in(std::string_view user, std::string_view password, std::string_view address,
                   std::string_view agent);
  /// The session of a cookie; touches it. Nothing when it is unknown or over.
  std::optional<Session> session(std::string_view token);
  void sign_out(const Session& session, std::string_view address);

  std::vector<Session> sessions_of(std::string_view user);
  /// Ends one of the user's own sessions; false when there is none.
  bool revoke(std::string_view user, std::string_view session_id, std::string_view address);

  std::vector<User> users();
  /// "" or why not. `actor` and `address` go into the audit log.
  std::string add_user(std::string_view name, Role role, std::string_view password,
                       std::string_view actor, std::string_view address);
  std::string change_user(std::string_view name, std::optional<Role> role,
                          std::optional<bool> disabled, std::string_view actor,
                          std::string_view address);
  /// Ends the user's other sessions than `keep_session`.
  std::string change_password(std::string_view name, std::string_view password,
                              std::string_view keep_session, std::string_view actor,
                              std::string_view address);
  /// Whether `password` is the user's; delayed like a sign-in.
  bool confirm_password(std::string_view name, std::string_view password, std::string_view address);

 private:
  struct Failures {
    unsigned count = 0;
    Timestamp blocked_until{};
  };

  bool blocked(const std::string& key);
  void failed(std::string_view user, std::string_view address);
  SignedIn begin_session(std::string_view user, Role role, std::string_view address,
                         std::string_view agent, std::string_view action);
  std::optional<Role> check(std::string_view user, std::string_view password);

  Database& database_;
  Clock clock_;
  std::mutex failures_mutex_;
  std::map<std::string, Failures> failures_;
};

}  // namespace sightglass::console
