// Names are for display only: keys and ids use addresses.
#include "rules/alert/party.hpp"

namespace sightglass {

Party party_of(const site::Site& site, const Station& station, std::uint16_t port) {
  const site::Labels labels = site.labels(station.realm, station.ip, station.mac);
  Party party{station.ip, station.mac, port, std::string(labels.name()), ""};
  if (!labels.roles().empty()) party.role = labels.roles().front();
  return party;
}

std::string address_text(const Station& station) {
  const std::string address = station.ip.is_none() ? to_text(station.mac) : to_text(station.ip);
  return station.realm.is_main() ? address : std::string(station.realm.name()) + '/' + address;
}

std::string address_text(const Party& party) { return address_text(Station{party.ip, party.mac}); }

std::string full_name(const Party& party) {
  return party.name.empty() ? address_text(party) : party.name + " (" + address_text(party) + ")";
}

std::string short_name(const Party& party) {
  return party.name.empty() ? address_text(party) : party.name;
}

}  // namespace sightglass
