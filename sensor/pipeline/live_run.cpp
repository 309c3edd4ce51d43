// Privileged work first (the socket, the directories), then everything that meets hostile bytes.
#include "sensor/pipeline/live_run.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <mutex>

#include "sensor/capture/live_captures.hpp"
#include "sensor/capture/lockdown.hpp"
#include "sensor/evidence/live_evidence.hpp"
#include "sensor/pipeline/announcer.hpp"
#include "sensor/pipeline/control_socket.hpp"
#include "sensor/pipeline/live_memory.hpp"
#include "sensor/pipeline/live_preparation.hpp"
#include "sensor/pipeline/pipeline.hpp"
#include "sensor/pipeline/statistics.hpp"
#include "sensor/pipeline/triage_command.hpp"
#include "sensor/pipeline/watchdog.hpp"
#include "store/record_writer.hpp"

namespace sightglass {
namespace {

namespace json = boost::json;
using WallClock = std::chrono::steady_clock;

constexpr auto kStatisticsInterval = std::chrono::seconds(1);
constexpr auto kBaselineInterval = std::chrono::seconds(60);
constexpr auto kConversationInterval = std::chrono::seconds(10);
/// Ticks from the wall clock stay this far behind it, so that no packet comes before its tick.
constexpr Duration kWallMargin = std::chrono::milliseconds(200);
/// How long a sensor that is told to end may still read what had come by then.
constexpr std::chrono::seconds kLongestDrain{5};

Timestamp wall_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

json::object to_json(const InterfaceState& state) {
  return {{"name", state.name},
          {"gone", state.is_gone},
          {"packets", state.packets},
          {"dropped_by_kernel", state.dropped_by_kernel},
          {"dropped_by_interface", state.dropped_by_interface},
          {"outages", state.outages}};
}

std::string names_of(const std::vector<CaptureInterface>& interfaces) {
  std::string names;
  for (const CaptureInterface& one : interfaces) names += (names.empty() ? "" : ", ") + one.name;
  return names;
}

EvidenceOrigin origin_of(const LiveSettings& settings, const LiveCaptures& capture) {
  EvidenceOrigin origin{"sightglass " + settings.tool_version, {}};
  for (const auto& one : capture.interfaces()) origin.interfaces.push_back(one.name);
  return origin;
}

/// The running sensor.
class LiveRun {
 public:
  LiveRun(const LiveSettings& settings, LiveCaptures& capture, SharedConfiguration configuration,
          std::unique_ptr<RecordWriter> writer, Learning learning)
      : settings_(settings),
        capture_(capture),
        configuration_(std::move(configuration)),
        writer_(std::move(writer)),
        ring_(std::size_t{settings.evidence_ring_mib} << 20),
        evidence_(ring_,
                  {.directory = settings.record,
                   .origin = origin_of(settings, capture),
                   .limits = {.has_room =
                                  [this](std::uint64_t bytes) {
                                    return writer_->reserve_evidence(bytes);
                                  }},
                   .plant = {site_of(configuration_), &capture.interfaces()}},
                  [this](const EvidenceRecord& record) { store(record); }),
        announcer_(*writer_, evidence_),
        judge_(configuration_->rules, configuration_->site, judging(std::move(learning)),
               announcer_),
        memory_(settings, ring_, judge_, *writer_),
        pipeline_({.workers = settings.workers,
                   .drop_when_full = true,
                   .expects_traffic = true,
                   .flow_limits = FlowLimits::of(settings.flows),
                   .interfaces = &capture.interfaces()},
                  configuration_, judge_, [this](const Tick& tick) { after_tick(tick); }),
        watchdog_([this] { return stages(); }, [this](const Stall& stall) { tell(stall); }) {}

  void run(LiveRequests& requests) {
    watchdog_.start();
    RawPacket packet;
    while (!requests.stop) {
      const PacketSource::Next next = read(packet);
      if (next == PacketSource::Next::end) {
        lost_all_ = true;
        return;
      }
      if (next == PacketSource::Next::idle) {
        pipeline_.idle(wall_now() - kWallMargin);
      } else if (pipeline_.packets() % kPacketsPerLook != 0) {
        continue;
      }
      look_around(requests);
    }
    drain();
  }

