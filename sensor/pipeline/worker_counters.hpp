// What one worker, or all of them together, counted.
#pragma once

#include <cstdint>

#include "dissectors/dissector.hpp"
#include "sensor/flow/flow_limits.hpp"

namespace sightglass {

/// Bytes in use now.
struct WorkerMemory {
  std::uint64_t flows = 0;         ///< tables, connections, notes
  std::uint64_t held_packets = 0;  ///< of streams
  std::uint64_t known_facts = 0;   ///< of flows
};

struct WorkerCounters {
  FlowCounters flows;
  std::uint64_t messages = 0;
  std::uint64_t repeated_messages = 0;  ///< of them: known by comparison, not read again
  std::uint64_t requests = 0, accepted = 0, refused = 0, unanswered = 0, unseen = 0;
  std::uint64_t anomalies = 0;
  std::uint64_t matches = 0;             ///< conditions that held
  std::uint64_t open_flows = 0;          ///< now
  std::uint64_t facts_untold = 0;        ///< what a flow did beyond kFactsPerFlow different things
  std::uint64_t arp_senders_untold = 0;  ///< ARP packets of senders beyond kArpSenders
  std::uint64_t links_untold = 0;        ///< frames without IP of pairs beyond kLinkConversations
  std::uint64_t samples = 0;             ///< packets shown to nDPI
  std::uint64_t samples_refused = 0;     ///< by kSampledShardBytes
  std::uint64_t attempters_untold = 0;   ///< SYNs of hosts beyond kMostAttempters
  std::uint64_t half_open_untold = 0;    ///< half-open connections to servers beyond kMostHalfOpen
  std::uint64_t attempts_cut_short = 0;  ///< not waited for 2 s, by kMostAttempts
  PairingCounters pairing;
  WorkerMemory memory;

  WorkerCounters& operator+=(const WorkerCounters& other);
};

}  // namespace sightglass
