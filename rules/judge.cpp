// Dispatch: what kind of observation it is, and which detector it concerns.
#include "rules/judge.hpp"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "dissectors/dissector.hpp"
#include "rules/alert/object_text.hpp"
#include "rules/alert/party.hpp"
#include "rules/alert/time_text.hpp"
#include "rules/baseline/newness.hpp"
#include "rules/bench.hpp"
#include "rules/control/writes.hpp"
#include "rules/host_key.hpp"
#include "rules/network/address_claims.hpp"
#include "rules/network/secure_channels.hpp"
#include "rules/rule_set.hpp"

namespace sightglass {
namespace {

/// A PDU, to recognise what is said of the same one.
struct PduKey {
  std::uint64_t flow = 0, packet = 0;
  RequestId request = 0;
  bool operator==(const PduKey&) const = default;
};

struct Told {
  PduKey key;
  Severity severity;
};

/// Rules are told before the baseline learns of the same PDU or flow, with little in between.
constexpr std::size_t kToldRemembered = 256;

/// A live station's address taken over: from medium to critical.
constexpr int kLiveTakeoverSteps = 2;

bool is_about_pdu(const ObservedPdu& pdu) { return !pdu.function_name.empty(); }

/// Whether a protocol is where it belongs. TLS carries anything, on any port.
bool is_on_own_port(const Conversation& conversation) {
  if (conversation.protocol == Protocol::tls) return true;
  return std::ranges::any_of(protocol_registry(), [&](const ProtocolEntry& entry) {
    return entry.protocol == conversation.protocol &&
           std::ranges::find(entry.tcp_ports, conversation.server_port) != entry.tcp_ports.end();
  });
}

std::string object_text(const ObservedPdu& pdu) {
  std::string text;
  for (const ObservedAccess& access : pdu.accesses) {
    text += text.empty() ? "" : " and ";
    text += spoken_object(access.object);
  }
  return text;
}

std::string anomaly_text(const ObservedPdu& pdu) {
  std::string text;
  for (const AnomalySpec* anomaly : pdu.anomalies) {
    text += text.empty() ? "" : "; ";
    text += anomaly->sentence;
  }
  return text;
}

/// The parties a rule's threshold counts by.
std::string parties_of(const Rule& rule, const Conversation& conversation, Direction by) {
  const bool from_client = by == Direction::to_server;
  const Station& source = from_client ? conversation.client : conversation.server;
  const Station& target = from_client ? conversation.server : conversation.client;
  if (rule.threshold->by == "source") return address_text(source);
  if (rule.threshold->by == "target") return address_text(target);
  return address_text(source) + '\n' + address_text(target);
}

}  // namespace

struct Judge::Parts {
  Parts(const RuleSet& rules, const site::Site& site, JudgeSettings given, AlertSink& sink)
      : settings(std::move(given)),
        bench{
            &site,
            DetectorRules(rules),
            LearnedFacts(settings.limits.baseline_entries, counters),
            AlertBook({settings.sensor, settings.announce, settings.limits}, site, counters, sink),
            Thresholds(settings.limits.threshold_keys, counters),
            counters},
        newness(settings.limits.baseline_entries, counters),
        writes(settings.limits, counters),
        claims(settings.limits.address_bindings, counters),
        channels(settings.limits.secure_channels, counters) {
    for (const Fact& fact : settings.learning.facts) bench.baseline.learn(fact);
    settings.learning.facts = {};
  }

  void advance(Timestamp time);
  void on(const Observation& seen, const RuleMatch& match);
  void on(const Observation& seen, const RequestEnded& ended);
  void on(const Observation& seen, const FactSeen& fact);
  void on(const Observation& seen, const AddressClaim& claim);
  void on(const Observation& seen, const SecuritySeen& security);
  void on(const Observation& seen, const SensorNotice& notice);
  bool is_told_attempter(const Fact& host);
  bool begun_while_learning(Timestamp time) const;
  void remember_told(const PduKey& key, Severity severity);
  std::optional<Severity> told_as(const PduKey& about) const;
  bool is_used_before(const Conversation& conversation, const ObservedPdu& pdu) const;
  void describe(const RuleMatch& match, Finding& finding) const;
  void describe_many(const Reached& reached, Finding& finding) const;

  JudgeSettings settings;
  JudgeCounters counters;
  Bench bench;
  Newness newness;
  Writes writes;
  AddressClaims claims;
  SecureChannels channels;

