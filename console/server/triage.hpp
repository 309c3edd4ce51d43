// What people decided about alerts. Lives in console.db; of it the sensor hears only what is closed
// and what is held (sensor_link.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "console/server/database.hpp"
#include "dissectors/time.hpp"
#include "rules/alert/alert.hpp"

namespace sightglass::console {

enum class Status : std::uint8_t { open, acknowledged, evaluating, closed };
std::string_view to_text(Status status);
std::optional<Status> parse_status(std::string_view text);

/// Whether `text` is one of the answers a closed alert must have: "malicious", "policy_breach",
/// "authorised_work", "normal_learned", "decoder_error", "test", "undetermined".
bool is_determination(std::string_view text);

struct HistoryEntry {
  Timestamp time{};
  std::string user;
  std::string action;  ///< "status", "assign", "note", "hold", "release"
  std::string status;  ///< the new one; "" when it did not change
  std::string determination, assignee, text;
};

/// An alert and its packets must stay: for the law, an insurer, an audit. Whatever its status.
struct Hold {
  std::string user;  ///< who; "" when it is not held
  Timestamp since{};
  std::string reason;
  bool is_on() const { return !user.empty(); }
};

/// The state of one alert. An alert nobody touched is open, version 0.
struct Triage {
  Status status = Status::open;
  std::string determination;  ///< of a closed alert; else ""
  std::string assignee;       ///< a user; "" for nobody
  std::int64_t version = 0;   ///< rises with every change and note
  bool recurred = false;      ///< closed, and went on since
  Hold hold;
  std::vector<HistoryEntry> history;  ///< oldest first; empty unless asked for
};

/// What to do to an alert; what is not set stays.
struct TriageChange {
  std::optional<Status> status;
  std::string determination;  ///< when closing
  std::optional<std::string> assignee;
  std::string text;
};

inline constexpr std::size_t kTriageTextMost = 4000;  ///< bytes
inline constexpr std::size_t kBulkMost = 1000;        ///< alerts in one change
/// What is held is never given up: more of it than this would leave no room for what is new.
inline constexpr std::int64_t kHoldsMost = 10'000;

enum class TriageOutcome : std::uint8_t {
  done,
  no_such_alert,
  changed_since,
  is_so_already,   ///< held, or not, as it should be
  too_many_holds,  ///< kHoldsMost
};

/// The triage of each of `ids`, in their order, without history.
std::vector<Triage> read_triage(Database& database, std::span<const AlertId> ids);
/// With history.
Triage read_triage(Database& database, const AlertId& id);

/// Who does something, for history and audit log.
struct Actor {
  std::string user, address;
  Timestamp now{};
};

/// Applies the change, writes history, audit row and list index in one transaction. When
/// `expected_version` is set and another, nothing is changed. A change without status and assignee
/// is a note.
TriageOutcome change_triage(Database& database, const AlertId& id,
                            std::optional<std::int64_t> expected_version,
                            const TriageChange& change, const Actor& actor);

/// Holds the alert, or releases it, and says why; otherwise as change_triage.
TriageOutcome change_hold(Database& database, const AlertId& id,
                          std::optional<std::int64_t> expected_version, bool held,
                          const std::string& reason, const Actor& actor);

}  // namespace sightglass::console
