// A Modbus/TCP session for tests.
#pragma once

#include "tests/dissectors/dissector_session.hpp"

namespace sightglass {

class ModbusSession : public DissectorSession {
 public:
  ModbusSession();

  /// An ADU with the header of transaction and unit; returns what it said.
  Said request(std::string_view pdu, unsigned transaction = 1, unsigned unit = 1);
  Said response(std::string_view pdu, unsigned transaction = 1, unsigned unit = 1);
};

std::vector<std::uint8_t> modbus_adu(std::string_view pdu, unsigned transaction = 1,
                                     unsigned unit = 1);

}  // namespace sightglass
