// Function codes are Modbus's, so that the tests read like a plant's traffic.
#include "bench_plant.hpp"

#include <stdexcept>

namespace sightglass::test {
namespace {

constexpr std::uint32_t kWriteRegister = 6;

std::string_view function_name(std::uint32_t function) {
  switch (function) {
    case 3:
      return "Read Holding Registers (3)";
    case kWriteRegister:
      return "Write Single Register (6)";
    case 8:
      return "Diagnostics (8)";
    case 712:
      return "Call (712)";
    case 43:
      return "Encapsulated Interface Transport (43)";
    default:
      return "Another Function";
  }
}

site::Asset asset(std::string name, std::uint8_t last, std::string role) {
  site::Asset asset;
  asset.name = std::move(name);
  asset.networks = {{station(last).ip, 32}};
  asset.roles = {std::move(role)};
  return asset;
}

}  // namespace

Rule detector_rule(std::string id, Detector detector, Severity severity, Fold fold) {
  Rule rule;
  rule.id = std::move(id);
  rule.title = "Title of " + rule.id;
  rule.signature_id = 2013;
  rule.severity = severity;
  rule.fold = fold;
  rule.detector = all_detectors()[static_cast<std::size_t>(detector)].name;
  return rule;
}

std::vector<Rule> detector_rules() {
  std::vector<Rule> rules;
  const auto add = [&rules](std::string id, Detector detector, Severity severity,
                            Fold fold) -> Rule& {
    return rules.emplace_back(detector_rule(std::move(id), detector, severity, fold));
  };
  const auto limit = [](Rule& rule, std::uint64_t count, Duration within, std::string distinct) {
    rule.threshold = Threshold{count, within, "source_target", std::move(distinct), std::nullopt};
  };
  add("NET-001", Detector::new_host, Severity::medium, Fold::source);
  add("NET-002", Detector::new_conversation, Severity::medium, Fold::source_target);
  add("APP-001", Detector::new_function, Severity::medium, Fold::source_target);
  add("APP-002", Detector::new_reader, Severity::low, Fold::source_target);
  add("CTL-013", Detector::new_writer, Severity::critical, Fold::source_target);
  add("CTL-014", Detector::new_address, Severity::high, Fold::source_target_object);
  limit(add("APP-016", Detector::unit_scan, Severity::high, Fold::source_target), 5, 60s,
        "sg.unit");
  limit(add("CTL-017", Detector::write_sweep, Severity::critical, Fold::source_target), 21, 10s,
        "sg.object");
  add("CTL-020", Detector::conflicting_writers, Severity::high, Fold::source_target_object);
  limit(add("CTL-021", Detector::value_fight, Severity::critical, Fold::source_target_object), 2,
        60s, "");
  add("CTL-019", Detector::broadcast_write, Severity::high, Fold::source_target_object);
  add("APP-013", Detector::protocol_confirmed, Severity::low, Fold::target);
  add("CTL-024", Detector::new_call, Severity::high, Fold::source_target_object);
  add("DAT-002", Detector::weaker_security, Severity::high, Fold::source_target);
  add("DAT-008", Detector::certificate_changed, Severity::high, Fold::source_target);
  add("NET-006", Detector::address_conflict, Severity::high, Fold::target);
  add("NET-007", Detector::address_moved, Severity::medium, Fold::source_target);
  add("NET-008", Detector::address_spoofed, Severity::medium, Fold::source_target);

  const auto by_condition = [&add](std::string id, Mode mode) -> Rule& {
    Rule& rule = add(std::move(id), Detector::new_host, Severity::high, Fold::source_target);
    rule.detector.clear();
    rule.mode = mode;
    return rule;
  };
  by_condition("APP-017", Mode::baseline);
  by_condition("DEV-007", Mode::always);
  limit(by_condition("APP-014", Mode::threshold), 4, 60s, "modbus.func_code");
  return rules;
}

site::Site site_with_roles() {
  site::Description description;
  description.assets = {asset("HMI-1", kHmi, "hmi"), asset("ENG-1", kEngineering, "engineering"),
                        asset("PLC-1", kPlc, "plc")};
  return site::Site(std::move(description));
}

JudgeSettings learning_for(Duration length) {
  JudgeSettings settings;
  settings.learning.mode = Learning::Mode::learn;
  settings.learning.length = length;
  return settings;
}

Plant::Plant(JudgeSettings settings, site::Site site, std::vector<Rule> rules)
    : rules_(std::move(rules)),
      site_(std::move(site)),
      judge_(std::make_unique<Judge>(rules_, site_, std::move(settings), collector_)) {}

const Rule& Plant::rule(std::string_view id) const {
  for (const Rule& rule : rules_.rules()) {
    if (rule.id == id) return rule;
  }
  throw std::invalid_argument("no such rule");
}

void Plant::observe(Duration time, const Conversation& conversation,
                    decltype(Observation::what) what) {
  Observation observation;
  observation.moment = {packet_, Moment::Phase::packet, at(time), conversation.flow, ordinal_++};
  observation.conversation = conversation;
  observation.what = std::move(what);
  judge_->observe(observation);
}

Fact Plant::fact(Fact::Kind kind, Duration time, const Conversation& conversation) const {
  Fact fact;
  fact.kind = kind;
  fact.conversation = conversation;
  fact.first_seen = at(time);
  fact.last_seen = at(time);
  fact.first_packet = packet_;
  return fact;
}

ObservedPdu Plant::pdu(std::uint32_t function, RequestId request) const {
  ObservedPdu pdu;
  if (function == 0) {
    pdu.packet = packet_;
    return pdu;
  }
  pdu.operation = function == kWriteRegister ? Operation::write : Operation::read;
  pdu.function = function;
  pdu.function_name = function_name(function);
  pdu.request = request;
  pdu.packet = packet_;
  pdu.decoded = PduProof("{\"frame\":" + std::to_string(packet_) + "}");
  return pdu;
}

void Plant::host(Duration time, std::uint8_t who) {
  ++packet_;
  Conversation conversation;
  conversation.client = station(who);
  observe(time, conversation, FactSeen{fact(Fact::Kind::host, time, conversation), {}, false});
}

void Plant::conversation(Duration time, std::uint8_t client, std::uint8_t server) {
  ++packet_;
  const Conversation conversation = modbus(client, server);
  observe(time, conversation,
          FactSeen{fact(Fact::Kind::conversation, time, conversation), {}, false});
}

void Plant::operation(Duration time, std::uint8_t client, std::uint8_t server,
                      std::uint32_t function, std::uint32_t unit) {
  ++packet_;
  const Conversation conversation = modbus(client, server);
  Fact seen = fact(Fact::Kind::operation, time, conversation);
  seen.function = function;
  seen.function_name = function_name(function);
  seen.object.unit = unit;
  observe(time, conversation, FactSeen{seen, pdu(function, ++request_), false});
}

void Plant::read(Duration time, std::uint8_t client, std::uint8_t server, Object object) {
  ++packet_;
  const Conversation conversation = modbus(client, server);
  Fact seen = fact(Fact::Kind::read, time, conversation);
  seen.function = 3;
  seen.object = object;
  ObservedPdu request = pdu(3, ++request_);
  request.accesses = {{object, false, 0, {}, {}}};
  observe(time, conversation, FactSeen{seen, request, false});
}

void Plant::security(Duration time, std::uint8_t client, std::uint8_t server, SecuritySeen seen) {
  ++packet_;
  Conversation conversation = modbus(client, server, packet_);
  conversation.server_port = 4840;
  conversation.protocol = Protocol::opcua;
  seen.pdu.direction = Direction::to_client;
  seen.pdu.function_name = "OpenSecureChannel (446)";
  seen.pdu.outcome.kind = Outcome::Kind::accepted;
  seen.pdu.packet = packet_;
  observe(time, conversation, std::move(seen));
}

void Plant::call(Duration time, std::uint8_t client, std::uint8_t server, std::string_view method,
                 std::string_view told_by) {
  ++packet_;
  Conversation conversation = modbus(client, server);
  conversation.protocol = Protocol::opcua;
  const auto digest = static_cast<std::uint32_t>(std::hash<std::string_view>{}(method));
  const Object node{ObjectSpace::named_node, 0, 1, 1, 1, "Boiler"};
  const Object called{ObjectSpace::named_method, 0, 1, digest, 1, method};
  ObservedPdu request = pdu(712, ++request_);
  request.operation = Operation::call;
  request.accesses = {{node, false, 0, {}, {}}, {called, false, 0, {}, {}}};
  if (!told_by.empty()) {
    RuleMatch match;
    match.rule = &rule(told_by);
    match.pdu = request;
    observe(time, conversation, match);
  }
  Fact seen = fact(Fact::Kind::operation, time, conversation);
  seen.operation = Operation::call;
  seen.function = 712;
  seen.function_name = request.function_name;
  observe(time, conversation, FactSeen{seen, request, false});
  seen.kind = Fact::Kind::read;
  for (const Object& object : {node, called}) {
    seen.object = object;
    observe(time, conversation, FactSeen{seen, request, false});
  }
}

std::uint64_t Plant::write(Duration time, std::uint8_t client, std::uint8_t server, Object object,
                           std::uint32_t value, Outcome outcome, bool dangerous) {
  const std::uint64_t frame = ++packet_;
  const Conversation conversation = modbus(client, server);
  ObservedPdu request = pdu(kWriteRegister, ++request_);
  request.accesses = {{object, true, object.count, {Value::number(value)}, {}}};
  for (const Fact::Kind kind :
       {Fact::Kind::host, Fact::Kind::conversation, Fact::Kind::operation, Fact::Kind::write}) {
    Fact seen = fact(kind, time, conversation);
    if (kind == Fact::Kind::operation || kind == Fact::Kind::write) {
      seen.operation = Operation::write;
      seen.function = kWriteRegister;
      seen.function_name = function_name(kWriteRegister);
      seen.object.unit = object.unit;
    }
    if (kind == Fact::Kind::write) seen.object = object;
    const bool about_pdu = kind == Fact::Kind::operation || kind == Fact::Kind::write;
    observe(time, conversation, FactSeen{seen, about_pdu ? request : ObservedPdu{}, dangerous});
  }
  ++packet_;
  if (outcome.kind != Outcome::Kind::pending) ended(time + 1ms, conversation, request_, outcome);
  return frame;
}

RequestId Plant::match(Duration time, std::string_view id, const Conversation& conversation,
                       std::uint32_t function, std::string_view distinct) {
  ++packet_;
  RuleMatch match;
  match.rule = &rule(id);
  match.pdu = pdu(function, ++request_);
  if (function != 0)
    match.pdu.accesses = {{Object{ObjectSpace::none, 1, 0, 0, 0}, false, 0, {}, {}}};
  match.distinct = distinct;
  observe(time, conversation, match);
  return request_;
}

void Plant::ended(Duration time, const Conversation& conversation, RequestId request,
                  Outcome outcome) {
  RequestEnded ended;
  ended.completion.request = request;
  ended.completion.outcome = outcome;
  if (outcome.kind == Outcome::Kind::refused) {
    ended.completion.outcome_name = "Illegal data address (2)";
  }
  ended.completion.answer_packet = packet_;
  ended.completion.at = at(time);
  ended.decoded = PduProof("{\"answer\":" + std::to_string(packet_) + "}");
  observe(time, conversation, ended);
}

void Plant::claim(Duration time, AddressClaim claim) {
  ++packet_;
  observe(time, Conversation{}, claim);
}

}  // namespace sightglass::test