  /// Whether run() ended because every interface is gone.
  bool has_lost_all() const { return lost_all_; }

  void finish() {
    watchdog_.stop();
    report_interfaces();
    pipeline_.finish();
    save_baseline();
    save_conversations();
    publish_statistics();
  }

  ControlAnswer status() {
    const std::scoped_lock lock(status_mutex_);
    json::object counters;
    for (const auto& counter : latest_.counters) counters[counter.name] = counter.value;
    json::array interfaces;
    for (const InterfaceState& state : interfaces_) interfaces.push_back(to_json(state));
    json::array stalled;
    for (const std::string& stage : watchdog_.stalled()) stalled.emplace_back(stage);
    return {json::object{{"interfaces", std::move(interfaces)},
                         {"learning", learning_},
                         {"rules", rules_},
                         {"stalled", std::move(stalled)},
                         {"gives_up", to_text(memory_.relief())},
                         {"counters", std::move(counters)}},
            "",
            {}};
  }

  /// Loads rules and site anew; they take effect at the next tick. Any thread.
  ControlAnswer reload() {
    LoadedConfiguration loaded = load_configuration(settings_.configuration);
    if (!loaded.configuration) {
      return {{}, "the configuration has mistakes: the old one stays", loaded.diagnostics};
    }
    const std::size_t rules = loaded.configuration->rules.rules().size();
    const std::scoped_lock lock(status_mutex_);
    waiting_configuration_ = std::move(loaded.configuration);
    return {json::object{{"rules", rules}}, "", {}};
  }

  /// What a console has decided about alerts. Any thread.
  ControlAnswer triage(const json::object& args) {
    return take_triage(*writer_, settings_.record, args);
  }

  std::string summary() const {
    return std::to_string(pipeline_.packets()) + " packets, " +
           std::to_string(judge_.counters().alerts) + " alerts, " +
           std::to_string(capture_.loss().dropped_by_kernel) + " packets dropped by the kernel, " +
           std::to_string(pipeline_.counters().dropped_by_us) + " by us";
  }

 private:
  static constexpr std::uint64_t kPacketsPerLook = 4096;

