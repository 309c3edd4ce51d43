#include "sensor/packet/realm_finder.hpp"

#include <algorithm>

namespace sightglass {

Realm RealmFinder::find(const Layers& layers) {
  const Places& places = places_of(layers.interface);
  std::uint8_t place = layers.vlan_count == 0 ? places[kUntagged] : kNone;
  for (std::size_t tag = 0; tag < layers.vlan_count; ++tag) {
    place = std::min(place, places[layers.vlan_id(tag)]);
  }
  return place == kNone ? Realm{} : (*realms_)[place].realm;
}

const RealmFinder::Places& RealmFinder::places_of(std::uint32_t interface) {
  if (interface >= places_.size()) places_.resize(interface + std::size_t{1});
  std::unique_ptr<Places>& places = places_[interface];
  if (places == nullptr) places = make_places(interface);
  return *places;
}

std::unique_ptr<RealmFinder::Places> RealmFinder::make_places(std::uint32_t interface) const {
  auto places = std::make_unique<Places>();
  places->fill(kNone);
  const bool is_known = interfaces_ != nullptr && interface < interfaces_->size();
  const std::string_view name = is_known ? std::string_view{(*interfaces_)[interface].name} : "";
  // From the last to the first, which is to have the last word.
  for (std::size_t index = realms_->size(); index-- > 0;) {
    const site::RealmOf& realm = (*realms_)[index];
    const bool is_elsewhere = !realm.interfaces.empty() &&
                              std::ranges::find(realm.interfaces, name) == realm.interfaces.end();
    if (is_elsewhere) continue;
    const auto place = static_cast<std::uint8_t>(index);
    if (realm.vlans.empty()) places->fill(place);
    for (const site::RealmOf::Vlans& vlans : realm.vlans) {
      std::fill(places->begin() + vlans.first, places->begin() + vlans.last + 1, place);
    }
  }
  return places;
}

}  // namespace sightglass
