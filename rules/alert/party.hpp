// The stations of a conversation as people know them.
#pragma once

#include <string>

#include "rules/alert/alert.hpp"
#include "rules/observation.hpp"
#include "rules/site/site.hpp"

namespace sightglass {

/// The station with the site file's label.
Party party_of(const site::Site& site, const Station& station, std::uint16_t port);

/// "192.168.10.20", or the MAC address where there is no IP: identity, never a label. Outside of
/// the main realm "cell-2/192.168.10.20"; of a party, whose alert says the realm, without it.
std::string address_text(const Station& station);
std::string address_text(const Party& party);

/// "HMI-1 (192.168.10.20)", or the address alone.
std::string full_name(const Party& party);
/// "HMI-1", or the address.
std::string short_name(const Party& party);

}  // namespace sightglass
