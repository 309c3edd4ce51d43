#include "console/api/alert_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "console/api/body.hpp"
#include "rules/alert/eve.hpp"
#include "rules/alert/json_text.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

json::object party_json(const Party& party) {
  return {{"ip", to_text(party.ip)},
          {"mac", party.mac.bits == 0 ? "" : to_text(party.mac)},
          {"port", party.port},
          {"name", valid_utf8(party.name)},
          {"role", valid_utf8(party.role)}};
}

json::array texts(const std::vector<std::string>& items) {
  json::array array;
  for (const std::string& item : items) array.emplace_back(valid_utf8(item));
  return array;
}

json::array protects_json(const Protects& protects) {
  json::array words;
  if (protects.equipment) words.emplace_back("equipment");
  if (protects.networks) words.emplace_back("networks");
  if (protects.data) words.emplace_back("data");
  return words;
}

/// JSON of ours, kept as text; null when it is damaged.
json::value parsed(const std::string& text) {
  boost::system::error_code code;
  json::value value = json::parse(text, code);
  return code ? json::value(nullptr) : value;
}

/// A row has an outcome only when the alert is about a command or request.
std::string_view outcome_text(const Alert& alert) {
  return alert.operation.empty() ? "" : to_text(alert.outcome.kind);
}

}  // namespace

json::object triage_json(const Triage& triage) {
  json::array history;
  for (const HistoryEntry& entry : triage.history) {
    history.push_back({{"time", time_text(entry.time)},
                       {"user", valid_utf8(entry.user)},
                       {"action", entry.action},
                       {"status", entry.status},
                       {"determination", entry.determination},
                       {"assignee", valid_utf8(entry.assignee)},
                       {"text", valid_utf8(entry.text)}});
  }
  return {{"status", to_text(triage.status)},
          {"determination", triage.determination},
          {"assignee", valid_utf8(triage.assignee)},
          {"version", triage.version},
          {"recurred", triage.recurred},
          {"hold",
           {{"held", triage.hold.is_on()},
            {"user", valid_utf8(triage.hold.user)},
            {"since", time_text(triage.hold.since)},
            {"text", valid_utf8(triage.hold.reason)}}},
          {"history", std::move(history)}};
}

json::object alert_row_json(const Alert& alert, const Triage& triage) {
  return {{"id", to_text(alert.id)},
          {"revision", alert.revision},
          {"kind", alert.kind},
          {"signature", valid_utf8(alert.signature)},
          {"sentence", valid_utf8(alert.sentence)},
          {"severity", to_text(alert.severity)},
          {"category", to_text(alert.category)},
          {"protects", protects_json(alert.protects)},
          {"first_seen", time_text(alert.first_seen)},
          {"last_seen", time_text(alert.last_seen)},
          {"count", alert.count},
          {"source", party_json(alert.source)},
          {"target", party_json(alert.target)},
          {"protocol", alert.protocol == Protocol::unknown ? "" : to_text(alert.protocol)},
          {"operation", alert.operation},
          {"outcome", outcome_text(alert)},
          {"outcome_name", valid_utf8(alert.outcome_name)},
          {"triage", triage_json(triage)}};
}

json::object alert_json(const Alert& alert, const Triage& triage, const EvidenceRecord& evidence) {
  json::object body = alert_row_json(alert, triage);
  body["sensor"] = valid_utf8(alert.sensor);
  body["realm"] = valid_utf8(alert.realm);
  body["attack"] = texts(alert.attack);
  body["consequence"] = valid_utf8(alert.consequence);
  body["response"] = valid_utf8(alert.response);
  body["community_id"] = alert.community_id;
  body["function"] = valid_utf8(alert.function);
  body["objects"] = texts(alert.objects);
  body["objects_omitted"] = alert.objects_omitted;
  body["expected"] = valid_utf8(alert.expected);
  body["observed"] = valid_utf8(alert.observed);
  body["frames"] = json::array(alert.frames.begin(), alert.frames.end());
  json::array decoded;
  for (const std::string& pdu : alert.decoded) {
    if (json::value value = parsed(pdu); value.is_object()) decoded.push_back(std::move(value));
  }
  body["decoded"] = std::move(decoded);
  body["wireshark_filter"] = valid_utf8(alert.wireshark_filter);
  body["evidence"] = to_text(evidence.state);
  body["evidence_lack"] = to_text(evidence.lack);
  body["evidence_bytes"] = evidence.bytes;
  body["evidence_frames"] = evidence.frames;
  body["eve"] = parsed(eve_line(alert));
  return body;
}

std::string alert_etag(const Alert& alert, const Triage& triage) {
  return '"' + std::to_string(alert.revision) + "." +
         std::to_string(static_cast<unsigned>(alert.evidence)) + "-" +
         std::to_string(triage.version) + (triage.recurred ? "r" : "") + '"';
}

}  // namespace sightglass::console
