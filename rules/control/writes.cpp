// The request raises the alert, so that it is seen at once; the answer decides what is learned.
#include "rules/control/writes.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/alert/object_text.hpp"
#include "rules/alert/party.hpp"
#include "rules/alert/time_text.hpp"
#include "rules/baseline/quote.hpp"
#include "rules/rule.hpp"

namespace sightglass {
namespace {

/// Roles that may write where the site file says nothing more precise.
constexpr std::array<std::string_view, 2> kWritingRoles = {"hmi", "engineering"};

/// A device with this many unit identifiers other than 0 has others behind it.
constexpr std::size_t kUnitsOfAGateway = 2;

bool has_writing_role(const site::Labels& labels) {
  return std::ranges::any_of(labels.roles(), [](const std::string& role) {
    return std::ranges::find(kWritingRoles, role) != kWritingRoles.end();
  });
}

const ObservedAccess* access_of(const FactSeen& seen) {
  for (const ObservedAccess& access : seen.pdu->accesses) {
    if (access.is_write && access.object == seen.fact.object) return &access;
  }
  return nullptr;
}

bool has_values(const ObservedAccess* access) {
  return access != nullptr && (!access->values.empty() || !access->text.empty());
}

std::string values_text(const ObservedAccess& access) {
  if (!access.text.empty()) return quoted(Value::text(access.text));
  std::string text;
  for (std::size_t i = 0; i < access.values.size(); ++i) {
    if (i != 0) text += ", ";
    text += quoted(access.values[i]);
  }
  if (access.value_count > access.values.size()) text += ", ...";
  return text;
}

std::string value_word(const std::optional<Value>& value) {
  return value ? quoted(*value) : "another value";
}

}  // namespace

Writes::Writes(const JudgeLimits& limits, JudgeCounters& counters)
    : limits_(limits), counters_(counters), written_(limits.written_objects, counters) {}

WriteFault Writes::fault(const Bench& bench, const Fact& fact) const {
  const Station& client = fact.conversation.client;
  const Station& server = fact.conversation.server;
  const site::Site& site = *bench.site;
  const bool wrote_before = bench.protecting && bench.baseline.ever_wrote(client, server);
  bool may = true;
  if (const auto listed = site.may_write(client.realm, client.ip, client.mac,
                                         site.labels(server.realm, server.ip, server.mac))) {
    may = *listed;
  } else if (site.has_roles()) {
    may = has_writing_role(site.labels(client.realm, client.ip, client.mac)) || wrote_before;
  } else if (bench.protecting) {
    may = wrote_before;
  }
  if (!may) return WriteFault::new_writer;
  if (bench.protecting && !bench.baseline.knows(fact)) return WriteFault::new_address;
  return WriteFault::none;
}

bool Writes::tells(const Bench& bench, const FactSeen& seen) const {
  return std::ranges::any_of(seen.pdu->accesses, [&](const ObservedAccess& access) {
    if (!access.is_write) return false;
    Fact write = seen.fact;
    write.kind = Fact::Kind::write;
    write.object = access.object;
    return fault(bench, write) != WriteFault::none;
  });
}

/// ": 50 -> 95" where the value before is known, ": 95" where it is not.
std::string Writes::change_text(const Fact& fact, const ObservedAccess* access) const {
  if (!has_values(access)) return "";
  const bool single = access->value_count == 1;
  const auto before = written_.last(fact.conversation, fact.object, fact.object.first);
  if (single && before && before->value && !access->values.empty()) {
    return ": " + quoted(*before->value) + " -> " + quoted(access->values.front());
  }
  return ": " + values_text(*access);
}

void Writes::report(Bench& bench, const FactSeen& seen, WriteFault fault) const {
  const bool stranger = fault == WriteFault::new_writer;
  const Rule* rule = bench.rules[stranger ? Detector::new_writer : Detector::new_address];
  if (rule == nullptr) return;
  const Fact& fact = seen.fact;
  const Conversation& conversation = fact.conversation;
  Finding finding = finding_of(*rule, conversation, fact.first_seen, &*seen.pdu);
  finding.by = Direction::to_server;
  finding.object = fact.object;
  finding.unauthorised = stranger;

  const ObservedAccess* access = access_of(seen);
  const std::string who = subject(bench, conversation.client);
  const std::string what = " " + brief(bench, conversation.server) + " " +
                           spoken_object(fact.object) + change_text(fact, access) + ".";
  const auto before = written_.last(conversation, fact.object, fact.object.first);
  const bool changes = before && before->value && access && access->value_count == 1 &&
                       !access->values.empty() &&
                       !same_number(*before->value, access->values.front());
  finding.sentence = who + (changes ? " changed" : " wrote") + what;
  finding.attempted = who + (changes ? " tried to change" : " tried to write") + what;
  finding.expected =
      stranger ? writers_quote(bench.baseline, *bench.site, conversation, fact.object)
               : written_addresses_quote(bench.baseline, *bench.site, conversation, fact.object);
  finding.observed = address_text(conversation.client) + " wrote " +
                     (has_values(access) ? values_text(*access) : spoken_object(fact.object));
  bench.book.record(finding);
}

void Writes::count_sweep(Bench& bench, const FactSeen& seen) const {
  const Rule* rule = bench.rules[Detector::write_sweep];
  if (rule == nullptr) return;
  const Fact& fact = seen.fact;
  Finding finding = finding_of(*rule, fact.conversation, fact.first_seen, &*seen.pdu);
  finding.by = Direction::to_server;
  finding.unauthorised = true;
  finding.sentence = subject(bench, fact.conversation.client) + " writes object after object of " +
                     brief(bench, fact.conversation.server) + ".";
  finding.observed = spoken_object(fact.object);
  record_when_reached(bench, std::move(finding), client_and_server(fact.conversation),
                      to_text(fact.object));
}

void Writes::note_unit(const Fact& fact) {
  const std::uint32_t unit = unit_of(fact.object).unit;
  if (unit == 0 || fact.kind < Fact::Kind::operation) return;
  const HostKey server = host_key(fact.conversation.server);
  const auto found = units_.find(server);
  if (found != units_.end()) {
    if (found->second.size() < kUnitsOfAGateway) found->second.insert(unit);
  } else if (units_.size() < limits_.written_objects) {
    units_[server].insert(unit);
  } else {
    ++counters_.objects_forgotten;
  }
}

bool Writes::is_gateway(const Conversation& conversation) const {
  const auto found = units_.find(host_key(conversation.server));
  return found != units_.end() && found->second.size() >= kUnitsOfAGateway;
}

void Writes::report_broadcast(Bench& bench, const Waiting& write) const {
  const Rule* rule = bench.rules[Detector::broadcast_write];
  if (rule == nullptr) return;
  const Fact& fact = write.fact;
  Finding finding = finding_of(*rule, fact.conversation, fact.last_seen, nullptr);
  finding.frames = {fact.first_packet};
  finding.object = fact.object;
  finding.sentence = subject(bench, fact.conversation.client) + " wrote " +
                     spoken_object(fact.object) + " to every unit behind " +
                     brief(bench, fact.conversation.server) + ".";
  finding.expected = "Writes to one unit at a time, which it acknowledges";
  finding.observed = "A write to unit 0 that nobody answered";
  bench.book.record(finding);
}

void Writes::judge(Bench& bench, const FactSeen& seen) {
  const WriteFault found = fault(bench, seen.fact);
  if (found != WriteFault::none) {
    report(bench, seen, found);
    count_sweep(bench, seen);
  }
  Waiting write;
  write.fact = seen.fact;
  if (const ObservedAccess* access = access_of(seen)) write.access = *access;
  write.faulty = found != WriteFault::none;
  // While protecting, only the counts of what is known go on.
  write.learnable = !seen.dangerous && !write.faulty;

  const bool answered = seen.pdu->outcome.kind != Outcome::Kind::pending;
  if (answered || seen.pdu->request == 0) {
    settle(bench, write, answered ? seen.pdu->outcome.kind : Outcome::Kind::unseen,
           seen.fact.last_seen);
    return;
  }
  const RequestKey key{seen.fact.conversation.flow, seen.pdu->request};
  if (!waiting_.contains(key) && waiting_.size() >= limits_.waiting_requests) {
    ++counters_.outcomes_dropped;
    settle(bench, write, Outcome::Kind::unseen, seen.fact.last_seen);
    return;
  }
  auto& list = waiting_[key];
  if (list.size() < kObservedAccesses) list.push_back(std::move(write));
}

void Writes::request_ended(Bench& bench, const RequestKey& key, const Completion& completion) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return;
  const auto list = std::move(found->second);
  waiting_.erase(found);
  for (const Waiting& write : list) settle(bench, write, completion.outcome.kind, completion.at);
}

