// Objects as sentences name them.
#pragma once

#include <string>

#include "dissectors/message.hpp"

namespace sightglass {

/// "holding register 40 of unit 1", "coils 0-9 of unit 1"; "unit 1" for a unit alone.
std::string spoken_object(const Object& object);

}  // namespace sightglass
