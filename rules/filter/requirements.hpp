// What must be so before a condition can hold: lets an index pass over it without evaluating.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>

#include "dissectors/layers.hpp"
#include "dissectors/message.hpp"
#include "rules/filter/program.hpp"

namespace sightglass::filter {

inline constexpr std::size_t kFunctions = 256;  ///< function numbers; the last one: 255 and above

/// Packets by what rules on packets ask for first. TCP packets: bit 0 SYN, bit 1 FIN, bit 2 RST.
/// ICMP errors, and packets in tunnels or put together from fragments (`nested`), have headers of
/// more than one packet: any field may occur in them.
namespace packet_class {
inline constexpr std::size_t tcp = 0, arp = 8, udp = 9, icmp = 10, other = 11, nested = 12;
inline constexpr std::size_t count = 13;
}  // namespace packet_class

std::size_t packet_class_of(const Layers& layers);

constexpr std::size_t function_slot(std::uint32_t function) {
  return function < kFunctions ? function : kFunctions - 1;
}

/// The PDUs and packets for which a condition can hold: a superset, exact enough for an index. A
/// PDU or packet outside any one of the sets can not fulfil it.
struct Requirements {
  ProtocolSet protocols;
  std::bitset<kDirections> directions;
  std::bitset<kOperations> operations;
  std::bitset<kFunctions> functions;
  std::bitset<2> anomalous;  ///< PDUs without, and with anomalies
  std::bitset<packet_class::count> packets;
  std::bitset<2> group;     ///< packets to one station, and to many; unless nested
  std::bitset<2> fragment;  ///< packets that are whole, and fragments; unless ICMP or nested

  static Requirements everything();
  static Requirements nothing() { return {}; }
  Requirements operator&(const Requirements& other) const;
  Requirements operator|(const Requirements& other) const;

  /// `layers` is not asked for PDUs: their packets are all of one kind.
  bool admits(const Message& message) const {
    return protocols.test(static_cast<std::size_t>(message.protocol)) &&
           directions.test(static_cast<std::size_t>(message.direction)) &&
           operations.test(static_cast<std::size_t>(message.operation)) &&
           functions.test(function_slot(message.function)) &&
           anomalous.test(message.anomalies.empty() ? 0 : 1);
  }
};

/// Derived from the structure of the condition: `modbus.func_code in {5, 6}` requires Modbus and
/// functions 5 or 6; a negation of it requires nothing.
Requirements requirements_of(const Program& program);

/// The applications a condition names by their fields or `sg.protocol`, empty when it names none.
ProtocolSet named_applications(const Program& program);

}  // namespace sightglass::filter
