#include "sensor/packet/defragmenter.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sensor/packet/protocol_numbers.hpp"

namespace sightglass {
namespace {

constexpr std::uint32_t kLongestDatagram = 65535;
/// What a slot keeps of its memory when its datagram ends: a busy link's usual one.
constexpr std::size_t kKeptBytes = 4096;

constexpr std::uint8_t bit(FragmentAnomaly anomaly) { return static_cast<std::uint8_t>(anomaly); }

/// The least a transport header takes.
constexpr std::uint32_t transport_header(std::uint8_t protocol) {
  constexpr std::uint32_t kTcp = 20, kOthers = 8;
  switch (protocol) {
    case ip_protocol::tcp:
      return kTcp;
    case ip_protocol::udp:
    case ip_protocol::icmp:
    case ip_protocol::icmpv6:
      return kOthers;
    default:
      return 0;
  }
}

}  // namespace

std::uint64_t DefragmentCounters::of(FragmentAnomaly anomaly) const {
  return anomalies[static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(anomaly)))];
}

Defragmenter::Defragmenter(const DefragmentLimits& limits)
    : limits_(limits), datagrams_(std::clamp<std::size_t>(limits.datagrams, 1, kNone - 1)) {
  buckets_.fill(kNone);
  for (std::size_t i = datagrams_.size(); i > 0; --i) {
    datagrams_[i - 1].next_in_bucket = free_;
    free_ = static_cast<Index>(i - 1);
  }
}

Defragmenter::Fragment Defragmenter::fragment_of(const Layers& layers) {
  Fragment fragment;
  fragment.key.source = layers.source;
  fragment.key.destination = layers.destination;
  fragment.key.realm = layers.realm;
  std::uint16_t offset = 0;
  if (layers.network == NetworkLayer::ipv4) {
    ByteReader reader(layers.bytes.subspan(layers.network_offset));
    reader.skip(4);
    fragment.key.identification = reader.u16();
    fragment.key.protocol = layers.ip_protocol;
    const std::uint16_t flags_and_offset = reader.u16();
    offset = static_cast<std::uint16_t>(flags_and_offset << 3);
    fragment.more = (flags_and_offset & 0x2000) != 0;
  } else {
    ByteReader reader(layers.bytes.subspan(layers.transport_offset));
    reader.skip(2);
    const std::uint16_t offset_and_more = reader.u16();
    fragment.key.identification = reader.u32();
    offset = offset_and_more & 0xfff8;
    fragment.more = (offset_and_more & 1) != 0;
  }
  fragment.data = layers.payload();
  fragment.begin = offset;
  fragment.end = offset + static_cast<std::uint32_t>(fragment.data.size());
  return fragment;
}

/// What the fragment says of itself, alone.
std::uint8_t Defragmenter::shape_anomalies(const Layers& layers, const Fragment& fragment) {
  std::uint8_t found = 0;
  const std::uint32_t length = fragment.end - fragment.begin;
  if (length == 0 || (fragment.more && length % 8 != 0)) found |= bit(FragmentAnomaly::unaligned);
  if (fragment.end > kLongestDatagram) found |= bit(FragmentAnomaly::too_long);
  // RFC 1858, 3; RFC 3128: ports and flags belong into the first fragment.
  const std::uint32_t header = transport_header(layers.ip_protocol);
  const bool cut = fragment.more && fragment.begin == 0 && length < header;
  const bool inside = fragment.begin != 0 && fragment.begin < header;
  if (cut || inside) found |= bit(FragmentAnomaly::tiny_first);
  return found;
}

std::size_t Defragmenter::bucket_of(const Key& key) {
  std::uint64_t all = key.identification;
  for (const IpAddress* address : {&key.source, &key.destination}) {
    ByteReader reader(address->octets);
    all = (all ^ reader.u64()) * 0x9e37'79b9'7f4a'7c15ull;
    all = (all ^ reader.u64()) * 0x9e37'79b9'7f4a'7c15ull;
  }
  return static_cast<std::size_t>(all >> 32) % kBuckets;
}

