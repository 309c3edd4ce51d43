// Lists of alerts, one alert whole, and exports.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "console/api/alert_json.hpp"
#include "console/api/alert_query.hpp"
#include "console/api/attachment.hpp"
#include "console/api/body.hpp"
#include "console/api/csv.hpp"
#include "console/api/endpoints.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

struct Rows {
  std::vector<Alert> alerts;
  std::vector<Triage> triage;  // of each
};

/// The rows behind `ids`. Those that retention has taken from the record leave the index too.
Rows read_rows(Services& services, const std::vector<AlertId>& ids) {
  Rows rows;
  {
    Record::Lease reader = services.record.open();
    require(reader->alerts_by_id(ids, false, rows.alerts));
  }
  std::vector<AlertId> present;
  for (const Alert& alert : rows.alerts) present.push_back(alert.id);
  rows.triage = read_triage(services.database, present);
  if (present.size() < ids.size()) {
    std::vector<AlertId> gone;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(gone), [&](const AlertId& id) {
      return std::find(present.begin(), present.end(), id) == present.end();
    });
    services.index.forget(gone);
  }
  return rows;
}

json::object open_counts(Services& services) {
  const auto counts = services.index.open_by_severity();
  json::object object;
  for (const Severity severity :
       {Severity::critical, Severity::high, Severity::medium, Severity::low, Severity::info}) {
    object[to_text(severity)] = counts[static_cast<std::size_t>(severity)];
  }
  return object;
}

Response no_such_page() {
  return problem(400, "The page can not be found",
                 "`after` belongs to another list. Begin without it.",
                 {{"after", "It is not the `next` of a page with this order."}});
}

Response no_such_alert(std::string_view id) {
  return problem(404, "There is no such alert",
                 "Nothing is recorded under " + std::string(id.substr(0, 64)) +
                     ". It may have been removed by retention.");
}

}  // namespace

Response list_alerts(Services& services, const Call& call) {
  AlertQueryReader reader(call.request);
  if (!reader.ok()) return reader.refusal();
  const std::optional<ListPage> page = services.index.list(reader.query());
  if (!page) return no_such_page();
  json::array items;
  if (!page->ids.empty()) {
    const Rows rows = read_rows(services, page->ids);
    for (std::size_t i = 0; i < rows.alerts.size(); ++i) {
      items.push_back(alert_row_json(rows.alerts[i], rows.triage[i]));
    }
  }
  return answer({{"items", std::move(items)},
                 {"next", page->next},
                 {"total", page->total},
                 {"open", open_counts(services)}});
}

Response one_alert(Services& services, const Call& call) {
  const std::optional<AlertId> id = parse_alert_id(call.parameter);
  if (!id) return no_such_alert(call.parameter);
  Alert alert;
  EvidenceRecord evidence;
  {
    Record::Lease reader = services.record.open();
    const StoreError error = reader->alert(*id, alert);
    if (error.kind == StoreError::Kind::missing) return no_such_alert(call.parameter);
    require(error);
    const StoreError no_evidence = reader->evidence(*id, evidence);
    if (no_evidence.kind != StoreError::Kind::missing) require(no_evidence);
  }
  alert.evidence = evidence.state;
  const Triage triage = read_triage(services.database, *id);
  Response response = answer({{"alert", alert_json(alert, triage, evidence)}});
  response.headers["ETag"] = alert_etag(alert, triage);
  return response;
}

Response export_alerts(Services& services, const Call& call) {
  const std::string_view format = call.request.parameter("format");
  if (auto refusal = wrong_format(format)) return std::move(*refusal);
  AlertQueryReader reader(call.request);
  if (!reader.ok()) return reader.refusal();
  ListQuery query = reader.query();
  query.limit = kMaxPageRows;
  query.after.clear();
  std::string csv = alert_csv_head();
  json::array items;
  std::size_t written = 0;
  std::uint64_t total = 0;
  do {
    const std::optional<ListPage> page = services.index.list(query);
    if (!page || page->ids.empty()) break;
    total = page->total;
    const Rows rows = read_rows(services, page->ids);
    for (std::size_t i = 0; i < rows.alerts.size(); ++i, ++written) {
      if (format == "csv") {
        csv += alert_csv_line(rows.alerts[i], rows.triage[i]);
      } else {
        items.push_back(alert_row_json(rows.alerts[i], rows.triage[i]));
      }
    }
    query.after = page->next;
  } while (!query.after.empty() && written < kExportMost);

  const std::uint64_t omitted = total > written ? total - written : 0;
  std::string body =
      format == "csv" ? std::move(csv)
                      : json::serialize(json::object{
                            {"items", std::move(items)}, {"total", total}, {"omitted", omitted}});
  return attachment("sightglass-alerts", format, std::move(body), omitted);
}

}  // namespace sightglass::console
