// A new laptop is one alert, not one for each thing it does for the first time.
#include "rules/baseline/newness.hpp"

#include <algorithm>
#include <array>

#include "rules/alert/object_text.hpp"
#include "rules/alert/party.hpp"
#include "rules/baseline/quote.hpp"
#include "rules/rule.hpp"

namespace sightglass {
namespace {

Fact of_kind(Fact::Kind kind, const Fact& fact) {
  Fact other = fact;
  other.kind = kind;
  return other;
}

bool is_call(const Fact& fact) {
  return fact.kind == Fact::Kind::read && is_method(fact.object.space);
}

/// The method tells of a call, neither the service that calls methods nor the node it belongs to.
bool is_told_by_method(const FactSeen& seen) {
  return seen.fact.operation == Operation::call && !is_call(seen.fact) &&
         std::ranges::any_of(seen.pdu->accesses, [](const ObservedAccess& access) {
           return is_method(access.object.space);
         });
}

Detector detector_for(const Fact& fact) {
  if (is_call(fact)) return Detector::new_call;
  constexpr std::array kDetectorOf = {Detector::new_host, Detector::new_conversation,
                                      Detector::new_function, Detector::new_reader,
                                      Detector::new_writer};
  return kDetectorOf[static_cast<std::size_t>(fact.kind)];
}

std::string port_text(const Conversation& conversation) {
  switch (conversation.transport) {
    case TransportLayer::tcp:
      return "TCP port " + std::to_string(conversation.server_port);
    case TransportLayer::udp:
      return "UDP port " + std::to_string(conversation.server_port);
    case TransportLayer::icmp:
    case TransportLayer::icmpv6:
      return "ICMP";
    case TransportLayer::other:
    case TransportLayer::none:
      break;
  }
  return "EtherType " + std::to_string(conversation.ether_type);
}

void describe(const Bench& bench, const Fact& fact, Finding& finding) {
  const Conversation& conversation = fact.conversation;
  const std::string who = subject(bench, conversation.client);
  const std::string target = brief(bench, conversation.server);
  switch (fact.kind) {
    case Fact::Kind::host:
      finding.sentence = who + " appeared on the network.";
      finding.expected = "Only hosts seen while learning";
      finding.observed = address_text(conversation.client) +
                         (conversation.client.mac.bits == 0
                              ? ""
                              : ", sending from " + to_text(conversation.client.mac));
      break;
    case Fact::Kind::conversation:
      finding.sentence =
          who + " talks to " + target + " (" + port_text(conversation) + ") for the first time.";
      finding.expected = "Only conversations seen while learning";
      finding.observed = address_text(conversation.client) + " to " +
                         address_text(conversation.server) + ", " + port_text(conversation);
      break;
    case Fact::Kind::operation: {
      const std::string function = fact.function_name.empty()
                                       ? "function " + std::to_string(fact.function)
                                       : std::string(fact.function_name);
      finding.sentence = who + " used " + function + " on " +
                         spoken_place(conversation.protocol, fact.object, target) +
                         " for the first time.";
      finding.expected = functions_quote(bench.baseline, *bench.site, conversation, fact.object);
      finding.observed = function;
      break;
    }
    case Fact::Kind::read:
    case Fact::Kind::write:
      finding.sentence = who + (is_call(fact) ? " called " : " read ") +
                         spoken_object(fact.object) + " of " + target + " for the first time.";
      finding.expected =
          read_addresses_quote(bench.baseline, *bench.site, conversation, fact.object);
      finding.observed = to_text(fact.object);
      break;
  }
}

/// Leaves what identifies the fact, so that its repeats fold whatever flow they come from.
void narrow(Fact::Kind kind, Finding& finding) {
  Conversation& conversation = finding.conversation;
  finding.by = Direction::to_server;
  if (kind == Fact::Kind::host) {
    const Station host = conversation.client;
    conversation = {};
    conversation.client = host;
    finding.has_target = false;
  }
  if (kind == Fact::Kind::conversation) conversation.protocol = Protocol::unknown;
}

}  // namespace

Newness::Newness(std::size_t most_reported, JudgeCounters& counters)
    : most_reported_(most_reported), counters_(counters) {}

bool Newness::is_reported_host(const Station& station) const {
  FactKey host;
  host.client = host_key(station);
  return reported_.contains(host);
}

bool Newness::is_told_above(const Bench& bench, const Fact& fact) const {
  switch (fact.kind) {
    case Fact::Kind::host:
      return false;
    case Fact::Kind::conversation:
      return is_reported_host(fact.conversation.client) ||
             is_reported_host(fact.conversation.server);
    case Fact::Kind::operation:
      return !bench.baseline.knows(of_kind(Fact::Kind::conversation, fact));
    case Fact::Kind::read:
    case Fact::Kind::write:
      break;
  }
  if (!bench.baseline.knows(of_kind(Fact::Kind::conversation, fact))) return true;
  Fact operation = of_kind(Fact::Kind::operation, fact);
  operation.object = unit_of(fact.object);
  return !is_call(fact) && !bench.baseline.knows(operation);
}

void Newness::count_units(Bench& bench, const FactSeen& seen) const {
  const Rule* rule = bench.rules[Detector::unit_scan];
  if (rule == nullptr || !has_units(seen.fact.conversation.protocol)) return;
  const Fact& fact = seen.fact;
  const std::string unit = std::to_string(fact.object.unit);
  Finding finding = finding_of(*rule, fact.conversation, fact.first_seen, &*seen.pdu);
  finding.by = Direction::to_server;
  finding.sentence = subject(bench, fact.conversation.client) + " asks many units of " +
                     brief(bench, fact.conversation.server) + ".";
  finding.observed = std::string(fact.function_name) + " on unit " + unit;
  finding.asks_outcome = false;  // each unit has its own
  record_when_reached(bench, std::move(finding), client_and_server(fact.conversation), unit);
}

void Newness::judge(Bench& bench, const FactSeen& seen, std::optional<Severity> told_as) {
  const Fact& fact = seen.fact;
  const Rule* rule = bench.rules[detector_for(fact)];
  const bool told_otherwise =
      told_as && !is_call(fact) && (rule == nullptr || *told_as <= rule->severity);
  const FactKey key = key_of(fact);
  const bool about_pdu = fact.kind >= Fact::Kind::operation;
  const bool counted = about_pdu && seen.pdu->packet == 0;
  if (fact.kind == Fact::Kind::operation && !counted) count_units(bench, seen);

  auto found = reported_.find(key);
  const bool again =
      found != reported_.end() && fact.last_seen - found->second.last_seen <= kForgottenAfter;
  const bool told =
      again ? found->second.told
            : !told_otherwise && !is_told_above(bench, fact) && !is_told_by_method(seen);
  if (counted && !again) return;
  if (found == reported_.end()) {
    if (reported_.size() < most_reported_) {
      found = reported_.emplace(key, Report{fact.last_seen, told}).first;
    } else {
      ++counters_.facts_dropped;
    }
  } else {
    found->second.last_seen = std::max(found->second.last_seen, fact.last_seen);
    if (!again) found->second.told = told;
  }
  if (!told || rule == nullptr) return;

  Finding finding = finding_of(*rule, fact.conversation, fact.first_seen,
                               seen.pdu->packet == 0 ? nullptr : &*seen.pdu);
  narrow(fact.kind, finding);
  finding.repeat_only = again;
  finding.last_seen = std::max(fact.first_seen, fact.last_seen);
  finding.times = fact.times;
  if (finding.frames.empty() && fact.first_packet != 0) finding.frames = {fact.first_packet};
  if (fact.kind == Fact::Kind::read) finding.object = fact.object;
  describe(bench, fact, finding);
  bench.book.record(finding);
}

}  // namespace sightglass
