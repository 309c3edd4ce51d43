#include "sensor/pipeline/summary.hpp"

#include <array>
#include <string_view>

#include "rules/alert/time_text.hpp"
#include "sensor/pipeline/counted_text.hpp"
#include "sensor/pipeline/statistics.hpp"

namespace sightglass {
namespace {

/// Counters that stand for something that was not seen or had to be given up, and how people say
/// it.
struct Blindness {
  std::string_view counter, words;
};
constexpr std::array kBlindness = {
    Blindness{"capture.dropped_by_kernel", "packets dropped by the kernel while capturing"},
    Blindness{"capture.dropped_by_interface", "packets dropped by the capturing interface"},
    Blindness{"capture.dropped_by_us", "packets dropped because we were too slow"},
    Blindness{"capture.files_cut_off", "capture files that end before their end"},
    Blindness{"capture.truncated", "packets captured only in part"},
    Blindness{"capture.clock_steps", "steps back of the clock"},
    Blindness{"packet.fault.nested_too_deep", "packets in more tunnels than we look into"},
    Blindness{"fragment.timeouts", "IP datagrams of which a fragment never came"},
    Blindness{"fragment.evicted", "IP datagrams given up: too many in pieces at once"},
    Blindness{"fragment.too_many", "IP datagrams given up: too many pieces"},
    Blindness{"stream.gaps.acknowledged",
              "gaps: segments the receiver had and the capture has not"},
    Blindness{"stream.gaps.timeout", "gaps: segments that never came"},
    Blindness{"stream.gaps.held_limit", "gaps: too much came after a missing segment"},
    Blindness{"stream.gaps.end_of_flow", "gaps: segments missing at the end of a flow"},
    Blindness{"stream.gaps.snap_length", "gaps: segments captured only in part"},
    Blindness{"stream.skipped_bytes", "bytes between PDUs that begin none"},
    Blindness{"flow.closed.evicted", "flows given up to make room"},
    Blindness{"flow.undecided", "TCP flows of a protocol we do not know"},
    Blindness{"request.unseen", "requests whose answer could not be seen"},
    Blindness{"stream.search_overflows", "searches for the next PDU that began anew"},
    Blindness{"worker.facts_untold", "sightings counted one by one: a flow does too many things"},
    Blindness{"worker.conversations_untold",
              "spans of conversations not counted: too many at once"},
    Blindness{"judge.alerts_ended_early", "alerts ended early: too many at once"},
    Blindness{"judge.evidence_dropped", "decoded PDUs not kept with their alert"},
    Blindness{"judge.facts_dropped", "facts not learned: the baseline is full"},
    Blindness{"judge.names_not_kept", "names of nodes not kept: shown as digests"},
    Blindness{"judge.outcomes_dropped", "outcomes not waited for: too many at once"},
    Blindness{"judge.threshold_keys_dropped", "parties not counted: too many at once"},
};

std::string line(std::uint64_t count, std::string_view words) {
  return "  " + std::string(words) + ": " + std::to_string(count) + "\n";
}

std::string not_seen(const StatisticsSnapshot& counters) {
  std::string text;
  for (const Blindness& blindness : kBlindness) {
    for (const auto& counter : counters.counters) {
      if (counter.name == blindness.counter && counter.value > 0) {
        text += line(counter.value, blindness.words);
      }
    }
  }
  return text.empty() ? "Not seen: nothing that we know of\n" : "Not seen:\n" + text;
}

std::string inactive_rules(const RuleSet& rules) {
  if (rules.inactive().empty()) return "";
  std::string text = "Rules that did not judge:\n";
  for (const Rule& rule : rules.inactive()) text += "  " + rule.id + ": " + rule.inactive + "\n";
  return text;
}

}  // namespace

std::string replay_summary(const ReplayResult& result, const Configuration& configuration) {
  const WorkerCounters& workers = result.counters.workers;
  std::string text = counted(result.packets, "packet");
  if (result.packets > 0) {
    text += " from " + spoken_time(result.first_packet) + " to " + spoken_time(result.last_packet);
  }
  text += ", " + counted(workers.flows.opened, "flow") + ", " + counted(workers.messages, "PDU") +
          ": " + counted(workers.requests, "request") + ", " + std::to_string(workers.accepted) +
          " accepted, " + std::to_string(workers.refused) + " refused, " +
          std::to_string(workers.unanswered) + " unanswered\n";
  text += counted(result.alerts.size(), "alert") + "\n";
  if (result.alerts_while_learning > 0) {
    text += counted(result.alerts_while_learning, "alert") +
            " in the captures that were learned from: replay them on their own to see\n";
  }
  text +=
      not_seen(statistics(result.counters, result.judge, configuration.rules, result.last_packet));
  return text + inactive_rules(configuration.rules);
}

}  // namespace sightglass
