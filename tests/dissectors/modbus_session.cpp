#include "tests/dissectors/modbus_session.hpp"

#include "dissectors/modbus/dissect.hpp"

namespace sightglass {

std::vector<std::uint8_t> modbus_adu(std::string_view pdu, unsigned transaction, unsigned unit) {
  const auto body = from_hex(pdu);
  const auto byte = [](std::size_t value) { return static_cast<std::uint8_t>(value); };
  const std::size_t length = body.size() + 1;
  std::vector<std::uint8_t> bytes = {byte(transaction >> 8), byte(transaction), 0,         0,
                                     byte(length >> 8),      byte(length),      byte(unit)};
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

ModbusSession::ModbusSession() : DissectorSession(modbus::make_dissector, "modbus.") {}

Said ModbusSession::request(std::string_view pdu, unsigned transaction, unsigned unit) {
  return feed(Direction::to_server, modbus_adu(pdu, transaction, unit));
}

Said ModbusSession::response(std::string_view pdu, unsigned transaction, unsigned unit) {
  return feed(Direction::to_client, modbus_adu(pdu, transaction, unit));
}

}  // namespace sightglass
