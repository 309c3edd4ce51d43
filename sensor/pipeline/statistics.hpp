// Every counter of the sensor by name: what the record keeps, the console's health page shows and
// the control socket's `status` tells.
#pragma once

#include <array>
#include <cstdint>

#include "rules/judge.hpp"
#include "sensor/evidence/evidence_cutter.hpp"
#include "sensor/pipeline/memory_budget.hpp"
#include "sensor/pipeline/pipeline.hpp"
#include "store/record_rows.hpp"
#include "store/record_writer.hpp"

namespace sightglass {

/// What only a running sensor has.
struct LiveCounters {
  MemoryUse memory;
  std::uint64_t memory_limit = 0;
  std::array<std::uint64_t, kMemoryReliefs> reliefs{};  ///< steps taken, by MemoryRelief
  std::uint64_t stalls = 0;
};

/// Dotted names, one for each counter and limit hit: "capture.dropped_by_kernel",
/// "stream.gaps.timeout"; and the rules that do not judge.
StatisticsSnapshot statistics(const PipelineCounters& pipeline, const JudgeCounters& judge,
                              const RuleSet& rules, Timestamp at,
                              const LiveCounters* live = nullptr);

/// Adds what a running sensor counts besides: packets of alerts, and what the record takes and
/// gives up ("evidence.refused_full", "record.alerts_by_size").
void add_record_counters(StatisticsSnapshot& snapshot, const EvidenceCounters& evidence,
                         const WriterCounters& writer);

}  // namespace sightglass
