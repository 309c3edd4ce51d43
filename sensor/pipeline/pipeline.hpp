// One reader, N workers, one judge (decision 1): the same findings whatever N is.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "rules/judge.hpp"
#include "sensor/capture/packet_source.hpp"
#include "sensor/flow/flow_limits.hpp"
#include "sensor/packet/packet_stage.hpp"
#include "sensor/pipeline/bounded_queue.hpp"
#include "sensor/pipeline/configuration.hpp"
#include "sensor/pipeline/packet_batch.hpp"
#include "sensor/pipeline/ticker.hpp"
#include "sensor/pipeline/worker.hpp"

namespace sightglass {

struct PipelineSettings {
  unsigned workers = 1;  ///< 1: everything inline on the caller's thread, without queues
  /// What to do when a worker does not keep up: wait (offline), or drop and count (live).
  bool drop_when_full = false;
  FlowLimits flow_limits;
};

/// What the pipeline counted up to a tick.
struct PipelineCounters {
  PacketCounters packets;
  WorkerCounters workers;           ///< of all workers together
  std::uint64_t dropped_by_us = 0;  ///< packets, because a worker's queue was full
  std::uint64_t clock_steps = 0;
};

/// Takes packets from one thread and has them judged. The judge is called on one thread: the
/// caller's with one worker, else the pipeline's own.
class Pipeline {
 public:
  /// Called on the judge's thread after each tick was judged.
  using AfterTick = std::function<void(const Tick& tick)>;

  /// `judge` must outlive the pipeline and judge by the same configuration.
  Pipeline(const PipelineSettings& settings, SharedConfiguration configuration, Judge& judge,
           AfterTick after_tick = {});
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void packet(const RawPacket& packet);
  /// Live and idle: the wall clock has reached `now`.
  void idle(Timestamp now);
  /// Takes effect at the next tick.
  void configure(SharedConfiguration configuration);
  /// The end of the run: flows end, the judge finishes. Call once, last.
  void finish();

  /// The next tick counts what the workers did: summing over all flows is not free.
  void request_counters() { counters_requested_ = true; }
  /// `workers` is as of the last tick that counted; finish() always does. Any thread.
  PipelineCounters counters() const;
  /// What is judged by now. On the judge's thread, or after finish().
  const Configuration& judged_by() const { return *current_; }
  Timestamp now() const { return ticker_.now(); }
  std::uint64_t packets() const { return ticker_.packets(); }

 private:
  /// What one worker found between two ticks.
  struct Epoch {
    std::vector<Observation> observations;
    Tick tick;
    bool last = false;
    SharedConfiguration configuration;
    std::optional<WorkerCounters> counters;
  };
  struct Lane;  // a worker, its thread and its queues

  void dispatch(const Layers& layers);
  void tick(const Tick& tick, bool last);
  void keep(const WorkerCounters& counters);
  void send(Lane& lane);
  void work(Lane& lane);
  void judge_epochs();
  bool judge_epoch();
  void judge_inline(const Tick& tick, bool last, bool count);

  PipelineSettings settings_;
  Judge& judge_;
  AfterTick after_tick_;
  Ticker ticker_;
  Layers layers_;
  PacketStage packets_;
  std::uint64_t dropped_by_us_ = 0;
  SharedConfiguration current_;  // the judge's
  SharedConfiguration next_;     // waits for the next tick
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::thread judge_thread_;
  bool counters_requested_ = false;
  mutable std::mutex counters_mutex_;
  PipelineCounters counters_;
};

}  // namespace sightglass
