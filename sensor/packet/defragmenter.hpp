// Puts IP datagrams together from their fragments (RFC 791, 3.2; RFC 8200, 4.5), within limits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dissectors/layers.hpp"

namespace sightglass {

/// What unfinished datagrams may take, all together. At a limit the oldest is given up.
struct DefragmentLimits {
  std::size_t datagrams = 512;
  std::size_t bytes = std::size_t{4} << 20;  ///< of their data
  std::size_t fragments = 256;               ///< of one datagram
  Duration age = std::chrono::seconds(30);   ///< from its first fragment, by packet time
};

struct DefragmentCounters {
  std::uint64_t fragments = 0;
  std::uint64_t rebuilt = 0;    ///< datagrams
  std::uint64_t copies = 0;     ///< fragments that were there already, byte for byte
  std::uint64_t truncated = 0;  ///< fragments not wholly captured: their datagram stays unfinished
  std::uint64_t too_many = 0;   ///< fragments over the limit of one datagram
  std::uint64_t timeouts = 0;   ///< datagrams given up by age
  std::uint64_t evicted = 0;    ///< datagrams given up by another limit
  std::array<std::uint64_t, kFragmentAnomalies> anomalies{};  ///< by bit of FragmentAnomaly

  std::uint64_t of(FragmentAnomaly anomaly) const;
};

/// Memory: the limits, and two rebuilt packets. Not thread-safe: it belongs to the reader, so that
/// both fragments of a datagram meet before packets are divided among workers.
class Defragmenter {
 public:
  explicit Defragmenter(const DefragmentLimits& limits = {});

  /// Takes the fragment that `layers.fault` names. When it completes its datagram: true, and
  /// `layers.bytes` are the rebuilt packet until the next but one is; decode_rebuilt() goes on from
  /// there. Sets `layers.fragment_anomalies`. Of bytes given twice the first given stay.
  bool add(Layers& layers);

  const DefragmentCounters& counters() const { return counters_; }
  std::size_t pending() const { return pending_; }
  std::size_t pending_bytes() const { return bytes_; }

 private:
  /// What all fragments of a datagram have in common.
  struct Key {
    IpAddress source, destination;
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;  // IPv4 only
    Realm realm;
    bool operator==(const Key&) const = default;
  };
  struct Fragment {
    Key key;
    std::uint32_t begin = 0, end = 0;  // of its data within the datagram's
    bool more = false;
    Bytes data;
  };
  /// A run of the datagram's data, and where its bytes stand in the order they came.
  struct Piece {
    std::uint32_t begin, end;
    std::uint32_t at;
  };
  using Index = std::uint16_t;
  static constexpr Index kNone = 0xffff;
  struct Datagram {
    Key key;
    Timestamp first_time{};
    std::vector<std::uint8_t> data;
    std::vector<Piece> pieces;  // by begin, without overlaps
    std::uint32_t end = 0;      // of the whole; 0: not yet known
    std::uint32_t have = 0;
    std::uint16_t fragments = 0;
    std::uint8_t anomalies = 0;
    Index next_in_bucket = kNone;
    Index older = kNone, younger = kNone;
  };

  static Fragment fragment_of(const Layers& layers);
  static std::uint8_t shape_anomalies(const Layers& layers, const Fragment& fragment);
  static std::size_t bucket_of(const Key& key);
  std::uint8_t expire(Timestamp now, const Key& arriving);
  Datagram* find(const Key& key);
  Datagram* open(const Key& key, Timestamp now);
  void close(Index index);
  bool make_room(std::size_t bytes, const Datagram* kept);
  void take(Datagram& datagram, const Fragment& fragment);
  void insert(Datagram& datagram, const Fragment& fragment, std::uint32_t begin, std::uint32_t end);
  void rebuild(Layers& layers, const Datagram& datagram, bool ipv6);
  void count(std::uint8_t anomalies);

  static constexpr std::size_t kBuckets = 1024;

  const DefragmentLimits limits_;
  DefragmentCounters counters_;
  std::vector<Datagram> datagrams_;
  std::array<Index, kBuckets> buckets_;
  Index oldest_ = kNone, youngest_ = kNone, free_ = kNone;
  std::size_t pending_ = 0;
  std::size_t bytes_ = 0;
  Timestamp now_ = Timestamp::min();
  std::vector<Piece> before_;  // take()'s
  // Two, because a rebuilt packet may hold the fragment that completes another.
  std::array<std::vector<std::uint8_t>, 2> rebuilt_;
  std::size_t next_rebuilt_ = 0;
};

}  // namespace sightglass
