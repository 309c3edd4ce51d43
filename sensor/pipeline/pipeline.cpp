// With one worker a tick judges what it found at once. With several, each hands its findings
// between two ticks to the judge, who waits for all of them and puts them in order: an epoch.
#include "sensor/pipeline/pipeline.hpp"

#include <algorithm>

namespace sightglass {
namespace {

/// Batches a worker may be behind; with kBatchBytes each this bounds the memory of the queues.
constexpr std::size_t kQueuedBatches = 16;
constexpr std::size_t kQueuedEpochs = 16;

}  // namespace

struct Pipeline::Lane {
  Lane(const WorkerSettings& settings, SharedConfiguration configuration)
      : worker(settings, std::move(configuration)),
        filling(std::make_unique<PacketBatch>()),
        full(kQueuedBatches),
        spare(kQueuedBatches + 2),
        epochs(kQueuedEpochs) {}

  Worker worker;
  std::unique_ptr<PacketBatch> filling;
  BoundedQueue<std::unique_ptr<PacketBatch>> full;
  BoundedQueue<std::unique_ptr<PacketBatch>> spare;
  BoundedQueue<Epoch> epochs;
  std::thread thread;
};

Pipeline::Pipeline(const PipelineSettings& settings, SharedConfiguration configuration,
                   Judge& judge, AfterTick after_tick)
    : settings_(settings),
      judge_(judge),
      after_tick_(std::move(after_tick)),
      current_(configuration) {
  const unsigned count = std::max(1u, settings_.workers);
  for (unsigned index = 0; index < count; ++index) {
    lanes_.push_back(
        std::make_unique<Lane>(WorkerSettings{index, count, settings_.flow_limits}, configuration));
  }
  if (count == 1) return;
  for (auto& lane : lanes_) lane->thread = std::thread([this, &lane = *lane] { work(lane); });
  judge_thread_ = std::thread([this] { judge_epochs(); });
}

Pipeline::~Pipeline() {
  if (!judge_thread_.joinable()) return;
  finish();
}

void Pipeline::packet(const RawPacket& packet) {
  if (const auto due = ticker_.before_packet(packet.time)) tick(*due, false);
  if (packets_.take(packet, ticker_.packets(), layers_)) dispatch(layers_);
}

void Pipeline::idle(Timestamp now) {
  if (const auto due = ticker_.idle(now)) tick(*due, false);
}

void Pipeline::configure(SharedConfiguration configuration) { next_ = std::move(configuration); }

void Pipeline::dispatch(const Layers& layers) {
  const std::uint64_t pair_hash = host_pair_hash(layers);
  if (lanes_.size() == 1) {
    lanes_.front()->worker.packet(layers, pair_hash);
    return;
  }
  Lane& lane = *lanes_[worker_of(pair_hash, static_cast<unsigned>(lanes_.size()))];
  if (!lane.filling->has_room(layers.bytes.size()) && !lane.filling->packets().empty()) send(lane);
  lane.filling->add(layers, pair_hash);
}

void Pipeline::send(Lane& lane) {
  auto batch = std::move(lane.filling);
  const std::size_t packets = batch->packets().size();
  // A tick is never dropped: every worker must see every one.
  if (!settings_.drop_when_full || batch->tick) {
    lane.full.push(std::move(batch));
  } else if (!lane.full.try_push(batch)) {
    dropped_by_us_ += packets;
    batch->clear();
    lane.filling = std::move(batch);
    return;
  }
  lane.filling = lane.spare.size() > 0 ? lane.spare.pop() : std::make_unique<PacketBatch>();
}

void Pipeline::tick(const Tick& tick, bool last) {
  const SharedConfiguration configuration = std::exchange(next_, nullptr);
  const bool count = std::exchange(counters_requested_, false) || last;
  if (count) {
    const std::scoped_lock lock(counters_mutex_);
    counters_.packets = packets_.counters();
    counters_.dropped_by_us = dropped_by_us_;
    counters_.clock_steps = ticker_.clock_steps();
  }
  if (lanes_.size() == 1) {
    judge_inline(tick, last, count);
    if (configuration) {
      lanes_.front()->worker.configure(configuration);
      judge_.configure(configuration->rules, configuration->site);
      current_ = configuration;
    }
    return;
  }
  for (auto& lane : lanes_) {
    lane->filling->tick = tick;
    lane->filling->last = last;
    lane->filling->count = count;
    lane->filling->configuration = configuration;
    send(*lane);
  }
}

void Pipeline::judge_inline(const Tick& tick, bool last, bool count) {
  Worker& worker = lanes_.front()->worker;
  worker.tick(tick, last);
  std::vector<Observation>& found = worker.observations();
  std::sort(found.begin(), found.end(),
            [](const Observation& a, const Observation& b) { return a.moment < b.moment; });
  for (const Observation& observation : found) judge_.observe(observation);
  found.clear();
  judge_.tick(tick.packet_number, tick.time);
  if (last) judge_.finish();
  if (count) keep(worker.counters());
  if (after_tick_) after_tick_(tick);
}

void Pipeline::work(Lane& lane) {
  bool last = false;
  while (!last) {
    std::unique_ptr<PacketBatch> batch = lane.full.pop();
    for (const BatchedPacket& packet : batch->packets()) {
      lane.worker.packet(packet.layers, packet.pair_hash);
    }
    if (batch->tick) {
      last = batch->last;
      lane.worker.tick(*batch->tick, last);
      lane.epochs.push({std::move(lane.worker.observations()), *batch->tick, last,
                        batch->configuration,
                        batch->count ? std::optional(lane.worker.counters()) : std::nullopt});
      lane.worker.observations() = {};
      if (batch->configuration) lane.worker.configure(batch->configuration);
    }
    batch->clear();
    lane.spare.try_push(batch);
  }
}

void Pipeline::judge_epochs() {
  while (judge_epoch()) {
  }
}

bool Pipeline::judge_epoch() {
  std::vector<Observation> found;
  WorkerCounters counters;
  Epoch epoch;
  for (auto& lane : lanes_) {
    epoch = lane->epochs.pop();
    if (epoch.counters) counters += *epoch.counters;
    std::move(epoch.observations.begin(), epoch.observations.end(), std::back_inserter(found));
  }
  std::sort(found.begin(), found.end(),
            [](const Observation& a, const Observation& b) { return a.moment < b.moment; });
  for (const Observation& observation : found) judge_.observe(observation);
  judge_.tick(epoch.tick.packet_number, epoch.tick.time);
  if (epoch.last) judge_.finish();
  if (epoch.counters) keep(counters);
  if (after_tick_) after_tick_(epoch.tick);
  if (epoch.configuration) {
    judge_.configure(epoch.configuration->rules, epoch.configuration->site);
    current_ = epoch.configuration;
  }
  return !epoch.last;
}

void Pipeline::finish() {
  tick(ticker_.last(), true);
  if (!judge_thread_.joinable()) return;
  for (auto& lane : lanes_) lane->thread.join();
  judge_thread_.join();
}

PipelineCounters Pipeline::counters() const {
  const std::scoped_lock lock(counters_mutex_);
  return counters_;
}

void Pipeline::keep(const WorkerCounters& counters) {
  const std::scoped_lock lock(counters_mutex_);
  counters_.workers = counters;
}

}  // namespace sightglass
