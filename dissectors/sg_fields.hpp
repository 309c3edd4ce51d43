// Our own fields: what Sightglass knows of a PDU beyond its bytes.
#pragma once

#include "dissectors/field.hpp"

namespace sightglass::sg {

enum Id : FieldId {
  protocol = field_block::sightglass,
  direction,
  operation,
  function,
  outcome,
  anomaly,
  object,
  unit,
  address,
  written_value,
  latency,
  client_ip,
  server_ip,
  client_role,
  server_role,
  client_zone,
  server_zone,
  client_name,
  server_name,
  end,
};

inline constexpr FieldSpec fields[] = {
    {protocol, "sg.protocol", ValueType::text, 0, Display::none, "",
     "Name of the application protocol of the PDU, confirmed by its content."},
    {direction, "sg.direction", ValueType::text, 0, Display::none, "",
     "Which way the PDU goes: to_server or to_client."},
    {operation, "sg.operation", ValueType::text, 0, Display::none, "",
     "What the PDU does, in words that hold for every protocol: read, write, restart ..."},
    {function, "sg.function", ValueType::text, 0, Display::none, "",
     "The protocol's name and number of the function or service."},
    {outcome, "sg.outcome", ValueType::text, 0, Display::none, "",
     "What a response says of its request: accepted or refused."},
    {anomaly, "sg.anomaly", ValueType::text, 0, Display::none, "",
     "Name of each malformation found in the PDU."},
    {object, "sg.object", ValueType::text, 0, Display::none, "",
     "Each object the PDU touches, in words; responses carry their request's."},
    {unit, "sg.unit", ValueType::unsigned_integer, 32, Display::dec, "",
     "Unit identifier of each object the PDU touches."},
    {address, "sg.address", ValueType::unsigned_integer, 32, Display::dec, "",
     "First address of each object the PDU touches, as the protocol counts (Modbus: from 0)."},
    {written_value, "sg.written_value", ValueType::real, 0, Display::none, "",
     "Each number the PDU writes, signed or a fraction where the protocol says so."},
    {latency, "sg.latency", ValueType::duration, 0, Display::none, "s",
     "Time from a request to this response."},
    {client_ip, "sg.client.ip", ValueType::ipv4, 0, Display::none, "",
     "Address of the station that sends the requests."},
    {server_ip, "sg.server.ip", ValueType::ipv4, 0, Display::none, "",
     "Address of the station that answers."},
    {client_role, "sg.client.role", ValueType::text, 0, Display::none, "",
     "Roles of the client in the site file."},
    {server_role, "sg.server.role", ValueType::text, 0, Display::none, "",
     "Roles of the server in the site file."},
    {client_zone, "sg.client.zone", ValueType::text, 0, Display::none, "",
     "Zone of the client in the site file."},
    {server_zone, "sg.server.zone", ValueType::text, 0, Display::none, "",
     "Zone of the server in the site file."},
    {client_name, "sg.client.name", ValueType::text, 0, Display::none, "",
     "Name of the client in the site file."},
    {server_name, "sg.server.name", ValueType::text, 0, Display::none, "",
     "Name of the server in the site file."},
};

}  // namespace sightglass::sg
