// What has been learned.
#include <boost/json/array.hpp>
#include <mutex>

#include "console/api/baseline_view.hpp"
#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"
#include "console/api/station_text.hpp"
#include "rules/alert/json_text.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kUsual = 100, kMost = 1000;

constexpr std::string_view kFactKinds[] = {"host", "conversation", "operation", "read", "write"};

json::object fact_json(const Fact& fact) {
  const Conversation& conversation = fact.conversation;
  const bool has_object = fact.object.space != ObjectSpace::none;
  return {{"kind", kFactKinds[static_cast<std::size_t>(fact.kind)]},
          {"client", station_text(conversation.client)},
          {"server", station_text(conversation.server)},
          {"server_port", conversation.server_port},
          {"protocol", conversation.protocol == Protocol::unknown ? std::string_view()
                                                                  : to_text(conversation.protocol)},
          {"operation",
           fact.kind < Fact::Kind::operation ? std::string_view() : to_text(fact.operation)},
          {"function", valid_utf8(fact.function_name)},
          {"object", has_object ? to_text(fact.object) : ""},
          {"times", fact.times},
          {"first_seen", time_text(fact.first_seen)},
          {"last_seen", time_text(fact.last_seen)}};
}

}  // namespace

std::shared_ptr<const Baseline> stored_baseline(Services& services) {
  const std::uint64_t version = services.tail.baseline_version();
  {
    const std::scoped_lock lock(services.baseline.mutex);
    if (services.baseline.stored && services.baseline.version == version) {
      return services.baseline.stored;
    }
  }
  auto fresh = std::make_shared<Baseline>();
  {
    Record::Lease reader = services.record.open();
    const StoreError error = reader->baseline(*fresh);
    if (error.kind == StoreError::Kind::missing) return nullptr;
    require(error);
  }
  const std::scoped_lock lock(services.baseline.mutex);
  services.baseline.version = version;
  services.baseline.stored = fresh;
  return fresh;
}

BaselineView baseline_view(Services& services) {
  const std::shared_ptr<const Baseline> stored = stored_baseline(services);
  if (!stored) return {};
  return {true, stored->state, stored->learned_until, stored->learning_ends, stored->facts.size()};
}

/// Facts stand in the order of their key, and a page begins at a place in it. When something is
/// learned in between a page may repeat a fact; it never ends early.
Response baseline(Services& services, const Call& call) {
  const auto limit = parse_limit(call.request.parameter("limit"), kUsual, kMost);
  const std::string_view after = call.request.parameter("after");
  const auto start = after.empty() ? std::optional<std::uint64_t>(0) : parse_number(after);
  if (!limit || !start) {
    return problem(400, "The page can not be found", "`after` and `limit` are numbers.");
  }
  const BaselineView view = baseline_view(services);
  const std::shared_ptr<const Baseline> stored = stored_baseline(services);
  json::array items;
  std::uint64_t next = *start;
  const std::uint64_t all = stored ? stored->facts.size() : 0;
  for (; next < all && items.size() < *limit; ++next) {
    items.push_back(fact_json(stored->facts[next]));
  }
  std::string_view state = "off";
  if (view.known) state = view.state == BaselineState::learning ? "learning" : "protecting";
  return answer({{"state", state},
                 {"learned_until", time_text(view.learned_until)},
                 {"learning_ends", time_text(view.learning_ends)},
                 {"total", all},
                 {"items", std::move(items)},
                 {"next", next < all ? std::to_string(next) : ""}});
}

}  // namespace sightglass::console
