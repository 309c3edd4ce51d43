// The API's contract, as shipped: console/api/openapi.json.
#pragma once

#include <string_view>

namespace sightglass::console {

/// OpenAPI 3.1, JSON.
std::string_view openapi_document();

}  // namespace sightglass::console
