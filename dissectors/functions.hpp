// The functions and services of every protocol, as a list: what this build knows of them, and how
// far it reads them. The reference of the protocols is made of it.
#pragma once

#include <vector>

#include "dissectors/message.hpp"

namespace sightglass {

/// How far the messages of a function are read.
enum class Depth : std::uint8_t {
  decoded,  ///< all that its specification lays out
  partly,   ///< its beginning; what follows is shown as bytes
  named,    ///< recognised; what it carries is shown as bytes
};
std::string_view to_text(Depth depth);  ///< "decoded", "partly", "named only"

struct Function {
  Protocol protocol;
  std::string_view name;  ///< as Message::function_name says it; static text
  Operation operation;
  Depth depth;
};

/// Every function that a message can be of, unreadable ones excepted, protocol by protocol.
std::vector<Function> known_functions();

}  // namespace sightglass
