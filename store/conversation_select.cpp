#include "store/conversation_select.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "dissectors/link_protocols.hpp"
#include "store/address_columns.hpp"
#include "store/stored_names.hpp"
#include "store/traffic_rows.hpp"
#include "store/where.hpp"

namespace sightglass {
namespace {

struct OrderColumn {
  std::string_view name;  // in URLs, cursors, and of the column
  bool is_address;
};
constexpr OrderColumn kOrders[] = {
    {"last_seen", false},       {"first_seen", false}, {"packets", false},
    {"bytes", false},           {"pdus", false},       {"gaps", false},
    {"retransmissions", false}, {"client", true},      {"server", true},
};
const OrderColumn& column_of(ConversationOrder order) {
  return kOrders[static_cast<std::size_t>(order)];
}

constexpr std::string_view kSearched =
    "(conversation_text(client, client_mac, server, server_mac, server_port, transport, protocol, "
    "ether_type) || ' ' || lower(realm || ' ' || app || ' ' || app_category))";

std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void add_host(std::string& text, sqlite3_value* octets, sqlite3_value* mac) {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_value_blob(octets));
  const IpAddress address =
      address_from({bytes, static_cast<std::size_t>(sqlite3_value_bytes(octets))});
  if (!address.is_none()) text += to_text(address) + ' ';
  const MacAddress link{static_cast<std::uint64_t>(sqlite3_value_int64(mac))};
  if (link.bits != 0) text += to_text(link) + ' ';
}

void conversation_text(sqlite3_context* context, int, sqlite3_value** columns) {
  std::string text;
  add_host(text, columns[0], columns[1]);
  add_host(text, columns[2], columns[3]);
  if (const auto port = sqlite3_value_int64(columns[4]); port != 0) {
    text += std::to_string(port) + ' ';
  }
  text.append(text_of(columns[5])).append(" ").append(text_of(columns[6]));
  const auto* link =
      find_link_protocol(static_cast<std::uint16_t>(sqlite3_value_int64(columns[7])));
  if (link != nullptr) text.append(" ").append(link->name).append(" ").append(link->sentence);
  text = lower(text);
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

Where conditions(const ConversationQuery& query) {
  Where where;
  if (query.address) where.add("? IN (client, server)", octets(query.address->bytes()));
  if (query.mac) {
    where.add("? IN (client_mac, server_mac)", static_cast<std::int64_t>(query.mac->bits));
  }
  // A protocol of ours or one below IP: either will do.
  std::string spoken;
  const auto add_spoken = [&](std::string_view condition, Parameter parameter) {
    spoken.append(spoken.empty() ? "(" : " OR ").append(condition);
    where.parameters.push_back(std::move(parameter));
  };
  for (const Protocol protocol : query.protocols) {
    add_spoken("protocol = ?", std::string(stored::name(protocol)));
  }
  for (const std::uint16_t type : query.ether_types) {
    add_spoken("ether_type = ?", std::int64_t{type});
  }
  if (!spoken.empty()) where.add(spoken + ")");
  if (query.first_seen_from) where.add("first_seen >= ?", to_ns(*query.first_seen_from));
  if (query.last_seen_from) where.add("last_seen >= ?", to_ns(*query.last_seen_from));
  where.add_words(kSearched, query.text);
  return where;
}

void add_cursor(Where& where, const ConversationQuery& query) {
  const ConversationCursor& cursor = *query.after;
  std::string condition = "(" + std::string(column_of(query.order).name) + ", number) ";
  condition += query.descending ? "< (?, ?)" : "> (?, ?)";
  std::visit([&](const auto& key) { where.add(condition, key); }, cursor.key);
  where.parameters.emplace_back(cursor.number);
}

ConversationCursor cursor_at(const ConversationPage::Row& row, ConversationOrder order) {
  const ConversationCounts& counts = row.counts;
  ConversationCursor cursor{order, std::int64_t{0}, static_cast<std::int64_t>(row.number)};
  const auto number = [&](std::uint64_t value) { cursor.key = static_cast<std::int64_t>(value); };
  switch (order) {
    case ConversationOrder::last_seen:
      cursor.key = to_ns(counts.last_seen);
      break;
    case ConversationOrder::first_seen:
      cursor.key = to_ns(counts.first_seen);
      break;
    case ConversationOrder::packets:
      number(counts.packets);
      break;
    case ConversationOrder::bytes:
      number(counts.bytes);
      break;
    case ConversationOrder::pdus:
      number(counts.pdus);
      break;
    case ConversationOrder::gaps:
      number(counts.gaps);
      break;
    case ConversationOrder::retransmissions:
      number(counts.retransmissions);
      break;
    case ConversationOrder::client:
      cursor.key = octets(HostOctets(counts.client).octets());
      break;
    case ConversationOrder::server:
      cursor.key = octets(HostOctets(counts.server).octets());
      break;
  }
  return cursor;
}

// The next part of a cursor's text, up to a dot or the end.
std::string_view next_part(std::string_view& text) {
  const std::string_view part = text.substr(0, text.find('.'));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::vector<std::uint8_t>> octets_in(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  for (; text.size() >= 2; text.remove_prefix(2)) {
    const auto [end, code] =
        std::from_chars(text.data(), text.data() + 2, bytes.emplace_back(), 16);
    if (code != std::errc{} || end != text.data() + 2) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return bytes;
}

}  // namespace

std::string_view to_text(ConversationOrder order) { return column_of(order).name; }

std::optional<ConversationOrder> parse_conversation_order(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kOrders); ++i) {
    if (kOrders[i].name == text) return static_cast<ConversationOrder>(i);
  }
  return std::nullopt;
}

std::string to_text(const ConversationCursor& cursor) {
  std::string text(to_text(cursor.order));
  text += '.';
  if (const auto* number = std::get_if<std::int64_t>(&cursor.key)) {
    text += std::to_string(*number);
  } else {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (const std::uint8_t octet : std::get<std::vector<std::uint8_t>>(cursor.key)) {
      text += kDigits[octet >> 4];
      text += kDigits[octet & 15];
    }
  }
  return text + '.' + std::to_string(cursor.number);
}

std::optional<ConversationCursor> parse_conversation_cursor(std::string_view text) {
  const auto order = parse_conversation_order(next_part(text));
  if (!order) return std::nullopt;
  ConversationCursor cursor{*order, std::int64_t{0}, 0};
  const std::string_view key = next_part(text);
  if (column_of(*order).is_address) {
    auto octets = octets_in(key);
    if (!octets) return std::nullopt;
    cursor.key = std::move(*octets);
  } else {
    const auto number = number_in(key);
    if (!number) return std::nullopt;
    cursor.key = *number;
  }
  const auto number = number_in(text);
  if (!number) return std::nullopt;
  cursor.number = *number;
  return cursor;
}

void add_conversation_text(Connection& connection) {
  sqlite3_create_function_v2(connection.handle(), "conversation_text", 8,
                             SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr,
                             conversation_text, nullptr, nullptr, nullptr);
}

void select_conversations(Connection& connection, const ConversationQuery& query,
                          ConversationPage& page) {
  Where where = conditions(query);
  {
    Statement count = connection.prepare("SELECT count(*) FROM conversation" + where.sql);
    where.bind_to(count);
    if (count.row()) page.total = count.count();
  }
  if (query.after) add_cursor(where, query);
  const std::string column(column_of(query.order).name);
  const std::string direction = query.descending ? " DESC" : " ASC";
  Statement row =
      connection.prepare(traffic_rows::conversation_select() + where.sql + " ORDER BY " + column +
                         direction + ", number" + direction + " LIMIT ?");
  where.bind_to(row);
  row.bind(query.limit + 1);  // one more tells whether there is a next page
  while (row.row()) {
    if (page.rows.size() == query.limit) {
      page.next = cursor_at(page.rows.back(), query.order);
      break;
    }
    ConversationPage::Row& found = page.rows.emplace_back();
    found.number = row.count();
    traffic_rows::read_conversation(connection, row, found.number, found.counts);
  }
}

}  // namespace sightglass
