// Suricata's keys first, as Suricata spells them; everything it has no word for stands in `ot`.
#include "rules/alert/eve.hpp"

#include <boost/json.hpp>

#include "rules/alert/json_text.hpp"
#include "rules/alert/time_text.hpp"

namespace sightglass {
namespace {

namespace json = boost::json;

constexpr std::string_view proto_word(TransportLayer transport) {
  switch (transport) {
    case TransportLayer::tcp:
      return "TCP";
    case TransportLayer::udp:
      return "UDP";
    case TransportLayer::icmp:
      return "ICMP";
    case TransportLayer::icmpv6:
      return "IPv6-ICMP";
    case TransportLayer::other:
    case TransportLayer::none:
      return "";
  }
  return "";
}

struct EndKeys {
  std::string_view ip, port, mac;
};
constexpr EndKeys kSource = {"src_ip", "src_port", "src_mac"};
constexpr EndKeys kTarget = {"dest_ip", "dest_port", "dest_mac"};

void append_end(json::object& record, const Party& party, const EndKeys& keys) {
  if (!party.ip.is_none()) record[keys.ip] = to_text(party.ip);
  if (party.port != 0) record[keys.port] = party.port;
}

/// Suricata puts hardware addresses into an object of their own.
void append_macs(json::object& record, const Alert& alert) {
  json::object ether;
  if (alert.source.mac.bits != 0) ether[kSource.mac] = to_text(alert.source.mac);
  if (alert.target.mac.bits != 0) ether[kTarget.mac] = to_text(alert.target.mac);
  if (!ether.empty()) record["ether"] = std::move(ether);
}

json::array texts(const std::vector<std::string>& items) {
  json::array array;
  for (const std::string& item : items) array.emplace_back(valid_utf8(item));
  return array;
}

json::array protects_words(const Protects& protects) {
  json::array words;
  if (protects.equipment) words.emplace_back("equipment");
  if (protects.networks) words.emplace_back("networks");
  if (protects.data) words.emplace_back("data");
  return words;
}

json::object ot_record(const Alert& alert) {
  json::object ot;
  ot["id"] = to_text(alert.id);
  ot["revision"] = alert.revision;
  ot["sensor"] = valid_utf8(alert.sensor);
  ot["realm"] = valid_utf8(alert.realm);
  ot["kind"] = alert.kind;
  ot["severity"] = to_text(alert.severity);
  ot["sentence"] = valid_utf8(alert.sentence);
  ot["operation"] = alert.operation;
  ot["function"] = valid_utf8(alert.function);
  ot["object"] = alert.objects.empty() ? "" : valid_utf8(alert.objects.front());
  ot["objects"] = texts(alert.objects);
  ot["objects_omitted"] = alert.objects_omitted;
  if (alert.outcome.kind != Outcome::Kind::none) ot["outcome"] = to_text(alert.outcome.kind);
  if (!alert.outcome_name.empty()) ot["outcome_name"] = valid_utf8(alert.outcome_name);
  ot["expected"] = valid_utf8(alert.expected);
  ot["observed"] = valid_utf8(alert.observed);
  ot["attack"] = texts(alert.attack);
  ot["protects"] = protects_words(alert.protects);
  if (!alert.source.name.empty()) ot["source_name"] = valid_utf8(alert.source.name);
  if (!alert.target.name.empty()) ot["target_name"] = valid_utf8(alert.target.name);
  ot["count"] = alert.count;
  ot["first_seen"] = exact_time(alert.first_seen);
  ot["last_seen"] = exact_time(alert.last_seen);
  ot["frames"] = json::array(alert.frames.begin(), alert.frames.end());
  return ot;
}

}  // namespace

std::string eve_line(const Alert& alert) {
  const bool update = alert.revision > 1;
  json::object record;
  record["timestamp"] = eve_time(update ? alert.last_seen : alert.first_seen);
  record["event_type"] = update ? "alert_update" : "alert";
  append_end(record, alert.source, kSource);
  append_end(record, alert.target, kTarget);
  if (const auto word = proto_word(alert.transport); !word.empty()) record["proto"] = word;
  if (alert.protocol != Protocol::unknown) record["app_proto"] = to_text(alert.protocol);
  if (!alert.community_id.empty()) record["community_id"] = alert.community_id;
  append_macs(record, alert);
  record["alert"] = {{"signature_id", alert.signature_id},
                     {"signature", valid_utf8(alert.signature)},
                     {"category", to_text(alert.category)},
                     {"severity", static_cast<unsigned>(alert.severity)}};
  record["ot"] = ot_record(alert);
  return json::serialize(record);
}

}  // namespace sightglass
