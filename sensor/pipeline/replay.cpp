// Two passes: one judges, one cuts the packets around each alert out of the files.
#include "sensor/pipeline/replay.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sensor/capture/merged_captures.hpp"
#include "sensor/evidence/offline_evidence.hpp"
#include "sensor/pipeline/statistics.hpp"
#include "store/case_directory.hpp"
#include "store/record_writer.hpp"

namespace sightglass {
namespace {

constexpr std::uint64_t kPacketsPerReport = 16'384;

class Collected final : public AlertSink {
 public:
  void alert(const Alert& alert) override { alerts.push_back(alert); }
  std::vector<Alert> alerts;
};

/// Copies standard input to `file`, so that it can be read twice. "" when it worked.
std::string spool_standard_input(const std::filesystem::path& file) {
  const int out = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (out < 0) return file.string() + ": " + std::strerror(errno);
  std::vector<char> buffer(1 << 20);
  std::string error;
  for (ssize_t size = 1; error.empty() && size > 0;) {
    size = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size < 0) error = std::string("standard input: ") + std::strerror(errno);
    for (ssize_t done = 0; error.empty() && done < size;) {
      const ssize_t written =
          write(out, buffer.data() + done, static_cast<std::size_t>(size - done));
      if (written < 0) error = file.string() + ": " + std::strerror(errno);
      done += std::max<ssize_t>(written, 0);
    }
  }
  close(out);
  return error;
}

ReplayResult so_far(const ReplayResult& result, const Pipeline& pipeline) {
  ReplayResult now;
  now.packets = result.packets;
  now.first_packet = result.first_packet;
  now.last_packet = result.last_packet;
  now.counters = pipeline.counters();
  now.judge = now.counters.judge;
  return now;
}

/// Feeds `source` to `pipeline` until it ends or `stop` is set.
void pump(MergedCaptures& source, Pipeline& pipeline, ReplayResult& result,
          const ReportProgress& progress, const std::atomic<bool>& stop) {
  RawPacket packet;
  while (source.next(packet) == PacketSource::Next::packet) {
    if (result.packets++ == 0) result.first_packet = packet.time;
    result.first_packet = std::min(result.first_packet, packet.time);
    result.last_packet = std::max(result.last_packet, packet.time);
    pipeline.packet(packet);
    if (result.packets % kPacketsPerReport != 0) continue;
    pipeline.report_loss(source.loss());
    if (progress) {
      progress({source.bytes_read(), source.total_size(), result.packets,
                [&] { return so_far(result, pipeline); }});
    }
    if (stop.load(std::memory_order_relaxed)) {
      result.interrupted = true;
      break;
    }
  }
  pipeline.report_loss(source.loss());
  pipeline.finish();
}

std::vector<EarlyEnd> early_ends(const MergedCaptures& source) {
  std::vector<EarlyEnd> ends;
  for (std::size_t index = 0; index < source.file_count(); ++index) {
    const CaptureFile& file = source.file(index);
    if (file.end().is_early()) ends.push_back({file.path(), file.end().text()});
  }
  return ends;
}

/// The baseline of `captures`; nothing of it is reported but how much was dangerous in itself.
std::vector<Fact> learn_from(const ReplaySettings& settings,
                             const SharedConfiguration& configuration, ReplayResult& result,
                             const ReportProgress& progress, const std::atomic<bool>& stop) {
  auto opened = MergedCaptures::open(settings.learn_captures);
  if (!opened.captures) {
    result.errors = opened.errors;
    return {};
  }
  JudgeSettings judging;
  judging.learning.mode = Learning::Mode::learn;
  Collected collected;
  Judge judge(configuration->rules, configuration->site, judging, collected);
  PipelineSettings piping;
  piping.workers = settings.workers;
  piping.interfaces = &opened.captures->interfaces();
  piping.flow_limits = FlowLimits::of(settings.flows);
  Pipeline pipeline(piping, configuration, judge);
  ReplayResult learning;
  pump(*opened.captures, pipeline, learning, progress, stop);
  result.early_ends = early_ends(*opened.captures);
  result.alerts_while_learning = collected.alerts.size();
  result.interrupted = learning.interrupted;
  return judge.learned();
}

/// The case being built while the replay runs.
class CaseRecorder {
 public:
  /// "" or what is in the way.
  std::string begin(const ReplaySettings& settings, const site::Site& site) {
    auto created = CaseDirectory::create(*settings.case_directory);
    if (!created.error.ok()) return created.error.message;
    directory_ = std::move(created.directory);
    RunInfo run;
    run.tool_version = settings.tool_version;
    run.realm = site.description().realm;
    for (const auto& capture : settings.captures) {
      run.source +=
          (run.source.empty() ? "" : ", ") + std::filesystem::path(capture).filename().string();
    }
    auto opened = RecordWriter::open(directory_->record(), run, WriterSettings::offline());
    if (!opened.error.ok()) return opened.error.message;
    writer_ = std::move(opened.writer);
    return "";
  }

  /// Whoever reads the captures, to their ends, tells of their bytes.
  void saw(std::size_t file, Bytes bytes) {
    while (digests_.size() <= file) digests_.emplace_back();
    digests_[file].add(bytes);
  }

  std::filesystem::path spool_file() const { return directory_->root() / "input.pcapng"; }

