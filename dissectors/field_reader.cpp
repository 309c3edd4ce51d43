#include "dissectors/field_reader.hpp"

namespace sightglass {

void FieldReader::report(FieldId id, const Value& value, std::size_t at, std::size_t length) {
  if (place_.is_derived) at = length = 0;
  fields_->push_back({id, value,
                      static_cast<std::uint32_t>(at + (place_.is_derived ? 0 : place_.base)),
                      static_cast<std::uint32_t>(length)});
}

}  // namespace sightglass
