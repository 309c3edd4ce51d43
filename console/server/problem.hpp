// Errors as people and machines read them: RFC 9457 problem documents; and every answer's headers.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "console/server/http.hpp"

namespace sightglass::console {

/// What is wrong with one member of a request: its name, and a sentence.
using FieldError = std::pair<std::string, std::string>;

/// `{type, title, status, detail}`, and `errors` ([{field, detail}]) when there are some.
Response problem(unsigned status, std::string_view title, std::string_view detail = {},
                 const std::vector<FieldError>& errors = {});

/// Content security policy, transport security, and the others that every answer carries. What the
/// answer has set itself (Cache-Control) stays.
void add_security_headers(Response& response);

}  // namespace sightglass::console
