// What the accounts refuse, as answers.
#pragma once

#include <string_view>

#include "console/server/accounts.hpp"
#include "console/server/http.hpp"

namespace sightglass::console {

/// `password_field`: what the password is called in this request.
Response refused(const Refusal& refusal, std::string_view password_field = "password");

}  // namespace sightglass::console