void Writes::finish(Bench& bench) {
  for (const auto& [key, list] : std::exchange(waiting_, {})) {
    for (const Waiting& write : list) {
      settle(bench, write, Outcome::Kind::unseen, write.fact.last_seen);
    }
  }
}

void Writes::settle(Bench& bench, const Waiting& write, Outcome::Kind outcome, Timestamp at) {
  const bool learnable = write.learnable && outcome != Outcome::Kind::refused;
  if (!learnable) {
    ++counters_.facts_not_learned;
  } else if (bench.protecting) {
    bench.baseline.count(write.fact);
  } else {
    bench.baseline.learn(write.fact);
  }
  const bool silent = outcome == Outcome::Kind::unanswered || outcome == Outcome::Kind::unseen;
  if (silent && write.fact.object.unit == 0 && is_gateway(write.fact.conversation)) {
    report_broadcast(bench, write);
  }
  if (outcome != Outcome::Kind::accepted || write.access.object.space == ObjectSpace::none) return;
  const LastWrite done{write.fact.conversation.client, write.fact.last_seen,
                       write.fact.first_packet, std::nullopt, write.faulty};
  const auto contradiction = written_.wrote(write.fact.conversation, write.access, done);
  // Who puts right what a stranger wrote is not at fault.
  const bool restores = contradiction && contradiction->before.faulty && !write.faulty;
  if (contradiction && !restores) contradict(bench, write, *contradiction, at);
}

