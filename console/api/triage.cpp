// What people decide about alerts.
#include "console/server/triage.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "console/api/alert_json.hpp"
#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"

namespace sightglass::console {
namespace {

constexpr std::size_t kWordMost = 32;

Response no_such_alert() {
  return problem(404, "There is no such alert", "It may have been removed by retention.");
}

/// The triage version out of an entity tag of the alert (`"revision.evidence-version"`). A rising
/// count is no reason to refuse a decision, so the rest is not compared.
std::optional<std::int64_t> version_of(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
  tag = tag.substr(1, tag.size() - 2);
  if (tag.ends_with('r')) tag.remove_suffix(1);
  const std::size_t dash = tag.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = parse_number(tag.substr(dash + 1));
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

/// Closing must say why, and of grave alerts also in words.
void check_determination(BodyReader& body, const TriageChange& change,
                         std::optional<Severity> gravest) {
  if (change.status != Status::closed) {
    if (!change.determination.empty()) {
      body.wrong("determination", "Only closing an alert determines what it was.");
    }
    return;
  }
  if (!is_determination(change.determination)) {
    body.wrong("determination",
               "Closing needs one of malicious, policy_breach, authorised_work, normal_learned, "
               "decoder_error, test, undetermined.");
  }
  if (gravest && *gravest <= Severity::high && change.text.empty()) {
    body.wrong("text", "Closing a critical or high alert needs a reason in words.");
  }
}

TriageChange read_change(Services& services, BodyReader& body, std::span<const AlertId> ids) {
  TriageChange change;
  const std::string status = body.required_text("status", kWordMost);
  change.status = parse_status(status);
  if (!change.status && !status.empty()) {
    body.wrong("status", "It is open, acknowledged, evaluating or closed.");
  }
  change.determination = body.text("determination", kWordMost).value_or("");
  change.text = body.text("text", kTriageTextMost).value_or("");
  change.assignee = body.text("assignee", kUserNameMost);
  if (change.assignee && !change.assignee->empty()) {
    const std::optional<User> user = services.accounts.user(*change.assignee);
    if (!user || user->disabled) body.wrong("assignee", "There is no such user.");
  }
  check_determination(body, change, services.index.gravest(ids));
  return change;
}

void tell(Services& services, const AlertId& id) {
  services.events.publish(0, "triage", "{\"id\":\"" + to_text(id) + "\"}");
}

Response changed(Services& services, const AlertId& id) {
  Alert alert;
  {
    Record::Lease reader = services.record.open();
    const StoreError error = reader->alert(id, alert);
    if (error.kind == StoreError::Kind::missing) return no_such_alert();
    require(error);
  }
  const Triage triage = read_triage(services.database, id);
  Response response = answer({{"triage", triage_json(triage)}});
  response.headers["ETag"] = alert_etag(alert, triage);
  return response;
}

Response answer_to(Services& services, const AlertId& id, TriageOutcome outcome) {
  switch (outcome) {
    case TriageOutcome::no_such_alert:
      return no_such_alert();
    case TriageOutcome::changed_since:
      return problem(412, "The alert has changed since",
                     "Somebody else triaged it or left a note. Look at it again.");
    case TriageOutcome::is_so_already:
      return problem(409, "It is so already", "The alert is held, or not held, as asked for.");
    case TriageOutcome::too_many_holds:
      return problem(409, "Too much is held",
                     std::to_string(kHoldsMost) + " alerts are held. Release some first.");
    case TriageOutcome::done:
      break;
  }
  tell(services, id);
  return changed(services, id);
}

Response apply(Services& services, const Call& call, const AlertId& id,
               std::optional<std::int64_t> version, const TriageChange& change) {
  return answer_to(
      services, id,
      change_triage(services.database, id, version, change, call.actor(services.clock)));
}

/// The version of the alert that was decided about, out of `If-Match`; or why it can not be used.
std::optional<Response> read_version(const Call& call, std::optional<std::int64_t>& version) {
  const std::string_view tag = call.request.header("if-match");
  if (tag.empty()) {
    return problem(428, "If-Match is missing",
                   "Send the ETag of the alert as it was when it was decided about.");
  }
  version = version_of(tag);
  if (!version) return problem(412, "The alert has changed since", "This is no ETag of it.");
  return std::nullopt;
}

}  // namespace

Response triage_alert(Services& services, const Call& call) {
  const std::optional<AlertId> id = parse_alert_id(call.parameter);
  if (!id || !services.index.gravest({&*id, 1})) return no_such_alert();
  std::optional<std::int64_t> version;
  if (auto refusal = read_version(call, version)) return std::move(*refusal);
  BodyReader body(call.body);
  const TriageChange change = read_change(services, body, {&*id, 1});
  if (!body.ok()) return body.refusal();
  return apply(services, call, *id, version, change);
}

Response hold_alert(Services& services, const Call& call) {
  const std::optional<AlertId> id = parse_alert_id(call.parameter);
  if (!id) return no_such_alert();
  std::optional<std::int64_t> version;
  if (auto refusal = read_version(call, version)) return std::move(*refusal);
  BodyReader body(call.body);
  const std::optional<bool> held = body.boolean("held");
  if (!held) body.wrong("held", "It is true to hold the alert, false to release it.");
  const std::string reason = body.required_text("text", kTriageTextMost);
  if (!body.ok()) return body.refusal();
  return answer_to(
      services, *id,
      change_hold(services.database, *id, version, *held, reason, call.actor(services.clock)));
}

Response note_alert(Services& services, const Call& call) {
  const std::optional<AlertId> id = parse_alert_id(call.parameter);
  if (!id) return no_such_alert();
  BodyReader body(call.body);
  TriageChange change;
  change.text = body.required_text("text", kTriageTextMost);
  if (!body.ok()) return body.refusal();
  return apply(services, call, *id, std::nullopt, change);
}

Response triage_many(Services& services, const Call& call) {
  BodyReader body(call.body);
  std::vector<AlertId> ids;
  for (const std::string& text : body.required_texts("ids", kBulkMost)) {
    if (const auto id = parse_alert_id(text)) {
      ids.push_back(*id);
    } else {
      body.wrong("ids", "An alert is named by 32 hexadecimal digits.");
      break;
    }
  }
  // Named twice is still one decision.
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const TriageChange change = read_change(services, body, ids);
  if (!body.ok()) return body.refusal();
  std::uint64_t done = 0;
  boost::json::array missing;
  for (const AlertId& id : ids) {
    const TriageOutcome outcome =
        change_triage(services.database, id, std::nullopt, change, call.actor(services.clock));
    if (outcome == TriageOutcome::done) {
      ++done;
      tell(services, id);
    } else {
      missing.emplace_back(to_text(id));
    }
  }
  return answer({{"changed", done}, {"missing", std::move(missing)}});
}

}  // namespace sightglass::console
