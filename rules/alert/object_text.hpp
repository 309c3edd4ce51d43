// Objects as sentences name them.
#pragma once

#include <string>

#include "dissectors/message.hpp"

namespace sightglass {

/// "holding register 40 of unit 1", "coils 0-9 of unit 1", "DB1.DBX4.0"; "unit 1" for a unit alone.
std::string spoken_object(const Object& object);
/// What of its kind there is beside it: "holding register of unit 1", "data block".
std::string spoken_kind(const Object& object);
/// Where a function is used: "unit 1 of PLC-1", "PLC-1".
std::string spoken_place(Protocol protocol, const Object& unit, const std::string& server);

}  // namespace sightglass
