// The endpoints, by resource: each group stands in the file of that name.
#pragma once

#include "console/api/routes.hpp"

namespace sightglass::console {

// session.cpp: setting up, signing in, one's own sessions and password
Response setup_state(Services& services, const Call& call);
Response set_up(Services& services, const Call& call);
Response sign_in(Services& services, const Call& call);
Response who_am_i(Services& services, const Call& call);
Response sign_out(Services& services, const Call& call);
Response own_sessions(Services& services, const Call& call);
Response end_session(Services& services, const Call& call);
Response change_own_password(Services& services, const Call& call);

// alerts.cpp
Response list_alerts(Services& services, const Call& call);
Response one_alert(Services& services, const Call& call);
Response export_alerts(Services& services, const Call& call);

// evidence.cpp
Response evidence(Services& services, const Call& call);

// triage.cpp
Response triage_alert(Services& services, const Call& call);
Response note_alert(Services& services, const Call& call);
Response triage_many(Services& services, const Call& call);
Response hold_alert(Services& services, const Call& call);

// events.cpp
Response events(Services& services, const Call& call);

// health.cpp
Response health(Services& services, const Call& call);

// baseline.cpp
Response baseline(Services& services, const Call& call);

// conversations.cpp
Response conversations(Services& services, const Call& call);
Response export_conversations(Services& services, const Call& call);

// visibility.cpp
Response visibility(Services& services, const Call& call);

// users.cpp
Response list_users(Services& services, const Call& call);
Response add_user(Services& services, const Call& call);
Response change_user(Services& services, const Call& call);

// audit.cpp
Response audit(Services& services, const Call& call);

// openapi.cpp
Response openapi(Services& services, const Call& call);

}  // namespace sightglass::console
