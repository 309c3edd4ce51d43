#include "dissectors/field_reader.hpp"

#include <algorithm>

namespace sightglass {

void FieldReader::report(FieldId id, const Value& value, std::size_t at, std::size_t length) {
  if (place_.is_derived) return fields_->push_back({id, value, 0, 0});
  const std::size_t end = in_.offset() + in_.remaining();
  at = std::min(at, end);
  length = std::min(length, end - at);
  fields_->push_back({id, value, static_cast<std::uint32_t>(place_.base + at),
                      static_cast<std::uint32_t>(length)});
}

}  // namespace sightglass
