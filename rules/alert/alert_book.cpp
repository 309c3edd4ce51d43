// Everything is ordered by packet time and by the order of findings, never by addresses in memory.
#include "rules/alert/alert_book.hpp"

#include <algorithm>
#include <utility>

#include "rules/alert/fingerprint.hpp"
#include "rules/alert/party.hpp"
#include "rules/alert/severity.hpp"
#include "rules/alert/wireshark_filter.hpp"
#include "rules/rule.hpp"

namespace sightglass {
namespace {

constexpr std::size_t kFramesAtEachEnd = kAlertFrames / 2;

const Station& source_of(const Finding& finding) {
  return finding.by == Direction::to_server ? finding.conversation.client
                                            : finding.conversation.server;
}
const Station& target_of(const Finding& finding) {
  return finding.by == Direction::to_server ? finding.conversation.server
                                            : finding.conversation.client;
}

std::string object_key(const Finding& finding) {
  if (finding.object) return to_text(*finding.object);
  if (finding.pdu && !finding.pdu->accesses.empty()) {
    return to_text(finding.pdu->accesses.front().object);
  }
  return "";
}

/// What an alert's sentence tells of comes first among its objects.
void put_first(const std::vector<std::string>& told, std::vector<std::string>& objects) {
  std::ranges::stable_partition(objects, [&](const std::string& object) {
    return std::ranges::find(told, object) != told.end();
  });
}

}  // namespace

AlertBook::AlertBook(Settings settings, const site::Site& site, JudgeCounters& counters,
                     AlertSink& sink)
    : settings_(std::move(settings)), site_(&site), counters_(counters), sink_(sink) {}

std::string AlertBook::key_of(const Finding& finding) {
  const Rule& rule = *finding.rule;
  const bool by_source = rule.fold != Fold::target && finding.has_source;
  const bool by_target = rule.fold != Fold::source && finding.has_target;
  std::string key = rule.id;
  key += '\n';
  if (by_source) key += address_text(source_of(finding));
  key += '\n';
  if (by_target) key += address_text(target_of(finding));
  key += '\n';
  key += finding.conversation.protocol == Protocol::unknown
             ? std::to_string(finding.conversation.ether_type)
             : std::string(to_text(finding.conversation.protocol));
  key += '\n';
  if (rule.fold == Fold::source_target_object) key += object_key(finding);
  key += finding.about;
  return key;
}

void AlertBook::record(const Finding& finding) {
  now_ = std::max(now_, finding.last_seen);
  if (finding.repeat_only && !is_open(finding)) return;
  ++counters_.findings;
  Episode& episode = episode_for(finding);
  add(episode, finding);
}

bool AlertBook::is_over(const Episode& episode, Timestamp now) {
  return now - episode.alert.last_seen > kQuietEnds ||
         now - episode.alert.first_seen >= kLongestEpisode;
}

bool AlertBook::is_open(const Finding& finding) const {
  const auto found = open_.find(key_of(finding));
  return found != open_.end() && !is_over(episodes_.at(found->second), finding.last_seen);
}

AlertBook::Episode& AlertBook::episode_for(const Finding& finding) {
  std::string key = key_of(finding);
  if (const auto found = open_.find(key); found != open_.end()) {
    const Number number = found->second;
    Episode& episode = episodes_.at(number);
    if (!is_over(episode, finding.last_seen)) return episode;
    end(number);
  }
  make_room();
  const Number number = ++last_number_;
  ++counters_.alerts;
  Episode& episode = episodes_[number];
  episode.key = std::move(key);
  episode.alert = begin(finding, episode.key);
  episode.kind_severity = finding.rule->severity;
  const Station& target = target_of(finding);
  const site::Labels labels =
      finding.has_target ? site_->labels(target.realm, target.ip, target.mac) : site::Labels{};
  episode.critical_target = labels.asset && (labels.asset->safety_critical ||
                                             labels.asset->criticality == site::Criticality::high);
  episode.about_request = finding.asks_outcome && finding.pdu && finding.pdu->request != 0 &&
                          finding.pdu->direction == Direction::to_server;
  open_[episode.key] = number;
  quiet_.emplace(episode.alert.last_seen, number);
  return episode;
}

Alert AlertBook::begin(const Finding& finding, const std::string& key) const {
  const Rule& rule = *finding.rule;
  const Conversation& conversation = finding.conversation;
  Alert alert;
  alert.id = alert_id(key, finding.first_seen);
  alert.sensor = settings_.sensor;
  alert.realm = site_->name_of(conversation.client.realm);
  alert.kind = rule.id;
  alert.signature_id = rule.signature_id;
  alert.signature = rule.title;
  alert.category = rule.category;
  alert.protects = rule.protects;
  alert.attack = rule.attack;
  alert.consequence = rule.consequence;
  alert.response = rule.response;
  alert.first_seen = finding.first_seen;
  alert.last_seen = finding.first_seen;
  const Party client = party_of(*site_, conversation.client, conversation.client_port);
  const Party server = party_of(*site_, conversation.server, conversation.server_port);
  if (finding.has_source) alert.source = finding.by == Direction::to_server ? client : server;
  if (finding.has_target) alert.target = finding.by == Direction::to_server ? server : client;
  alert.transport = conversation.transport;
  alert.ether_type = conversation.ether_type;
  alert.protocol = conversation.protocol;
  if (finding.has_target) alert.community_id = community_id(conversation);
  if (finding.has_source) {
    alert.wireshark_filter = wireshark_filter(conversation, finding.by, finding.has_target);
  }
  return alert;
}

void AlertBook::add(Episode& episode, const Finding& finding) {
  const Number number = open_.at(episode.key);
  Alert& alert = episode.alert;
  quiet_.erase({alert.last_seen, number});
  alert.last_seen = std::max(alert.last_seen, finding.last_seen);
  quiet_.emplace(alert.last_seen, number);
  alert.count += finding.times;
  episode.unauthorised = episode.unauthorised || finding.unauthorised;
  episode.detector_steps = std::max(episode.detector_steps, finding.steps);
  const bool from_client = finding.by == Direction::to_server;
  const Conversation& conversation = finding.conversation;
  const std::uint16_t source_port =
      from_client ? conversation.client_port : conversation.server_port;
  const std::uint16_t target_port =
      from_client ? conversation.server_port : conversation.client_port;
  if (alert.source.port != source_port) alert.source.port = 0;
  if (alert.target.port != target_port) alert.target.port = 0;
  add_frames(episode, finding.frames);

  Account account;
  account.done = finding.sentence;
  account.attempted = finding.attempted.empty() ? finding.sentence : finding.attempted;
  account.expected = finding.expected;
  account.observed = finding.observed;
  const ObservedPdu* pdu = finding.pdu;
  if (pdu) {
    account.what = pdu->operation;
    account.operation = to_text(pdu->operation);
    account.function = pdu->function_name;
    for (const ObservedAccess& access : pdu->accesses) {
      account.objects.push_back(to_text(access.object));
    }
    add_objects(alert, account.objects);
    add_evidence(episode, pdu->decoded);
  }
  const bool first = episode.account.done.empty();
  if (first) episode.account = account;
  if (pdu && finding.asks_outcome) {
    if (pdu->outcome.kind != Outcome::Kind::pending) {
      merge(episode, pdu->outcome, pdu->outcome_name, account);
    } else if (pdu->request != 0) {
      wait_for({conversation.flow, pdu->request}, number, std::move(account));
    }
  } else {
    episode.account.observed = finding.observed;  // the latest count
  }
  if (settings_.announce == Announce::at_once && !episode.told) {
    tell(episode);
  } else {
    changed(number);
  }
}

void AlertBook::add_frames(Episode& episode, const std::vector<std::uint64_t>& frames) {
  for (const std::uint64_t frame : frames) {
    if (frame == 0) continue;
    if (episode.first_frames.size() < kFramesAtEachEnd) {
      if (episode.first_frames.empty() || episode.first_frames.back() != frame) {
        episode.first_frames.push_back(frame);
      }
      continue;
    }
    const std::uint64_t newest =
        episode.last_frames.empty() ? episode.first_frames.back() : episode.last_frames.back();
    if (frame == newest) continue;
    episode.last_frames.push_back(frame);
    if (episode.last_frames.size() > kFramesAtEachEnd) episode.last_frames.pop_front();
  }
}

void AlertBook::add_objects(Alert& alert, const std::vector<std::string>& objects) {
  for (const std::string& object : objects) {
    if (std::ranges::find(alert.objects, object) != alert.objects.end()) continue;
    if (alert.objects.size() < kAlertObjects) {
      alert.objects.push_back(object);
    } else {
      ++alert.objects_omitted;
    }
  }
}

void AlertBook::add_evidence(Episode& episode, const PduProof& proof) {
  if (proof.empty()) return;
  if (episode.alert.decoded.size() >= kAlertPdus) {
    ++counters_.evidence_dropped;
    return;
  }
  const std::string decoded = proof.json();
  const bool fits = episode.alert.decoded.size() < kAlertPdus &&
                    episode.evidence_bytes + decoded.size() <= kAlertDecodedBytes &&
                    evidence_bytes_ + decoded.size() <= settings_.limits.evidence_bytes;
  if (!fits) {
    ++counters_.evidence_dropped;
    return;
  }
  episode.alert.decoded.emplace_back(decoded);
  episode.evidence_bytes += decoded.size();
  evidence_bytes_ += decoded.size();
}

void AlertBook::wait_for(const RequestKey& key, Number number, Account account) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end() && waiting_.size() >= settings_.limits.waiting_requests) {
    ++counters_.outcomes_dropped;
    return;
  }
  auto& list = found == waiting_.end() ? waiting_[key] : found->second;
  const bool there = std::ranges::any_of(
      list, [number](const Waiting& waiting) { return waiting.episode == number; });
  if (there) return;
  ++episodes_.at(number).waiting;
  list.push_back({number, std::move(account)});
}

