// Every limit of the flow stage by name, and the counters of what hits them.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "dissectors/time.hpp"
#include "sensor/flow/flow.hpp"

namespace sightglass {

/// The number of shards is fixed, and each owns its part of every limit: what is evicted, and so
/// every result, does not depend on how many workers share the shards.
inline constexpr std::size_t kShards = 64;

inline constexpr std::uint64_t kDefaultFlows = 100'000;
inline constexpr std::uint64_t kFewestFlows = 1'000, kMostFlows = 4'000'000;

/// The part of a table for `flows` that a shard owns. Host pairs do not fall evenly on shards: each
/// has room for four standard deviations more, or it would evict long before the table is full.
constexpr std::size_t flows_of_a_shard(std::uint64_t flows) {
  const std::uint64_t part = (flows + kShards - 1) / kShards;
  std::uint64_t deviation = 1;
  while ((deviation + 1) * (deviation + 1) <= part) ++deviation;
  return part + 4 * deviation;
}

/// Limits of one shard.
struct FlowLimits {
  /// Of one of the shards that have room for `flows` together.
  static FlowLimits of(std::uint64_t flows) {
    FlowLimits limits;
    limits.flows = flows_of_a_shard(flows);
    return limits;
  }

  std::size_t flows = flows_of_a_shard(kDefaultFlows);
  std::size_t held_bytes = (64 << 20) / kShards;      ///< packets kept back, of all flows
  Duration closed_idle = std::chrono::seconds(15);    ///< after FIN both ways or RST
  Duration transient_idle = std::chrono::minutes(3);  ///< half-open, UDP, ICMP ...
  Duration stream_idle = std::chrono::minutes(15);    ///< TCP that carries data
  Duration session_idle = std::chrono::hours(6);      ///< TCP with a confirmed protocol
  Duration gap_timeout = std::chrono::seconds(3);     ///< until a hole counts as lost
};

inline constexpr std::size_t kMaxHeldSegments = 128;           ///< of one direction, out of order
inline constexpr std::size_t kMaxHeldStreamBytes = 256 << 10;  ///< of one direction, out of order
inline constexpr std::size_t kMaxMessageBytes = 64 << 10;      ///< longer claims are out of step
inline constexpr std::size_t kMaxSearchBytes = 8 << 10;        ///< kept while looking for a message
inline constexpr std::size_t kMaxSearchSegments = 64;
/// Of one direction, before its protocol is known.
inline constexpr std::size_t kMaxUndecidedBytes = 4 << 10;
/// Of both directions: a Hello of OPC UA and its Acknowledge fit in, byte by byte.
inline constexpr std::size_t kMaxUndecidedSegments = 256;
inline constexpr std::size_t kHistoryBytes = 512;  ///< of one direction, for overlaps
/// A segment farther than this from where its stream stands belongs to another stream.
inline constexpr std::int32_t kMaxSequenceJump = 1 << 20;
/// How many messages may prove that client and server were taken for each other.
inline constexpr std::uint64_t kMaxShapeChecks = 16;

/// Flows that are put out to save memory although the table has room. Never a session.
enum class FlowRelief : std::uint8_t {
  none,
  transient,  ///< half of all flows, as far as they are closed or transient
  streams,    ///< half of all flows, also TCP of unknown protocol
};
/// One in so many of the flows there may be always has room: what begins must be recognised.
inline constexpr std::size_t kKeptOneIn = 8;
/// Flows of a shard that a tick puts out: what they did is told at once, and costs time.
inline constexpr std::size_t kGivenUpPerTick = 256;

/// What the flow stage met, since the beginning; of one shard, or summed.
struct FlowCounters {
  std::uint64_t opened = 0;
  std::array<std::uint64_t, kCloseReasons> closed{};  ///< by CloseReason
  std::uint64_t evicted_sessions = 0;  ///< of the evicted: flows with a confirmed protocol
  std::uint64_t given_up = 0;          ///< of the evicted: by FlowRelief
  std::array<std::uint64_t, kGapCauses> gaps{};  ///< by GapCause
  std::uint64_t gap_bytes = 0;                   ///< as far as the size of a gap is known
  std::uint64_t retransmissions = 0;             ///< segments that brought nothing new
  std::uint64_t out_of_order = 0;                ///< segments that came early and were kept
  std::uint64_t overlaps = 0;                    ///< segments partly seen before
  std::uint64_t conflicts = 0;      ///< overlaps whose content differs from what came first
  std::uint64_t keep_alives = 0;    ///< keep-alives and zero-window probes
  std::uint64_t late_segments = 0;  ///< came after their place was declared a gap
  std::uint64_t held_refused = 0;   ///< packets not kept: the memory for them was full
  std::uint64_t confirmed = 0;      ///< flows whose protocol was recognised
  std::uint64_t undecided = 0;      ///< TCP flows given up on after their first bytes
  std::uint64_t other_protocol = 0;
  std::uint64_t turned_round = 0;
  std::uint64_t streams = 0;          ///< TCP flows that carried data
  std::uint64_t one_way_streams = 0;  ///< of those: flows of which no packet of one end was seen
  std::uint64_t messages = 0;
  std::uint64_t out_of_step = 0;        ///< times a stream had to look for its next message
  std::uint64_t skipped_bytes = 0;      ///< bytes between messages
  std::uint64_t messages_too_long = 0;  ///< claims over kMaxMessageBytes
  std::uint64_t search_overflows = 0;   ///< searches that outgrew their limit and began anew

  FlowCounters& operator+=(const FlowCounters& more);
  std::uint64_t closed_by(CloseReason reason) const {
    return closed[static_cast<std::size_t>(reason)];
  }
  std::uint64_t gaps_by(GapCause cause) const { return gaps[static_cast<std::size_t>(cause)]; }
};

}  // namespace sightglass
