#include "sensor/evidence/packet_ring.hpp"

#include <algorithm>
#include <atomic>

namespace sightglass {
namespace {

constexpr std::size_t kPacketsPerChunk = 16384;  // 64 bytes each, with what is noted beside them

}  // namespace

// Filled by the pushing thread up to `count_`, which it publishes; what is below it never changes.
class PacketRing::Chunk {
 public:
  struct Note {
    std::uint64_t number;
    Timestamp time;
    std::uint32_t offset, length;
    std::uint32_t original_length;
    std::uint32_t interface;
    std::uint16_t link_type;
    bool interface_numbered;
  };

  explicit Chunk(std::size_t bytes)
      : capacity_(bytes),
        bytes_(std::make_unique_for_overwrite<std::uint8_t[]>(bytes)),
        notes_(std::make_unique_for_overwrite<Note[]>(kPacketsPerChunk)) {}

  bool has_room(std::size_t bytes) const {
    return used_ + bytes <= capacity_ && count_.load(std::memory_order_relaxed) < kPacketsPerChunk;
  }

  Bytes push(const RawPacket& packet, std::uint64_t number) {
    const std::size_t index = count_.load(std::memory_order_relaxed);
    std::uint8_t* place = bytes_.get() + used_;
    std::copy(packet.bytes.begin(), packet.bytes.end(), place);
    notes_[index] = {.number = number,
                     .time = packet.time,
                     .offset = static_cast<std::uint32_t>(used_),
                     .length = static_cast<std::uint32_t>(packet.bytes.size()),
                     .original_length = packet.original_length,
                     .interface = packet.interface,
                     .link_type = packet.link_type,
                     .interface_numbered = packet.interface_numbered};
    used_ += packet.bytes.size();
    count_.store(index + 1, std::memory_order_release);
    return {place, packet.bytes.size()};
  }

  std::size_t count() const { return count_.load(std::memory_order_acquire); }
  const Note& note(std::size_t index) const { return notes_[index]; }
  std::size_t bytes() const { return capacity_ + kPacketsPerChunk * sizeof(Note); }
  Bytes bytes(const Note& note) const { return {bytes_.get() + note.offset, note.length}; }

 private:
  const std::size_t capacity_;
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::unique_ptr<Note[]> notes_;
  std::size_t used_ = 0;
  std::atomic<std::size_t> count_ = 0;
};

PacketRing::PacketRing(std::size_t bytes) { resize(bytes); }

PacketRing::~PacketRing() = default;

void PacketRing::resize(std::size_t bytes) {
  std::deque<std::shared_ptr<Chunk>> going;  // freed after the lock
  const std::lock_guard lock(mutex_);
  most_chunks_ =
      std::max(bytes / (kChunkBytes + kPacketsPerChunk * sizeof(Chunk::Note)), kFewestChunks);
  for (; chunks_.size() > most_chunks_; chunks_.pop_front()) {
    going.push_back(std::move(chunks_.front()));
    dropped_ = true;
  }
}

std::size_t PacketRing::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t sum = 0;
  for (const auto& chunk : chunks_) sum += chunk->bytes();
  return sum;
}

std::shared_ptr<PacketRing::Chunk> PacketRing::next_chunk(std::size_t packet_bytes) {
  auto chunk = std::make_shared<Chunk>(std::max(kChunkBytes, packet_bytes));
  std::shared_ptr<Chunk> oldest;  // freed after the lock
  const std::lock_guard lock(mutex_);
  if (chunks_.size() == most_chunks_) {
    oldest = std::move(chunks_.front());
    chunks_.pop_front();
    dropped_ = true;
  }
  chunks_.push_back(chunk);
  return chunk;
}

Bytes PacketRing::push(const RawPacket& packet, std::uint64_t number) {
  if (filling_ == nullptr || !filling_->has_room(packet.bytes.size())) {
    filling_ = next_chunk(packet.bytes.size()).get();
  }
  return filling_->push(packet, number);
}

PacketRing::Snapshot PacketRing::snapshot() const {
  Snapshot snapshot;
  const std::lock_guard lock(mutex_);
  for (const auto& chunk : chunks_) {
    if (const std::size_t packets = chunk->count(); packets != 0) {
      snapshot.parts_.push_back({chunk, packets});
    }
  }
  return snapshot;
}

PacketRing::Frame PacketRing::Snapshot::frame(std::size_t chunk, std::size_t index) const {
  const Chunk& from = *parts_[chunk].chunk;
  const Chunk::Note& note = from.note(index);
  return {.number = note.number,
          .packet = {.bytes = from.bytes(note),
                     .time = note.time,
                     .original_length = note.original_length,
                     .interface = note.interface,
                     .interface_numbered = note.interface_numbered,
                     .link_type = note.link_type}};
}

PacketRing::Reach PacketRing::reach() const {
  Reach reach;
  const std::lock_guard lock(mutex_);
  reach.dropped = dropped_;
  for (const auto& chunk : chunks_) {
    const std::size_t packets = chunk->count();
    if (packets == 0) continue;
    const Chunk::Note& first = chunk->note(0);
    const Chunk::Note& last = chunk->note(packets - 1);
    if (reach.first_number == 0) {
      reach.first_number = first.number;
      reach.first_time = first.time;
    }
    reach.last_number = last.number;
    reach.last_time = last.time;
  }
  // The chunks that will have gone by then, counted from the front.
  const std::size_t free = most_chunks_ - chunks_.size();
  const std::size_t quarter = std::max<std::size_t>(most_chunks_ / 4, 1);
  const std::size_t going = quarter > free ? quarter - free : 0;
  if (going < chunks_.size() && chunks_[going]->count() != 0) {
    reach.safe_number = chunks_[going]->note(0).number;
  }
  return reach;
}

}  // namespace sightglass
