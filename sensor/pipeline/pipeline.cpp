// With one worker a tick judges what it found at once. With several, each hands its findings
// between two ticks to the judge, who waits for all of them and puts them in order: an epoch.
#include "sensor/pipeline/pipeline.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sightglass {
namespace {

template <typename Told>
void append(std::vector<Told>& all, std::vector<Told>&& more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

/// What another worker found until the same tick.
void add(Epoch& all, Epoch&& part) {
  for (SampledCounts& sampled : part.samples.counts) sampled.place += all.conversations.size();
  append(all.observations, std::move(part.observations));
  append(all.conversations, std::move(part.conversations));
  append(all.samples.flows, std::move(part.samples.flows));
  append(all.samples.counts, std::move(part.samples.counts));
  if (all.counters && part.counters) all.counters->workers += part.counters->workers;
}

}  // namespace

struct Pipeline::Lane {
  Lane(const WorkerSettings& settings, SharedConfiguration configuration)
      : index(settings.index),
        worker(settings, std::move(configuration)),
        full(kQueuedBatches),
        spare(kQueuedBatches + 2),
        epochs(kQueuedEpochs) {}

  std::unique_ptr<PacketBatch> new_batch() {
    ++batches;
    return std::make_unique<PacketBatch>();
  }
  std::string name() const { return "worker " + std::to_string(index + 1); }

  const unsigned index;
  Worker worker;
  std::uint64_t batches = 0;  // made so far; reused, not freed
  std::unique_ptr<PacketBatch> filling;
  BoundedQueue<std::unique_ptr<PacketBatch>> full;
  BoundedQueue<std::unique_ptr<PacketBatch>> spare;
  BoundedQueue<Epoch> epochs;
  Progress progress;  // in batches
  std::thread thread;
};

Pipeline::Pipeline(const PipelineSettings& settings, SharedConfiguration configuration,
                   Judge& judge, AfterTick after_tick)
    : settings_(settings),
      judge_(judge),
      after_tick_(std::move(after_tick)),
      watch_(settings.expects_traffic),
      current_(configuration),
      recognizer_([this](const Application& application, const FlowSample& on,
                         const Moment& moment) { judge_conversation(application, on, moment); }) {
  read_by(configuration);
  const unsigned count = std::max(1u, settings_.workers);
  for (unsigned index = 0; index < count; ++index) {
    lanes_.push_back(
        std::make_unique<Lane>(WorkerSettings{index, count, settings_.flow_limits}, configuration));
  }
  if (count == 1) return;
  for (auto& lane : lanes_) lane->filling = lane->new_batch();
  for (auto& lane : lanes_) lane->thread = std::thread([this, &lane = *lane] { work(lane); });
  judge_thread_ = std::thread([this] { judge_epochs(); });
}

Pipeline::~Pipeline() {
  if (!judge_thread_.joinable()) return;
  finish();
}

void Pipeline::packet(const RawPacket& packet) {
  if (const auto due = ticker_.before_packet(packet.time)) tick(*due, 0);
  last_packet_ = std::max(last_packet_, packet.time);
  if (packets_.take(packet, ticker_.packets(), layers_)) dispatch(layers_);
}

void Pipeline::idle(Timestamp now) {
  if (const auto due = ticker_.idle(now)) tick(*due, 0);
}

void Pipeline::configure(SharedConfiguration configuration) { next_ = std::move(configuration); }

void Pipeline::read_by(SharedConfiguration configuration) {
  packets_.divide(RealmFinder(configuration->site, settings_.interfaces));
  reading_by_ = std::move(configuration);
}

void Pipeline::report_interfaces(std::vector<InterfaceState> states) {
  interfaces_ = std::move(states);
  loss_ = {};
  for (const InterfaceState& state : interfaces_) {
    loss_.received += state.packets;
    loss_.dropped_by_kernel += state.dropped_by_kernel;
    loss_.dropped_by_interface += state.dropped_by_interface;
  }
}

void Pipeline::relieve(FlowRelief relief, std::optional<SensorNotice> notice) {
  relief_ = relief;
  if (notice) notice_ = std::move(notice);
}

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
  if (!settings_.drop_when_full || batch->end) {
    if (!lane.full.try_push(batch)) wait_for(lane, std::move(batch));
  } else if (!lane.full.try_push(batch)) {
    dropped_by_us_ += packets;
    batch->clear();
    lane.filling = std::move(batch);
    return;
  }
  lane.filling = lane.spare.size() > 0 ? lane.spare.pop() : lane.new_batch();
}

