// Live updates over Server-Sent Events.
#include "console/server/events.hpp"

#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"

namespace sightglass::console {

namespace {

bool stands(Accounts& accounts, const std::string& session) {
  try {
    return accounts.stands(session);
  } catch (const DatabaseError&) {
    return true;  // asked again at the next heartbeat
  }
}

}  // namespace

Response events(Services& services, const Call& call) {
  std::optional<std::uint64_t> last;
  if (const std::string_view id = call.request.header("last-event-id"); !id.empty()) {
    last = parse_number(id);
    // Not one of ours: whatever was seen before is not known here.
    if (!last) last = ~std::uint64_t{0};
  }
  const std::string session = call.session->id;
  Response response;
  response.events = services.events.subscribe(
      last, session,
      [&accounts = services.accounts, session] { return stands(accounts, session); });
  if (!response.events) {
    response = problem(429, "Too many open event streams",
                       "A session may have " + std::to_string(kStreamsPerSession) + " at once.");
    response.headers["Retry-After"] = "5";
    return response;
  }
  response.content_type = "text/event-stream";
  return response;
}

}  // namespace sightglass::console
