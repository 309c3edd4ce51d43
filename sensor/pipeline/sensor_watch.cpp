#include "sensor/pipeline/sensor_watch.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "rules/alert/time_text.hpp"
#include "sensor/pipeline/counted_text.hpp"

namespace sightglass {
namespace {

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  return std::to_string(part * 100 / whole) + " %";
}

std::string ends_of(const Duplicate::Sighting& sighting) {
  return to_text(sighting.source_mac) + " to " + to_text(sighting.destination_mac);
}

std::string example(const Duplicate& copy) {
  std::string text = "; for instance frame " + std::to_string(copy.again.packet_number) +
                     " repeats frame " + std::to_string(copy.first.packet_number) + " (" +
                     std::string(to_text(copy.kind)) + "), from " + ends_of(copy.first);
  if (ends_of(copy.first) != ends_of(copy.again)) text += " and from " + ends_of(copy.again);
  return text;
}

}  // namespace

std::vector<SensorNotice> SensorWatch::look(const PipelineCounters& counters, Timestamp now) {
  if (!started_) started_ = now;
  notices_.clear();
  look_for_silence(counters, now);
  look_for_loss(counters);
  look_for_gaps(counters);
  look_for_copies(counters);
  look_for_one_way(counters);
  look_for_clock_steps(counters);
  return std::move(notices_);
}

void SensorWatch::look_for_silence(const PipelineCounters& counters, Timestamp now) {
  if (!expects_traffic_) return;
  if (counters.interfaces.empty()) {
    InterfaceState all;
    all.packets = counters.packets.decoded.packets;
    all.last_packet = counters.last_packet;
    look_for_silence(all, now);
  }
  // One that is silent while the others talk is a mirror or a direction that is not seen.
  for (const InterfaceState& interface : counters.interfaces) look_for_silence(interface, now);
}

void SensorWatch::look_for_silence(const InterfaceState& interface, Timestamp now) {
  const bool never = interface.packets == 0;
  const Timestamp since = never ? *started_ : std::max(interface.last_packet, *started_);
  if (!interface.is_gone && now - since < kSilence) return;
  const std::string on = interface.name.empty() ? "" : " on " + interface.name;
  std::string text = never ? "No packet has come" + on + " since the sensor began to listen, " +
                                 spoken_time(*started_)
                           : "The last packet" + on + " came " + spoken_time(interface.last_packet);
  if (interface.is_gone) {
    text += "; the interface is gone, and heard again only when the sensor is started anew";
  }
  // An alert of its own: the silence before it may be told already.
  const std::string about = interface.name + (interface.is_gone ? " gone" : "");
  notices_.push_back({Detector::no_traffic, std::move(text), {}, about});
}

void SensorWatch::look_for_loss(const PipelineCounters& counters) {
  const auto kernel = counters.loss.dropped_by_kernel - loss_.dropped_by_kernel;
  const auto interface = counters.loss.dropped_by_interface - loss_.dropped_by_interface;
  const auto us = counters.dropped_by_us - dropped_by_us_;
  loss_ = counters.loss;
  dropped_by_us_ = counters.dropped_by_us;
  std::string text;
  const auto add = [&](std::uint64_t packets, std::string_view where) {
    if (packets == 0) return;
    text += (text.empty() ? "" : ", ") + counted(packets, "packet") + std::string(where);
  };
  add(kernel, " lost in the kernel");
  add(interface, " lost in the interface");
  add_loss_of_interfaces(counters, text);
  add(us, " lost because a worker did not keep up");
  if (!text.empty()) notices_.push_back({Detector::capture_loss, text, {}, ""});
}

/// Where there are several, each that lost something is named: `text` holds their sum.
void SensorWatch::add_loss_of_interfaces(const PipelineCounters& counters, std::string& text) {
  const std::vector<InterfaceState> before = std::exchange(interfaces_, counters.interfaces);
  if (interfaces_.size() < 2) return;
  std::string list;
  for (std::size_t i = 0; i < interfaces_.size(); ++i) {
    const InterfaceState& now = interfaces_[i];
    std::uint64_t lost = now.dropped_by_kernel + now.dropped_by_interface;
    if (i < before.size()) lost -= before[i].dropped_by_kernel + before[i].dropped_by_interface;
    if (lost != 0) list += (list.empty() ? "" : ", ") + now.name + ": " + std::to_string(lost);
  }
  if (!list.empty()) text += " (" + list + ")";
}

/// What a receiver acknowledged and the capture does not have was lost on the way here: in the
/// mirror port, most often, which sends no more than its own speed allows.
void SensorWatch::look_for_gaps(const PipelineCounters& counters) {
  const auto gaps = counters.workers.flows.gaps_by(GapCause::acknowledged) - gaps_;
  const auto messages = counters.workers.messages - messages_;
  if (messages < kWatchedPackets) return;
  gaps_ += gaps;
  messages_ += messages;
  if (gaps * 100 <= messages * kGapPercent) return;
  notices_.push_back({Detector::capture_loss,
                      counted(gaps, "gap") + " in " + counted(messages, "PDU") +
                          " that the receivers had whole: the mirror lost them",
                      {},
                      ""});
}

void SensorWatch::look_for_copies(const PipelineCounters& counters) {
  const auto& by_kind = counters.packets.duplicates.copies;
  std::uint64_t all = 0;
  for (std::size_t kind = 0; kind < kDuplicateKinds; ++kind) {
    // HSR and PRP send everything twice on purpose.
    if (static_cast<Duplicate::Kind>(kind) != Duplicate::Kind::redundant) all += by_kind[kind];
  }
  const auto copies = all - copies_;
  const auto packets = counters.packets.decoded.packets - packets_;
  if (packets < kWatchedPackets) return;
  copies_ += copies;
  packets_ += packets;
  if (copies * 100 <= packets * kDuplicatePercent) return;
  SensorNotice notice{
      Detector::duplicated_mirror,
      percent_of(copies, packets) + " of " + counted(packets, "packet") + " came twice",
      {},
      ""};
  if (counters.copy) {
    notice.observed += example(*counters.copy);
    notice.frames = {counters.copy->first.packet_number, counters.copy->again.packet_number};
  }
  notices_.push_back(std::move(notice));
}

void SensorWatch::look_for_one_way(const PipelineCounters& counters) {
  const FlowCounters& flows = counters.workers.flows;
  const auto streams = flows.streams - streams_;
  const auto packets = counters.packets.decoded.packets - stream_packets_;
  if (streams < kWatchedStreams || packets < kWatchedPackets) return;
  // Flows counted before may have shown their other end since: then fewer are one-way than were.
  const auto one_way = flows.one_way_streams - std::min(one_way_, flows.one_way_streams);
  streams_ = flows.streams;
  one_way_ = flows.one_way_streams;
  stream_packets_ += packets;
  if (one_way * 100 <= streams * kOneWayPercent) return;
  notices_.push_back({Detector::one_way_mirror,
                      std::to_string(one_way) + " of " + counted(streams, "TCP session") +
                          " were seen from one end only",
                      {},
                      ""});
}

void SensorWatch::look_for_clock_steps(const PipelineCounters& counters) {
  const auto steps = counters.clock_steps - clock_steps_;
  clock_steps_ = counters.clock_steps;
  if (steps == 0) return;
  notices_.push_back(
      {Detector::clock_step, "The time of packets went back " + counted(steps, "time"), {}, ""});
}

}  // namespace sightglass
