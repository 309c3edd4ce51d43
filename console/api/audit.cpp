// The audit log, for administrators.
#include "console/server/audit.hpp"

#include <boost/json/array.hpp>

#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"
#include "rules/alert/json_text.hpp"

namespace sightglass::console {
namespace {
constexpr std::uint32_t kUsual = 100, kMost = 1000;
}  // namespace

Response audit(Services& services, const Call& call) {
  const auto limit = parse_limit(call.request.parameter("limit"), kUsual, kMost);
  const std::string_view after = call.request.parameter("after");
  const auto before = after.empty() ? std::optional<std::uint64_t>(0) : parse_number(after);
  if (!limit || !before) {
    return problem(400, "The page can not be found", "`after` and `limit` are numbers.");
  }
  const std::vector<AuditEntry> entries =
      read_audit(services.database, static_cast<std::int64_t>(*before), static_cast<int>(*limit));
  boost::json::array items;
  for (const AuditEntry& entry : entries) {
    items.push_back({{"number", entry.number},
                     {"time", time_text(entry.time)},
                     {"user", valid_utf8(entry.actor)},
                     {"address", entry.address},
                     {"action", entry.action},
                     {"subject", valid_utf8(entry.subject)},
                     {"before", valid_utf8(entry.before)},
                     {"after", valid_utf8(entry.after)}});
  }
  const bool more = entries.size() == *limit && entries.back().number > 1;
  // Only the first page pays for reading the whole chain.
  boost::json::object body{{"items", std::move(items)},
                           {"next", more ? std::to_string(entries.back().number) : ""}};
  if (after.empty()) body["intact"] = !first_broken_audit_row(services.database).has_value();
  return answer(body);
}

}  // namespace sightglass::console
