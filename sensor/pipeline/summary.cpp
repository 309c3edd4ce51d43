#include "sensor/pipeline/summary.hpp"

#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "rules/alert/party.hpp"
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
    Blindness{"worker.attempters_untold",
              "SYNs of hosts not told: nothing followed, and many did so"},
    Blindness{"judge.attempters_untold", "hosts not told: they sent SYNs alone, and many did so"},
    Blindness{"worker.half_open_untold", "half-open connections not counted: to too many servers"},
    Blindness{"worker.attempts_cut_short", "connections begun that were not waited for: too many"},
    Blindness{"worker.conversations_untold",
              "spans of conversations not counted: too many at once"},
    Blindness{"worker.hosts_untold", "spans of hosts not counted: too many at once"},
    Blindness{"worker.links_untold", "frames below IP not counted: too many pairs at once"},
    Blindness{"application.samples_refused",
              "packets that nDPI was not asked about: too many new flows at once"},
    Blindness{"application.settled_early",
              "flows named by their first packets only: too many new ones at once"},
    Blindness{"application.names_forgotten", "flows whose application was forgotten: too many"},
    Blindness{"judge.alerts_ended_early", "alerts ended early: too many at once"},
    Blindness{"judge.evidence_dropped", "decoded PDUs not kept with their alert"},
    Blindness{"judge.facts_dropped", "facts not learned: the baseline is full"},
    Blindness{"judge.names_not_kept", "names of nodes not kept: shown as digests"},
    Blindness{"judge.outcomes_dropped", "outcomes not waited for: too many at once"},
    Blindness{"judge.threshold_keys_dropped", "parties not counted: too many at once"},
};

constexpr std::size_t kBlindSpotsListed = 5;

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

/// "PLC-1 (10.0.0.1)", or the zone.
std::string title(const HostCounts& counts) {
  if (counts.host == Station{}) return counts.zone.empty() ? "in no zone" : counts.zone;
  const std::string address = address_text(counts.host);
  return counts.name.empty() ? address : counts.name + " (" + address + ")";
}

/// "3 gaps, 12 % of its PDUs encrypted"; "" for what was seen whole.
std::string blind_spots(const HostCounts& counts, Timestamp end) {
  std::string text;
  const auto add = [&text](std::string_view words) {
    text += (text.empty() ? "" : ", ") + std::string(words);
  };
  const auto add_share = [&](std::optional<unsigned> percent, std::string_view words) {
    if (percent.value_or(0) != 0) add(std::to_string(*percent) + " % of its " + std::string(words));
  };
  add_share(counts.one_way_percent(), "TCP packets without their other direction");
  if (counts.gaps != 0) add(counted(counts.gaps, "gap"));
  add_share(counts.truncated_percent(), "packets cut off");
  add_share(counts.encrypted_percent(), "PDUs encrypted");
  add_share(counts.unknown_percent(), "bytes of unknown protocols");
  const auto hours = static_cast<std::uint64_t>(hour_of(end) - counts.hours.front() + 1);
  if (hours > counts.hours.size()) add(counted(hours - counts.hours.size(), "hour") + " silent");
  return text;
}

/// Hosts, or zones, of which something was not seen; the first of them one by one.
std::string not_seen_of(const std::vector<HostCounts>& all, std::string_view what, Timestamp end) {
  std::string lines;
  std::size_t found = 0;
  for (const HostCounts& counts : all) {
    const std::string spots = blind_spots(counts, end);
    if (spots.empty() || found++ >= kBlindSpotsListed) continue;
    lines += "  " + title(counts) + ": " + spots + "\n";
  }
  if (found == 0) return "";
  if (found > kBlindSpotsListed) {
    lines += "  and " + std::to_string(found - kBlindSpotsListed) + " more (--hosts lists all)\n";
  }
  return "Not seen whole: " + std::to_string(found) + " of " + counted(all.size(), what) + "\n" +
         lines;
}

std::vector<HostCounts> zones_of(const std::vector<HostCounts>& hosts) {
  std::map<std::pair<Realm, std::string>, HostCounts> zones;
  for (const HostCounts& counts : hosts) {
    HostCounts of_zone = counts;
    of_zone.host = {};
    of_zone.name.clear();
    const auto [zone, is_new] = zones.emplace(std::pair(counts.host.realm, counts.zone), of_zone);
    if (!is_new) zone->second += of_zone;
  }
  std::vector<HostCounts> list;
  for (auto& [key, counts] : zones) list.push_back(std::move(counts));
  return list;
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
  text += counted(result.judge.alerts, "alert") + "\n";
  if (result.alerts_while_learning > 0) {
    text += counted(result.alerts_while_learning, "alert") +
            " in the captures that were learned from: replay them on their own to see\n";
  }
  text +=
      not_seen(statistics(result.counters, result.judge, configuration.rules, result.last_packet));
  if (configuration.site.has_zones()) {
    text += not_seen_of(zones_of(result.hosts), "zone", result.last_packet);
  }
  text += not_seen_of(result.hosts, "host", result.last_packet);
  return text + inactive_rules(configuration.rules);
}

}  // namespace sightglass
