#include "sensor/packet/duplicate_filter.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <span>
#include <utility>

#include "dissectors/link_protocols.hpp"

namespace sightglass {
namespace {

constexpr std::uint64_t kMultiplier = 0x9e37'79b9'7f4a'7c15ull;
constexpr std::uint32_t kTagged = 0x10000;

/// Where an IP header may differ between two mirrored points: time to live, and IPv4's checksum.
struct Gap {
  std::size_t begin, end;
};
constexpr Gap kNone[] = {{0, 0}};
constexpr Gap kIpv4[] = {{8, 9}, {10, 12}};
constexpr Gap kIpv6[] = {{7, 8}};

std::span<const Gap> gaps_of(NetworkLayer network) {
  switch (network) {
    case NetworkLayer::ipv4:
      return kIpv4;
    case NetworkLayer::ipv6:
      return kIpv6;
    default:
      return kNone;
  }
}

bool equal(Bytes a, Bytes b, std::span<const Gap> gaps) {
  std::size_t at = 0;
  for (const Gap& gap : gaps) {
    if (std::memcmp(a.data() + at, b.data() + at, gap.begin - at) != 0) return false;
    at = gap.end;
  }
  return std::memcmp(a.data() + at, b.data() + at, a.size() - at) == 0;
}

}  // namespace

std::string_view to_text(Duplicate::Kind kind) {
  constexpr std::array<std::string_view, kDuplicateKinds> kWords = {"exact", "retagged", "relayed",
                                                                    "routed", "redundant"};
  return kWords[static_cast<std::size_t>(kind)];
}

DuplicateFilter::DuplicateFilter(Listener listener)
    : listener_(std::move(listener)),
      sets_(kSets),
      memory_(std::make_unique_for_overwrite<std::uint8_t[]>(2 * kGenerationBytes)) {}

/// Nothing for what may repeat itself.
std::optional<Bytes> DuplicateFilter::compared(const Layers& layers) {
  const std::size_t end = layers.bytes.size();
  const std::size_t begin = layers.network_offset;
  if (begin >= end) return std::nullopt;
  const bool is_tagged = redundancy_tag(layers) != 0;
  if (layers.destination_mac.is_group() && !is_tagged) return std::nullopt;
  if (layers.has_ip()) {
    const bool has_payload =
        layers.transport != TransportLayer::none || layers.fault == LayerFault::fragment;
    const std::size_t packet_end =
        has_payload ? layers.payload_offset + layers.payload_length : end;
    return layers.bytes.subspan(begin, packet_end - begin);
  }
  if (layers.network == NetworkLayer::arp) {
    constexpr std::size_t kEthernetArp = 28;
    return layers.bytes.subspan(begin, std::min(end - begin, kEthernetArp));
  }
  const LinkProtocol* const protocol = find_link_protocol(layers.ether_type);
  if (!is_tagged && (protocol == nullptr || !protocol->counts)) return std::nullopt;
  constexpr std::size_t kTrailer = 6;
  const bool trailer = !layers.outer.empty() && (layers.outer.end() - 1)->header == Header::prp;
  return layers.bytes.subspan(begin, end - begin - (trailer ? kTrailer : 0));
}

std::uint32_t DuplicateFilter::redundancy_tag(const Layers& layers) {
  for (const OuterHeaders::Place& place : layers.outer) {
    if (place.header != Header::hsr && place.header != Header::prp) continue;
    ByteReader reader(layers.bytes.subspan(place.offset));
    if (place.header == Header::hsr) reader.skip(2);
    return kTagged | reader.u16();
  }
  return 0;
}

/// Of what tells packets apart, without reading all of them.
std::uint64_t DuplicateFilter::content_hash(const Layers& layers, std::size_t length) {
  ByteReader header(layers.bytes.subspan(layers.network_offset));
  // IPv4: identification and fragment offset; IPv6: the flow.
  if (layers.network == NetworkLayer::ipv4) header.skip(4);
  const std::uint64_t identification = header.u32();
  const std::uint64_t ports = std::uint64_t{layers.source_port} << 16 | layers.destination_port;
  const std::uint64_t numbers =
      std::uint64_t{layers.tcp_sequence} << 32 | layers.tcp_acknowledgment;
  ByteReader source(layers.source.octets);
  std::uint64_t hash = (source.u64() ^ identification ^ length << 32) * kMultiplier;
  hash = (hash ^ hash >> 29 ^ numbers) * kMultiplier;
  hash = (hash ^ hash >> 29 ^ ports ^ std::uint64_t{layers.tcp_flags} << 32) * kMultiplier;
  return hash ^ hash >> 32;
}

std::uint64_t DuplicateFilter::redundancy_hash(const Layers& layers, std::uint32_t tag) {
  const std::uint64_t hash = (layers.source_mac.bits << 16 ^ tag) * kMultiplier;
  return hash ^ hash >> 32;
}

bool DuplicateFilter::is_copy(const Layers& layers) {
  const std::optional<Bytes> bytes = compared(layers);
  if (!bytes) return false;
  if (bytes->size() > kMostCompared) {
    ++counters_.too_long;
    return false;
  }
  Record& now = next_record(layers.time);
  Duplicate::Sighting& sighting = now.sighting;
  sighting.packet_number = layers.packet_number;
  sighting.time = layers.time;
  sighting.source_mac = layers.source_mac;
  sighting.destination_mac = layers.destination_mac;
  sighting.interface = layers.interface;
  sighting.vlan =
      layers.vlan_count == 0 ? std::uint16_t{0} : layers.vlan_id(layers.vlan_count - 1u);
  sighting.ttl = layers.ttl;
  now.length = static_cast<std::uint32_t>(bytes->size());
  now.network = layers.network;
  now.realm = layers.realm;
  now.redundant = layers.outer.empty() ? 0 : redundancy_tag(layers);
  if (now.redundant != 0) window_ = kRedundancyWindow;
  const std::uint64_t hash = content_hash(layers, bytes->size());
  std::optional<Duplicate> duplicate = find(hash, now, *bytes);
  if (!duplicate && now.redundant != 0) {
    duplicate = find(redundancy_hash(layers, now.redundant), now, *bytes);
  }
  if (duplicate) {
    ++counters_.copies[static_cast<std::size_t>(duplicate->kind)];
    counters_.bytes += layers.original_length;
    if (listener_) listener_(*duplicate);
    return true;
  }
  note(hash);
  if (now.redundant != 0) note(redundancy_hash(layers, now.redundant));
  remember(now, *bytes);
  return false;
}

/// Where the record of a packet goes; it is not there before it was remembered.
DuplicateFilter::Record& DuplicateFilter::next_record(Timestamp now) {
  const Duration age = now >= generation_began_ ? now - generation_began_ : generation_began_ - now;
  if (age > window_ || next_ >= kSteps) begin_generation(now);
  return *new (place(generation_, next_)) Record;
}

void DuplicateFilter::begin_generation(Timestamp now) {
  ++generation_;
  next_ = 0;
  generation_began_ = now;
  if (generation_ % kStrikeOut != 0) return;
  for (Set& set : sets_) {
    for (Slot& slot : set) slot = is_kept(slot) ? slot : Slot{};
  }
}

std::optional<Duplicate> DuplicateFilter::find(std::uint64_t hash, const Record& now, Bytes bytes) {
  const auto tag = static_cast<std::uint32_t>(hash >> 32) | 1u;  // 0: nothing
  for (const Slot& slot : sets_[hash % kSets]) {
    if (slot.tag != tag || !is_kept(slot)) continue;
    const Record& first =
        *std::launder(reinterpret_cast<const Record*>(place(slot.generation, slot.step)));
    const auto kind = compare(first, now, first.bytes(), bytes);
    if (kind) return Duplicate{*kind, first.sighting, now.sighting};
  }
  return std::nullopt;
}

std::optional<Duplicate::Kind> DuplicateFilter::compare(const Record& first, const Record& now,
                                                        Bytes first_bytes, Bytes bytes) {
  const Duplicate::Sighting& a = first.sighting;
  const Duplicate::Sighting& b = now.sighting;
  const Duration apart = b.time >= a.time ? b.time - a.time : a.time - b.time;
  const bool redundant = now.redundant != 0 && first.redundant == now.redundant &&
                         a.source_mac == b.source_mac && apart <= kRedundancyWindow;
  if (!redundant && apart > kDuplicateWindow) return std::nullopt;
  const bool same_macs = a.source_mac == b.source_mac && a.destination_mac == b.destination_mac;
  const bool has_ip = now.network == NetworkLayer::ipv4 || now.network == NetworkLayer::ipv6;
  const int hops = a.ttl > b.ttl ? a.ttl - b.ttl : b.ttl - a.ttl;
  const bool same = first.realm == now.realm && first.network == now.network &&
                    first.length == now.length && hops <= kMostHops && (has_ip || same_macs) &&
                    equal(first_bytes, bytes, gaps_of(now.network));
  if (!same) {
    counters_.redundant_differ += redundant ? 1 : 0;
    return std::nullopt;
  }
  if (redundant) return Duplicate::Kind::redundant;
  if (hops != 0) return Duplicate::Kind::routed;
  if (!same_macs) return Duplicate::Kind::relayed;
  return a.vlan == b.vlan ? Duplicate::Kind::exact : Duplicate::Kind::retagged;
}

/// Copies the packet behind its record, which is the next one.
void DuplicateFilter::remember(Record& record, Bytes bytes) {
  std::memcpy(&record + 1, bytes.data(), bytes.size());
  next_ += static_cast<std::uint32_t>((sizeof record + bytes.size() + kStep - 1) / kStep);
}

/// Notes the next record; the oldest of its set goes.
void DuplicateFilter::note(std::uint64_t hash) {
  Set& set = sets_[hash % kSets];
  std::copy_backward(set.begin(), set.end() - 1, set.end());
  set.front() = {static_cast<std::uint32_t>(hash >> 32) | 1u, generation_,
                 static_cast<std::uint16_t>(next_)};
}

}  // namespace sightglass
