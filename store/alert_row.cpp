#include "store/alert_row.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "store/address_columns.hpp"
#include "store/stored_names.hpp"
#include "store/where.hpp"

namespace sightglass::alert_row {
namespace {

// In the order in which `bind` and `read` go through them; the first is the key.
constexpr std::string_view kColumns[] = {
    "id",           "revision",         "sensor",          "realm",
    "kind",         "signature_id",     "signature",       "sentence",
    "severity",     "category",         "protects",        "attack",
    "consequence",  "response",         "first_seen",      "last_seen",
    "count",        "source_ip",        "source_mac",      "source_port",
    "source_name",  "source_role",      "target_ip",       "target_mac",
    "target_port",  "target_name",      "target_role",     "transport",
    "ether_type",   "protocol",         "community_id",    "operation",
    "function",     "objects",          "objects_omitted", "outcome",
    "outcome_code", "outcome_name",     "expected",        "observed",
    "frames",       "wireshark_filter", "search",
};

constexpr std::size_t kSearchBytes = 4096;  // of one alert; what is longer is found by its start

constexpr unsigned kEquipment = 1, kNetworks = 2, kData = 4;

unsigned protects_bits(const Protects& protects) {
  return (protects.equipment ? kEquipment : 0) | (protects.networks ? kNetworks : 0) |
         (protects.data ? kData : 0);
}

template <class T>
std::string json_array(const std::vector<T>& items) {
  boost::json::array array;
  array.reserve(items.size());
  for (const T& item : items) array.emplace_back(item);
  return boost::json::serialize(array);
}

boost::json::array parse_array(std::string_view text) {
  // Names may come from the wire: what is not UTF-8 must not cost the whole list.
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  return !error && value.is_array() ? std::move(value.as_array()) : boost::json::array{};
}

std::vector<std::string> text_items(std::string_view text) {
  std::vector<std::string> items;
  for (const boost::json::value& item : parse_array(text)) {
    if (item.is_string()) items.emplace_back(item.as_string());
  }
  return items;
}

std::vector<std::uint64_t> number_items(std::string_view text) {
  std::vector<std::uint64_t> items;
  for (const boost::json::value& item : parse_array(text)) {
    if (item.is_uint64()) items.push_back(item.as_uint64());
    if (item.is_int64()) items.push_back(static_cast<std::uint64_t>(item.as_int64()));
  }
  return items;
}

std::string search_text(const Alert& alert) {
  std::string text = alert.kind;
  const auto add = [&text](std::string_view part) {
    if (!part.empty()) text.append("\n").append(part);
  };
  add(alert.sentence);
  add(alert.signature);
  for (const Party* party : {&alert.source, &alert.target}) {
    add(to_text(party->ip));
    if (party->mac.bits != 0) add(to_text(party->mac));
    add(party->name);
  }
  for (const std::string& object : alert.objects) add(object);
  if (text.size() > kSearchBytes) text.resize(kSearchBytes);
  return lower(text);
}

void bind_party(Statement& statement, const Party& party) {
  statement.bind(party.ip.bytes()).bind(party.mac.bits).bind(std::uint32_t{party.port});
  statement.bind(party.name).bind(party.role);
}

Party read_party(Statement& row) {
  Party party;
  party.ip = read_address(row);
  party.mac.bits = row.count();
  party.port = row.number<std::uint16_t>();
  party.name = row.text();
  party.role = row.text();
  return party;
}

}  // namespace

const std::string& upsert_sql() {
  static const std::string sql = [] {
    std::string names, places, updates;
    for (const std::string_view column : kColumns) {
      const char* comma = names.empty() ? "" : ", ";
      names.append(comma).append(column);
      places.append(comma).append("?");
      if (column == kColumns[0]) continue;
      updates.append(updates.empty() ? "" : ", ").append(column).append("=excluded.");
      updates.append(column);
    }
    return "INSERT INTO alert (" + names + ") VALUES (" + places +
           ") ON CONFLICT (id) DO UPDATE SET " + updates;
  }();
  return sql;
}

const std::string& select_sql() {
  static const std::string sql = [] {
    std::string names;
    for (const std::string_view column : kColumns) {
      if (column != "search") names.append("a.").append(column).append(", ");
    }
    return "SELECT " + names +
           "coalesce(e.state, 'none') FROM alert a LEFT JOIN evidence e ON e.alert = a.id";
  }();
  return sql;
}

void bind(Statement& statement, const Alert& alert) {
  statement.bind(alert.id.bytes).bind(alert.revision).bind(alert.sensor).bind(alert.realm);
  statement.bind(alert.kind).bind(alert.signature_id).bind(alert.signature).bind(alert.sentence);
  statement.bind(static_cast<std::uint32_t>(alert.severity)).bind(stored::name(alert.category));
  statement.bind(protects_bits(alert.protects)).bind(json_array(alert.attack));
  statement.bind(alert.consequence).bind(alert.response);
  statement.bind(to_ns(alert.first_seen)).bind(to_ns(alert.last_seen)).bind(alert.count);
  bind_party(statement, alert.source);
  bind_party(statement, alert.target);
  statement.bind(stored::name(alert.transport)).bind(std::uint32_t{alert.ether_type});
  statement.bind(stored::name(alert.protocol)).bind(alert.community_id);
  statement.bind(alert.operation).bind(alert.function).bind(json_array(alert.objects));
  statement.bind(alert.objects_omitted);
  statement.bind(stored::name(alert.outcome.kind)).bind(alert.outcome.code);
  statement.bind(alert.outcome_name).bind(alert.expected).bind(alert.observed);
  statement.bind(json_array(alert.frames)).bind(alert.wireshark_filter).bind(search_text(alert));
}

Alert read(Statement& row) {
  Alert alert;
  read_id(row, alert.id);
  alert.revision = row.number<std::uint32_t>();
  alert.sensor = row.text();
  alert.realm = row.text();
  alert.kind = row.text();
  alert.signature_id = row.number<std::uint32_t>();
  alert.signature = row.text();
  alert.sentence = row.text();
  alert.severity = static_cast<Severity>(row.integer());
  alert.category = stored::value<Category>(row.text());
  const auto protects = row.number<unsigned>();
  alert.protects = {.equipment = (protects & kEquipment) != 0,
                    .networks = (protects & kNetworks) != 0,
                    .data = (protects & kData) != 0};
  alert.attack = text_items(row.text());
  alert.consequence = row.text();
  alert.response = row.text();
  alert.first_seen = timestamp_from_ns(row.integer());
  alert.last_seen = timestamp_from_ns(row.integer());
  alert.count = row.count();
  alert.source = read_party(row);
  alert.target = read_party(row);
  alert.transport = stored::value<TransportLayer>(row.text());
  alert.ether_type = row.number<std::uint16_t>();
  alert.protocol = stored::value<Protocol>(row.text());
  alert.community_id = row.text();
  alert.operation = row.text();
  alert.function = row.text();
  alert.objects = text_items(row.text());
  alert.objects_omitted = row.count();
  alert.outcome.kind = stored::value<Outcome::Kind>(row.text());
  alert.outcome.code = row.number<std::uint32_t>();
  alert.outcome_name = row.text();
  alert.expected = row.text();
  alert.observed = row.text();
  alert.frames = number_items(row.text());
  alert.wireshark_filter = row.text();
  alert.evidence = stored::value<EvidenceState>(row.text());
  return alert;
}

}  // namespace sightglass::alert_row
