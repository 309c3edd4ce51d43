#include "console/api/routes.hpp"

#include "console/api/endpoints.hpp"

namespace sightglass::console {
namespace {

constexpr Access kAnyone = Access::anyone();
constexpr Access kViewer = Access::from(Role::viewer);
constexpr Access kAnalyst = Access::from(Role::analyst);
constexpr Access kAdmin = Access::from(Role::admin);

// The first that fits is taken: fixed paths stand before those with a parameter.
constexpr Route kRoutes[] = {
    {Method::get, "/setup", kAnyone, setup_state},
    {Method::post, "/setup", kAnyone, set_up},
    {Method::post, "/session", kAnyone, sign_in},
    {Method::get, "/session", kViewer, who_am_i},
    {Method::remove, "/session", kViewer, sign_out},
    {Method::post, "/session/password", kViewer, change_own_password},
    {Method::get, "/sessions", kViewer, own_sessions},
    {Method::remove, "/sessions/{id}", kViewer, end_session},
    {Method::get, "/alerts", kViewer, list_alerts},
    {Method::get, "/alerts/export", kViewer, export_alerts},
    {Method::post, "/alerts/triage", kAnalyst, triage_many},
    {Method::get, "/alerts/{id}", kViewer, one_alert},
    {Method::get, "/alerts/{id}/evidence", kViewer, evidence},
    {Method::post, "/alerts/{id}/triage", kAnalyst, triage_alert},
    {Method::post, "/alerts/{id}/notes", kAnalyst, note_alert},
    {Method::post, "/alerts/{id}/hold", kAnalyst, hold_alert},
    {Method::get, "/events", kViewer, events},
    {Method::get, "/health", kViewer, health},
    {Method::get, "/baseline", kViewer, baseline},
    {Method::get, "/conversations", kViewer, conversations},
    {Method::get, "/conversations/export", kViewer, export_conversations},
    {Method::get, "/visibility", kViewer, visibility},
    {Method::get, "/users", kAdmin, list_users},
    {Method::post, "/users", kAdmin, add_user},
    {Method::patch, "/users/{name}", kAdmin, change_user},
    {Method::get, "/audit", kAdmin, audit},
    {Method::get, "/openapi.json", kViewer, openapi},
};

/// Compares segment by segment; `{...}` takes any one that is not empty.
bool fits(std::string_view pattern, std::string_view path, std::string& parameter) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = pattern.substr(0, pattern.find('/', 1));
    const std::string_view given = path.substr(0, path.find('/', 1));
    if (wanted.starts_with("/{")) {
      if (given.size() < 2) return false;
      parameter = given.substr(1);
    } else if (wanted != given) {
      return false;
    }
    pattern.remove_prefix(wanted.size());
    path.remove_prefix(given.size());
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

Found find_route(Method method, std::string_view path) {
  Found found;
  for (const Route& route : kRoutes) {
    std::string parameter;
    if (!fits(route.path, path, parameter)) continue;
    if (route.method == method) return {&route, std::move(parameter), ""};
    if (!found.allowed.empty()) found.allowed += ", ";
    found.allowed += to_text(route.method);
  }
  return found;
}

}  // namespace sightglass::console