void AlertBook::request_ended(const RequestKey& key, const Completion& completion,
                              const PduProof& decoded) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return;
  const auto list = std::move(found->second);
  waiting_.erase(found);
  for (const Waiting& waiting : list) {
    const auto at = episodes_.find(waiting.episode);
    if (at == episodes_.end()) continue;
    Episode& episode = at->second;
    --episode.waiting;
    add_evidence(episode, decoded);
    merge(episode, completion.outcome, completion.outcome_name, waiting.account);
    changed(waiting.episode);
  }
}

void AlertBook::merge(Episode& episode, Outcome outcome, std::string_view outcome_name,
                      const Account& account) {
  Alert& alert = episode.alert;
  episode.ended.count(outcome.kind);
  if (gravity(outcome.kind) <= gravity(alert.outcome.kind)) return;
  alert.outcome = outcome;
  alert.outcome_name = outcome_name;
  episode.account = account;
}

void AlertBook::changed(Number number) {
  if (settings_.announce == Announce::at_once && episodes_.at(number).told) changed_.insert(number);
}

void AlertBook::tell(Episode& episode) {
  if (episode.told) ++episode.alert.revision;
  episode.told = true;
  episode.told_at = now_;
  sink_.alert(as_told(episode));
}

Alert AlertBook::as_told(const Episode& episode) const {
  Alert alert = episode.alert;
  const Account& account = episode.account;
  alert.expected = account.expected;
  alert.observed = account.observed;
  alert.operation = account.operation;
  alert.function = account.function;
  put_first(account.objects, alert.objects);
  const bool waits = episode.waiting > 0;
  if (alert.outcome.kind == Outcome::Kind::pending && !waits) alert.outcome = {Outcome::Kind::none};
  const bool done = alert.outcome.kind == Outcome::Kind::accepted;
  alert.sentence = done ? account.done : account.attempted;
  if (episode.about_request) alert.sentence += episode.ended.phrase(alert, account.what);
  alert.severity = severity_of(episode.kind_severity, {.operation = account.what,
                                                       .outcome = alert.outcome,
                                                       .all_ended = !waits,
                                                       .unauthorised = episode.unauthorised,
                                                       .critical_target = episode.critical_target,
                                                       .detector_steps = episode.detector_steps});
  alert.frames = episode.first_frames;
  alert.frames.insert(alert.frames.end(), episode.last_frames.begin(), episode.last_frames.end());
  return alert;
}

