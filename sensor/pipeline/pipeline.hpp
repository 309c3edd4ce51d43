// One reader, N workers, one judge (decision 1): the same findings whatever N is.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "rules/filter/scratch.hpp"
#include "rules/judge.hpp"
#include "sensor/application/recognizer.hpp"
#include "sensor/capture/packet_source.hpp"
#include "sensor/flow/flow_limits.hpp"
#include "sensor/packet/packet_stage.hpp"
#include "sensor/pipeline/bounded_queue.hpp"
#include "sensor/pipeline/conversation_book.hpp"
#include "sensor/pipeline/epoch.hpp"
#include "sensor/pipeline/host_book.hpp"
#include "sensor/pipeline/packet_batch.hpp"
#include "sensor/pipeline/sensor_watch.hpp"
#include "sensor/pipeline/ticker.hpp"
#include "sensor/pipeline/watchdog.hpp"
#include "sensor/pipeline/worker.hpp"

namespace sightglass {

/// Batches a worker may be behind.
inline constexpr std::size_t kQueuedBatches = 16;
/// Ticks the judge may be behind.
inline constexpr std::size_t kQueuedEpochs = 16;
/// Shards that end with one tick at the end of a run. The more at once, the more memory takes what
/// is told of their flows: of all at once, more than a third of what the flows take.
inline constexpr std::size_t kShardsEndedTogether = 4;
static_assert(kShards % kShardsEndedTogether == 0);
/// Memory of the queue to one worker: those, one that is being filled and one in its hands.
inline constexpr std::size_t kMostQueueBytes = (kQueuedBatches + 2) * PacketBatch::kMemory;

struct PipelineSettings {
  unsigned workers = 1;  ///< 1: everything inline on the caller's thread, without queues
  /// What to do when a worker does not keep up: wait (offline), or drop and count (live).
  bool drop_when_full = false;
  /// Live: that nothing comes is worth telling.
  bool expects_traffic = false;
  FlowLimits flow_limits;
  /// Of the packets' source, whose names the site file's realms go by; it outlives the pipeline.
  const std::vector<CaptureInterface>* interfaces = nullptr;
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
  /// What the source of the packets has lost so far.
  void report_loss(const CaptureLoss& loss) { loss_ = loss; }
  /// Live: how its interfaces are, and so what they have lost.
  void report_interfaces(std::vector<InterfaceState> states);
  /// Takes effect at the next tick.
  void configure(SharedConfiguration configuration);
  /// Memory is short, or no longer: takes effect at the next tick, where the judge gets `notice`.
  void relieve(FlowRelief relief, std::optional<SensorNotice> notice);
  /// The end of the run: flows end, the judge finishes. Call once, last.
  void finish();

  /// The next tick sums what the workers counted.
  void request_counters() { counters_requested_ = true; }
  /// `workers` is as of the last tick that counted; finish() always does. Any thread.
  PipelineCounters counters() const;
  /// What is judged by now. On the judge's thread, or after finish().
  const Configuration& judged_by() const { return *current_; }
  /// What hosts exchanged since this was called last. On the judge's thread, or after finish().
  std::vector<ConversationCounts> take_conversations() { return conversations_.take(); }
  /// What was seen of hosts since this was called last, and what was not. As take_conversations().
  std::vector<HostCounts> take_hosts() { return hosts_.take(current_->site); }
  /// Workers and judge, when they have threads of their own. Any thread, until finish().
  std::vector<Stage> stages() const;
  /// "worker 2" while a tick finds no room in its queue, else "". Any thread.
  std::string waits_for() const;
  Timestamp now() const { return ticker_.now(); }
  std::uint64_t packets() const { return ticker_.packets(); }

 private:
  struct Lane;  // a worker, its thread and its queues
  /// Of a thread, for the watchdog.
  struct Progress {
    std::atomic<std::uint64_t> begun = 0, done = 0;
    std::atomic<bool> hands_over = false;  // what it did: it may wait for the judge
  };

  void read_by(SharedConfiguration configuration);
  void dispatch(const Layers& layers);
  void tick(const Tick& tick, std::size_t ended);
  PipelineCounters read_counters() const;
  static void end_epoch(Worker& worker, Epoch& epoch);
  void judge(Epoch& epoch);
  void judge_found(Epoch& epoch);
  void judge_conversation(const Application& application, const FlowSample& on,
                          const Moment& moment);
  void name_conversations(Epoch& epoch);
  void send(Lane& lane);
  void wait_for(Lane& lane, std::unique_ptr<PacketBatch> batch);
  void work(Lane& lane);
  void judge_epochs();
  bool judge_next_epoch();
  void wait_for_the_judge();

  PipelineSettings settings_;
  Judge& judge_;
  AfterTick after_tick_;
  Ticker ticker_;
  Layers layers_;
  std::optional<Duplicate> copy_;
  PacketStage packets_{[this](const Duplicate& copy) { copy_ = copy; }};
  CaptureLoss loss_;
  std::vector<InterfaceState> interfaces_;
  Timestamp last_packet_{};
  Timestamp next_look_{};
  std::uint64_t dropped_by_us_ = 0;
  SensorWatch watch_;                   // the judge's
  ConversationBook conversations_;      // the judge's
  HostBook hosts_;                      // the judge's
  SharedConfiguration current_;         // the judge's
  Recognizer recognizer_;               // the judge's
  filter::Scratch scratch_;             // the judge's
  std::uint64_t epochs_ = 0;            // on their way to the judge, or judged
  SharedConfiguration next_;            // waits for the next tick
  std::optional<FlowRelief> relief_;    // likewise
  std::optional<SensorNotice> notice_;  // likewise
  SharedConfiguration reading_by_;      // the reader's
  std::vector<std::unique_ptr<Lane>> lanes_;
  Progress judging_;
  std::atomic<int> full_lane_ = -1;  // that the caller's thread waits for
  std::thread judge_thread_;
  bool counters_requested_ = false;
  mutable std::mutex counters_mutex_;
  PipelineCounters counters_;
};

}  // namespace sightglass
