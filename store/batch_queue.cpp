#include "store/batch_queue.hpp"

#include <algorithm>
#include <utility>

namespace sightglass {
namespace {

std::size_t text_bytes(const std::vector<std::string>& items) {
  std::size_t bytes = 0;
  for (const std::string& item : items) bytes += sizeof(item) + item.size();
  return bytes;
}

std::size_t alert_bytes(const Alert& alert) {
  return sizeof(alert) + alert.sentence.size() + alert.consequence.size() + alert.response.size() +
         alert.expected.size() + alert.observed.size() + alert.wireshark_filter.size() +
         8 * alert.frames.size() + text_bytes(alert.attack) + text_bytes(alert.objects) +
         text_bytes(alert.decoded);
}

}  // namespace

std::size_t batch_bytes(const Batch& batch) {
  std::size_t bytes = sizeof(batch) + sizeof(EvidenceRecord) * batch.evidence.size() +
                      sizeof(ConversationCounts) * batch.conversations.size();
  for (const Alert& alert : batch.alerts) bytes += alert_bytes(alert);
  for (const HealthEvent& event : batch.health) bytes += sizeof(event) + event.sentence.size();
  if (batch.baseline) {
    bytes += sizeof(Fact) * (batch.baseline->facts.size() + batch.baseline->removed.size());
  }
  if (batch.triage) bytes += sizeof(TriagePage::Alert) * batch.triage->alerts.size();
  if (batch.statistics) {
    for (const auto& counter : batch.statistics->counters) {
      bytes += sizeof(counter) + counter.name.size();
    }
    for (const InactiveRule& rule : batch.statistics->inactive_rules) {
      bytes += sizeof(rule) + rule.id.size() + rule.reason.size();
    }
  }
  return bytes;
}

void BatchQueue::count_as_dropped(const Batch& batch) {
  const std::lock_guard lock(mutex_);
  dropped_.dropped_alerts += batch.alerts.size();
  dropped_.dropped_evidence += batch.evidence.size();
  dropped_.dropped_health += batch.health.size();
  dropped_.dropped_baselines += batch.baseline ? 1 : 0;
  dropped_.dropped_conversations += batch.conversations.size();
  dropped_.dropped_statistics += batch.statistics ? 1 : 0;
}

// Lets `drop` empty one part of every waiting batch, oldest first, until there is room.
template <class Drop>
bool BatchQueue::shed_kind(std::size_t wanted, Drop drop) {
  for (Item& item : items_) {
    if (bytes_ + wanted <= capacity_) return true;
    if (!drop(item.batch)) continue;
    const std::size_t now = batch_bytes(item.batch);
    bytes_ -= item.bytes - now;
    item.bytes = now;
  }
  return bytes_ + wanted <= capacity_;
}

bool BatchQueue::shed(std::size_t wanted) {
  const auto statistics = [this](Batch& batch) {
    const bool any = batch.statistics.has_value();
    dropped_.dropped_statistics += any ? 1 : 0;
    batch.statistics.reset();
    return any;
  };
  const auto baseline = [this](Batch& batch) {
    const bool any = batch.baseline.has_value();
    dropped_.dropped_baselines += any ? 1 : 0;
    batch.baseline.reset();
    return any;
  };
  const auto rows = [](auto& list, std::uint64_t& counter) {
    const bool any = !list.empty();
    counter += list.size();
    list.clear();
    return any;
  };
  return shed_kind(wanted, statistics) ||
         shed_kind(wanted,
                   [&](Batch& batch) {
                     return rows(batch.conversations, dropped_.dropped_conversations);
                   }) ||
         shed_kind(wanted, baseline) ||
         shed_kind(wanted,
                   [&](Batch& batch) { return rows(batch.health, dropped_.dropped_health); }) ||
         shed_kind(wanted,
                   [&](Batch& batch) { return rows(batch.evidence, dropped_.dropped_evidence); });
}

bool BatchQueue::push(Batch batch, Clock::time_point due) {
  const std::size_t bytes = batch_bytes(batch);
  std::unique_lock lock(mutex_);
  // A batch larger than the whole queue gets in when nothing else waits.
  const auto room = [&] { return bytes_ == 0 || bytes_ + bytes <= capacity_; };
  if (wait_) changed_.wait(lock, [&] { return stopping_ || room(); });
  bool complete = true;
  if (!stopping_ && !room()) {
    complete = false;
    shed(bytes);
  }
  if (stopping_ || !room()) {
    lock.unlock();
    count_as_dropped(batch);
    return false;
  }
  bytes_ += bytes;
  items_.push_back({std::move(batch), bytes, ++tickets_, due});
  earliest_ = std::min(earliest_, due);
  changed_.notify_all();
  return complete;
}

BatchQueue::Taken BatchQueue::take(std::size_t most_bytes, Clock::time_point until) {
  std::unique_lock lock(mutex_);
  Taken taken;
  while (!stopping_) {
    const auto next = std::min(until, earliest_);
    const bool asked = !items_.empty() && items_.front().ticket <= wanted_;
    // Half full is reason enough: waiting longer would only shed or block.
    if (asked || bytes_ > capacity_ / 2 || next <= Clock::now()) break;
    changed_.wait_until(lock, next);
  }
  while (!items_.empty() && (taken.batches.empty() || taken.bytes < most_bytes)) {
    Item& item = items_.front();
    taken.bytes += item.bytes;
    taken.last_ticket = item.ticket;
    taken.batches.push_back(std::move(item.batch));
    items_.pop_front();
  }
  earliest_ = Clock::time_point::max();
  for (const Item& item : items_) earliest_ = std::min(earliest_, item.due);
  taken.stopping = stopping_;
  return taken;
}

void BatchQueue::settle(const Taken& taken) {
  const std::lock_guard lock(mutex_);
  bytes_ -= taken.bytes;
  settled_ = std::max(settled_, taken.last_ticket);
  changed_.notify_all();
}

bool BatchQueue::drain(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = tickets_;
  wanted_ = std::max(wanted_, ticket);
  changed_.notify_all();
  const auto settled = [&] { return settled_ >= ticket; };
  // A wait until the end of time overflows on the way down to the system's clock.
  if (until != Clock::time_point::max()) return changed_.wait_until(lock, until, settled);
  changed_.wait(lock, settled);
  return true;
}

void BatchQueue::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

bool BatchQueue::sleep(Clock::duration span) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, span, [&] { return stopping_; });
}

std::size_t BatchQueue::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void BatchQueue::count_dropped(WriterCounters& counters) const {
  const std::lock_guard lock(mutex_);
  counters.dropped_alerts += dropped_.dropped_alerts;
  counters.dropped_evidence += dropped_.dropped_evidence;
  counters.dropped_health += dropped_.dropped_health;
  counters.dropped_baselines += dropped_.dropped_baselines;
  counters.dropped_conversations += dropped_.dropped_conversations;
  counters.dropped_statistics += dropped_.dropped_statistics;
}

}  // namespace sightglass
