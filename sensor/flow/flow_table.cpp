// Linear probing with backward shift on removal: no tombstones, so nothing degrades with time.
#include "sensor/flow/flow_table.hpp"

#include <algorithm>

namespace sightglass {
namespace {

// How many flows that were used since may be passed over before one of them has to go.
constexpr int kSecondChances = 8;

std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

}  // namespace

FlowTable::FlowTable(std::size_t max_flows)
    : max_flows_(std::max<std::size_t>(max_flows, 1)),
      slots_(slots_for(max_flows_), Slot{0, kNone}) {
  queues_.fill({kNone, kNone});
}

std::size_t FlowTable::bytes() const {
  return slots_.size() * sizeof(Slot) + entries_.size() * sizeof(Entry) +
         free_.capacity() * sizeof(free_[0]);
}

std::size_t FlowTable::bytes_when_full(std::size_t max_flows) {
  return slots_for(max_flows) * sizeof(Slot) + max_flows * sizeof(Entry);
}

FlowTable::Entry* FlowTable::find(const FlowKey& key, std::uint64_t hash) {
  const std::uint32_t tag = tag_of(hash);
  for (std::size_t slot = home(hash);; slot = (slot + 1) & (slots_.size() - 1)) {
    if (slots_[slot].index == kNone) return nullptr;
    if (slots_[slot].tag != tag) continue;
    Entry& entry = entries_[slots_[slot].index];
    if (entry.flow.key == key) return &entry;
  }
}

FlowTable::Entry& FlowTable::insert(const FlowKey& key, std::uint64_t hash, Timestamp now) {
  std::uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Entry& entry = entries_[index];
  entry.flow.key = key;
  entry.hash = hash;
  entry.index = index;
  std::size_t slot = home(hash);
  while (slots_[slot].index != kNone) slot = (slot + 1) & (slots_.size() - 1);
  slots_[slot] = {tag_of(hash), index};
  ++size_;
  push_back(entry, now);
  return entry;
}

std::size_t FlowTable::slot_of(const Entry& entry) const {
  std::size_t slot = home(entry.hash);
  while (slots_[slot].index != entry.index) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void FlowTable::free_slot(std::size_t hole) {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = (hole + 1) & mask; slots_[slot].index != kNone;
       slot = (slot + 1) & mask) {
    // One may move into the hole if that is not before its home.
    const std::size_t wanted = home(entries_[slots_[slot].index].hash);
    if (((slot - wanted) & mask) < ((slot - hole) & mask)) continue;
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole].index = kNone;
}

void FlowTable::erase(Entry& entry) {
  free_slot(slot_of(entry));
  unlink(entry);
  const std::uint32_t index = entry.index;
  entry.session.reset();  // before the flow it refers to
  entry = Entry{};
  free_.push_back(index);
  --size_;
}

void FlowTable::push_back(Entry& entry, Timestamp now) {
  Queue& queue = queues_[static_cast<std::size_t>(entry.flow_class)];
  entry.queued_at = now;
  entry.previous = queue.tail;
  entry.next = kNone;
  (queue.tail == kNone ? queue.head : entries_[queue.tail].next) = entry.index;
  queue.tail = entry.index;
}

void FlowTable::unlink(Entry& entry) {
  Queue& queue = queues_[static_cast<std::size_t>(entry.flow_class)];
  (entry.previous == kNone ? queue.head : entries_[entry.previous].next) = entry.next;
  (entry.next == kNone ? queue.tail : entries_[entry.next].previous) = entry.previous;
}

void FlowTable::set_class(Entry& entry, FlowClass flow_class, Timestamp now) {
  if (entry.flow_class == flow_class) return;
  unlink(entry);
  entry.flow_class = flow_class;
  push_back(entry, now);
}

FlowTable::Entry* FlowTable::victim(Timestamp now) {
  for (std::size_t i = 0; i < kFlowClasses; ++i) {
    const auto flow_class = static_cast<FlowClass>(i);
    if (first(flow_class) == nullptr) continue;
    for (int chance = 0; chance < kSecondChances; ++chance) {
      Entry& entry = *first(flow_class);
      if (entry.flow.last_seen <= entry.queued_at) break;
      unlink(entry);
      push_back(entry, now);
    }
    return first(flow_class);
  }
  return nullptr;
}

FlowTable::Entry* FlowTable::expired(FlowClass flow_class, Duration idle, Timestamp now) {
  while (Entry* const entry = first(flow_class)) {
    if (entry->queued_at + idle > now) return nullptr;
    if (entry->flow.last_seen + idle <= now) return entry;
    unlink(*entry);
    push_back(*entry, now);
  }
  return nullptr;
}

}  // namespace sightglass
