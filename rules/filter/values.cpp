// Our own fields derived from the envelope; the rest is looked up.
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

Stations stations(const Record& record, const Message& message) {
  const Layers& layers = record.layers;
  if (message.direction == Direction::to_server) {
    return {layers.realm, layers.source, layers.source_mac, layers.destination,
            layers.destination_mac};
  }
  return {layers.realm, layers.destination, layers.destination_mac, layers.source,
          layers.source_mac};
}

void push_text(std::vector<Value>& values, std::string_view text) {
  if (!text.empty()) values.push_back(Value::text(text));
}

void append_label(const Record& record, const Message& message, FieldId id, Scratch& scratch) {
  if (record.site == nullptr) return;
  const Stations ends = stations(record, message);
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
    case sg::client_ip:
    case sg::server_ip: {
      const Stations ends = stations(record, message);
      const IpAddress& ip = id == sg::client_ip ? ends.client_ip : ends.server_ip;
      if (!ip.is_none()) values.push_back(Value::ip(ip));
      return;
    }
    case sg::realm:
      if (record.site != nullptr) push_text(values, record.site->name_of(record.layers.realm));
      return;
    case sg::object:
    case sg::unit:
    case sg::address:
    case sg::written_value:
      for (const Access& access : message.accesses) append_access(access, id, scratch);
      return;
    default:
      return append_label(record, message, id, scratch);
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