void Pipeline::wait_for(Lane& lane, std::unique_ptr<PacketBatch> batch) {
  full_lane_ = static_cast<int>(lane.index);
  lane.full.push(std::move(batch));
  full_lane_ = -1;
}

void Pipeline::tick(const Tick& tick, std::size_t ended) {
  Epoch epoch;
  ++epochs_;
  epoch.tick = tick;
  epoch.ended = ended;
  epoch.look = epoch.is_last() || tick.time >= next_look_;
  epoch.configuration = std::exchange(next_, nullptr);
  epoch.relief = std::exchange(relief_, std::nullopt);
  epoch.notice = std::exchange(notice_, std::nullopt);
  if (epoch.look) next_look_ = tick.time + kWatchInterval;
  if (epoch.configuration) read_by(epoch.configuration);
  const bool requested = std::exchange(counters_requested_, false);
  if (epoch.look || requested) epoch.counters = read_counters();
  if (lanes_.size() > 1) {
    for (auto& lane : lanes_) {
      lane->filling->end = epoch;
      send(*lane);
    }
    return;
  }
  end_epoch(lanes_.front()->worker, epoch);
  judge(epoch);
}

/// The worker's part of an epoch: its timers fire, and what it found goes into `epoch`.
void Pipeline::end_epoch(Worker& worker, Epoch& epoch) {
  if (epoch.relief) worker.relieve(*epoch.relief);
  worker.tick(epoch.tick, epoch.ended);
  epoch.observations = std::exchange(worker.observations(), {});
  epoch.conversations = std::exchange(worker.conversations(), {});
  epoch.samples = std::exchange(worker.samples(), {});
  if (epoch.counters) epoch.counters->workers = worker.counters();
  if (epoch.configuration) worker.configure(epoch.configuration);
}

PipelineCounters Pipeline::read_counters() const {
  PipelineCounters counters;
  counters.packets = packets_.counters();
  counters.loss = loss_;
  counters.interfaces = interfaces_;
  counters.dropped_by_us = dropped_by_us_;
  for (const auto& lane : lanes_) counters.queue_bytes += lane->batches * PacketBatch::kMemory;
  counters.clock_steps = ticker_.clock_steps();
  counters.last_packet = last_packet_;
  counters.copy = copy_;
  return counters;
}

/// What was found, in order, then what the sensor notices about itself.
void Pipeline::judge(Epoch& epoch) {
  judge_found(epoch);
  name_conversations(epoch);
  sort_canonically(epoch.conversations);
  conversations_.add(epoch.conversations);
  hosts_.add(epoch.conversations);
  const Tick& tick = epoch.tick;
  const Moment now{tick.packet_number, Moment::Phase::timer, tick.time, 0, 0};
  if (epoch.notice) judge_.observe({now, {}, std::move(*epoch.notice)});
  if (epoch.look) {
    for (SensorNotice& notice : watch_.look(*epoch.counters, tick.time)) {
      judge_.observe({now, {}, std::move(notice)});
    }
  }
  judge_.tick(tick.packet_number, tick.time);
  if (epoch.is_last()) judge_.finish();
  if (epoch.counters) {
    const std::scoped_lock lock(counters_mutex_);
    counters_ = *epoch.counters;
    counters_.conversations_untold = conversations_.untold();
    counters_.hosts_untold = hosts_.untold();
    counters_.judge = judge_.counters();
    counters_.conversation_bytes = conversations_.bytes() + hosts_.bytes();
    counters_.applications = recognizer_.counters();
    counters_.application_bytes = recognizer_.bytes();
  }
  if (after_tick_) after_tick_(tick);
  if (!epoch.configuration) return;
  judge_.configure(epoch.configuration->rules, epoch.configuration->site);
  current_ = epoch.configuration;
}

/// Observations, and the samples between them.
void Pipeline::judge_found(Epoch& epoch) {
  // Of one worker they are nearly always in order, and they are large to move.
  const auto order = [](auto& told) {
    const auto is_earlier = [](const auto& a, const auto& b) { return a.moment < b.moment; };
    if (!std::is_sorted(told.begin(), told.end(), is_earlier)) {
      std::sort(told.begin(), told.end(), is_earlier);
    }
  };
  std::vector<Observation>& found = epoch.observations;
  std::vector<FlowSample>& samples = epoch.samples.flows;
  order(found);
  order(samples);
  auto sample = samples.begin();
  for (const Observation& observation : found) {
    for (; sample != samples.end() && sample->moment < observation.moment; ++sample) {
      recognizer_.take(std::move(*sample));
    }
    judge_.observe(observation);
  }
  for (; sample != samples.end(); ++sample) recognizer_.take(std::move(*sample));
}

