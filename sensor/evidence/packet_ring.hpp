// The most recent packets, in bounded memory.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "sensor/capture/packet_source.hpp"

namespace sightglass {

/// Keeps copies of the latest packets. One thread pushes; any thread takes snapshots. Memory is cut
/// into chunks that are filled once and then thrown away whole, so pushing locks once a chunk, not
/// once a packet, and a snapshot costs a few pointers. The chunks of a snapshot live as long as it.
class PacketRing {
 public:
  static constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
  static constexpr std::size_t kFewestChunks = 4;

  /// Keeps about `bytes`, at least kFewestChunks chunks; a packet costs its bytes and some 48 more.
  explicit PacketRing(std::size_t bytes);
  ~PacketRing();
  PacketRing(const PacketRing&) = delete;
  PacketRing& operator=(const PacketRing&) = delete;

  /// Copies the packet. `number` is the pipeline's; it rises. The view stays valid until the chunk
  /// goes: at least until half of the ring has been pushed after it, or it is made smaller.
  Bytes push(const RawPacket& packet, std::uint64_t number);

  /// Keeps less (or more) from now on: what is too much goes at once. The pushing thread.
  void resize(std::size_t bytes);
  /// What it takes now, without what only snapshots still hold. Any thread.
  std::size_t bytes() const;

  struct Frame {
    std::uint64_t number = 0;
    RawPacket packet;  ///< a view into the snapshot
  };

  class Chunk;
  /// What the ring held at one moment, oldest first.
  class Snapshot {
   public:
    /// Calls `take(const Frame&)` for each packet in order of number.
    template <class Take>
    void for_each(Take take) const {
      for (std::size_t chunk = 0; chunk < parts_.size(); ++chunk) {
        for (std::size_t i = 0; i < parts_[chunk].packets; ++i) take(frame(chunk, i));
      }
    }
    bool empty() const { return parts_.empty(); }

   private:
    friend class PacketRing;
    struct Part {
      std::shared_ptr<const Chunk> chunk;
      std::size_t packets;
    };
    Frame frame(std::size_t chunk, std::size_t index) const;
    std::vector<Part> parts_;
  };
  Snapshot snapshot() const;

  /// How far back the ring reaches now.
  struct Reach {
    std::uint64_t first_number = 0, last_number = 0;  ///< 0: empty
    Timestamp first_time{}, last_time{};
    bool dropped = false;  ///< older packets have gone already
    /// The first packet that is still there after another quarter of the ring was pushed.
    std::uint64_t safe_number = 0;
  };
  Reach reach() const;

 private:
  std::shared_ptr<Chunk> next_chunk(std::size_t packet_bytes);

  mutable std::mutex mutex_;  // of what follows
  std::size_t most_chunks_;
  std::deque<std::shared_ptr<Chunk>> chunks_;
  bool dropped_ = false;
  Chunk* filling_ = nullptr;  // the pushing thread's
};

}  // namespace sightglass