void AlertBook::tick(Timestamp now) {
  now_ = std::max(now_, now);
  for (auto at = changed_.begin(); at != changed_.end();) {
    Episode& episode = episodes_.at(*at);
    if (now_ - episode.told_at < kUpdatePause) {
      ++at;
    } else {
      tell(episode);
      at = changed_.erase(at);
    }
  }
  while (!quiet_.empty() && now_ - quiet_.begin()->first > kQuietEnds) end(quiet_.begin()->second);
}

void AlertBook::end(Number number) {
  Episode& episode = episodes_.at(number);
  open_.erase(episode.key);
  quiet_.erase({episode.alert.last_seen, number});
  episode.open = false;
  if (settings_.announce == Announce::at_once) {
    if (changed_.erase(number) != 0) tell(episode);
    forget(number);
    return;
  }
  held_.emplace(episode.alert.first_seen, episode.alert.id, number);
  if (held_.size() <= settings_.limits.held_alerts) return;
  ++counters_.alerts_out_of_order;
  const Number first = std::get<Number>(*held_.begin());
  held_.erase(held_.begin());
  tell(episodes_.at(first));
  forget(first);
}

void AlertBook::forget(Number number) {
  const auto found = episodes_.find(number);
  evidence_bytes_ -= found->second.evidence_bytes;
  episodes_.erase(found);
}

void AlertBook::make_room() {
  if (open_.size() < settings_.limits.open_alerts || quiet_.empty()) return;
  ++counters_.alerts_ended_early;
  end(quiet_.begin()->second);
}

std::size_t AlertBook::bytes() const {
  constexpr std::size_t kTexts = 1024;  // sentences, objects and frames of one alert, about
  return episodes_.size() * (sizeof(Episode) + kTexts) + evidence_bytes_;
}

void AlertBook::finish() {
  if (settings_.announce == Announce::at_once) {
    for (const Number number : changed_) tell(episodes_.at(number));
    changed_.clear();
  }
  while (!quiet_.empty()) end(quiet_.begin()->second);
  for (const auto& [first_seen, id, number] : held_) {
    tell(episodes_.at(number));
    forget(number);
  }
  held_.clear();
}

}  // namespace sightglass
