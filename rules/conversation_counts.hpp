// What two hosts exchange over one service, counted.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "rules/host_key.hpp"
#include "rules/seldom.hpp"

namespace sightglass {

/// How long responses took, in buckets whose bounds double: the first holds those below 2^16 ns
/// (65 us), the last those of 2^36 ns (69 s) and more.
class LatencyHistogram {
 public:
  static constexpr unsigned kFirstBits = 16, kLastBits = 36;
  static constexpr std::size_t kBuckets = kLastBits - kFirstBits + 2;

  void add(Duration latency);
  void add(std::size_t bucket, std::uint64_t responses) { counts_[bucket] += responses; }
  LatencyHistogram& operator+=(const LatencyHistogram& other);

  std::uint64_t count(std::size_t bucket) const { return counts_[bucket]; }
  std::uint64_t total() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
  }
  /// What `percent` (1 to 100) of the responses were faster than: the upper bound of a bucket, at
  /// most twice the true value. Nothing when there are none, or it lies in the last bucket.
  std::optional<Duration> faster_than(unsigned percent) const;
  bool operator==(const LatencyHistogram&) const = default;

 private:
  std::array<std::uint64_t, kBuckets> counts_{};
};

/// PDUs by what they did, how fast, and how readable they were.
struct PduCounts {
  std::array<std::uint64_t, kOperations> operations{};  ///< requests and responses, by Operation
  LatencyHistogram latency;                             ///< of responses whose request was seen
  std::uint64_t encrypted = 0;

  PduCounts& operator+=(const PduCounts& other);
  bool operator==(const PduCounts&) const = default;
};

/// A service of one host as another one uses it, over every flow between them; the client's port
/// does not matter. Where there is no IP address, MAC and ether type tell it.
struct ConversationKey {
  HostKey client, server;
  std::uint16_t server_port = 0;
  TransportLayer transport = TransportLayer::none;
  Protocol protocol = Protocol::unknown;
  std::uint16_t ether_type = 0;
  auto operator<=>(const ConversationKey&) const = default;
};

/// What was exchanged in a span of time. Counts of several spans are added up, times widened.
struct ConversationCounts {
  Station client, server;
  std::uint16_t server_port = 0;
  TransportLayer transport = TransportLayer::none;
  Protocol protocol = Protocol::unknown;
  std::uint16_t ether_type = 0;
  std::uint64_t packets = 0, bytes = 0, pdus = 0;
  std::uint64_t gaps = 0, retransmissions = 0;
  std::uint64_t one_way_packets = 0;  ///< of TCP flows of which nothing of the other end was seen
  std::uint64_t truncated = 0;        ///< packets captured in part only
  std::string app, app_category;  ///< what nDPI takes it for, where no dissector of ours knows it
  Seldom<PduCounts> of_pdus;
  Timestamp first_seen{}, last_seen{};

  ConversationKey key() const {
    return {host_key(client), host_key(server), server_port, transport, protocol, ether_type};
  }
  bool operator==(const ConversationCounts&) const = default;
  /// Adds a span of the same conversation.
  ConversationCounts& operator+=(const ConversationCounts& other);
};

/// By key, then by time: an order that does not depend on who counted them.
void sort_canonically(std::vector<ConversationCounts>& conversations);

}  // namespace sightglass
