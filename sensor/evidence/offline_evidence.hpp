// Evidence of a replay: a second pass over the capture files.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sensor/evidence/evidence_cutter.hpp"

namespace sightglass {

struct OfflineEvidence {
  std::vector<EvidenceRecord> records;  ///< one for each alert, in the order of the alerts
  EvidenceCounters counters;
  std::vector<std::string> errors;  ///< files that can not be read again, a failed sync
};

/// Reads `captures` again as MergedCaptures does, so that packets have the numbers they had, and
/// writes each alert's slice to `directory`/evidence. No more than `packets` are read: those that
/// were judged. `site`: by which they were judged. `progress`, if any, is called now and then with
/// bytes read and their total (0: unknown). Standard input must have been spooled to a file.
OfflineEvidence cut_offline(std::span<const std::string> captures, std::span<const Alert> alerts,
                            const std::filesystem::path& directory, const std::string& application,
                            std::uint64_t packets = UINT64_MAX,
                            std::shared_ptr<const site::Site> site = nullptr,
                            const EvidenceLimits& limits = {},
                            const std::function<void(std::uint64_t, std::uint64_t)>& progress = {});

}  // namespace sightglass
