// What of one host's traffic was seen, and what of it could not be: loss, half mirrors, encryption.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/conversation_counts.hpp"

namespace sightglass {

/// Hours since 1970 UTC.
using Hour = std::int64_t;
Hour hour_of(Timestamp time);

/// Of a span of time, over all conversations of a host in both directions. Counts of several spans
/// are added up, times widened.
struct HostCounts {
  Station host;
  std::string name, zone;  ///< in the site file at the time; "" when it says nothing
  std::uint64_t packets = 0, bytes = 0, pdus = 0;
  std::uint64_t tcp_packets = 0;
  std::uint64_t one_way_packets = 0;  ///< of those of TCP: the other end was never seen
  std::uint64_t gaps = 0;             ///< in streams: PDUs that were lost on the way here
  std::uint64_t truncated = 0;        ///< packets captured in part only
  std::uint64_t encrypted_pdus = 0;
  std::uint64_t unknown_bytes = 0;  ///< of protocols that nobody knows here
  Timestamp first_seen{}, last_seen{};
  std::vector<Hour> hours;  ///< in which something was seen; sorted

  bool operator==(const HostCounts&) const = default;
  HostCounts& operator+=(const HostCounts& other);
  /// Adds what `counts` tell of a conversation of the host.
  void add(const ConversationCounts& counts);

  /// Whole percents, rounded up: what happened once does not become 0. Nothing where there is
  /// nothing to have a share of.
  std::optional<unsigned> one_way_percent() const;    ///< of its TCP packets
  std::optional<unsigned> truncated_percent() const;  ///< of its packets
  std::optional<unsigned> encrypted_percent() const;  ///< of its PDUs
  std::optional<unsigned> unknown_percent() const;    ///< of its bytes
};

}  // namespace sightglass
