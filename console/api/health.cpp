// How well the sensor sees, and how the console does.
#include <sys/stat.h>

#include <boost/json/array.hpp>
#include <filesystem>
#include <fstream>

#include "console/api/baseline_view.hpp"
#include "console/api/body.hpp"
#include "console/api/endpoints.hpp"
#include "rules/alert/json_text.hpp"

namespace sightglass::console {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uint32_t kHealthEvents = 100;

/// Whether a sensor holds the writer's lock. Asked of the kernel's table: trying the lock could be
/// in the way of a sensor that starts this moment.
bool is_written(const fs::path& record) {
  struct stat status {};
  if (::stat((record.string() + ".lock").c_str(), &status) != 0) return false;
  const std::string inode = ":" + std::to_string(status.st_ino) + " ";
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    if (line.find("FLOCK") != std::string::npos && line.find(inode) != std::string::npos) {
      return true;
    }
  }
  return false;
}

json::object sensor_json(Services& services, RecordReader& reader) {
  const bool is_case = services.record.is_case();
  std::string_view state = is_case ? "case" : "stopped";
  if (!is_case && is_written(services.record.file())) state = "running";
  json::array interfaces;
  std::vector<RunRow> runs;
  require(reader.runs(1, runs));
  RunInfo run;
  if (!runs.empty()) run = runs.front().run;
  if (!run.source.empty()) interfaces.emplace_back(valid_utf8(run.source));
  return {{"name", runs.empty() ? "" : valid_utf8(run.sensor)},
          {"state", state},
          {"version", valid_utf8(run.tool_version)},
          {"interfaces", std::move(interfaces)},
          {"started", time_text(run.started)}};
}

json::object learning_json(const BaselineView& view, std::string_view since) {
  return {{"state", view.known ? (view.state == BaselineState::learning ? "learning" : "protecting")
                               : "off"},
          {"since", since},
          {"until", time_text(view.learning_ends)},
          {"facts", view.facts}};
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code code;
  const std::uintmax_t size = fs::file_size(file, code);
  return code ? 0 : size;
}

json::object store_json(Services& services, RecordReader& reader) {
  AlertTotals totals;
  require(reader.alert_totals(totals));
  const fs::path file = services.record.file();
  std::error_code code;
  const fs::space_info space = fs::space(services.record.directory(), code);
  const std::optional<Timestamp> oldest = services.index.oldest();
  return {{"bytes", size_of(file) + size_of(file.string() + "-wal")},
          {"free_bytes", code ? 0 : space.available},
          {"alerts", totals.all},
          {"oldest", oldest ? time_text(*oldest) : ""}};
}

/// The console's own, beside the sensor's.
void add_own_counters(Services& services, json::object& counters) {
  const TailCounters& tail = services.tail.counters();
  counters["console.record.changes"] = tail.changes.load();
  counters["console.record.rebuilds"] = tail.rebuilds.load();
  counters["console.record.failures"] = tail.failures.load();
  const EventCounters& events = services.events.counters();
  counters["console.events.published"] = events.published.load();
  counters["console.events.streams_refused"] = events.streams_refused.load();
  counters["console.events.streams_reset"] = events.streams_reset.load();
  const AccountCounters& accounts = services.accounts.counters();
  counters["console.sign_ins_failed"] = accounts.sign_ins_failed.load();
  counters["console.sign_ins_delayed"] = accounts.sign_ins_delayed.load();
  counters["console.passwords_refused_busy"] = accounts.hashes_refused.load();
  if (const SensorLink* sensor = services.sensor) {
    const LinkCounters& link = sensor->counters();
    counters["console.sensor.alerts_told"] = link.alerts_told.load();
    counters["console.sensor.statements"] = link.statements.load();
    counters["console.sensor.failures"] = link.failures.load();
  }
  const ServerCounters* server = services.server;
  if (server == nullptr) return;
  counters["console.connections"] = server->connections.load();
  counters["console.connections_open"] = server->connections_open.load();
  counters["console.streams_open"] = server->streams_open.load();
  counters["console.requests"] = server->requests.load();
  counters["console.refused_too_many"] = server->refused_too_many.load();
  counters["console.refused_per_address"] = server->refused_per_address.load();
  counters["console.handshakes_failed"] = server->handshakes_failed.load();
  counters["console.timeouts"] = server->timeouts.load();
  counters["console.headers_too_large"] = server->headers_too_large.load();
  counters["console.bodies_too_large"] = server->bodies_too_large.load();
  counters["console.malformed"] = server->malformed.load();
  counters["console.accept_errors"] = server->accept_errors.load();
}

/// Whether the sensor is told what is closed and held.
json::object link_json(const Services& services) {
  const SensorLink* link = services.sensor;
  const std::string problem = link == nullptr ? "" : link->problem();
  return {{"state", link == nullptr ? "off" : (problem.empty() ? "told" : "waiting")},
          {"problem", valid_utf8(problem)}};
}

json::array events_json(RecordReader& reader) {
  std::vector<HealthEvent> events;
  require(reader.health(0, kHealthEvents, events));
  json::array items;
  for (const HealthEvent& event : events) {
    items.push_back({{"number", event.number},
                     {"at", time_text(event.at)},
                     {"kind", event.kind},
                     {"severity", to_text(event.severity)},
                     {"subject", valid_utf8(event.subject)},
                     {"sentence", valid_utf8(event.sentence)},
                     {"count", event.count}});
  }
  return items;
}

json::array inactive_json(const StatisticsSnapshot& statistics) {
  json::array items;
  for (const InactiveRule& rule : statistics.inactive_rules) {
    items.push_back({{"id", valid_utf8(rule.id)}, {"reason", valid_utf8(rule.reason)}});
  }
  return items;
}

json::object without_record(Services& services) {
  json::object counters;
  add_own_counters(services, counters);
  return {{"sensor",
           {{"name", ""},
            {"state", "no record"},
            {"version", ""},
            {"interfaces", json::array()},
            {"started", ""}}},
          {"learning", learning_json({}, "")},
          {"store", {{"bytes", 0}, {"free_bytes", 0}, {"alerts", 0}, {"oldest", ""}}},
          {"sensor_link", link_json(services)},
          {"at", ""},
          {"counters", std::move(counters)},
          {"events", json::array()},
          {"inactive_rules", json::array()},
          {"problem", services.tail.problem()}};
}

}  // namespace

Response health(Services& services, const Call&) {
  // Health must answer when nothing else does.
  if (!services.tail.problem().empty()) return answer(without_record(services));
  const BaselineView view = baseline_view(services);
  Record::Lease reader = services.record.open();
  StatisticsSnapshot statistics;
  require(reader->statistics(statistics));
  json::object counters;
  for (const auto& counter : statistics.counters) counters[counter.name] = counter.value;
  add_own_counters(services, counters);
  json::object sensor = sensor_json(services, *reader);
  json::object learning = learning_json(view, std::string(sensor["started"].as_string()));
  return answer({{"sensor", std::move(sensor)},
                 {"learning", std::move(learning)},
                 {"store", store_json(services, *reader)},
                 {"sensor_link", link_json(services)},
                 {"at", time_text(statistics.at)},
                 {"counters", std::move(counters)},
                 {"events", events_json(*reader)},
                 {"inactive_rules", inactive_json(statistics)},
                 {"problem", ""}});
}

}  // namespace sightglass::console