bool Defragmenter::add(Layers& layers) {
  ++counters_.fragments;
  now_ = std::max(now_, layers.time);
  if (layers.payload_missing != 0) {
    ++counters_.truncated;
    return false;
  }
  const Fragment fragment = fragment_of(layers);
  std::uint8_t found = shape_anomalies(layers, fragment);
  found |= expire(now_, fragment.key);
  const bool unusable =
      (found & (bit(FragmentAnomaly::unaligned) | bit(FragmentAnomaly::too_long))) != 0;
  if (unusable) {
    layers.fragment_anomalies |= found;
    count(found);
    return false;
  }
  const std::uint64_t evicted = counters_.evicted;
  Datagram* datagram = find(fragment.key);
  if (datagram == nullptr) datagram = open(fragment.key, now_);
  const std::uint8_t before = std::exchange(datagram->anomalies, 0);
  if (make_room(fragment.data.size(), datagram)) take(*datagram, fragment);
  if (counters_.evicted != evicted) found |= bit(FragmentAnomaly::flood);
  found |= datagram->anomalies;
  datagram->anomalies = before | found;
  count(found);
  layers.fragment_anomalies |= found;
  if (datagram->end == 0 || datagram->have != datagram->end) return false;
  layers.fragment_anomalies |= datagram->anomalies;
  rebuild(layers, *datagram, layers.network == NetworkLayer::ipv6);
  close(static_cast<Index>(datagram - datagrams_.data()));
  ++counters_.rebuilt;
  return true;
}

void Defragmenter::count(std::uint8_t anomalies) {
  for (std::size_t i = 0; i < kFragmentAnomalies; ++i) {
    counters_.anomalies[i] += anomalies >> i & 1u;
  }
}

/// Gives up what is too old; an anomaly of the packet that comes from the same sender.
std::uint8_t Defragmenter::expire(Timestamp now, const Key& arriving) {
  std::uint8_t found = 0;
  while (oldest_ != kNone && now - datagrams_[oldest_].first_time > limits_.age) {
    const Key& key = datagrams_[oldest_].key;
    if (key.realm == arriving.realm && key.source == arriving.source &&
        key.destination == arriving.destination) {
      found = bit(FragmentAnomaly::timeout);
    }
    ++counters_.timeouts;
    close(oldest_);
  }
  return found;
}

Defragmenter::Datagram* Defragmenter::find(const Key& key) {
  for (Index i = buckets_[bucket_of(key)]; i != kNone; i = datagrams_[i].next_in_bucket) {
    if (datagrams_[i].key == key) return &datagrams_[i];
  }
  return nullptr;
}

Defragmenter::Datagram* Defragmenter::open(const Key& key, Timestamp now) {
  if (free_ == kNone) {
    ++counters_.evicted;
    close(oldest_);
  }
  const Index index = free_;
  Datagram& datagram = datagrams_[index];
  free_ = datagram.next_in_bucket;
  Index& bucket = buckets_[bucket_of(key)];
  datagram.key = key;
  datagram.first_time = now;
  datagram.next_in_bucket = bucket;
  bucket = index;
  datagram.younger = kNone;
  datagram.older = youngest_;
  (youngest_ == kNone ? oldest_ : datagrams_[youngest_].younger) = index;
  youngest_ = index;
  ++pending_;
  return &datagram;
}

void Defragmenter::close(Index index) {
  Datagram& datagram = datagrams_[index];
  Index* link = &buckets_[bucket_of(datagram.key)];
  while (*link != index) link = &datagrams_[*link].next_in_bucket;
  *link = datagram.next_in_bucket;
  (datagram.older == kNone ? oldest_ : datagrams_[datagram.older].younger) = datagram.younger;
  (datagram.younger == kNone ? youngest_ : datagrams_[datagram.younger].older) = datagram.older;
  bytes_ -= datagram.data.size();
  if (datagram.data.capacity() > kKeptBytes) datagram.data = {};
  datagram.data.clear();
  datagram.pieces.clear();
  datagram.end = datagram.have = 0;
  datagram.fragments = 0;
  datagram.anomalies = 0;
  datagram.next_in_bucket = free_;
  free_ = index;
  --pending_;
}

