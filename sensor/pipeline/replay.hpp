// Judges capture files from their first packet to their last, and leaves a case.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rules/alert/alert.hpp"
#include "sensor/pipeline/configuration.hpp"
#include "sensor/pipeline/pipeline.hpp"

namespace sightglass {

struct ReplaySettings {
  std::vector<std::string> captures;        ///< "-" is standard input
  std::vector<std::string> learn_captures;  ///< learned from first, entirely
  std::optional<Duration> learn_for;        ///< learn from the beginning of `captures`
  std::optional<std::filesystem::path> case_directory;
  unsigned workers = 1;
  std::uint64_t flows = kDefaultFlows;  ///< followed at once; what is evicted depends on it
  std::string tool_version;
};

/// A capture that ended before its end, and why.
struct EarlyEnd {
  std::string capture;
  std::string reason;
};

struct ReplayResult {
  std::vector<std::string> errors;  ///< of the user's making: nothing was replayed
  std::vector<Alert> alerts;        ///< in order of (first_seen, id)
  std::vector<EarlyEnd> early_ends;
  std::vector<ConversationCounts> conversations;  ///< in order of their keys
  std::vector<HostCounts> hosts;                  ///< likewise
  std::vector<Fact> learned;  ///< the baseline at the end; of a case, in its record only
  PipelineCounters counters;
  JudgeCounters judge;
  std::string ndpi_version;  ///< of the library that named applications
  std::uint64_t packets = 0;
  Timestamp first_packet{}, last_packet{};
  std::uint64_t alerts_while_learning = 0;  ///< in learn_captures, which are not otherwise judged
  bool interrupted = false;
  std::string record_error;  ///< "" when the case was written, or none was asked for
};

struct ReplayProgress {
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_total = 0;  ///< 0: not known
  std::uint64_t packets = 0;
  /// What was found by now, without the alerts themselves; counters are up to kWatchInterval old.
  std::function<ReplayResult()> so_far;
};

/// Called every few thousand packets with how far it is; `stop` ends the replay early, orderly: the
/// case, if any, is of the packets read by then.
using ReportProgress = std::function<void(const ReplayProgress&)>;

ReplayResult replay(const ReplaySettings& settings, SharedConfiguration configuration,
                    const ReportProgress& progress, const std::atomic<bool>& stop);

}  // namespace sightglass
