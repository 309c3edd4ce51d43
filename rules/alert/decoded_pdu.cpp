// The field table does the work: names and texts are those of filters and of tshark.
#include "rules/alert/decoded_pdu.hpp"

#include <boost/json.hpp>

#include "dissectors/hex_text.hpp"
#include "rules/alert/json_text.hpp"
#include "rules/alert/time_text.hpp"

namespace sightglass {
namespace {

namespace json = boost::json;

json::object field_record(const Field& field) {
  const FieldSpec& spec = field_spec(field.id);
  return {{"name", spec.name},
          {"value", valid_utf8(to_text(spec, field.value))},
          {"offset", field.offset},
          {"length", field.length}};
}

void append_ends(json::object& record, const Layers& layers) {
  const bool ip = layers.has_ip();
  record["src"] = ip ? to_text(layers.source) : to_text(layers.source_mac);
  record["sport"] = layers.source_port;
  record["dst"] = ip ? to_text(layers.destination) : to_text(layers.destination_mac);
  record["dport"] = layers.destination_port;
}

void append_outcome(json::object& record, const Message& message) {
  record["outcome"] = to_text(message.outcome.kind);
  if (message.outcome.kind == Outcome::Kind::refused) record["outcome_name"] = message.outcome_name;
  if (message.is_request() || message.request_packet == 0) return;
  record["request_frame"] = message.request_packet;
  record["latency_s"] = std::chrono::duration<double>(message.latency).count();
}

}  // namespace

std::string decoded_pdu(const Message& message, const Layers& layers) {
  json::object record;
  record["frame"] = message.where.last_packet;
  record["index"] = message.where.index;
  record["time"] = exact_time(message.where.time);
  append_ends(record, layers);
  record["protocol"] = to_text(message.protocol);
  record["direction"] = to_text(message.direction);
  record["operation"] = to_text(message.operation);
  record["function"] = message.function_name;
  append_outcome(record, message);

  json::array& objects = record["objects"].emplace_array();
  for (const Access& access : message.accesses) objects.emplace_back(to_text(access.object));
  json::array& anomalies = record["anomalies"].emplace_array();
  for (const Anomaly& anomaly : message.anomalies) anomalies.emplace_back(anomaly.spec->name);
  json::array& fields = record["fields"].emplace_array();
  for (const Field& field : message.fields()) fields.emplace_back(field_record(field));
  record["hex"] = hex_text(message.bytes);
  return json::serialize(record);
}

}  // namespace sightglass
