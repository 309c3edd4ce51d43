// What a batch does to the tables, within one transaction.
#pragma once

#include "store/connection.hpp"
#include "store/record_rows.hpp"

namespace sightglass {

/// Writes batches on an open transaction; the connection remembers failures.
class RecordTransaction {
 public:
  RecordTransaction(Connection& connection, const RunInfo& run)
      : connection_(connection), run_(run) {}

  void apply(const Batch& batch);

 private:
  void write(const Alert& alert);
  void write(const EvidenceRecord& evidence);
  void write(const HealthEvent& event);
  void write(const BaselineUpdate& update);
  void write(const StatisticsSnapshot& snapshot);
  void log(ChangeKind kind, const AlertId& id);

  Connection& connection_;
  const RunInfo& run_;
};

/// Starts a run in the record.
void write_run(Connection& connection, const RunInfo& run);

/// The id of a health event in the change log.
AlertId health_change_id(std::uint64_t number);

/// 0 before the first change.
std::uint64_t last_change(Connection& connection);

}  // namespace sightglass