/// The conversation's application is settled: rules that ask for it judge, on its sample.
void Pipeline::judge_conversation(const Application& application, const FlowSample& on,
                                  const Moment& moment) {
  const Layers& layers = on.packet->layers();
  const filter::Recognised recognised{application, on.direction};
  const filter::Record record{layers, {}, &current_->site, &recognised};
  for (const Rule* rule : current_->rules.conversation_rules()) {
    if (!rule->condition->matches(record, scratch_)) continue;
    RuleMatch match;
    match.rule = rule;
    match.pdu.packet = layers.packet_number;
    match.pdu.direction = Direction::to_server;  // who uses an application is its client
    match.application = application.text();
    if (rule->threshold && rule->threshold->distinct_field) {
      match.distinct = filter::first_text(record, *rule->threshold->distinct_field, scratch_);
    }
    judge_.observe({moment, on.conversation, std::move(match)});
  }
}

/// What our own dissectors know needs no other name: it is not among the samples.
void Pipeline::name_conversations(Epoch& epoch) {
  for (const SampledCounts& sampled : epoch.samples.counts) {
    const Application application = recognizer_.application_of(sampled.flow);
    ConversationCounts& counts = epoch.conversations[sampled.place];
    counts.app = application.text();
    counts.app_category = application.category;
  }
  recognizer_.forget_ended();
}

void Pipeline::work(Lane& lane) {
  bool last = false;
  while (!last) {
    std::unique_ptr<PacketBatch> batch = lane.full.pop();
    ++lane.progress.begun;
    for (const BatchedPacket& packet : batch->packets()) {
      lane.worker.packet(packet.layers, packet.pair_hash);
    }
    if (batch->end) {
      last = batch->end->is_last();
      end_epoch(lane.worker, *batch->end);
      lane.progress.hands_over = true;
      lane.epochs.push(std::move(*batch->end));
      lane.progress.hands_over = false;
    }
    batch->clear();
    lane.spare.try_push(batch);
    ++lane.progress.done;
  }
}

void Pipeline::judge_epochs() {
  while (judge_next_epoch()) {
  }
}

bool Pipeline::judge_next_epoch() {
  Epoch epoch = lanes_.front()->epochs.pop();
  for (std::size_t i = 1; i < lanes_.size(); ++i) add(epoch, lanes_[i]->epochs.pop());
  ++judging_.begun;
  judge(epoch);
  ++judging_.done;
  judging_.done.notify_one();
  return !epoch.is_last();
}

void Pipeline::finish() {
  for (std::size_t ended = kShardsEndedTogether; ended <= kShards; ended += kShardsEndedTogether) {
    tick(ticker_.last(), ended);
    if (judge_thread_.joinable()) wait_for_the_judge();
  }
  if (!judge_thread_.joinable()) return;
  for (auto& lane : lanes_) lane->thread.join();
  judge_thread_.join();
}

void Pipeline::wait_for_the_judge() {
  for (std::uint64_t done = judging_.done; done < epochs_; done = judging_.done) {
    judging_.done.wait(done);
  }
}

std::vector<Stage> Pipeline::stages() const {
  std::vector<Stage> stages;
  if (lanes_.size() == 1) return stages;
  bool all_wait = true;  // the judge needs the epoch of every worker
  for (const auto& lane : lanes_) {
    const Progress& progress = lane->progress;
    const std::uint64_t done = progress.done;
    stages.push_back({lane->name(), done, progress.begun != done || lane->full.size() > 0,
                      progress.hands_over ? "judge" : ""});
    all_wait = all_wait && lane->epochs.size() > 0;
  }
  const std::uint64_t done = judging_.done;
  stages.push_back({"judge", done, judging_.begun != done || all_wait, ""});
  return stages;
}

std::string Pipeline::waits_for() const {
  const int lane = full_lane_;
  return lane < 0 ? "" : lanes_[static_cast<std::size_t>(lane)]->name();
}

PipelineCounters Pipeline::counters() const {
  const std::scoped_lock lock(counters_mutex_);
  return counters_;
}

}  // namespace sightglass
