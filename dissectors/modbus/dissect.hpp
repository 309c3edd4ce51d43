// Modbus/TCP and Modbus RTU over TCP: what its messages say, and which answer belongs to which
// request.
#pragma once

#include <memory>

#include "dissectors/dissector.hpp"

namespace sightglass::modbus {

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings);
std::unique_ptr<Dissector> make_rtu_dissector(const DissectorSettings& settings);

}  // namespace sightglass::modbus
