// Keeping the record within its limits, a little at a time.
#pragma once

#include <filesystem>
#include <vector>

#include "store/connection.hpp"
#include "store/record_rows.hpp"
#include "store/retention.hpp"

namespace sightglass {

/// Runs on the writer's connection, between its transactions.
class RetentionPass {
 public:
  RetentionPass(Connection& connection, const RunInfo& run, std::filesystem::path directory,
                const RetentionLimits& limits)
      : connection_(connection), run_(run), directory_(std::move(directory)), limits_(limits) {}

  /// One short transaction towards the limits, as they are at `now`. True when it removed something
  /// and may have to go on. Hitting a size limit is told as a health event, once per pass.
  bool step(Timestamp now);
  const RetentionCounters& counters() const { return counters_; }

 private:
  bool expire(Timestamp now);
  bool shorten_changes();
  bool shrink_evidence(Timestamp now);
  bool shrink_record(Timestamp now);
  std::uint64_t remove_rows(const char* sql, std::int64_t bound);
  void drop_alerts(const char* select, std::int64_t bound, std::int64_t most,
                   std::uint64_t& counter);
  void tell(Timestamp now, std::string_view limit, std::string_view sentence);
  void vacuum();
  bool finish(std::uint64_t removed);

  Connection& connection_;
  const RunInfo& run_;
  const std::filesystem::path directory_;
  const RetentionLimits limits_;
  RetentionCounters counters_;
  std::vector<std::filesystem::path> doomed_;  // files of rows removed in the open transaction
  bool evidence_told_ = false, record_told_ = false;
};

}  // namespace sightglass
