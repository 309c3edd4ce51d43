// What every request passes before an endpoint sees it, and every answer on its way out.
#pragma once

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "console/api/routes.hpp"
#include "console/server/idempotency.hpp"
#include "console/server/pages.hpp"

namespace sightglass::console {

inline constexpr std::string_view kSessionCookie = "__Host-sightglass";
/// The value of Set-Cookie that begins, or ends, a session.
std::string session_cookie(std::string_view token);
std::string ended_session_cookie();

/// What was turned away, by reason.
struct GateCounters {
  std::atomic<std::uint64_t> wrong_host{0}, wrong_origin{0}, wrong_csrf{0};
  std::atomic<std::uint64_t> not_signed_in{0}, role_too_low{0};
  std::atomic<std::uint64_t> bad_bodies{0}, failures{0}, unavailable{0}, repeated{0};
};

/// In this order: the host name is one of ours; the route exists; the session stands; the role
/// suffices; a change comes from our own page (Origin, Sec-Fetch-Site) and carries the session's
/// CSRF token; the body is a JSON object; a repeated Idempotency-Key gets the first answer.
/// Thread-safe; never throws.
class Gate {
 public:
  /// `names`: host names besides localhost and the address the client connected to.
  Gate(Services& services, const Pages& pages, const std::vector<std::string>& names);

  Response operator()(const Request& request);

  const GateCounters& counters() const { return counters_; }

 private:
  bool is_our_host(const Request& request) const;
  Response api(const Request& request);
  Response for_route(const Request& request, const Route& route, std::string parameter);
  bool is_from_our_page(const Request& request);
  Response run(const Route& route, const Call& call);

  Services& services_;
  const Pages& pages_;
  std::set<std::string, std::less<>> names_;
  Idempotency idempotency_;
  GateCounters counters_;
};

}  // namespace sightglass::console
