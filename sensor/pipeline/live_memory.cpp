#include "sensor/pipeline/live_memory.hpp"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "rules/baseline/learned_facts.hpp"
#include "rules/judge_limits.hpp"
#include "sensor/pipeline/conversation_book.hpp"
#include "sensor/pipeline/host_book.hpp"
#include "sensor/pipeline/worker.hpp"

namespace sightglass {
namespace {

/// Code, libraries, the record's page cache, and what no part counts.
constexpr std::uint64_t kBaseBytes = std::uint64_t{96} << 20;

std::uint64_t kernel_rings(const LiveSettings& settings) {
  std::uint64_t sum = 0;
  for (const LiveCaptureSettings& capture : settings.captures) {
    sum += std::uint64_t{capture.ring_mib} << 20;
  }
  return sum;
}

}  // namespace

MemoryUse most_memory(const LiveSettings& settings) {
  const FlowLimits limits = FlowLimits::of(settings.flows);
  const JudgeLimits judge;
  MemoryUse most;
  most.kernel_rings = kernel_rings(settings);
  most.evidence_ring = std::uint64_t{settings.evidence_ring_mib} << 20;
  most.flows = kShards * limits.flows * Worker::bytes_of_a_flow(limits);
  most.held_packets = kShards * limits.held_bytes;
  if (settings.workers > 1) most.queues = settings.workers * kMostQueueBytes;
  most.judge = judge.evidence_bytes + LearnedFacts::bytes_of(judge.baseline_entries);
  most.conversations = ConversationBook::bytes_of(kConversations) + HostBook::bytes_of(kHosts);
  most.applications = Recognizer::bytes_of({});
  most.store_queue = WriterSettings::live().queue_bytes;
  return most;
}

std::uint64_t memory_limit(const LiveSettings& settings) {
  if (settings.memory_mib != 0) return std::uint64_t{settings.memory_mib} << 20;
  const std::uint64_t most = kBaseBytes + most_memory(settings).sum();
  return most + most / 4;
}

LiveMemory::LiveMemory(const LiveSettings& settings, PacketRing& ring, const Judge& judge,
                       const RecordWriter& writer)
    : kernel_rings_(kernel_rings(settings)),
      ring_bytes_(std::size_t{settings.evidence_ring_mib} << 20),
      ring_(ring),
      judge_(judge),
      writer_(writer),
      budget_(memory_limit(settings)) {}

MemoryUse LiveMemory::use(const PipelineCounters& counters) const {
  MemoryUse use;
  use.kernel_rings = kernel_rings_;
  use.evidence_ring = ring_.bytes();
  use.flows = counters.workers.memory.flows;
  use.held_packets = counters.workers.memory.held_packets;
  use.known_facts = counters.workers.memory.known_facts;
  use.queues = counters.queue_bytes;
  use.judge = judge_.bytes();
  use.conversations = counters.conversation_bytes;
  use.applications = counters.application_bytes;
  use.store_queue = writer_.counters().queued_bytes;
  use.process = resident_bytes();
  return use;
}

MemoryUse LiveMemory::look(const PipelineCounters& counters) {
  MemoryUse now = use(counters);
  if (budget_.is_due(now)) {
    // What was freed may still be the process'.
    malloc_trim(0);
    now.process = resident_bytes();
  }
  const MemoryRelief relief = budget_.look(now);
  const std::scoped_lock lock(mutex_);
  if (relief > relief_) notice_ = notice_of(relief, now, budget_.limit());
  relief_ = relief;
  return now;
}

MemoryRelief LiveMemory::relief() const {
  const std::scoped_lock lock(mutex_);
  return relief_;
}

void LiveMemory::relieve(Pipeline& pipeline) {
  std::optional<SensorNotice> notice;
  MemoryRelief relief = MemoryRelief::none;
  {
    const std::scoped_lock lock(mutex_);
    if (relief_ == given_up_) return;
    relief = relief_;
    notice = std::exchange(notice_, std::nullopt);
  }
  spdlog::warn("memory: from now on {} may be given up", to_text(relief));
  given_up_ = relief;
  ring_.resize(relief == MemoryRelief::none ? ring_bytes_ : ring_bytes_ / 4);
  pipeline.relieve(flow_relief(relief), std::move(notice));
}

}  // namespace sightglass
