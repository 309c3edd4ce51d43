// The audit log: who did what, when, from where; append-only, each row chained to the one before.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "console/server/database.hpp"
#include "dissectors/time.hpp"

namespace sightglass::console {

struct AuditEntry {
  std::int64_t number = 0;  ///< given by the log
  Timestamp time{};
  std::string actor;    ///< user name; "" when nobody was signed in
  std::string address;  ///< of the client
  std::string action;   ///< "sign_in", "sign_in_failed", "triage" ...
  std::string subject;  ///< what it was done to
  std::string before, after;
};

/// Adds a row within the caller's transaction: what was done and its record stand or fall together.
void append_audit(Database::Transaction& transaction, const AuditEntry& entry);
/// Latest first; those below `before` when it is not 0.
std::vector<AuditEntry> read_audit(Database& database, std::int64_t before, int limit);
/// The number of the first row that does not follow from the one before it; nothing when all do.
std::optional<std::int64_t> first_broken_audit_row(Database& database);

}  // namespace sightglass::console
