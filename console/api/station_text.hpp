// How the API names a host.
#pragma once

#include <string>

#include "rules/observation.hpp"

namespace sightglass::console {

/// The address, or the MAC where there is none; "" for nobody.
inline std::string station_text(const Station& station) {
  if (!station.ip.is_none()) return to_text(station.ip);
  return station.mac.bits == 0 ? "" : to_text(station.mac);
}

}  // namespace sightglass::console
