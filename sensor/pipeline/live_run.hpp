// The sensor on a live interface, from opening it to the last commit.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "sensor/capture/live_capture.hpp"
#include "sensor/flow/flow_limits.hpp"
#include "sensor/pipeline/load_configuration.hpp"
#include "store/retention.hpp"

namespace sightglass {

struct LiveSettings {
  std::vector<LiveCaptureSettings> captures;  ///< one for each interface, at least one
  std::string run_as = "sightglass";          ///< whom to become when started as root
  std::filesystem::path record;               ///< directory of record.db and the evidence
  std::string control_socket;                 ///< path; "" = none
  std::vector<std::string> control_users;     ///< who may use it, besides root and run_as
  ConfigurationRequest configuration;
  std::chrono::seconds learn_for = std::chrono::hours(24 * 7);  ///< 0 = judge without a baseline
  unsigned workers = 1;
  std::uint64_t flows = kDefaultFlows;   ///< followed at once
  std::uint32_t evidence_ring_mib = 64;  ///< recent packets, for the time before an alert
  std::uint32_t memory_mib = 0;          ///< of the process; 0 = what its parts may take together
  RetentionLimits retention;
  std::string tool_version;
};

/// What people ask of a running sensor; set by signals.
struct LiveRequests {
  std::atomic<bool> stop = false;
  std::atomic<bool> reload = false;
};

inline constexpr int kExitInterfaceGone = 75;  ///< of all: EX_TEMPFAIL, systemd starts us again

/// Runs until `requests.stop`, then ends orderly and prints a summary. Exit status: 0, 2 for a
/// mistake in the settings (every reason is logged), kExitInterfaceGone, 1 for anything else.
int run_live(const LiveSettings& settings, LiveRequests& requests);

}  // namespace sightglass
