#include "store/alert_select.hpp"

#include <algorithm>
#include <charconv>

#include "store/alert_row.hpp"
#include "store/stored_names.hpp"
#include "store/where.hpp"

namespace sightglass {
namespace {

// What an order sorts by, in the words of an index; larger is first when descending.
struct OrderColumn {
  std::string_view letter;  // in cursors
  std::string_view column;
  bool tie_by_last_seen;
};
constexpr OrderColumn kOrders[] = {
    {"l", "a.last_seen", false},
    {"f", "a.first_seen", true},
    {"s", "a.urgency", true},
    {"c", "a.count", true},
};
const OrderColumn& order_column(AlertOrder order) {
  return kOrders[static_cast<std::size_t>(order)];
}

void add_cursor(Where& where, const AlertQuery& query) {
  const AlertCursor& cursor = *query.after;
  const OrderColumn& order = order_column(query.order);
  const std::string_view beyond = query.descending ? " < " : " > ";
  std::string left = "(" + std::string(order.column), right = "(?";
  where.parameters.emplace_back(cursor.key);
  if (order.tie_by_last_seen) {
    left += ", a.last_seen";
    right += ", ?";
    where.parameters.emplace_back(cursor.last_seen);
  }
  where.parameters.emplace_back(octets(cursor.id.bytes));
  where.add(left.append(", a.id)").append(beyond).append(right).append(", ?)"));
}

Where conditions(const AlertQuery& query) {
  Where where;
  where.add_in("a.severity", query.severities,
               [](Severity severity) { return static_cast<std::int64_t>(severity); });
  where.add_in("a.category", query.categories,
               [](Category category) { return std::string(stored::name(category)); });
  where.add_in("a.kind", query.kinds, [](const std::string& kind) { return kind; });
  if (query.address) {
    where.add("? IN (a.source_ip, a.target_ip)", octets(query.address->bytes()));
  }
  if (query.first_seen_from) where.add("a.first_seen >= ?", to_ns(*query.first_seen_from));
  if (query.first_seen_until) where.add("a.first_seen < ?", to_ns(*query.first_seen_until));
  if (query.last_seen_from) where.add("a.last_seen >= ?", to_ns(*query.last_seen_from));
  if (query.last_seen_until) where.add("a.last_seen < ?", to_ns(*query.last_seen_until));
  where.add_words("a.search", query.text);
  if (query.after) add_cursor(where, query);
  return where;
}

std::string order_by(const AlertQuery& query) {
  const OrderColumn& order = order_column(query.order);
  const std::string direction = query.descending ? " DESC" : " ASC";
  std::string sql = " ORDER BY " + std::string(order.column) + direction;
  if (order.tie_by_last_seen) sql += ", a.last_seen" + direction;
  return sql + ", a.id" + direction;
}

std::optional<std::int64_t> parse_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end == text.data() + text.size() || *end != '.') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return number;
}

}  // namespace

void select_alerts(Connection& connection, const AlertQuery& query, AlertPage& page) {
  const std::uint32_t limit = std::clamp(query.limit, 1u, kMaxPageRows);
  const Where where = conditions(query);
  Statement row =
      connection.prepare(alert_row::select_sql() + where.sql + order_by(query) + " LIMIT ?");
  where.bind_to(row);
  row.bind(limit + 1);  // one more tells whether there is a next page
  while (row.row()) page.alerts.push_back(alert_row::read(row));
  if (page.alerts.size() > limit) {
    page.alerts.resize(limit);
    page.next = cursor_at(page.alerts.back(), query.order);
  }
}

AlertCursor cursor_at(const Alert& alert, AlertOrder order) {
  AlertCursor cursor{.order = order, .last_seen = to_ns(alert.last_seen), .id = alert.id};
  switch (order) {
    case AlertOrder::last_seen:
      cursor.key = to_ns(alert.last_seen);
      break;
    case AlertOrder::first_seen:
      cursor.key = to_ns(alert.first_seen);
      break;
    case AlertOrder::severity:
      cursor.key = -static_cast<std::int64_t>(alert.severity);
      break;
    case AlertOrder::count:
      cursor.key = static_cast<std::int64_t>(alert.count);
      break;
  }
  return cursor;
}

std::string to_text(const AlertCursor& cursor) {
  std::string text(order_column(cursor.order).letter);
  text += std::to_string(cursor.key) + "." + std::to_string(cursor.last_seen) + ".";
  return text + to_text(cursor.id);
}

std::optional<AlertCursor> parse_alert_cursor(std::string_view text) {
  AlertCursor cursor;
  const auto* order =
      std::find_if(std::begin(kOrders), std::end(kOrders), [&](const OrderColumn& candidate) {
        return !text.empty() && text.substr(0, 1) == candidate.letter;
      });
  if (order == std::end(kOrders)) return std::nullopt;
  cursor.order = static_cast<AlertOrder>(order - std::begin(kOrders));
  text.remove_prefix(1);
  const auto key = parse_number(text);
  if (!key) return std::nullopt;
  const auto last_seen = parse_number(text);
  const auto id = parse_alert_id(text);
  if (!last_seen || !id) return std::nullopt;
  cursor.key = *key;
  cursor.last_seen = *last_seen;
  cursor.id = *id;
  return cursor;
}

}  // namespace sightglass