  bool started = false;
  Timestamp now{};
  std::optional<Timestamp> learning_ends;
  std::set<HostKey> attempters;  ///< told since then though they only attempt
  Timestamp attempters_since{};
  std::deque<Told> told;  ///< PDUs and packets that rules told of lately
};

/// Packet time never goes back; what is normal depends on it.
void Judge::Parts::advance(Timestamp time) {
  const Learning& learning = settings.learning;
  if (!started) {
    started = true;
    now = time;
    learning_ends = learning.until;
    if (!learning_ends && learning.length && *learning.length <= Timestamp::max() - time) {
      learning_ends = time + *learning.length;
    }
  }
  now = std::max(now, time);
  const bool over = learning_ends && now >= *learning_ends;
  bench.learning = learning.mode == Learning::Mode::learn && !over;
  bench.protecting =
      learning.mode == Learning::Mode::protect || (learning.mode == Learning::Mode::learn && over);
}

bool Judge::Parts::begun_while_learning(Timestamp time) const {
  return settings.learning.mode == Learning::Mode::learn && learning_ends && time < *learning_ends;
}

/// Whether the baseline knows the PDU's function, or the packet's conversation.
bool Judge::Parts::is_used_before(const Conversation& conversation, const ObservedPdu& pdu) const {
  Fact fact;
  fact.conversation = conversation;
  fact.kind = is_about_pdu(pdu) ? Fact::Kind::operation : Fact::Kind::conversation;
  fact.function = pdu.function;
  if (!pdu.accesses.empty()) fact.object = unit_of(pdu.accesses.front().object);
  return bench.baseline.knows(fact);
}

void Judge::Parts::describe(const RuleMatch& match, Finding& finding) const {
  const Conversation& conversation = finding.conversation;
  const bool from_client = finding.by == Direction::to_server;
  const Station& source = from_client ? conversation.client : conversation.server;
  const Station& target = from_client ? conversation.server : conversation.client;
  const ObservedPdu& pdu = match.pdu;
  std::string said = subject(bench, source);
  if (!is_about_pdu(pdu)) {
    said += " to " + brief(bench, target);
    if (conversation.server_port != 0) {
      said += ", port " + std::to_string(conversation.server_port);
    }
    if (!match.application.empty()) {
      said += " (" + match.application + ")";
    } else if (conversation.protocol != Protocol::unknown) {
      said += " (" + std::string(to_text(conversation.protocol)) + ")";
    }
    if (!match.detail.empty()) said += ": " + match.detail;
    finding.observed = match.detail.empty() ? said : match.detail;
  } else {
    const std::string object = object_text(pdu);
    said += pdu.request_packet != 0 ? " answered " : " sent ";  // devices also speak unasked
    said += std::string(pdu.function_name) + " to " + brief(bench, target);
    if (!object.empty()) said += ", " + object;
    finding.observed = std::string(pdu.function_name) + (object.empty() ? "" : ", " + object);
  }
  if (pdu.outcome.kind == Outcome::Kind::refused) {
    said += ", which refused: " + std::string(pdu.outcome_name);
    finding.observed += ": " + std::string(pdu.outcome_name);
  }
  if (const std::string anomalies = anomaly_text(pdu); !anomalies.empty()) {
    finding.observed += "; " + anomalies;
  }
  finding.sentence = finding.rule->title + ": " + said + ".";
  finding.expected = finding.rule->description;
}

void Judge::Parts::remember_told(const PduKey& key, Severity severity) {
  if (told.size() >= kToldRemembered) told.pop_front();
  told.push_back({key, severity});
}

/// The gravest alert that a rule told of it; nothing when none did.
std::optional<Severity> Judge::Parts::told_as(const PduKey& about) const {
  std::optional<Severity> gravest;
  if (about.packet == 0) return gravest;
  for (const Told& one : told) {
    if (one.key == about && (!gravest || one.severity < *gravest)) gravest = one.severity;
  }
  return gravest;
}

void Judge::Parts::on(const Observation& seen, const RuleMatch& match) {
  if (match.rule == nullptr) return;
  const Rule& rule = *match.rule;
  const DetectorSpec* detector = find_detector(rule.detector);
  const bool of_protocol = detector && detector->detector == Detector::protocol_confirmed;
  if (of_protocol && is_on_own_port(seen.conversation)) return;
  const bool about_pdu = is_about_pdu(match.pdu);
  if (rule.mode == Mode::baseline && rule.detector.empty()) {
    // Such a rule means "for the first time": it needs to know what was done before.
    if (!bench.protecting || is_used_before(seen.conversation, match.pdu)) return;
  }
  Finding finding = finding_of(rule, seen.conversation, seen.moment.time, &match.pdu);
  finding.times = match.repeats;
  if (!about_pdu) finding.pdu = nullptr;
  // Of many matches each has its own outcome.
  if (rule.threshold) finding.asks_outcome = false;
  // Who was refused is who asked: the exception is the device's way of saying so.
  // Who speaks a protocol on another's port is who began.
  if (match.pdu.outcome.kind == Outcome::Kind::refused || of_protocol) {
    finding.by = Direction::to_server;
  }
  // First whether it is enough: a flood of matches below a threshold is not put into words.
  std::optional<Reached> reached;
  if (rule.threshold) {
    const std::string by = parties_of(rule, finding.conversation, finding.by);
    reached = count_towards_threshold(bench, finding, by, match.distinct);
    if (!reached) return;
  } else {
    remember_told({seen.conversation.flow, match.pdu.packet, match.pdu.request}, rule.severity);
  }
  const bool is_half_open = detector && detector->detector == Detector::half_open;
  if (is_half_open && reached && reached->values > 1) {
    describe_many(*reached, finding);
  } else {
    describe(match, finding);
  }
  record(bench, std::move(finding), reached);
}

/// Half-open connections from many addresses: none of them is who did it.
void Judge::Parts::describe_many(const Reached& reached, Finding& finding) const {
  finding.has_source = false;
  const Conversation& conversation = finding.conversation;
  finding.observed = "at least " + std::to_string(reached.values) + " addresses to " +
                     brief(bench, conversation.server) + ", port " +
                     std::to_string(conversation.server_port);
  finding.sentence = finding.rule->title + ": " + finding.observed + ".";
  finding.expected = finding.rule->description;
}

void Judge::Parts::on(const Observation& seen, const RequestEnded& ended) {
  const RequestKey key{seen.conversation.flow, ended.completion.request};
  bench.book.request_ended(key, ended.completion, ended.decoded);
  writes.request_ended(bench, key, ended.completion);
}

void Judge::Parts::on(const Observation&, const FactSeen& seen) {
  writes.note_unit(seen.fact);
  // An answer without its request does not say what was asked, nor always of which unit.
  const bool lone_answer = seen.fact.kind == Fact::Kind::operation && seen.pdu->packet != 0 &&
                           seen.pdu->direction == Direction::to_client;
  if (lone_answer) return;
  if (seen.fact.kind == Fact::Kind::write) {
    writes.judge(bench, seen);
    return;
  }
  // A conversation is told when there is enough of it: it may have begun while learning.
  const bool learning = !bench.protecting || begun_while_learning(seen.fact.first_seen);
  const bool known = bench.baseline.knows(seen.fact);
  if (!known && seen.attempts && !is_told_attempter(seen.fact)) return;
  if (known) {
    bench.baseline.count(seen.fact);
  } else if (learning && seen.dangerous) {
    ++counters.facts_not_learned;
  } else if (learning) {
    bench.baseline.learn(seen.fact);
  } else {
    const bool of_packet = seen.fact.kind == Fact::Kind::conversation;
    const PduKey about{seen.fact.conversation.flow,
                       of_packet ? seen.fact.first_packet : seen.pdu->packet, seen.pdu->request};
    newness.judge(bench, seen, writes.tells(bench, seen) ? Severity::critical : told_as(about));
  }
}

/// One that looks for others is told; of a flood of invented addresses, the first.
bool Judge::Parts::is_told_attempter(const Fact& host) {
  constexpr Duration kPeriod = std::chrono::hours(1);
  if (host.first_seen - attempters_since >= kPeriod) {
    attempters_since = host.first_seen;
    attempters.clear();
  }
  const HostKey who = host_key(host.conversation.client);
  if (attempters.contains(who)) return true;
  if (attempters.size() < settings.limits.attempters) return attempters.insert(who).second;
  ++counters.attempters_untold;
  return false;
}

void Judge::Parts::on(const Observation& seen, const AddressClaim& claim) {
  const auto judgement = claims.judge(claim, seen.moment.time);
  if (!judgement) return;
  const Rule* rule = bench.rules[judgement->detector];
  if (rule == nullptr) return;
  // The parties are the two MAC addresses: both claim the same IP address.
  Conversation parties;
  parties.client = {{}, judgement->culprit, claim.realm};
  parties.server = {{}, judgement->holder, claim.realm};
  constexpr std::uint16_t kEtherTypeArp = 0x0806;
  parties.ether_type = kEtherTypeArp;
  Finding finding = finding_of(*rule, parties, seen.moment.time, nullptr);
  finding.frames = {seen.moment.packet_number};
  const bool moved_only = judgement->detector == Detector::address_moved;
  finding.steps = judgement->both_active && !moved_only ? kLiveTakeoverSteps : 0;
  const Party holder = party_of(*bench.site, {claim.claimed, judgement->holder, claim.realm}, 0);
  finding.about = to_text(claim.claimed);
  finding.sentence = to_text(judgement->culprit) + " claims the address of " + full_name(holder) +
                     ", which belongs to " + to_text(judgement->holder) + ".";
  finding.expected = to_text(claim.claimed) + " belongs to " + to_text(judgement->holder) +
                     ", last heard " + spoken_time(judgement->holder_heard);
  finding.observed = judgement->observed;
  bench.book.record(finding);
}

void Judge::Parts::on(const Observation& seen, const SecuritySeen& security) {
  const Conversation& conversation = seen.conversation;
  for (SecurityJudgement& judgement : channels.judge(conversation, security, seen.moment.time)) {
    const Rule* rule = bench.rules[judgement.detector];
    if (rule == nullptr) continue;
    Finding finding = finding_of(*rule, conversation, seen.moment.time, &security.pdu);
    const std::string client = subject(bench, conversation.client);
    const std::string server = subject(bench, conversation.server);
    if (judgement.detector == Detector::weaker_security) {
      finding.by = Direction::to_server;
      finding.sentence = client + " talks to " + brief(bench, conversation.server) + " with " +
                         judgement.observed + ", and had more before.";
    } else {
      finding.asks_outcome = false;
      finding.sentence = server + " shows " + brief(bench, conversation.client) +
                         " another certificate than before.";
    }
    finding.expected = std::move(judgement.expected);
    finding.observed = std::move(judgement.observed);
    bench.book.record(finding);
  }
}

void Judge::Parts::on(const Observation& seen, const SensorNotice& notice) {
  const Rule* rule = bench.rules[notice.detector];
  if (rule == nullptr) return;
  Finding finding = finding_of(*rule, seen.conversation, seen.moment.time, nullptr);
  finding.has_source = finding.has_target = false;
  finding.frames = notice.frames;
  finding.about = notice.about;
  finding.sentence = rule->title + ": " + notice.observed + ".";
  finding.expected = rule->description;
  finding.observed = notice.observed;
  bench.book.record(finding);
}

Judge::Judge(const RuleSet& rules, const site::Site& site, JudgeSettings settings, AlertSink& sink)
    : parts_(std::make_unique<Parts>(rules, site, std::move(settings), sink)) {}

Judge::~Judge() = default;

void Judge::observe(const Observation& observation) {
  ++parts_->counters.observations;
  parts_->advance(observation.moment.time);
  std::visit([&](const auto& what) { parts_->on(observation, what); }, observation.what);
}

void Judge::tick(std::uint64_t, Timestamp now) {
  parts_->advance(now);
  parts_->bench.book.tick(now);
}

void Judge::finish() {
  parts_->writes.finish(parts_->bench);
  parts_->bench.book.finish();
}

void Judge::configure(const RuleSet& rules, const site::Site& site) {
  parts_->bench.site = &site;
  parts_->bench.rules = DetectorRules(rules);
  parts_->bench.book.configure(site);
}

bool Judge::is_learning() const { return parts_->bench.learning; }
std::optional<Timestamp> Judge::learning_ends() const { return parts_->learning_ends; }
std::vector<Fact> Judge::learned() const { return parts_->bench.baseline.facts(); }
std::uint64_t Judge::learned_revision() const { return parts_->bench.baseline.revision(); }
Timestamp Judge::reached() const { return parts_->now; }
const JudgeCounters& Judge::counters() const { return parts_->counters; }

std::size_t Judge::bytes() const {
  return parts_->bench.baseline.bytes() + parts_->bench.book.bytes();
}

}  // namespace sightglass
