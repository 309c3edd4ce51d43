#include "sensor/pipeline/memory_budget.hpp"

#include <unistd.h>

#include <array>
#include <fstream>
#include <string_view>
#include <utility>

namespace sightglass {

std::string to_text(const MemoryUse& use) {
  const std::pair<std::string_view, std::uint64_t> parts[] = {
      {"kernel rings", use.kernel_rings},
      {"evidence ring", use.evidence_ring},
      {"flows", use.flows},
      {"held packets", use.held_packets},
      {"known facts", use.known_facts},
      {"queues", use.queues},
      {"judge", use.judge},
      {"conversations", use.conversations},
      {"applications", use.applications},
      {"queue of the record", use.store_queue}};
  std::string text;
  for (const auto& [name, bytes] : parts) {
    if (bytes == 0) continue;
    const std::uint64_t mib = (bytes + (1 << 20) - 1) >> 20;
    text += (text.empty() ? "" : ", ") + std::string(name) + " " + std::to_string(mib) + " MiB";
  }
  return text;
}

std::uint64_t resident_bytes() {
  std::uint64_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

FlowRelief flow_relief(MemoryRelief relief) {
  switch (relief) {
    case MemoryRelief::none:
    case MemoryRelief::evidence:
      return FlowRelief::none;
    case MemoryRelief::transient_flows:
      return FlowRelief::transient;
    case MemoryRelief::unknown_streams:
      return FlowRelief::streams;
  }
  return FlowRelief::none;
}

std::string_view to_text(MemoryRelief relief) {
  constexpr std::array<std::string_view, kMemoryReliefs> kWords = {
      "nothing", "the older packets of the evidence ring", "closed and transient flows",
      "TCP streams of unknown protocol"};
  return kWords[static_cast<std::size_t>(relief)];
}

SensorNotice notice_of(MemoryRelief relief, const MemoryUse& use, std::uint64_t limit) {
  return {Detector::memory_short,
          std::to_string(use.total() >> 20) + " MiB are used and " + std::to_string(limit >> 20) +
              " may be (" + to_text(use) + "): " + std::string(to_text(relief)) + " are given up",
          {},
          std::string(to_text(relief))};
}

MemoryRelief MemoryBudget::look(const MemoryUse& use) {
  const auto step = static_cast<std::size_t>(relief_);
  const bool is_calm = use.total() < limit_ / 100 * kCalmPercent;
  calm_ = is_calm ? calm_ + 1 : 0;
  if (is_due(use) && step + 1 < kMemoryReliefs) {
    relief_ = static_cast<MemoryRelief>(step + 1);
    ++times_[step + 1];
    pause_ = kReliefLooks;
  } else if (pause_ > 0) {
    --pause_;
  }
  if (calm_ >= kCalmLooks && step > 0) {
    relief_ = static_cast<MemoryRelief>(step - 1);
    calm_ = 0;
  }
  return relief_;
}

}  // namespace sightglass
