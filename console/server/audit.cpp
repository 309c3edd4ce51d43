#include "console/server/audit.hpp"

#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

/// Lengths before texts: no two different rows have the same image.
std::string image(const AuditEntry& entry) {
  std::string text = std::to_string(entry.number) + ":" + std::to_string(to_ns(entry.time));
  for (const std::string* part :
       {&entry.actor, &entry.address, &entry.action, &entry.subject, &entry.before, &entry.after}) {
    text += ":" + std::to_string(part->size()) + ":" + *part;
  }
  return text;
}

Digest chained(std::string_view previous, const AuditEntry& entry) {
  return sha256(std::string(previous) + image(entry));
}

AuditEntry read_row(const Statement& row) {
  return {row.integer(0), timestamp_from_ns(row.integer(1)),
          row.text(2),    row.text(3),
          row.text(4),    row.text(5),
          row.text(6),    row.text(7)};
}

constexpr std::string_view kColumns =
    "SELECT number, time, actor, address, action, subject, before, after, hash FROM audit ";

}  // namespace

void append_audit(Database::Transaction& transaction, const AuditEntry& entry) {
  AuditEntry row = entry;
  std::string previous;
  {
    Statement last =
        transaction.prepare("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
    if (last.step()) {
      row.number = last.integer(0);
      previous = last.blob(1);
    }
  }
  ++row.number;
  transaction.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(row.number)
      .bind(to_ns(row.time))
      .bind(row.actor)
      .bind(row.address)
      .bind(row.action)
      .bind(row.subject)
      .bind(row.before)
      .bind(row.after)
      .bind_blob(view(chained(previous, row)))
      .run();
}

std::vector<AuditEntry> read_audit(Database& database, std::int64_t before, int limit) {
  Database::Transaction transaction(database);
  Statement rows = transaction.prepare(std::string(kColumns) +
                                       "WHERE ?1 = 0 OR number < ?1 ORDER BY number DESC LIMIT ?2");
  rows.bind(before).bind(std::int64_t{limit});
  std::vector<AuditEntry> entries;
  while (rows.step()) entries.push_back(read_row(rows));
  return entries;
}

std::optional<std::int64_t> first_broken_audit_row(Database& database) {
  Database::Transaction transaction(database);
  Statement rows = transaction.prepare(std::string(kColumns) + "ORDER BY number");
  std::string previous;
  for (std::int64_t expected = 1; rows.step(); ++expected) {
    const AuditEntry entry = read_row(rows);
    const std::string hash = rows.blob(8);
    if (entry.number != expected || !equal_secrets(hash, view(chained(previous, entry)))) {
      return expected;
    }
    previous = hash;
  }
  return std::nullopt;
}

}  // namespace sightglass::console