/// Gives up the oldest ones, but not `kept`; false when even that is not enough.
bool Defragmenter::make_room(std::size_t bytes, const Datagram* kept) {
  while (bytes_ + bytes > limits_.bytes) {
    Index victim = oldest_;
    if (&datagrams_[victim] == kept) victim = kept->younger;
    if (victim == kNone) return false;
    ++counters_.evicted;
    close(victim);
  }
  return true;
}

/// Keeps what is new of it, and says what does not fit to what is there.
void Defragmenter::take(Datagram& datagram, const Fragment& fragment) {
  const bool ends_differ = datagram.end != 0 && (fragment.more ? fragment.end > datagram.end
                                                               : fragment.end != datagram.end);
  const bool behind_end =
      !fragment.more && !datagram.pieces.empty() && datagram.pieces.back().end > fragment.end;
  if (ends_differ || behind_end) {
    datagram.anomalies |= bit(FragmentAnomaly::ends_differ);
    return;
  }
  if (datagram.fragments == limits_.fragments) {
    ++counters_.too_many;
    return;
  }
  ++datagram.fragments;
  if (!fragment.more) datagram.end = fragment.end;
  bool same_place = false, overlaps = false, differs = false;
  std::uint32_t begin = fragment.begin;
  before_ = datagram.pieces;
  for (const Piece& piece : before_) {
    if (piece.end <= begin || piece.begin >= fragment.end) continue;
    overlaps = true;
    same_place |= piece.begin == fragment.begin && piece.end == fragment.end;
    if (piece.begin > begin) insert(datagram, fragment, begin, piece.begin);
    const std::uint32_t from = std::max(begin, piece.begin);
    const std::uint32_t to = std::min(fragment.end, piece.end);
    const auto kept =
        datagram.data.begin() + static_cast<std::ptrdiff_t>(piece.at + from - piece.begin);
    differs |=
        !std::equal(kept, kept + static_cast<std::ptrdiff_t>(to - from),
                    fragment.data.begin() + static_cast<std::ptrdiff_t>(from - fragment.begin));
    begin = to;
  }
  if (begin < fragment.end) insert(datagram, fragment, begin, fragment.end);
  if (differs) datagram.anomalies |= bit(FragmentAnomaly::conflict);
  if (overlaps && !same_place) datagram.anomalies |= bit(FragmentAnomaly::overlap);
  if (same_place && !differs) ++counters_.copies;
}

/// The part [begin, end) of the datagram, which it does not have.
void Defragmenter::insert(Datagram& datagram, const Fragment& fragment, std::uint32_t begin,
                          std::uint32_t end) {
  const auto at = static_cast<std::uint32_t>(datagram.data.size());
  const Bytes part = fragment.data.subspan(begin - fragment.begin, end - begin);
  datagram.data.insert(datagram.data.end(), part.begin(), part.end());
  const auto after =
      std::upper_bound(datagram.pieces.begin(), datagram.pieces.end(), begin,
                       [](std::uint32_t value, const Piece& piece) { return value < piece.begin; });
  datagram.pieces.insert(after, Piece{begin, end, at});
  datagram.have += end - begin;
  bytes_ += end - begin;
}

/// The frame up to the fragment's data, then the data of all.
void Defragmenter::rebuild(Layers& layers, const Datagram& datagram, bool ipv6) {
  if (layers.rebuilt.fragments == 0) {
    layers.rebuilt.captured_length = static_cast<std::uint32_t>(layers.bytes.size());
  }
  std::vector<std::uint8_t>& out = rebuilt_[next_rebuilt_];
  next_rebuilt_ = 1 - next_rebuilt_;
  const Bytes head = layers.bytes.first(layers.payload_offset);
  out.assign(head.begin(), head.end());
  for (const Piece& piece : datagram.pieces) {
    const auto from = datagram.data.begin() + static_cast<std::ptrdiff_t>(piece.at);
    out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(piece.end - piece.begin));
  }
  layers.bytes = out;
  layers.outer.drop(Header::prp);  // it stood behind what is replaced
  layers.rebuilt.fragments = datagram.fragments;
  layers.rebuilt.ipv6 = ipv6;
  layers.rebuilt.length = datagram.end;
}

}  // namespace sightglass
