// Who talks to whom.
#include <boost/json/array.hpp>

#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"
#include "console/api/station_text.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kUsual = 100, kMost = 1000;

json::object conversation_json(const ConversationCounts& counts) {
  json::object operations;
  for (std::size_t i = 0; i < counts.operations.size(); ++i) {
    if (counts.operations[i] == 0) continue;
    operations[to_text(static_cast<Operation>(i))] = counts.operations[i];
  }
  const auto bound_ns = [&](unsigned percent) {
    return counts.latency.faster_than(percent).value_or(Duration(0)).count();
  };
  const bool is_known = counts.protocol != Protocol::unknown;
  return {{"client", station_text(counts.client)},
          {"server", station_text(counts.server)},
          {"server_port", counts.server_port},
          {"transport", to_text(counts.transport)},
          {"protocol", is_known ? to_text(counts.protocol) : std::string_view()},
          {"packets", counts.packets},
          {"bytes", counts.bytes},
          {"pdus", counts.pdus},
          {"operations", std::move(operations)},
          {"gaps", counts.gaps},
          {"retransmissions", counts.retransmissions},
          {"responses", counts.latency.total()},
          {"half_within_ns", bound_ns(50)},
          {"most_within_ns", bound_ns(95)},
          {"first_seen", time_text(counts.first_seen)},
          {"last_seen", time_text(counts.last_seen)}};
}

}  // namespace

Response conversations(Services& services, const Call& call) {
  const auto limit = parse_limit(call.request.parameter("limit"), kUsual, kMost);
  if (!limit)
    return problem(400, "The list can not be read", "`limit` is a number from 1 to 1000.");
  Record::Lease reader = services.record.open();
  std::vector<ConversationCounts> found;
  require(reader->conversations(*limit, found));
  json::array items;
  for (const ConversationCounts& counts : found) items.push_back(conversation_json(counts));
  return answer({{"items", std::move(items)}});
}

}  // namespace sightglass::console