  /// The next packet, if there is one, into the pipeline.
  PacketSource::Next read(RawPacket& packet) {
    rounds_.store(rounds_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    const PacketSource::Next next = capture_.next(packet);
    if (next == PacketSource::Next::packet) {
      packet.bytes = ring_.push(packet, pipeline_.packets() + 1);
      pipeline_.packet(packet);
    }
    return next;
  }

  /// What had come when the end was asked for stands in the kernel's rings yet.
  void drain() {
    const Timestamp asked = wall_now();
    const WallClock::time_point begun = WallClock::now();
    RawPacket packet;
    for (auto now = begun; now - begun < kLongestDrain; now = WallClock::now()) {
      const PacketSource::Next next = read(packet);
      if (next == PacketSource::Next::end) return;
      if (next == PacketSource::Next::idle && now - begun > kHandOver) return;
      if (next == PacketSource::Next::packet && packet.time > asked) return;
    }
    spdlog::warn("not everything that had come was read: it would have taken more than {} s",
                 kLongestDrain.count());
  }

  static JudgeSettings judging(Learning learning) {
    JudgeSettings judging;
    judging.learning = std::move(learning);
    judging.announce = Announce::at_once;
    return judging;
  }

  void store(const EvidenceRecord& record) {
    Batch batch;
    batch.evidence.push_back(record);
    writer_->submit(std::move(batch));
  }

  /// The reader's thread, every now and then.
  void look_around(LiveRequests& requests) {
    if (requests.reload.exchange(false)) report_reload(reload());
    {
      const std::scoped_lock lock(status_mutex_);
      if (waiting_configuration_) {
        evidence_.watch(site_of(waiting_configuration_));
        pipeline_.configure(std::exchange(waiting_configuration_, nullptr));
      }
    }
    memory_.relieve(pipeline_);
    const auto now = WallClock::now();
    if (now < next_statistics_) return;
    next_statistics_ = now + kStatisticsInterval;
    report_interfaces();
    pipeline_.request_counters();
  }

  void report_interfaces() {
    std::vector<InterfaceState> states = capture_.states();
    pipeline_.report_interfaces(states);
    const std::scoped_lock lock(status_mutex_);
    for (std::size_t i = 0; i < states.size(); ++i) {
      const bool was_gone = i < interfaces_.size() && interfaces_[i].is_gone;
      if (states[i].is_gone && !was_gone)
        spdlog::error("{}: the interface is gone", states[i].name);
    }
    interfaces_ = std::move(states);
  }

  static void report_reload(const ControlAnswer& answer) {
    if (answer.error.empty()) {
      spdlog::info("reloaded: {}", json::serialize(answer.result));
      return;
    }
    spdlog::error("{}", answer.error);
    for (const auto& diagnostic : answer.diagnostics) spdlog::error("{}", diagnostic);
  }

  /// The judge's thread.
  void after_tick(const Tick&) {
    announcer_.send();
    const auto now = WallClock::now();
    if (now >= next_publication_) {
      next_publication_ = now + kStatisticsInterval;
      publish_statistics();
    }
    if (now >= next_conversations_) {
      next_conversations_ = now + kConversationInterval;
      save_conversations();
    }
    if (now >= next_baseline_) {
      next_baseline_ = now + kBaselineInterval;
      save_baseline();
    }
  }

  /// The parts whose work the watchdog sees. Its thread.
  std::vector<Stage> stages() const {
    std::vector<Stage> stages = pipeline_.stages();
    stages.push_back(
        {"reader", rounds_.load(std::memory_order_relaxed), true, pipeline_.waits_for()});
    const WriterCounters record = writer_->counters();
    stages.push_back({"writer", record.commits, record.queued_bytes > 0, ""});
    return stages;
  }

  /// The watchdog's thread. Not through the judge, who may be the one that hangs.
  void tell(const Stall& stall) {
    const std::string sentence = to_text(stall);
    if (stall.is_over) {
      spdlog::warn("{}", sentence);
    } else {
      spdlog::error("{}", sentence);
    }
    Batch batch;
    batch.health.push_back({.number = 0,
                            .at = wall_now(),
                            .kind = "SYS-015",
                            .severity = stall.is_over ? Severity::info : Severity::critical,
                            .subject = stall.stage,
                            .sentence = sentence,
                            .count = watchdog_.stalls()});
    writer_->submit(std::move(batch));
  }

  void publish_statistics() {
    const RuleSet& rules = pipeline_.judged_by().rules;
    const PipelineCounters counters = pipeline_.counters();
    LiveCounters live;
    live.memory = memory_.look(counters);
    live.memory_limit = memory_.limit();
    live.reliefs = memory_.reliefs();
    live.stalls = watchdog_.stalls();
    StatisticsSnapshot snapshot = statistics(counters, judge_.counters(), rules, wall_now(), &live);
    add_record_counters(snapshot, evidence_.counters(), writer_->counters());
    {
      const std::scoped_lock lock(status_mutex_);
      latest_ = snapshot;
      rules_ = rules.rules().size();
      learning_ = judge_.is_learning();
    }
    Batch batch;
    batch.statistics = std::move(snapshot);
    writer_->submit(std::move(batch));
  }

  void save_conversations() {
    Batch batch;
    batch.conversations = pipeline_.take_conversations();
    batch.hosts = pipeline_.take_hosts();
    if (!batch.empty()) writer_->submit(std::move(batch));
  }

  void save_baseline() {
    const bool is_learning = judge_.is_learning();
    if (judge_.learned_revision() == saved_revision_ && is_learning == saved_learning_) return;
    saved_revision_ = judge_.learned_revision();
    saved_learning_ = is_learning;
    BaselineUpdate update;
    update.state = is_learning ? BaselineState::learning : BaselineState::protecting;
    update.learned_until = judge_.reached();
    update.learning_ends = judge_.learning_ends().value_or(Timestamp{});
    update.replace_all = true;
    update.facts = judge_.learned();
    Batch batch;
    batch.baseline = std::move(update);
    writer_->submit(std::move(batch));
  }

  const LiveSettings& settings_;
  LiveCaptures& capture_;
  SharedConfiguration configuration_;
  std::unique_ptr<RecordWriter> writer_;
  PacketRing ring_;
  LiveEvidence evidence_;
  Announcer announcer_;
  Judge judge_;
  LiveMemory memory_;
  WallClock::time_point next_statistics_{}, next_publication_{};
  WallClock::time_point next_conversations_ = WallClock::now() + kConversationInterval;
  WallClock::time_point next_baseline_ = WallClock::now() + kBaselineInterval;
  std::uint64_t saved_revision_ = 0;
  bool saved_learning_ = false;
  bool lost_all_ = false;
  std::atomic<std::uint64_t> rounds_ = 0;  // of the reader

  std::mutex status_mutex_;  // of what follows
  SharedConfiguration waiting_configuration_;
  StatisticsSnapshot latest_;
  std::vector<InterfaceState> interfaces_;
  bool learning_ = false;
  std::size_t rules_ = configuration_->rules.rules().size();

  Pipeline pipeline_;  // its threads use everything above
  Watchdog watchdog_;  // last: its thread uses everything above
};

void tell_memory(const LiveSettings& settings) {
  spdlog::info("flows: room for {}, {} bytes each", settings.flows,
               Worker::bytes_of_a_flow(FlowLimits::of(settings.flows)));
  spdlog::info("memory: may take {} MiB; its parts: {}", memory_limit(settings) >> 20,
               to_text(most_memory(settings)));
}

int mistake(const std::string& text) {
  spdlog::error("{}", text);
  return 2;
}

}  // namespace

int run_live(const LiveSettings& settings, LiveRequests& requests) {
  LoadedConfiguration loaded = load_configuration(settings.configuration);
  for (const auto& diagnostic : loaded.diagnostics) spdlog::error("{}", diagnostic);
  if (!loaded.configuration) return 2;
  auto opened = LiveCaptures::open(settings.captures);
  for (const auto& error : opened.errors) spdlog::error("{}", error);
  if (!opened.captures) return 2;
  LiveCaptures& captures = *opened.captures;
  if (const auto error = prepare_directory(settings.record, settings.run_as); !error.empty()) {
    return mistake(error);
  }
  std::string unknown;
  const std::vector<uid_t> uids = uids_of(settings.control_users, unknown);
  if (!unknown.empty()) return mistake(unknown);
  if (const auto error = give_up_privileges(settings.run_as); !error.empty()) return mistake(error);
  if (const auto error = forbid_transmission(); !error.empty()) return mistake(error);
  tell_memory(settings);

  RunInfo info;
  info.tool_version = settings.tool_version;
  info.source = names_of(captures.interfaces());
  info.realm = loaded.configuration->site.description().realm;
  info.started = wall_now();
  WriterSettings writing = WriterSettings::live();
  writing.retention = settings.retention;
  auto writer = RecordWriter::open(settings.record / "record.db", info, writing);
  if (!writer.writer) return mistake(writer.error.message);
  Baseline baseline;
  Learning learning = restored_learning(settings.record, settings.learn_for, baseline);
  LiveRun live(settings, captures, std::move(loaded.configuration), std::move(writer.writer),
               std::move(learning));
  ControlSocket::Opened control;
  if (!settings.control_socket.empty()) {
    control = ControlSocket::open(
        settings.control_socket,
        {{"status", "what the sensor counts and whether it learns",
          [&live](const json::object&, const std::string&) { return live.status(); }},
         {"triage", "takes which alerts are closed and held; tells how far that is known",
          [&live](const json::object& args, const std::string&) { return live.triage(args); }},
         {"reload", "loads rules and site anew",
          [&live](const json::object&, const std::string& actor) {
            spdlog::info("reload asked for by {}", actor.empty() ? "nobody named" : actor);
            return live.reload();
          }}},
        uids);
    if (!control.socket) return mistake(control.error);
  }
  spdlog::info("listening on {}", info.source);
  live.run(requests);
  control.socket.reset();
  live.finish();
  spdlog::info("{}", live.summary());
  if (!live.has_lost_all()) return 0;
  spdlog::error("no interface is left");
  return kExitInterfaceGone;
}

}  // namespace sightglass
