// Objects as they are described: their class, attributes and relations, and the objects in them.
#pragma once

#include <cstdint>

#include "dissectors/s7comm/plus/contents.hpp"

namespace sightglass::s7comm::plus {

/// The outermost of the objects that are described.
struct Root {
  std::uint32_t relation = 0;
  std::uint32_t class_id = 0;
};

/// Whether the description of an object, or of what belongs to one, begins here.
bool begins_object(const Contents& contents);

/// Reads the objects that are described here, as far as they go.
Root read_objects(Contents& contents);

}  // namespace sightglass::s7comm::plus
