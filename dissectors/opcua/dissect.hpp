// OPC UA binary over TCP as a protocol of the registry.
#pragma once

#include <memory>

#include "dissectors/dissector.hpp"

namespace sightglass::opcua {

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings);

}  // namespace sightglass::opcua
