// Keeping the record within its limits, a little at a time.
#pragma once

#include <filesystem>
#include <vector>

#include "store/connection.hpp"
#include "store/record_rows.hpp"
#include "store/retention.hpp"

namespace sightglass {

struct DoomedAlerts;  ///< which alerts go, in what order

/// Runs on the writer's connection, between its transactions.
class RetentionPass {
 public:
  RetentionPass(Connection& connection, const RunInfo& run, std::filesystem::path directory,
                const RetentionLimits& limits)
      : connection_(connection), run_(run), directory_(std::move(directory)), limits_(limits) {}

  /// One short transaction towards the limits, as they are at `now`. True when it removed something
  /// and may have to go on. Hitting a size limit is told as a health event, once until it is kept
  /// again; so is that evidence was refused (`refused`: how often, ever).
  bool step(Timestamp now, std::uint64_t refused);
  /// Whether so much evidence should not wait for the next regular step.
  bool is_due(std::uint64_t evidence_bytes) const;
  const RetentionCounters& counters() const { return counters_; }

 private:
  bool expire(Timestamp now);
  bool shorten_changes();
  bool shrink_evidence(Timestamp now);
  void tell_refusals(Timestamp now);
  bool shrink_record(Timestamp now);
  std::uint64_t remove_rows(const char* sql, std::int64_t bound);
  std::uint64_t drop_alerts(const char* select, std::int64_t bound, std::int64_t most);
  std::uint64_t drop_alerts(const DoomedAlerts& doomed, std::int64_t bound, std::int64_t most);
  void tell(Timestamp now, std::string_view limit, std::string_view sentence);
  void vacuum();
  bool finish(std::uint64_t removed);

  Connection& connection_;
  const RunInfo& run_;
  const std::filesystem::path directory_;
  const RetentionLimits limits_;
  RetentionCounters counters_;
  std::vector<std::filesystem::path> doomed_;  // files of rows removed in the open transaction
  bool evidence_told_ = false, record_told_ = false, refusals_told_ = false;
  bool nothing_to_evict_ = false;
  std::uint64_t refused_ = 0;  // as of the latest step
  bool has_refused_ = false;   // since it was told
};

}  // namespace sightglass
