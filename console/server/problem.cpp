#include "console/server/problem.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace sightglass::console {
namespace {

/// The page is ours whole: scripts, styles and pictures are files of ours, nothing is inline, and
/// nobody frames it.
constexpr std::pair<std::string_view, std::string_view> kSecurityHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
     "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
     "frame-ancestors 'none'"},
    {"Strict-Transport-Security", "max-age=31536000"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
    {"Cache-Control", "no-store"},
};

}  // namespace

Response problem(unsigned status, std::string_view title, std::string_view detail,
                 const std::vector<FieldError>& errors) {
  boost::json::object document{
      {"type", "about:blank"}, {"title", title}, {"status", status}, {"detail", detail}};
  if (!errors.empty()) {
    boost::json::array list;
    for (const auto& [field, sentence] : errors) {
      list.push_back({{"field", field}, {"detail", sentence}});
    }
    document["errors"] = std::move(list);
  }
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = boost::json::serialize(document);
  return response;
}

void add_security_headers(Response& response) {
  for (const auto& [name, value] : kSecurityHeaders) {
    response.headers.try_emplace(std::string(name), value);
  }
}

}  // namespace sightglass::console
