#include "rules/conversation_counts.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <tuple>
#include <utility>

namespace sightglass {

void LatencyHistogram::add(Duration latency) {
  const auto ns = static_cast<std::uint64_t>(std::max<Duration::rep>(latency.count(), 0));
  const auto bits = static_cast<unsigned>(std::bit_width(ns));
  ++counts_[std::clamp(bits, kFirstBits, kLastBits + 1) - kFirstBits];
}

LatencyHistogram& LatencyHistogram::operator+=(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  return *this;
}

std::optional<Duration> LatencyHistogram::faster_than(unsigned percent) const {
  const std::uint64_t all = total();
  if (all == 0) return std::nullopt;
  const std::uint64_t wanted = (all * percent + 99) / 100;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i + 1 < kBuckets; ++i) {
    below += counts_[i];
    if (below >= wanted) return Duration(Duration::rep{1} << (kFirstBits + i));
  }
  return std::nullopt;
}

PduCounts& PduCounts::operator+=(const PduCounts& other) {
  for (std::size_t i = 0; i < operations.size(); ++i) operations[i] += other.operations[i];
  latency += other.latency;
  encrypted += other.encrypted;
  return *this;
}

ConversationCounts& ConversationCounts::operator+=(const ConversationCounts& other) {
  // Of two hardware addresses for one address, that which was seen last.
  const bool newer = std::tuple(other.last_seen, other.client.mac.bits, other.server.mac.bits) >
                     std::tuple(last_seen, client.mac.bits, server.mac.bits);
  if (newer) {
    client.mac = other.client.mac;
    server.mac = other.server.mac;
  }
  if (!other.app.empty() && (newer || app.empty())) {
    app = other.app;
    app_category = other.app_category;
  }
  packets += other.packets;
  bytes += other.bytes;
  pdus += other.pdus;
  gaps += other.gaps;
  retransmissions += other.retransmissions;
  one_way_packets += other.one_way_packets;
  truncated += other.truncated;
  if (other.of_pdus.is_made()) of_pdus.make() += *other.of_pdus;
  first_seen = std::min(first_seen, other.first_seen);
  last_seen = std::max(last_seen, other.last_seen);
  return *this;
}

void sort_canonically(std::vector<ConversationCounts>& conversations) {
  std::sort(conversations.begin(), conversations.end(),
            [](const ConversationCounts& a, const ConversationCounts& b) {
              return std::tuple(a.key(), a.first_seen, a.last_seen, std::string_view(a.app)) <
                     std::tuple(b.key(), b.first_seen, b.last_seen, std::string_view(b.app));
            });
}

}  // namespace sightglass
