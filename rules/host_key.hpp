// Who somebody is, over all that is counted and remembered.
#pragma once

#include <compare>

#include "rules/observation.hpp"

namespace sightglass {

/// The address, or the MAC where there is none; in its realm.
struct HostKey {
  Realm realm;
  IpAddress ip;
  MacAddress mac;  ///< zero with an address
  auto operator<=>(const HostKey&) const = default;
};

inline HostKey host_key(const Station& station) {
  return station.ip.is_none() ? HostKey{station.realm, {}, station.mac}
                              : HostKey{station.realm, station.ip, {}};
}

}  // namespace sightglass
