// The reference of the protocols: each function, how far it is read, and captures that show it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dissectors/functions.hpp"

namespace sightglass {

/// A function, or several that share a name but for their number, joined: "Reserved function (9,
/// 10)".
struct ListedFunction {
  Protocol protocol;
  std::string name;
  Operation operation;
  Depth depth;
  /// Captures: first those in which it is accepted, of them those that show most of the protocol.
  std::vector<std::string> shown_by;
};

/// The captures that show a function, and whether it is accepted in them.
using Captures = std::map<std::string, bool>;
/// By protocol and name of the function.
using Shown = std::map<std::pair<Protocol, std::string>, Captures>;

/// Adds what the capture `name` at `path` shows. False when it is no capture.
bool add_shown(const std::string& path, const std::string& name, Shown& shown);

/// What of `shown` known_functions() does not list: empty, or the list is wrong.
std::vector<std::string> unlisted(const Shown& shown);

std::vector<ListedFunction> protocol_reference(const Shown& shown);

}  // namespace sightglass
