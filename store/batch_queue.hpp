// What waits for the writer: bounded, ordered, and shed in order of worth.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "store/record_rows.hpp"
#include "store/record_writer.hpp"

namespace sightglass {

/// Estimated memory of a batch.
std::size_t batch_bytes(const Batch& batch);

/// A queue from any thread to the writer's, bounded in bytes. Batches that the writer has taken
/// count until they are settled.
class BatchQueue {
 public:
  using Clock = std::chrono::steady_clock;

  BatchQueue(std::size_t capacity_bytes, bool wait_when_full)
      : capacity_(capacity_bytes), wait_(wait_when_full) {}

  /// False when something was shed or refused; waits for room instead when told to.
  bool push(Batch batch, Clock::time_point due);

  struct Taken {
    std::vector<Batch> batches;
    std::size_t bytes = 0;
    std::uint64_t last_ticket = 0;  ///< of the last of them
    bool stopping = false;          ///< `stop` was called; nothing more will come
  };
  /// Waits until something is due, wanted or `until` is reached; takes from the front up to
  /// `most_bytes`, at least one batch. Empty at `until` and when stopping.
  Taken take(std::size_t most_bytes, Clock::time_point until);
  /// What was taken is committed, or has been given up.
  void settle(const Taken& taken);

  /// Waits until everything pushed before is settled, which it asks to happen at once; false when
  /// that was not so by `until`.
  bool drain(Clock::time_point until = Clock::time_point::max());
  /// Nothing is accepted any more.
  void stop();
  /// Waits for `span`, or less when stopped; true when stopping.
  bool sleep(Clock::duration span);

  std::size_t bytes() const;
  /// Adds what was dropped here to `counters`.
  void count_dropped(WriterCounters& counters) const;
  /// A batch that could not be kept, given back by the writer.
  void count_as_dropped(const Batch& batch);

 private:
  struct Item {
    Batch batch;
    std::size_t bytes;
    std::uint64_t ticket;
    Clock::time_point due;
  };

  bool shed(std::size_t wanted);
  template <class Drop>
  bool shed_kind(std::size_t wanted, Drop drop);

  const std::size_t capacity_;
  const bool wait_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> items_;
  Clock::time_point earliest_ = Clock::time_point::max();  // of what is due
  std::size_t bytes_ = 0;                                  // of items_ and of what is taken
  std::uint64_t tickets_ = 0, settled_ = 0, wanted_ = 0;
  bool stopping_ = false;
  WriterCounters dropped_;
};

}  // namespace sightglass
