// docs/alerts.md is this function's output; a test compares.
#include "rules/catalogue/reference.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "rules/alert/time_text.hpp"
#include "rules/detectors.hpp"

namespace sightglass {
namespace {

constexpr std::string_view kIntroduction = R"md(# Alerts

What Sightglass alerts of, and what an alert record holds. This page is written by `sightglass rules reference`; the rules
are in `rules/catalogue/`. How to write rules of your own: [rules.md](rules.md).

## How findings become alerts

Findings of one kind about the same parties are folded into one alert with a count, the first and the last time. An
episode ends after an hour without a repeat, and 24 hours after it began. The id is made of the kind, the addresses, the
protocol, the object and the time of the first finding: the same capture gives the same ids.

One event is one alert. Of what the baseline does not know, only the first of these is told: a new host, a new
conversation, a new function, addresses read for the first time. A write by a station that may not write is told as
CTL-013 and not also as a new address or function; a rule about a PDU stands above the baseline's opinion of its function.

Severities move in steps: a refused command is one step lower, an accepted command of a station without the right to it
one step higher, and a device the site file calls critical one step higher. A command that was not answered, or whose
answer was not seen, is never lowered.

)md";

constexpr std::string_view kEveKeys = R"md(## The alert record

`replay --json` and exporters write one line of JSON per alert, in the shape of Suricata's EVE. Keys without a value are
left out.

| key | meaning |
| --- | --- |
| `timestamp` | of the first finding; of the last one in an update |
| `event_type` | `alert`; `alert_update` for a later state of the same `ot.id` |
| `src_ip`, `src_port`, `dest_ip`, `dest_port` | who did it, and to whom; no port when there were several |
| `proto`, `app_proto` | `TCP`, `UDP`, `ICMP`; `modbus` |
| `community_id` | Community ID v1, seed 0 |
| `ether` | `src_mac`, `dest_mac` |
| `alert` | `signature_id`, `signature`, `category` (`application`, `control`, `device`), `severity` (1 critical to 5 info) |
| `ot.id`, `ot.revision` | names the alert; rises with each update |
| `ot.sensor`, `ot.realm` | who saw it, in which address space |
| `ot.kind`, `ot.severity` | `CTL-013`; `critical`, `high`, `medium`, `low`, `info` |
| `ot.sentence` | what happened, in a sentence |
| `ot.operation`, `ot.function`, `ot.object`, `ot.objects` | what the PDU does, the protocol's name of it, what it touches |
| `ot.objects_omitted` | touches of objects beyond the list |
| `ot.outcome`, `ot.outcome_name` | `pending`, `accepted`, `refused`, `unanswered`, `unseen`; the device's reason |
| `ot.expected`, `ot.observed` | what the rule or the baseline says, and what was seen |
| `ot.attack`, `ot.protects` | ATT&CK for ICS techniques it is consistent with; what is at stake |
| `ot.source_name`, `ot.target_name` | the site file's labels |
| `ot.count`, `ot.first_seen`, `ot.last_seen`, `ot.frames` | how often, when, and in which frames |

)md";

constexpr std::string_view kHealthEvents = R"md(## Health events

What the sensor notices of itself where no judge is needed, or he may be the one that hangs. They are shown under Health
and are no alerts.

| kind | tells |
| --- | --- |
| `SYS-005` | the record, its write-ahead log or the evidence has passed its limit: what is oldest went |
| `SYS-015` | the reader, a worker, the judge or the writer of the record has work and got nothing done for 10 s; or goes on again |

)md";

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kClasses = {
    {{"CTL-", "Control: commands that change what a controller or the process does"},
     {"DEV-", "Devices: their health, configuration and survival"},
     {"APP-", "Application: who may say what to whom, and whether it is said properly"},
     {"NET-", "Networks"},
     {"DAT-", "Data"},
     {"SYS-", "The sensor about itself"}}};

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string protects_text(const Protects& protects) {
  std::vector<std::string> words;
  if (protects.equipment) words.emplace_back("equipment");
  if (protects.networks) words.emplace_back("networks");
  if (protects.data) words.emplace_back("data");
  return joined(words);
}

std::string needs_text(const Needs& needs) {
  std::vector<std::string> words;
  if (needs.site_roles) words.emplace_back("roles in the site file");
  if (needs.site_zones) words.emplace_back("zones in the site file");
  if (needs.baseline) words.emplace_back("a baseline");
  return joined(words);
}

std::string threshold_text(const Threshold& threshold) {
  return std::to_string(threshold.count) +
         (threshold.distinct.empty() ? " times" : " different `" + threshold.distinct + "`") +
         " within " + spoken_duration(threshold.within) + " by " + threshold.by;
}

void append_line(std::string& out, std::string_view label, std::string_view text) {
  if (text.empty()) return;
  out += "* ";
  out += label;
  out += ": ";
  out += text;
  out += '\n';
}

void append_rule(std::string& out, const Rule& rule) {
  out += "### " + rule.id + " " + rule.title + "\n\n" + rule.description + "\n\n";
  append_line(out, "Severity", to_text(rule.severity));
  append_line(out, "Category", to_text(rule.category));
  append_line(out, "Protects", protects_text(rule.protects));
  append_line(out, "Mode", kModeWords[static_cast<std::size_t>(rule.mode)]);
  append_line(out, "Needs", needs_text(rule.needs));
  if (!rule.detector.empty()) append_line(out, "Found by", "`" + rule.detector + "`");
  if (rule.threshold) append_line(out, "From", threshold_text(*rule.threshold));
  append_line(out, "Folded by", kFoldWords[static_cast<std::size_t>(rule.fold)]);
  append_line(out, "Consistent with", joined(rule.attack));
  append_line(out, "If nobody acts", rule.consequence);
  append_line(out, "What to do", rule.response);
  out += '\n';
}

void append_detectors(std::string& out) {
  out += "## Detectors\n\nA rule names one with `detector:` instead of a condition.\n\n";
  out += "| detector | finds | needs a baseline | takes a threshold |\n| --- | --- | --- | --- |\n";
  for (const DetectorSpec& spec : all_detectors()) {
    out += "| `" + std::string(spec.name) + "` | " + std::string(spec.sentence) + " | " +
           (spec.needs_baseline ? "yes" : "no") + " | " + (spec.uses_threshold ? "yes" : "no") +
           " |\n";
  }
}

}  // namespace

std::string catalogue_reference(std::span<const Rule> rules) {
  std::vector<const Rule*> sorted;
  for (const Rule& rule : rules) sorted.push_back(&rule);
  std::ranges::sort(sorted, {}, &Rule::id);

  std::string out(kIntroduction);
  for (const auto& [prefix, title] : kClasses) {
    out += "## " + std::string(title) + "\n\n";
    for (const Rule* rule : sorted) {
      if (rule->id.starts_with(prefix)) append_rule(out, *rule);
    }
  }
  out += kHealthEvents;
  out += kEveKeys;
  append_detectors(out);
  return out;
}

}  // namespace sightglass
