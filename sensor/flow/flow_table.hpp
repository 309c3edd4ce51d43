// All flows of one shard: found by key, aged, and evicted when there are too many.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sensor/flow/flow.hpp"
#include "sensor/flow/tcp_session.hpp"

namespace sightglass {

/// How long a flow is worth keeping. Evicted in this order.
enum class FlowClass : std::uint8_t {
  closed,     ///< FIN both ways or RST
  transient,  ///< half-open TCP, UDP, everything else
  stream,     ///< TCP that carries data
  session,    ///< TCP with a confirmed protocol
};
inline constexpr std::size_t kFlowClasses = 4;

/// A hash table of fixed size with open addressing, and one queue for each class. A queue is in
/// the order in which its flows were last looked at, not of every packet: a flow that was used
/// since goes to the back when its turn comes.
class FlowTable {
 public:
  /// What every packet asks for stands together.
  struct Entry {
    std::unique_ptr<TcpSession> session;  // of TCP flows
    std::uint64_t hash = 0;
    Timestamp queued_at{};
    std::uint32_t index = 0, previous = 0, next = 0;
    FlowClass flow_class = FlowClass::transient;
    bool is_holding = false;  // listed as one with a hole
    bool is_waiting = false;  // listed as one with deadlines
    Flow flow;
  };

  explicit FlowTable(std::size_t max_flows);

  Entry* find(const FlowKey& key, std::uint64_t hash);
  bool is_full() const { return size_ >= max_flows_; }
  std::size_t size() const { return size_; }
  /// What it takes of memory, without what its flows own.
  std::size_t bytes() const;
  /// What a full one takes.
  static std::size_t bytes_when_full(std::size_t max_flows);
  /// There must be room, and no such flow.
  Entry& insert(const FlowKey& key, std::uint64_t hash, Timestamp now);
  void erase(Entry& entry);
  void set_class(Entry& entry, FlowClass flow_class, Timestamp now);

  /// The flow to give up for another, never none while there are flows.
  Entry* victim(Timestamp now);
  /// A flow of the class that was silent for `idle`, or nullptr. Those found busy are put back.
  Entry* expired(FlowClass flow_class, Duration idle, Timestamp now);
  Entry* first(FlowClass flow_class) {
    return at(queues_[static_cast<std::size_t>(flow_class)].head);
  }

 private:
  struct Slot {
    std::uint32_t tag;
    std::uint32_t index;  // kNone: free
  };
  struct Queue {
    std::uint32_t head, tail;
  };

  static std::size_t slots_for(std::size_t flows) { return std::bit_ceil(flows * 2); }
  std::size_t home(std::uint64_t hash) const { return hash & (slots_.size() - 1); }
  std::size_t slot_of(const Entry& entry) const;
  void free_slot(std::size_t at);
  void push_back(Entry& entry, Timestamp now);
  void unlink(Entry& entry);
  static constexpr std::uint32_t kNone = 0xffffffff;
  Entry* at(std::uint32_t index) { return index == kNone ? nullptr : &entries_[index]; }

  std::size_t max_flows_;
  std::size_t size_ = 0;
  std::vector<Slot> slots_;
  std::deque<Entry> entries_;  // their addresses stay
  std::vector<std::uint32_t> free_;
  std::array<Queue, kFlowClasses> queues_;
};

}  // namespace sightglass
