// What the pipeline counted up to a tick.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/judge_limits.hpp"
#include "sensor/application/recognizer.hpp"
#include "sensor/capture/packet_source.hpp"
#include "sensor/packet/packet_stage.hpp"
#include "sensor/pipeline/worker_counters.hpp"

namespace sightglass {

struct PipelineCounters {
  PacketCounters packets;
  CaptureLoss loss;                        ///< as the source told last
  std::vector<InterfaceState> interfaces;  ///< live: likewise, in the order of their numbers
  std::uint64_t dropped_by_us = 0;         ///< packets, because a worker's queue was full
  std::uint64_t clock_steps = 0;
  std::uint64_t conversations_untold = 0;  ///< spans that there was no room for
  std::uint64_t hosts_untold = 0;          ///< likewise, of hosts
  std::uint64_t queue_bytes = 0;           ///< memory of the queues to the workers
  std::uint64_t conversation_bytes = 0;    ///< memory of conversations and hosts not taken yet
  std::uint64_t application_bytes = 0;     ///< memory of nDPI and what it is asked about
  Timestamp last_packet{};                 ///< latest packet time; none yet: the epoch
  std::optional<Duplicate> copy;           ///< the latest packet that came twice
  JudgeCounters judge;
  RecognizerCounters applications;
  WorkerCounters workers;  ///< of all workers together
};

}  // namespace sightglass
