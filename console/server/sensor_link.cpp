#include "console/server/sensor_link.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

json::object page_of(const std::string& source, std::uint64_t after, const SensorNews& news) {
  json::array alerts;
  for (const TriagePage::Alert& alert : news.alerts) {
    alerts.push_back({{"id", to_text(alert.id)}, {"state", to_text(alert.state)}});
  }
  return {{"source", source},
          {"after", after},
          {"upto", news.upto},
          {"last", news.last},
          {"alerts", std::move(alerts)}};
}

}  // namespace

SensorLink::SensorLink(Database& database, const std::string& socket)
    : database_(database), source_("console " + random_token()), client_(socket) {}

std::chrono::milliseconds SensorLink::work() {
  try {
    pause_ = tell() ? kLinkPause : std::min(pause_ * 2, kLinkLongestPause);
  } catch (const DatabaseError& error) {
    fail(error.message);
    pause_ = std::min(pause_ * 2, kLinkLongestPause);
  }
  return pause_;
}

/// True when the sensor knows all there is.
bool SensorLink::tell() {
  const bool is_quiet = std::chrono::steady_clock::now() - heard_ > kLinkHeartbeat;
  if ((!known_ || is_quiet || !client_.is_connected()) && !ask({})) return false;
  while (true) {
    const bool is_ours = told_.source == source_;
    const std::uint64_t after = is_ours ? told_.cursor : 0;
    const SensorNews news = read_sensor_news(database_, after, kLinkPage);
    if (is_ours && news.alerts.empty()) break;
    if (!ask(page_of(source_, after, news))) return false;
    if (told_ != TriageTold{source_, news.upto}) {
      return fail("The sensor did not take what it was told.");
    }
    counters_.alerts_told += news.alerts.size();
    if (after == 0) ++counters_.statements;
  }
  const std::scoped_lock lock(mutex_);
  problem_.clear();
  return true;
}

/// Asks and notes where the sensor stands now.
bool SensorLink::ask(const json::object& args) {
  const ControlAnswer answer = client_.ask("triage", args, "the console");
  known_ = false;
  if (!answer.error.empty()) {
    std::string problem = answer.error;
    for (const std::string& diagnostic : answer.diagnostics) problem += "; " + diagnostic;
    return fail(std::move(problem));
  }
  const json::object none;
  const json::object& result = answer.result.is_object() ? answer.result.get_object() : none;
  const json::value* source = result.if_contains("source");
  const json::value* cursor = result.if_contains("cursor");
  boost::system::error_code code = json::error::not_number;
  const auto number = cursor == nullptr ? 0 : cursor->to_number<std::uint64_t>(code);
  if (code || source == nullptr || !source->is_string()) {
    return fail("The sensor answered something unreadable.");
  }
  told_ = {std::string(source->get_string()), number};
  heard_ = std::chrono::steady_clock::now();
  known_ = true;
  return true;
}

bool SensorLink::fail(std::string problem) {
  known_ = false;
  ++counters_.failures;
  const std::scoped_lock lock(mutex_);
  problem_ = std::move(problem);
  return false;
}

std::string SensorLink::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

}  // namespace sightglass::console
