// The unit last: people think of the register first.
#include "rules/alert/object_text.hpp"

namespace sightglass {

std::string spoken_object(const Object& object) {
  const std::string unit = "unit " + std::to_string(object.unit);
  const std::string text = to_text(object);
  if (text.size() <= unit.size() + 1) return text;
  return text.substr(unit.size() + 1) + " of " + unit;
}

}  // namespace sightglass
