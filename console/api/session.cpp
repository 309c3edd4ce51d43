// Setting up, signing in, one's own sessions and password.
#include <boost/json/array.hpp>

#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"
#include "console/api/refusals.hpp"
#include "console/server/gate.hpp"
#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kTokenMost = 128;
constexpr std::size_t kAgentMost = 200;

Response signed_in(const Accounts::SignedIn& result, unsigned status) {
  if (!result.session) return refused(result.refusal);
  Response response = answer({{"user", result.session->user},
                              {"role", to_text(result.session->role)},
                              {"csrf", result.session->csrf}},
                             status);
  response.headers["Set-Cookie"] = session_cookie(result.token);
  return response;
}

std::string_view agent_of(const Call& call) {
  return call.request.header("user-agent").substr(0, kAgentMost);
}

}  // namespace

Response setup_state(Services& services, const Call&) {
  return answer({{"needed", services.accounts.setup_needed()}});
}

Response set_up(Services& services, const Call& call) {
  BodyReader body(call.body);
  const std::string token = body.required_text("token", kTokenMost);
  const std::string user = body.required_text("user", kUserNameMost);
  const std::string password = body.required_text("password", kPasswordMost);
  if (!body.ok()) return body.refusal();
  return signed_in(
      services.accounts.set_up(token, user, password, call.request.peer, agent_of(call)), 201);
}

Response sign_in(Services& services, const Call& call) {
  BodyReader body(call.body);
  const std::string user = body.required_text("user", kUserNameMost);
  const std::string password = body.required_text("password", kPasswordMost);
  if (!body.ok()) return body.refusal();
  return signed_in(services.accounts.sign_in(user, password, call.request.peer, agent_of(call)),
                   200);
}

Response who_am_i(Services&, const Call& call) {
  const Session& session = *call.session;
  return answer({{"user", session.user}, {"role", to_text(session.role)}, {"csrf", session.csrf}});
}

Response sign_out(Services& services, const Call& call) {
  services.accounts.sign_out(*call.session, call.request.peer);
  Response response = nothing();
  response.headers["Set-Cookie"] = ended_session_cookie();
  response.headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
  return response;
}

Response own_sessions(Services& services, const Call& call) {
  json::array items;
  for (const Session& session : services.accounts.sessions_of(call.session->user)) {
    items.push_back({{"id", session.id},
                     {"started", time_text(session.started)},
                     {"last_used", time_text(session.last_used)},
                     {"address", session.address},
                     {"agent", session.agent},
                     {"current", session.id == call.session->id}});
  }
  return answer({{"items", std::move(items)}});
}

Response end_session(Services& services, const Call& call) {
  if (!services.accounts.revoke(call.session->user, call.parameter, call.request.peer)) {
    return problem(404, "There is no such session", "It may have ended already.");
  }
  return nothing();
}

Response change_own_password(Services& services, const Call& call) {
  BodyReader body(call.body);
  const std::string old = body.required_text("old", kPasswordMost);
  const std::string fresh = body.required_text("new", kPasswordMost);
  if (!body.ok()) return body.refusal();
  const Session& session = *call.session;
  const Refusal wrong = services.accounts.confirm_password(session.user, old, call.request.peer);
  // Not 401: the session stands, and a page would take that for its end.
  if (wrong.why == Refusal::Why::credentials) {
    return problem(422, "The old password is wrong", "",
                   {{"old", "It is not this user's password, or it was wrong too often lately."}});
  }
  if (!wrong.ok()) return refused(wrong);
  const Refusal refusal = services.accounts.change_password(session.user, fresh, session.id,
                                                            session.user, call.request.peer);
  return refusal.ok() ? nothing() : refused(refusal, "new");
}

}  // namespace sightglass::console