  std::string finish(const ReplaySettings& settings, const std::vector<std::string>& files,
                     ReplayResult& result, const Judge& judge,
                     const SharedConfiguration& configuration) {
    Batch batch;
    batch.alerts = result.alerts;
    batch.conversations = result.conversations;
    batch.hosts = result.hosts;
    batch.statistics =
        statistics(result.counters, result.judge, configuration->rules, result.last_packet);
    BaselineUpdate baseline;
    baseline.state = judge.is_learning() ? BaselineState::learning : BaselineState::protecting;
    baseline.learned_until = judge.reached();
    baseline.replace_all = true;
    baseline.facts = std::move(result.learned);
    batch.baseline = std::move(baseline);
    writer_->submit(std::move(batch));
    const OfflineEvidence evidence =
        cut_offline(files, result.alerts, directory_->root(), "sightglass " + settings.tool_version,
                    result.packets, site_of(configuration));
    Batch packets;
    packets.evidence = evidence.records;
    writer_->submit(std::move(packets));
    const StoreError finished = writer_->finish_case();
    if (!finished.ok()) return finished.message;
    writer_.reset();
    const StoreError published = directory_->publish(manifest(settings, result));
    if (!published.ok()) return published.message;
    return evidence.errors.empty() ? "" : evidence.errors.front();
  }

 private:
  CaseManifest manifest(const ReplaySettings& settings, const ReplayResult& result) {
    CaseManifest manifest;
    manifest.tool_version = settings.tool_version;
    for (std::size_t index = 0; index < digests_.size(); ++index) {
      CaseInput input;
      const std::filesystem::path capture = settings.captures[index];
      if (!digests_[index].finish(capture.filename().string(), input).ok()) continue;
      manifest.inputs.push_back(std::move(input));
    }
    manifest.packets = result.packets;
    manifest.first_packet = result.first_packet;
    manifest.last_packet = result.last_packet;
    manifest.alerts = result.alerts.size();
    manifest.settings["ndpi_version"] = result.ndpi_version;
    if (settings.learn_for) {
      manifest.settings["learn_for_ns"] = std::to_string(settings.learn_for->count());
    }
    if (result.interrupted) {
      manifest.settings["interrupted_after_packets"] = std::to_string(result.packets);
    }
    if (settings.flows != kDefaultFlows)
      manifest.settings["flows"] = std::to_string(settings.flows);
    for (const auto& capture : settings.learn_captures) {
      CaseInput input;
      if (hash_input(capture, input).ok())
        manifest.settings["learned from " + input.name] = input.sha256;
    }
    return manifest;
  }

  std::unique_ptr<CaseDirectory> directory_;
  std::unique_ptr<RecordWriter> writer_;
  std::vector<InputDigest> digests_;
};

Learning learning_of(const ReplaySettings& settings, std::vector<Fact> learned) {
  Learning learning;
  if (!settings.learn_captures.empty()) {
    learning.mode = Learning::Mode::protect;
    learning.facts = std::move(learned);
  } else if (settings.learn_for) {
    learning.mode = Learning::Mode::learn;
    learning.length = settings.learn_for;
  }
  return learning;
}

}  // namespace

ReplayResult replay(const ReplaySettings& settings, SharedConfiguration configuration,
                    const ReportProgress& progress, const std::atomic<bool>& stop) {
  ReplayResult result;
  CaseRecorder recorder;
  std::vector<std::string> files = settings.captures;
  if (settings.case_directory) {
    std::string error = recorder.begin(settings, configuration->site);
    const auto standard_input = std::find(files.begin(), files.end(), "-");
    if (error.empty() && standard_input != files.end()) {
      *standard_input = recorder.spool_file().string();
      error = spool_standard_input(recorder.spool_file());
    }
    if (!error.empty()) {
      result.errors = {error};
      return result;
    }
  }
  std::vector<Fact> learned;
  if (!settings.learn_captures.empty()) {
    learned = learn_from(settings, configuration, result, progress, stop);
    if (!result.errors.empty() || result.interrupted) return result;
  }
  MergedCaptures::Tap tap;
  if (settings.case_directory) {
    tap = [&recorder](std::size_t file, Bytes bytes) { recorder.saw(file, bytes); };
  }
  auto opened = MergedCaptures::open(files, tap);
  if (!opened.captures) {
    result.errors = opened.errors;
    return result;
  }
  Collected collected;
  JudgeSettings judging;
  judging.learning = learning_of(settings, std::move(learned));
  Judge judge(configuration->rules, configuration->site, judging, collected);
  PipelineSettings piping;
  piping.workers = settings.workers;
  piping.interfaces = &opened.captures->interfaces();
  piping.flow_limits = FlowLimits::of(settings.flows);
  Pipeline pipeline(piping, configuration, judge);
  pump(*opened.captures, pipeline, result, progress, stop);
  result.alerts = std::move(collected.alerts);
  result.conversations = pipeline.take_conversations();
  result.hosts = pipeline.take_hosts();
  result.counters = pipeline.counters();
  result.judge = judge.counters();
  result.ndpi_version = Recognizer::library_version();
  result.learned = judge.learned();
  for (auto& end : early_ends(*opened.captures)) result.early_ends.push_back(std::move(end));
  if (settings.case_directory) {
    if (!result.interrupted) opened.captures->read_to_end();
    result.record_error = recorder.finish(settings, files, result, judge, configuration);
  }
  return result;
}

}  // namespace sightglass
