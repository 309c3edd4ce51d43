// Users, for administrators.
#include <boost/json/array.hpp>

#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"
#include "console/api/refusals.hpp"
#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

constexpr std::size_t kRoleMost = 16;

boost::json::object user_json(const User& user) {
  return {{"name", user.name},
          {"role", to_text(user.role)},
          {"disabled", user.disabled},
          {"created", time_text(user.created)}};
}

std::optional<Role> read_role(BodyReader& body, const std::string& text) {
  std::optional<Role> role = parse_role(text);
  if (!role) body.wrong("role", "It must be viewer, analyst, engineer or admin.");
  return role;
}

}  // namespace

Response list_users(Services& services, const Call&) {
  boost::json::array items;
  for (const User& user : services.accounts.users()) items.push_back(user_json(user));
  return answer({{"items", std::move(items)}});
}

Response add_user(Services& services, const Call& call) {
  BodyReader body(call.body);
  const std::string name = body.required_text("user", kUserNameMost);
  const std::string password = body.required_text("password", kPasswordMost);
  const std::optional<Role> role = read_role(body, body.required_text("role", kRoleMost));
  if (!body.ok()) return body.refusal();
  const Refusal refusal = services.accounts.add_user(name, role.value_or(Role::viewer), password,
                                                     call.session->user, call.request.peer);
  if (!refusal.ok()) return refused(refusal);
  const std::optional<User> user = services.accounts.user(name);
  return user ? answer(user_json(*user), 201) : problem(404, "There is no such user");
}

Response change_user(Services& services, const Call& call) {
  BodyReader body(call.body);
  const std::optional<bool> disabled = body.boolean("disabled");
  const std::optional<std::string> password = body.text("password", kPasswordMost);
  std::optional<Role> role;
  if (const auto text = body.text("role", kRoleMost)) role = read_role(body, *text);
  if (!role && !disabled && !password) body.wrong("role", "Nothing is to be changed.");
  if (!body.ok()) return body.refusal();

  Refusal refusal;
  const std::string& name = call.parameter;
  if (password) {
    refusal = services.accounts.change_password(name, *password, "", call.session->user,
                                                call.request.peer);
  }
  if (refusal.ok() && (role || disabled)) {
    refusal =
        services.accounts.change_user(name, role, disabled, call.session->user, call.request.peer);
  }
  if (!refusal.ok()) return refused(refusal);
  const std::optional<User> user = services.accounts.user(name);
  return user ? answer(user_json(*user)) : problem(404, "There is no such user");
}

}  // namespace sightglass::console
