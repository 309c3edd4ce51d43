// What a batch does to the tables, within one transaction.
#pragma once

#include <string>
#include <vector>

#include "store/connection.hpp"
#include "store/record_rows.hpp"

namespace sightglass {

/// Writes batches on an open transaction; the connection remembers failures.
class RecordTransaction {
 public:
  RecordTransaction(Connection& connection, const RunInfo& run)
      : connection_(connection), run_(run) {}

  void apply(const Batch& batch);
  /// Takes an alert's packets out of the record, to make room.
  void evict(const AlertId& alert);
  /// Files that came for alerts that are not there (any more): to be removed once this is durable.
  const std::vector<std::string>& homeless_files() const { return homeless_; }

 private:
  void write(const Alert& alert);
  void write(const EvidenceRecord& evidence);
  void write(const HealthEvent& event);
  void write(const BaselineUpdate& update);
  void write(const StatisticsSnapshot& snapshot);
  void write(const TriagePage& page);
  void write(const TriagePage::Alert& alert);
  void follow_in_triage(const Alert& alert, bool goes_on);
  void log(ChangeKind kind, const AlertId& id);

  Connection& connection_;
  const RunInfo& run_;
  std::vector<std::string> homeless_;
};

/// Starts a run in the record.
void write_run(Connection& connection, const RunInfo& run);

/// The id of a health event in the change log.
AlertId health_change_id(std::uint64_t number);

/// How far a console has told what is closed and held.
TriageTold read_triage_told(Connection& connection);

/// All evidence files together.
std::uint64_t evidence_bytes(Connection& connection);

/// 0 before the first change.
std::uint64_t last_change(Connection& connection);

}  // namespace sightglass
