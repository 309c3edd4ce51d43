// Who somebody is, over all that is counted and remembered.
#pragma once

#include <compare>

#include "rules/observation.hpp"

namespace sightglass {

/// The address, or the MAC where there is none.
struct HostKey {
  IpAddress ip;
  MacAddress mac;  ///< zero with an address
  auto operator<=>(const HostKey&) const = default;
};

inline HostKey host_key(const Station& station) {
  return station.ip.is_none() ? HostKey{{}, station.mac} : HostKey{station.ip, {}};
}

}  // namespace sightglass
