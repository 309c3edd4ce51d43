#include "rules/host_counts.hpp"

#include <algorithm>
#include <cmath>

namespace sightglass {
namespace {

void insert(std::vector<Hour>& hours, Hour hour) {
  const auto place = std::lower_bound(hours.begin(), hours.end(), hour);
  if (place == hours.end() || *place != hour) hours.insert(place, hour);
}

bool is_unknown(const ConversationCounts& counts) {
  const bool has_payload =
      counts.transport == TransportLayer::tcp || counts.transport == TransportLayer::udp;
  return has_payload && counts.protocol == Protocol::unknown && counts.app.empty();
}

std::optional<unsigned> percent_of(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  return static_cast<unsigned>(std::ceil(share * 100));
}

}  // namespace

Hour hour_of(Timestamp time) {
  return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
}

HostCounts& HostCounts::operator+=(const HostCounts& other) {
  if (other.last_seen >= last_seen) {
    host.mac = other.host.mac;
    name = other.name;
    zone = other.zone;
  }
  packets += other.packets;
  bytes += other.bytes;
  pdus += other.pdus;
  tcp_packets += other.tcp_packets;
  one_way_packets += other.one_way_packets;
  gaps += other.gaps;
  truncated += other.truncated;
  encrypted_pdus += other.encrypted_pdus;
  unknown_bytes += other.unknown_bytes;
  first_seen = std::min(first_seen, other.first_seen);
  last_seen = std::max(last_seen, other.last_seen);
  for (const Hour hour : other.hours) insert(hours, hour);
  return *this;
}

void HostCounts::add(const ConversationCounts& counts) {
  first_seen = packets == 0 ? counts.first_seen : std::min(first_seen, counts.first_seen);
  last_seen = std::max(last_seen, counts.last_seen);
  packets += counts.packets;
  bytes += counts.bytes;
  pdus += counts.pdus;
  tcp_packets += counts.transport == TransportLayer::tcp ? counts.packets : 0;
  one_way_packets += counts.one_way_packets;
  gaps += counts.gaps;
  truncated += counts.truncated;
  encrypted_pdus += counts.of_pdus->encrypted;
  unknown_bytes += is_unknown(counts) ? counts.bytes : 0;
  // A span is told within seconds of its last packet; it may begin long before, in silence.
  insert(hours, hour_of(counts.last_seen));
}

std::optional<unsigned> HostCounts::one_way_percent() const {
  return percent_of(one_way_packets, tcp_packets);
}
std::optional<unsigned> HostCounts::truncated_percent() const {
  return percent_of(truncated, packets);
}
std::optional<unsigned> HostCounts::encrypted_percent() const {
  return percent_of(encrypted_pdus, pdus);
}
std::optional<unsigned> HostCounts::unknown_percent() const {
  return percent_of(unknown_bytes, bytes);
}

}  // namespace sightglass
