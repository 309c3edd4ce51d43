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

/// The bytes of such a packet (Ethernet, IPv4 or IPv6, TCP); `layers` gets the offsets into them.
inline std::vector<std::uint8_t> write_frame(Layers& layers) {
  std::vector<std::uint8_t> frame;
  const auto put = [&frame](std::uint64_t value, std::size_t size) {
    while (size-- > 0) frame.push_back(static_cast<std::uint8_t>(value >> (8 * size)));
  };
  const auto put_bytes = [&frame](Bytes bytes) {
    frame.insert(frame.end(), bytes.begin(), bytes.end());
  };
  const bool v6 = layers.network == NetworkLayer::ipv6;
  put(layers.destination_mac.bits, 6);
  put(layers.source_mac.bits, 6);
  put(v6 ? 0x86dd : 0x0800, 2);
  layers.network_offset = static_cast<std::uint32_t>(frame.size());
  put(v6 ? 0x6000'0000'0014'0640 : 0x4500'0028'0000'0000, 8);  // length 20 and TCP; 40
  if (!v6) put(0x4006'0000, 4);                                // time to live 64, TCP
  put_bytes(layers.source.bytes());
  put_bytes(layers.destination.bytes());
  layers.transport_offset = static_cast<std::uint32_t>(frame.size());
  put(layers.source_port, 2);
  put(layers.destination_port, 2);
  put(0, 8);
  put(0x5000u | layers.tcp_flags, 2);
  put(0, 6);
  layers.payload_offset = static_cast<std::uint32_t>(frame.size());
  return frame;
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
    message.at_hand = fields;
    message.accesses = accesses;
    message.anomalies = anomalies;
    return message;
  }
};

}  // namespace sightglass::test
