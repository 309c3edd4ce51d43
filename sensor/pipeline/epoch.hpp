// What happens between two ticks, on its way from the reader over the workers to the judge.
#pragma once

#include <optional>
#include <vector>

#include "rules/conversation_counts.hpp"
#include "rules/observation.hpp"
#include "sensor/application/flow_sample.hpp"
#include "sensor/flow/flow_limits.hpp"
#include "sensor/pipeline/configuration.hpp"
#include "sensor/pipeline/pipeline_counters.hpp"
#include "sensor/pipeline/ticker.hpp"

namespace sightglass {

struct Epoch {
  bool is_last() const { return ended == kShards; }

  Tick tick;                                 ///< that ends it
  std::size_t ended = 0;                     ///< shards below it end; the run, when it is kShards
  bool look = false;                         ///< the sensor looks after itself: counters are there
  SharedConfiguration configuration;         ///< from the next packet on, when set
  std::optional<FlowRelief> relief;          ///< from now on, when set
  std::optional<SensorNotice> notice;        ///< of the sensor itself, for the judge
  std::optional<PipelineCounters> counters;  ///< the reader's, then also the workers'
  std::vector<Observation> observations;     ///< the workers'
  std::vector<ConversationCounts> conversations;  ///< the workers'
  Samples samples;                                ///< the workers'
};

}  // namespace sightglass