void Writes::contradict(Bench& bench, const Waiting& write, const Contradiction& contradiction,
                        Timestamp at) const {
  const Conversation& conversation = write.fact.conversation;
  Fact other = write.fact;
  other.conversation.client = contradiction.before.writer;
  other.object = contradiction.object;
  Fact own = write.fact;
  own.object = contradiction.object;
  const bool both_known =
      bench.protecting && bench.baseline.knows(other) && bench.baseline.knows(own);

  const Rule* fight = contradiction.overrides ? bench.rules[Detector::value_fight] : nullptr;
  // A faulty write is told already, and so is what an answer to a conflict answers; what they add
  // is the fight.
  const bool told = both_known || write.faulty || contradiction.before.contradicts;
  const Rule* conflict = told ? nullptr : bench.rules[Detector::conflicting_writers];
  for (const Rule* rule : {fight, conflict}) {
    if (rule == nullptr) continue;
    Finding finding = finding_of(*rule, conversation, write.fact.last_seen, nullptr);
    finding.frames = {contradiction.before.frame, write.fact.first_packet};
    finding.object = contradiction.object;
    const std::string target =
        brief(bench, conversation.server) + " " + spoken_object(contradiction.object);
    finding.sentence = subject(bench, conversation.client) + " wrote " +
                       value_word(contradiction.value) + " to " + target + " " +
                       spoken_duration(std::chrono::floor<std::chrono::milliseconds>(
                           write.fact.last_seen - contradiction.before.time)) +
                       " after " + subject(bench, contradiction.before.writer) + " wrote " +
                       value_word(contradiction.before.value) + ".";
    finding.expected = "One station at a time writes " + target;
    finding.observed = "Both writes were accepted, the second at " + spoken_time(at);
    const std::string parties =
        client_and_server(conversation) + spoken_object(contradiction.object);
    if (record_when_reached(bench, std::move(finding), parties, "")) return;
  }
}

}  // namespace sightglass
