// What the judge may keep, what it had to give up, and when it speaks.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sightglass {

/// How alerts leave the judge.
enum class Announce : std::uint8_t {
  at_end,   ///< one final record per alert, in the order of (first_seen, id): replay
  at_once,  ///< when an alert begins, then as it changes, at most once a second: live
};

/// Everything the judge keeps is bounded by these; JudgeCounters says what was given up.
struct JudgeLimits {
  std::size_t open_alerts = 16'384;        ///< episodes that still fold
  std::size_t held_alerts = 32'768;        ///< ended, waiting for their turn (Announce::at_end)
  std::size_t evidence_bytes = 64u << 20;  ///< decoded PDUs of all alerts together
  std::size_t waiting_requests = 65'536;   ///< whose outcome an alert or a learned write awaits
  std::size_t threshold_keys = 65'536;     ///< parties counted by thresholds, all rules together
  std::size_t baseline_entries = 262'144;  ///< learned facts, and as many reported ones
  std::size_t attempters = 16;             ///< hosts told within an hour that only attempt
  std::size_t written_objects = 65'536;    ///< objects whose last write is remembered
  std::size_t address_bindings = 65'536;   ///< IP addresses whose MAC is remembered
  std::size_t secure_channels = 65'536;    ///< pairs whose security, servers whose certificate
};

/// Monotonic counts since the judge was made.
struct JudgeCounters {
  std::uint64_t observations = 0;
  std::uint64_t findings = 0;             ///< judgements, before folding
  std::uint64_t alerts = 0;               ///< episodes begun
  std::uint64_t alerts_ended_early = 0;   ///< by open_alerts: a repeat begins a new alert
  std::uint64_t alerts_out_of_order = 0;  ///< by held_alerts: told before the end
  std::uint64_t evidence_dropped = 0;     ///< decoded PDUs not kept
  std::uint64_t outcomes_dropped = 0;     ///< by waiting_requests: they stay pending
  std::uint64_t threshold_keys_dropped = 0;
  std::uint64_t facts_learned = 0;       ///< that were new
  std::uint64_t facts_not_learned = 0;   ///< refused by the device, or dangerous
  std::uint64_t facts_dropped = 0;       ///< by baseline_entries
  std::uint64_t attempters_untold = 0;   ///< by attempters: told when they go on
  std::uint64_t ranges_widened = 0;      ///< address ranges joined over a gap: there were too many
  std::uint64_t objects_forgotten = 0;   ///< by written_objects
  std::uint64_t bindings_forgotten = 0;  ///< by address_bindings
  std::uint64_t channels_not_kept = 0;   ///< by secure_channels
};

}  // namespace sightglass
