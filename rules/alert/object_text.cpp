// The unit last: people think of the register first.
#include "rules/alert/object_text.hpp"

namespace sightglass {

std::string spoken_object(const Object& object) {
  const std::string unit = "unit " + std::to_string(object.unit);
  const std::string text = to_text(object);
  if (!has_units(object.space) || text.size() <= unit.size() + 1) return text;
  return text.substr(unit.size() + 1) + " of " + unit;
}

std::string spoken_kind(const Object& object) {
  std::string text(to_text(object.space));
  if (has_units(object.space)) text += " of unit " + std::to_string(object.unit);
  return text;
}

std::string spoken_place(Protocol protocol, const Object& unit, const std::string& server) {
  return has_units(protocol) ? to_text(unit) + " of " + server : server;
}

}  // namespace sightglass
