#pragma once

#include <string>

#include "dissectors/bytes.hpp"

namespace sightglass {

/// Two lower-case hexadecimal digits for each byte, nothing between them.
std::string hex_text(Bytes bytes);

}  // namespace sightglass
