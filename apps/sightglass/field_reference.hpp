// docs/fields.md: the field table as a document.
#pragma once

#include <string>

namespace sightglass {

/// Markdown, one table per protocol, generated from the field table; docs/fields.md is this text.
std::string field_reference();

}  // namespace sightglass
