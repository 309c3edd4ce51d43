// Modbus/TCP: what its messages say, and which answer belongs to which request.
#pragma once

#include <memory>

#include "dissectors/dissector.hpp"

namespace sightglass::modbus {

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings);

}  // namespace sightglass::modbus
