// Our own fields derived from the envelope, or from what a conversation was recognised as; the rest
// is looked up.
#include "rules/filter/values.hpp"

#include <algorithm>

#include "dissectors/sg_fields.hpp"

namespace sightglass::filter {
namespace {

struct Stations {
  Realm realm;
  const IpAddress& client_ip;
  MacAddress client_mac;
  const IpAddress& server_ip;
  MacAddress server_mac;
};

Stations stations(const Record& record, Direction direction) {
  const Layers& layers = record.layers;
  if (direction == Direction::to_server) {
    return {layers.realm, layers.source, layers.source_mac, layers.destination,
            layers.destination_mac};
  }
  return {layers.realm, layers.destination, layers.destination_mac, layers.source,
          layers.source_mac};
}

void push_text(std::vector<Value>& values, std::string_view text) {
  if (!text.empty()) values.push_back(Value::text(text));
}

void append_label(const Record& record, const Stations& ends, FieldId id, Scratch& scratch) {
  if (record.site == nullptr) return;
  const bool of_client = id == sg::client_role || id == sg::client_zone || id == sg::client_name;
  const site::Labels labels =
      of_client ? record.site->labels(ends.realm, ends.client_ip, ends.client_mac)
                : record.site->labels(ends.realm, ends.server_ip, ends.server_mac);
  if (id == sg::client_role || id == sg::server_role) {
    for (const std::string& role : labels.roles()) push_text(scratch.values, role);
  } else if (id == sg::client_zone || id == sg::server_zone) {
    push_text(scratch.values, labels.zone_name());
  } else {
    push_text(scratch.values, labels.name());
  }
}

/// The fields that PDUs and conversations have alike.
void append_ends(const Record& record, Direction direction, FieldId id, Scratch& scratch) {
  if (id == sg::realm) {
    if (record.site == nullptr) return;
    return push_text(scratch.values, record.site->name_of(record.layers.realm));
  }
  const Stations ends = stations(record, direction);
  if (id != sg::client_ip && id != sg::server_ip) return append_label(record, ends, id, scratch);
  const IpAddress& ip = id == sg::client_ip ? ends.client_ip : ends.server_ip;
  if (!ip.is_none()) scratch.values.push_back(Value::ip(ip));
}

void append_recognised(const Record& record, FieldId id, Scratch& scratch) {
  const auto& [application, direction] = *record.recognised;
  switch (id) {
    case sg::app:
      push_text(scratch.values, application.carrier);
      return push_text(scratch.values, application.name);
    case sg::app_category:
      return push_text(scratch.values, application.category);
    case sg::risk:
      for (const std::string_view risk : application.risks) push_text(scratch.values, risk);
      return;
    default:
      return append_ends(record, direction, id, scratch);
  }
}

void append_access(const Access& access, FieldId id, Scratch& scratch) {
  switch (id) {
    case sg::object:
      push_text(scratch.values, scratch.arena.copy(to_text(access.object)));
      break;
    case sg::unit:
      if (!has_units(access.object.space)) break;
      scratch.values.push_back(Value::number(access.object.unit));
      break;
    case sg::address:
      if (access.object.space != ObjectSpace::none) {
        scratch.values.push_back(Value::number(access.object.first));
      }
      break;
    case sg::written_value:
      for (std::size_t i = 0; access.is_write && i < access.values.count; ++i) {
        const Value value = access.values.at(i);
        if (value.type() != ValueType::text) scratch.values.push_back(value);
      }
      break;
    default:
      break;
  }
}

void append_own(const Record& record, const Message& message, FieldId id, Scratch& scratch) {
  std::vector<Value>& values = scratch.values;
  switch (id) {
    case sg::protocol:
      return values.push_back(Value::text(to_text(message.protocol)));
    case sg::direction:
      return values.push_back(Value::text(to_text(message.direction)));
    case sg::operation:
      return values.push_back(Value::text(to_text(message.operation)));
    case sg::function:
      return push_text(values, message.function_name);
    case sg::outcome:
      if (!message.is_request() && message.outcome.kind != Outcome::Kind::pending) {
        values.push_back(Value::text(to_text(message.outcome.kind)));
      }
      return;
    case sg::anomaly:
      for (const Anomaly& anomaly : message.anomalies) push_text(values, anomaly.spec->name);
      return;
    case sg::latency:
      if (!message.is_request() && message.request_packet != 0) {
        values.push_back(Value::duration(message.latency));
      }
      return;
    case sg::object:
    case sg::unit:
    case sg::address:
    case sg::written_value:
      for (const Access& access : message.accesses) append_access(access, id, scratch);
      return;
    case sg::app:
    case sg::app_category:
    case sg::risk:
      return;  // of conversations
    default:
      return append_ends(record, message.direction, id, scratch);
  }
}

}  // namespace

void append_values(const Record& record, FieldId id, Scratch& scratch) {
  if (id < field_block::sightglass) {
    scratch.fields.clear();
    append_packet_field(record.layers, id, scratch.fields);
    for (const Field& field : scratch.fields) scratch.values.push_back(field.value);
    return;
  }
  if (record.recognised != nullptr) return append_recognised(record, id, scratch);
  for (const Message* message : record.messages) {
    if (id < sg::end) {
      append_own(record, *message, id, scratch);
      continue;
    }
    for (const Field& field : message->fields()) {
      if (field.id == id) scratch.values.push_back(field.value);
    }
  }
}

bool occurs(const Record& record, FieldId id, Scratch& scratch) {
  const std::size_t before = scratch.values.size();
  append_values(record, id, scratch);
  const bool found = scratch.values.size() > before;
  scratch.values.resize(before);
  return found;
}

}  // namespace sightglass::filter
