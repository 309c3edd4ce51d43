// Who talks to whom.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "console/api/attachment.hpp"
#include "console/api/body.hpp"
#include "console/api/conversation_query.hpp"
#include "console/api/csv.hpp"
#include "console/api/endpoints.hpp"
#include "console/api/station_text.hpp"
#include "dissectors/link_protocols.hpp"
#include "rules/alert/json_text.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;
using Row = ConversationPage::Row;

/// What `percent` of the responses came within; 0 when not known.
std::int64_t within_ns(const ConversationCounts& counts, unsigned percent) {
  return counts.of_pdus->latency.faster_than(percent).value_or(Duration(0)).count();
}

/// "modbus"; of frames below IP the name of what their EtherType stands for, or its number.
std::string protocol_text(const ConversationCounts& counts) {
  if (counts.protocol != Protocol::unknown) return std::string(to_text(counts.protocol));
  if (counts.ether_type == 0) return "";
  const LinkProtocol* link = find_link_protocol(counts.ether_type);
  if (link != nullptr) return std::string(link->name);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[counts.ether_type >> shift & 15];
  return text;
}

std::string protocol_sentence(const ConversationCounts& counts) {
  const LinkProtocol* link = find_link_protocol(counts.ether_type);
  return link == nullptr ? "" : std::string(link->sentence);
}

json::object operations_json(const ConversationCounts& counts) {
  json::object operations;
  for (std::size_t i = 0; i < kOperations; ++i) {
    const std::uint64_t pdus = counts.of_pdus->operations[i];
    if (pdus != 0) operations[to_text(static_cast<Operation>(i))] = pdus;
  }
  return operations;
}

json::object conversation_json(const Row& row) {
  const ConversationCounts& counts = row.counts;
  return {{"id", std::to_string(row.number)},
          {"realm", valid_utf8(counts.client.realm.name())},
          {"client", station_text(counts.client)},
          {"server", station_text(counts.server)},
          {"server_port", counts.server_port},
          {"transport", to_text(counts.transport)},
          {"protocol", protocol_text(counts)},
          {"protocol_sentence", protocol_sentence(counts)},
          {"app", valid_utf8(counts.app)},
          {"app_category", valid_utf8(counts.app_category)},
          {"packets", counts.packets},
          {"bytes", counts.bytes},
          {"pdus", counts.pdus},
          {"operations", operations_json(counts)},
          {"gaps", counts.gaps},
          {"retransmissions", counts.retransmissions},
          {"one_way_packets", counts.one_way_packets},
          {"truncated", counts.truncated},
          {"encrypted_pdus", counts.of_pdus->encrypted},
          {"responses", counts.of_pdus->latency.total()},
          {"half_within_ns", within_ns(counts, 50)},
          {"most_within_ns", within_ns(counts, 95)},
          {"first_seen", time_text(counts.first_seen)},
          {"last_seen", time_text(counts.last_seen)}};
}

struct Column {
  std::string_view name;
  std::string (*text)(const ConversationCounts&);
};
constexpr Column kColumns[] = {
    {"realm", [](const ConversationCounts& c) { return std::string(c.client.realm.name()); }},
    {"client", [](const ConversationCounts& c) { return station_text(c.client); }},
    {"server", [](const ConversationCounts& c) { return station_text(c.server); }},
    {"server_port", [](const ConversationCounts& c) { return std::to_string(c.server_port); }},
    {"transport", [](const ConversationCounts& c) { return std::string(to_text(c.transport)); }},
    {"protocol", protocol_text},
    {"app", [](const ConversationCounts& c) { return c.app; }},
    {"packets", [](const ConversationCounts& c) { return std::to_string(c.packets); }},
    {"bytes", [](const ConversationCounts& c) { return std::to_string(c.bytes); }},
    {"pdus", [](const ConversationCounts& c) { return std::to_string(c.pdus); }},
    {"operations",
     [](const ConversationCounts& c) {
       std::string text;
       for (const auto& [name, pdus] : operations_json(c)) {
         text += (text.empty() ? "" : "; ") + std::string(name) + " " + json::serialize(pdus);
       }
       return text;
     }},
    {"gaps", [](const ConversationCounts& c) { return std::to_string(c.gaps); }},
    {"retransmissions",
     [](const ConversationCounts& c) { return std::to_string(c.retransmissions); }},
    {"one_way_packets",
     [](const ConversationCounts& c) { return std::to_string(c.one_way_packets); }},
    {"truncated", [](const ConversationCounts& c) { return std::to_string(c.truncated); }},
    {"encrypted_pdus",
     [](const ConversationCounts& c) { return std::to_string(c.of_pdus->encrypted); }},
    {"responses",
     [](const ConversationCounts& c) { return std::to_string(c.of_pdus->latency.total()); }},
    {"half_within_ns",
     [](const ConversationCounts& c) { return std::to_string(within_ns(c, 50)); }},
    {"most_within_ns",
     [](const ConversationCounts& c) { return std::to_string(within_ns(c, 95)); }},
    {"first_seen", [](const ConversationCounts& c) { return time_text(c.first_seen); }},
    {"last_seen", [](const ConversationCounts& c) { return time_text(c.last_seen); }},
};

std::string csv_head() {
  std::string line;
  for (const Column& column : kColumns) line += (line.empty() ? "" : ",") + csv_cell(column.name);
  return line + "\r\n";
}

std::string csv_line(const ConversationCounts& counts) {
  std::string line;
  for (const Column& column : kColumns) {
    line += (line.empty() ? "" : ",") + csv_cell(valid_utf8(column.text(counts)));
  }
  return line + "\r\n";
}

ConversationPage read_page(Services& services, const ConversationQuery& query) {
  ConversationPage page;
  Record::Lease reader = services.record.open();
  require(reader->conversations(query, page));
  return page;
}

}  // namespace

Response conversations(Services& services, const Call& call) {
  const ConversationQueryReader reader(call.request);
  if (!reader.ok()) return reader.refusal();
  const ConversationPage page = read_page(services, reader.query());
  json::array items;
  for (const Row& row : page.rows) items.push_back(conversation_json(row));
  return answer({{"items", std::move(items)},
                 {"next", page.next ? to_text(*page.next) : ""},
                 {"total", page.total}});
}

Response export_conversations(Services& services, const Call& call) {
  const std::string_view format = call.request.parameter("format");
  if (auto refusal = wrong_format(format)) return std::move(*refusal);
  const ConversationQueryReader reader(call.request);
  if (!reader.ok()) return reader.refusal();
  ConversationQuery query = reader.query();
  query.limit = kMaxPageRows;
  query.after.reset();
  std::string csv = csv_head();
  json::array items;
  std::uint64_t written = 0, total = 0;
  do {
    const ConversationPage page = read_page(services, query);
    total = page.total;
    for (const Row& row : page.rows) {
      ++written;
      if (format == "csv") {
        csv += csv_line(row.counts);
      } else {
        items.push_back(conversation_json(row));
      }
    }
    query.after = page.next;
  } while (query.after && written < kExportMost);

  const std::uint64_t omitted = total > written ? total - written : 0;
  std::string body =
      format == "csv" ? std::move(csv)
                      : json::serialize(json::object{
                            {"items", std::move(items)}, {"total", total}, {"omitted", omitted}});
  return attachment("sightglass-conversations", format, std::move(body), omitted);
}

}  // namespace sightglass::console
