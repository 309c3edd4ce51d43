#include "console/server/alert_index.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <variant>

#include "console/server/sensor_news.hpp"

namespace sightglass::console {
namespace {

struct SortColumn {
  ListQuery::Sort sort;
  std::string_view name;    ///< in the API
  std::string_view column;  ///< of alert_index
  bool is_text;
};
constexpr SortColumn kSorts[] = {
    {ListQuery::Sort::last_seen, "last_seen", "last_seen", false},
    {ListQuery::Sort::first_seen, "first_seen", "first_seen", false},
    {ListQuery::Sort::severity, "severity", "urgency", false},
    {ListQuery::Sort::count, "count", "count", false},
    {ListQuery::Sort::kind, "kind", "kind", true},
    {ListQuery::Sort::status, "status", "attention", false},
};
const SortColumn& column_of(ListQuery::Sort sort) { return kSorts[static_cast<std::size_t>(sort)]; }

std::string_view bytes_of(const AlertId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

AlertId id_of(const std::string& bytes) {
  AlertId id;
  std::copy_n(bytes.begin(), std::min(bytes.size(), id.bytes.size()), id.bytes.begin());
  return id;
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string party_text(const Party& party) {
  std::string text = to_text(party.ip) + ' ' + party.name;
  if (party.mac.bits != 0) text += ' ' + to_text(party.mac);
  return lower(std::move(text));
}

std::string search_text(const Alert& alert) {
  std::string text = alert.kind + ' ' + alert.signature + ' ' + alert.sentence;
  for (const std::string& object : alert.objects) text += ' ' + object;
  return lower(std::move(text)) + ' ' + party_text(alert.source) + ' ' + party_text(alert.target);
}

std::int64_t protects_bits(const Protects& protects) {
  return (protects.equipment ? 1 : 0) | (protects.networks ? 2 : 0) | (protects.data ? 4 : 0);
}

using Parameter = std::variant<std::int64_t, std::string>;

/// A condition under construction: its SQL and what is bound to it, in order.
struct Condition {
  std::string sql = "1";
  std::vector<Parameter> parameters;

  void add(std::string_view text) { sql.append(" AND ").append(text); }
  void add(std::string_view text, Parameter parameter) {
    add(text);
    parameters.push_back(std::move(parameter));
  }
  /// (part OR part ...), each part bound to one parameter; nothing without parameters.
  void add_any(std::string_view part, std::vector<Parameter> any) {
    if (any.empty()) return;
    std::string text = "(";
    for (Parameter& parameter : any) {
      if (text.size() > 1) text += " OR ";
      text += part;
      parameters.push_back(std::move(parameter));
    }
    add(text + ")");
  }
  void bind_to(Statement& statement) const {
    for (const Parameter& parameter : parameters) {
      if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
        statement.bind(*number);
      } else {
        statement.bind(std::string_view(std::get<std::string>(parameter)));
      }
    }
  }
};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(lower(std::string(text.substr(0, end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

Condition condition_of(const ListQuery& query) {
  Condition condition;
  std::vector<Parameter> any;
  for (const Severity severity : query.severities) {
    any.emplace_back(-static_cast<std::int64_t>(severity));
  }
  condition.add_any("urgency = ?", std::move(any));
  any.clear();
  for (const Status status : query.statuses) any.emplace_back(attention(status, false));
  condition.add_any("attention = ?", std::move(any));
  any.assign(query.categories.begin(), query.categories.end());
  condition.add_any("category = ?", std::move(any));
  any.assign(query.kinds.begin(), query.kinds.end());
  condition.add_any("instr(kind, ?) = 1", std::move(any));
  if (const std::int64_t bits = protects_bits(query.protects); bits != 0) {
    condition.add("(protects & ?) <> 0", bits);
  }
  if (!query.source.empty()) condition.add("instr(source, ?) > 0", lower(query.source));
  if (!query.target.empty()) condition.add("instr(target, ?) > 0", lower(query.target));
  for (std::string& word : words_of(query.text)) condition.add("instr(search, ?) > 0", word);
  if (query.from) condition.add("last_seen >= ?", to_ns(*query.from));
  if (query.until) condition.add("first_seen < ?", to_ns(*query.until));
  if (query.held) condition.add(*query.held ? "held = 1" : "held = 0");
  return condition;
}

/// "n.<key>.<last_seen>.<id>" or, of a text column, "t.<hex of key>...": a place in one order.
std::string cursor_text(const SortColumn& sort, const Statement& row) {
  std::string key = row.text(1);
  if (sort.is_text) {
    std::string digits;
    for (const char c : key) {
      char two[3];
      std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      digits += two;
    }
    key = digits;
  }
  return std::string(sort.name) + "." + key + "." + row.text(2) + "." + to_text(id_of(row.blob(0)));
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> bytes_from_hex(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return std::nullopt;
  for (; !text.empty(); text.remove_prefix(2)) {
    unsigned byte = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + 2, byte, 16);
    if (code != std::errc() || end != text.data() + 2) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

/// The parts of a cursor, in the order of the row value it is compared with.
struct Cursor {
  Parameter key;
  std::int64_t last_seen = 0;
  std::string id;  ///< 16 bytes
};

std::optional<Cursor> parse_cursor(const SortColumn& sort, std::string_view text) {
  std::array<std::string_view, 4> parts;
  for (std::string_view& part : parts) {
    const std::size_t end = std::min(text.find('.'), text.size());
    part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto last_seen = number_of(parts[2]);
  auto id = bytes_from_hex(parts[3]);
  if (!text.empty() || parts[0] != sort.name || !last_seen || !id || id->size() != 16) {
    return std::nullopt;
  }
  if (sort.is_text) {
    auto key = bytes_from_hex(parts[1]);
    if (!key) return std::nullopt;
    return Cursor{std::move(*key), *last_seen, std::move(*id)};
  }
  const auto key = number_of(parts[1]);
  if (!key) return std::nullopt;
  return Cursor{*key, *last_seen, std::move(*id)};
}

}  // namespace

std::int64_t attention(Status status, bool recurred) {
  if (recurred) return 4;
  constexpr std::int64_t kOf[] = {4, 3, 2, 1};
  return kOf[static_cast<std::size_t>(status)];
}

std::optional<ListQuery::Sort> parse_sort(std::string_view text) {
  for (const SortColumn& sort : kSorts) {
    if (sort.name == text) return sort.sort;
  }
  return std::nullopt;
}

std::uint64_t AlertIndex::cursor(std::string_view record_identity) {
  Database::Transaction transaction(database_);
  {
    Statement row = transaction.prepare(
        "SELECT c.value FROM meta r JOIN meta c ON c.name = 'cursor' "
        "WHERE r.name = 'record' AND r.value = ?");
    row.bind(record_identity);
    if (row.step()) return static_cast<std::uint64_t>(number_of(row.text(0)).value_or(0));
  }
  clear(transaction);
  set_cursor(transaction, 0);
  transaction.prepare("INSERT OR REPLACE INTO meta VALUES ('record', ?)")
      .bind(record_identity)
      .run();
  transaction.commit();
  return 0;
}

void AlertIndex::clear(Database::Transaction& transaction) {
  transaction.prepare("DELETE FROM alert_index").run();
}

void AlertIndex::set_cursor(Database::Transaction& transaction, std::uint64_t cursor) {
  transaction.prepare("INSERT OR REPLACE INTO meta VALUES ('cursor', ?)")
      .bind(std::string_view(std::to_string(cursor)))
      .run();
}

AlertIndex::Rows::Rows(Database::Transaction& transaction)
    : transaction_(transaction),
      triage_(
          transaction.prepare("SELECT status, closed_at_count, held_by FROM triage WHERE id = ?")),
      insert_(transaction.prepare("INSERT OR REPLACE INTO alert_index "
                                  "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {}

void AlertIndex::Rows::put(const Alert& alert) {
  const auto count = static_cast<std::int64_t>(alert.count);
  Triage triage;
  triage_.again();
  triage_.bind_blob(bytes_of(alert.id));
  if (triage_.step()) {
    triage.status = parse_status(triage_.text(0)).value_or(Status::open);
    triage.recurred = triage.status == Status::closed && count > triage_.integer(1);
    triage.hold.user = triage_.text(2);
    // That a closed alert goes on is news; the rest was told when it was decided.
    note_for_sensor(transaction_, alert.id, triage);
  }
  insert_.again();
  insert_.bind_blob(bytes_of(alert.id))
      .bind(-static_cast<std::int64_t>(alert.severity))
      .bind(to_text(alert.category))
      .bind(protects_bits(alert.protects))
      .bind(alert.kind)
      .bind(to_ns(alert.first_seen))
      .bind(to_ns(alert.last_seen))
      .bind(count)
      .bind(party_text(alert.source))
      .bind(party_text(alert.target))
      .bind(search_text(alert))
      .bind(attention(triage.status, triage.recurred))
      .bind(std::int64_t{triage.hold.is_on()})
      .run();
}

void AlertIndex::update(std::span<const Alert> alerts, std::uint64_t cursor) {
  Database::Transaction transaction(database_);
  {
    Rows rows(transaction);
    for (const Alert& alert : alerts) rows.put(alert);
  }
  set_cursor(transaction, cursor);
  transaction.commit();
}

void AlertIndex::forget(std::span<const AlertId> ids) {
  Database::Transaction transaction(database_);
  for (const AlertId& id : ids) {
    transaction.prepare("DELETE FROM alert_index WHERE id = ?").bind_blob(bytes_of(id)).run();
  }
  transaction.commit();
}

std::optional<ListPage> AlertIndex::list(const ListQuery& query) {
  const SortColumn& sort = column_of(query.sort);
  const Condition condition = condition_of(query);
  const std::string column(sort.column);
  const std::string_view direction = query.descending ? " DESC" : " ASC";
  std::string sql = "SELECT id, " + column + ", last_seen FROM alert_index WHERE " + condition.sql;
  std::optional<Cursor> after;
  if (!query.after.empty()) {
    after = parse_cursor(sort, query.after);
    if (!after) return std::nullopt;
    sql += " AND (" + column + ", last_seen, id) " + (query.descending ? "<" : ">") + " (?, ?, ?)";
  }
  sql.append(" ORDER BY ").append(column).append(direction);
  sql.append(", last_seen").append(direction).append(", id").append(direction).append(" LIMIT ?");

  Database::Transaction transaction(lists_, Database::Transaction::Purpose::read);
  ListPage page;
  {
    Statement count =
        transaction.prepare("SELECT count(*) FROM alert_index WHERE " + condition.sql);
    condition.bind_to(count);
    if (count.step()) page.total = static_cast<std::uint64_t>(count.integer(0));
  }
  Statement rows = transaction.prepare(sql);
  condition.bind_to(rows);
  if (after) {
    Condition{.sql = {}, .parameters = {after->key, after->last_seen}}.bind_to(rows);
    rows.bind_blob(after->id);
  }
  rows.bind(std::int64_t{query.limit} + 1);  // one more tells whether there is a next page
  std::string last;
  while (rows.step()) {
    if (page.ids.size() == query.limit) {
      page.next = last;
      break;
    }
    page.ids.push_back(id_of(rows.blob(0)));
    if (page.ids.size() == query.limit) last = cursor_text(sort, rows);
  }
  return page;
}

std::array<std::uint64_t, 6> AlertIndex::open_by_severity() {
  Database::Transaction transaction(lists_, Database::Transaction::Purpose::read);
  Statement rows = transaction.prepare(
      "SELECT urgency, count(*) FROM alert_index WHERE attention = 4 GROUP BY urgency");
  std::array<std::uint64_t, 6> counts{};
  while (rows.step()) {
    const auto severity = static_cast<std::size_t>(-rows.integer(0));
    if (severity < counts.size()) counts[severity] = static_cast<std::uint64_t>(rows.integer(1));
  }
  return counts;
}

std::optional<Timestamp> AlertIndex::oldest() {
  Database::Transaction transaction(lists_, Database::Transaction::Purpose::read);
  Statement row =
      transaction.prepare("SELECT first_seen FROM alert_index ORDER BY first_seen LIMIT 1");
  if (!row.step()) return std::nullopt;
  return timestamp_from_ns(row.integer(0));
}

std::optional<Severity> AlertIndex::gravest(std::span<const AlertId> ids) {
  Database::Transaction transaction(lists_, Database::Transaction::Purpose::read);
  std::optional<Severity> gravest;
  for (const AlertId& id : ids) {
    Statement row = transaction.prepare("SELECT -urgency FROM alert_index WHERE id = ?");
    row.bind_blob(bytes_of(id));
    if (!row.step()) continue;
    const auto severity = static_cast<Severity>(row.integer(0));
    gravest = gravest ? std::min(*gravest, severity) : severity;
  }
  return gravest;
}

}  // namespace sightglass::console
