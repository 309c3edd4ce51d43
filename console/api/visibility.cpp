// What of each host and zone was not seen.
#include <boost/json/array.hpp>

#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"
#include "console/api/station_text.hpp"
#include "rules/alert/json_text.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kUsual = 200, kMost = 1000;

/// -1 where there is nothing to have a share of.
int percent(std::optional<unsigned> share) { return share ? static_cast<int>(*share) : -1; }

json::object visibility_json(const Visibility& visibility) {
  const HostCounts& counts = visibility.counts;
  return {{"realm", valid_utf8(counts.host.realm.name())},
          {"address", station_text(counts.host)},
          {"name", valid_utf8(counts.name)},
          {"zone", valid_utf8(counts.zone)},
          {"hosts", visibility.hosts},
          {"packets", counts.packets},
          {"one_way_percent", percent(counts.one_way_percent())},
          {"gaps", counts.gaps},
          {"truncated_percent", percent(counts.truncated_percent())},
          {"encrypted_percent", percent(counts.encrypted_percent())},
          {"unknown_percent", percent(counts.unknown_percent())},
          {"hours", visibility.hours},
          {"hours_seen", visibility.hours_seen},
          {"first_seen", time_text(counts.first_seen)},
          {"last_seen", time_text(counts.last_seen)}};
}

json::array list_json(const std::vector<Visibility>& list) {
  json::array items;
  for (const Visibility& visibility : list) items.push_back(visibility_json(visibility));
  return items;
}

}  // namespace

/// Zones are few and all on every page; hosts come in pages, by the order in which they were seen.
Response visibility(Services& services, const Call& call) {
  const auto limit = parse_limit(call.request.parameter("limit"), kUsual, kMost);
  const std::string_view after = call.request.parameter("after");
  const auto start = after.empty() ? std::optional<std::uint64_t>(0) : parse_number(after);
  if (!limit || !start) {
    return problem(400, "The page can not be found",
                   "`after` is the `next` of a page, `limit` a number from 1 to 1000.");
  }
  std::vector<Visibility> hosts, zones;
  {
    Record::Lease reader = services.record.open();
    require(reader->host_visibility(*start, *limit, hosts));
    require(reader->zone_visibility(zones));
  }
  const bool is_full = hosts.size() == *limit;
  return answer({{"hosts", list_json(hosts)},
                 {"zones", list_json(zones)},
                 {"next", is_full ? std::to_string(hosts.back().number) : ""}});
}

}  // namespace sightglass::console
