#include "console/server/gate.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <exception>
#include <utility>

#include "console/server/problem.hpp"
#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

constexpr std::size_t kBodyDepth = 16;
constexpr std::string_view kCookieRules = "; Secure; HttpOnly; SameSite=Strict; Path=/";

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// "[::1]:8443" and "name:8443" without the port.
std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  if (colon == std::string_view::npos) return host;
  if (bracket != std::string_view::npos && colon < bracket) return host;
  return host.substr(0, colon);
}

bool is_change(Method method) { return method != Method::get; }

/// Nothing when it is not a JSON object.
std::optional<boost::json::object> parse_body(const std::string& text) {
  if (text.empty()) return boost::json::object();
  boost::json::parse_options options;
  options.max_depth = kBodyDepth;
  boost::system::error_code code;
  boost::json::value value = boost::json::parse(text, code, {}, options);
  if (code || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

bool is_json(std::string_view content_type) {
  return lower(content_type.substr(0, content_type.find(';'))) == "application/json";
}

/// One of the tags in If-None-Match is the answer's.
bool already_known(std::string_view if_none_match, std::string_view tag) {
  return !tag.empty() && (if_none_match == "*" || if_none_match.find(tag) != if_none_match.npos);
}

Response only_if_changed(const Request& request, Response response) {
  const auto tag = response.headers.find("ETag");
  if (request.method != Method::get || response.status != 200 || tag == response.headers.end() ||
      !already_known(request.header("if-none-match"), tag->second)) {
    return response;
  }
  response.status = 304;
  response.body.clear();
  return response;
}

}  // namespace

std::string session_cookie(std::string_view token) {
  return std::string(kSessionCookie) + "=" + std::string(token) + std::string(kCookieRules);
}

std::string ended_session_cookie() {
  return std::string(kSessionCookie) + "=" + std::string(kCookieRules) + "; Max-Age=0";
}

Gate::Gate(Services& services, const Pages& pages, const std::vector<std::string>& names)
    : services_(services),
      pages_(pages),
      names_{"localhost"},
      idempotency_(services.database, services.clock) {
  for (const std::string& name : names) names_.insert(lower(name));
}

/// A page of somebody else's that resolves its own name to our address (DNS rebinding) is told
/// nothing: names must be ours, and a bare address the one that was really connected to.
bool Gate::is_our_host(const Request& request) const {
  const std::string host = lower(without_port(request.header("host")));
  return names_.contains(host) || (!host.empty() && host == without_port(request.local));
}

Response Gate::operator()(const Request& request) {
  Response response;
  try {
    if (!is_our_host(request)) {
      ++counters_.wrong_host;
      response = problem(421, "This console does not go by that name",
                         "Add the name to `names` in its configuration.");
    } else if (request.path == kApiRoot || request.path.starts_with("/api/")) {
      response = api(request);
    } else {
      response = pages_.answer(request);
    }
  } catch (const DatabaseError& error) {
    ++counters_.unavailable;
    response = problem(503, "The console's database does not answer", error.message);
  } catch (const RecordUnavailable& unavailable) {
    ++counters_.unavailable;
    response = problem(503, "The record can not be read", unavailable.message);
  } catch (const std::exception&) {
    ++counters_.failures;
    response = problem(500, "The console failed", "The failure is counted in Health.");
  }
  response = only_if_changed(request, std::move(response));
  add_security_headers(response);
  return response;
}

Response Gate::api(const Request& request) {
  const std::string_view path(request.path);
  Found found;
  if (path.starts_with(kApiRoot)) found = find_route(request.method, path.substr(kApiRoot.size()));
  if (found.route != nullptr) return for_route(request, *found.route, std::move(found.parameter));
  if (found.allowed.empty()) return problem(404, "There is no such resource");
  Response response = problem(405, "This can not be done to that resource");
  response.headers["Allow"] = found.allowed;
  return response;
}

/// Browsers say where a change comes from; what is no browser does not, and needs the token anyway.
bool Gate::is_from_our_page(const Request& request) {
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return false;
  const std::string_view origin = request.header("origin");
  return origin.empty() || origin == "https://" + std::string(request.header("host"));
}

Response Gate::for_route(const Request& request, const Route& route, std::string parameter) {
  Call call{request, std::nullopt, std::move(parameter), {}};
  const Role least = route.access.least();
  if (least != Role::nobody) {
    call.session = services_.accounts.session(request.cookie(kSessionCookie));
    if (!call.session) {
      ++counters_.not_signed_in;
      return problem(401, "Not signed in", "Sign in first; a session ends after a while.");
    }
    if (call.session->role < least) {
      ++counters_.role_too_low;
      return problem(403, "Your role does not allow this",
                     "It needs the role " + std::string(to_text(least)) + ".");
    }
  }
  if (is_change(request.method)) {
    if (!is_from_our_page(request)) {
      ++counters_.wrong_origin;
      return problem(403, "The request comes from another site");
    }
    if (call.session && !equal_secrets(request.header("x-csrf-token"), call.session->csrf)) {
      ++counters_.wrong_csrf;
      return problem(403, "The CSRF token is missing or wrong",
                     "Send the session's `csrf` in the header X-CSRF-Token.");
    }
  }
  if (!request.body.empty() && !is_json(request.header("content-type"))) {
    ++counters_.bad_bodies;
    return problem(415, "The body must be application/json");
  }
  std::optional<boost::json::object> body = parse_body(request.body);
  if (!body) {
    ++counters_.bad_bodies;
    return problem(400, "The body is no JSON object");
  }
  call.body = std::move(*body);
  return run(route, call);
}

Response Gate::run(const Route& route, const Call& call) {
  const std::string_view key = call.request.header("idempotency-key");
  if (route.method != Method::post || key.empty() || !call.session) {
    return route.endpoint(services_, call);
  }
  Idempotency::Claim claim = idempotency_.claim(call.session->user, key, call.request);
  if (claim.answered) {
    ++counters_.repeated;
    return std::move(*claim.answered);
  }
  Response response = route.endpoint(services_, call);
  claim.keep(response);
  return response;
}

}  // namespace sightglass::console
