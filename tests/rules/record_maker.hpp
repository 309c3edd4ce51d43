// Packets and PDUs made by hand, for tests of conditions and rules.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "dissectors/sg_fields.hpp"
#include "rules/filter/record.hpp"

namespace sightglass::test {

/// 192.168.1.10:49152 -> 192.168.1.50:502 over Ethernet and TCP, ACK set, frame 7.
inline Layers tcp_packet() {
  Layers layers;
  layers.packet_number = 7;
  layers.original_length = 66;
  layers.has_ethernet = true;
  layers.source_mac = *parse_mac("00:80:f4:09:51:3b");
  layers.destination_mac = *parse_mac("02:00:00:00:00:50");
  layers.ether_type = 0x0800;
  layers.network = NetworkLayer::ipv4;
  layers.transport = TransportLayer::tcp;
  layers.ip_protocol = 6;
  layers.source = *parse_ip("192.168.1.10");
  layers.destination = *parse_ip("192.168.1.50");
  layers.source_port = 49152;
  layers.destination_port = 502;
  layers.tcp_flags = tcp_flag::ack;
  return layers;
}

/// A Modbus PDU with the fields given by name; a write request of holding register 40 by default.
struct Pdu {
  std::vector<Field> fields;
  std::vector<Access> accesses;
  std::vector<Anomaly> anomalies;
  Message message;

  explicit Pdu(std::initializer_list<std::pair<std::string_view, Value>> values = {}) {
    for (const auto& [name, value] : values) fields.push_back({find_field(name)->id, value, 0, 0});
    message.protocol = Protocol::modbus;
    message.operation = Operation::write;
    message.function = 6;
    message.function_name = "Write Single Register (6)";
  }
  Pdu(const Pdu&) = delete;
  Pdu& operator=(const Pdu&) = delete;

  const Message& ready() {
    message.fields = fields;
    message.accesses = accesses;
    message.anomalies = anomalies;
    return message;
  }
};

}  // namespace sightglass::test
