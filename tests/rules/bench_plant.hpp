// A plant made by hand: stations, observations of them, and a judge that collects its alerts.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/detectors.hpp"
#include "rules/judge.hpp"
#include "rules/rule.hpp"
#include "rules/rule_set.hpp"
#include "rules/site/site.hpp"

namespace sightglass::test {

using namespace std::chrono_literals;

inline Timestamp at(Duration since_start) {
  return Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 1 / 2}} + since_start;
}

inline Station station(std::uint8_t last) {
  return {IpAddress::v4(0xc0a80a00u + last), MacAddress{0x025347000000u + last}};
}

inline constexpr std::uint8_t kPlc = 10, kHmi = 20, kEngineering = 30, kLaptop = 66;

inline Conversation modbus(std::uint8_t client, std::uint8_t server, std::uint64_t flow = 1) {
  Conversation conversation;
  conversation.client = station(client);
  conversation.server = station(server);
  conversation.client_port = 50'000;
  conversation.server_port = 502;
  conversation.transport = TransportLayer::tcp;
  conversation.protocol = Protocol::modbus;
  conversation.flow = flow;
  return conversation;
}

inline Object registers(std::uint32_t first, std::uint32_t count = 1, std::uint32_t unit = 1) {
  return {ObjectSpace::holding_register, unit, 0, first, count};
}

struct Collector : AlertSink {
  void alert(const Alert& alert) override { alerts.push_back(alert); }

  std::vector<Alert> of_kind(std::string_view kind) const {
    std::vector<Alert> found;
    for (const Alert& alert : alerts) {
      if (alert.kind == kind) found.push_back(alert);
    }
    return found;
  }
  std::vector<std::string> kinds() const {
    std::vector<std::string> all;
    for (const Alert& alert : alerts) all.push_back(alert.kind);
    return all;
  }

  std::vector<Alert> alerts;
};

/// One rule for every detector, as the shipped catalogue has them.
Rule detector_rule(std::string id, Detector detector, Severity severity, Fold fold);
std::vector<Rule> detector_rules();

/// The site file of a plant with HMI-1 (hmi), ENG-1 (engineering) and PLC-1 (plc).
site::Site site_with_roles();

/// A judge and the packets that reach it. Packet numbers and request ids count up by themselves.
class Plant {
 public:
  explicit Plant(JudgeSettings settings = {}, site::Site site = site::Site(),
                 std::vector<Rule> rules = detector_rules());

  Judge& judge() { return *judge_; }
  const Collector& told() const { return collector_; }
  const Rule& rule(std::string_view id) const;

  void host(Duration time, std::uint8_t who);
  void conversation(Duration time, std::uint8_t client, std::uint8_t server);
  void operation(Duration time, std::uint8_t client, std::uint8_t server, std::uint32_t function,
                 std::uint32_t unit = 1);
  void read(Duration time, std::uint8_t client, std::uint8_t server, Object object);
  /// Host, conversation and operation facts, then a write and its answer 1 ms later. Returns the
  /// packet number of the request.
  std::uint64_t write(Duration time, std::uint8_t client, std::uint8_t server, Object object,
                      std::uint32_t value, Outcome outcome = {Outcome::Kind::accepted, 0},
                      bool dangerous = false);
  /// A PDU of `function` matches the rule, its request not answered; with 0 a packet without one.
  RequestId match(Duration time, std::string_view rule, const Conversation& conversation,
                  std::uint32_t function, std::string_view distinct = "");
  void ended(Duration time, const Conversation& conversation, RequestId request, Outcome outcome);
  void claim(Duration time, AddressClaim claim);
  /// An OPC UA session of the two is settled with the policy and certificate of `seen`.
  void security(Duration time, std::uint8_t client, std::uint8_t server, SecuritySeen seen);
  /// The service and the method it calls, with the facts of both, and what tells of it if anything.
  void call(Duration time, std::uint8_t client, std::uint8_t server, std::string_view method,
            std::string_view told_by = "");
  void observe(Duration time, const Conversation& conversation, decltype(Observation::what) what);
  void tick(Duration time) { judge_->tick(packet_, at(time)); }

  std::uint64_t packet() const { return packet_; }

 private:
  Fact fact(Fact::Kind kind, Duration time, const Conversation& conversation) const;
  ObservedPdu pdu(std::uint32_t function, RequestId request) const;

  RuleSet rules_;
  site::Site site_;
  Collector collector_;
  std::unique_ptr<Judge> judge_;
  std::uint64_t packet_ = 0;
  std::uint32_t ordinal_ = 0;
  RequestId request_ = 0;
};

/// Settings of a judge that learns for `length`.
JudgeSettings learning_for(Duration length);

}  // namespace sightglass::test
