#include "console/server/sensor_news.hpp"

#include <algorithm>

namespace sightglass::console {
namespace {

std::string_view bytes_of(const AlertId& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

}  // namespace

TriageState state_for_sensor(const Triage& triage) {
  if (triage.hold.is_on()) return TriageState::held;
  const bool is_done = triage.status == Status::closed && !triage.recurred;
  return is_done ? TriageState::closed : TriageState::open;
}

void note_for_sensor(Database::Transaction& transaction, const AlertId& id, const Triage& triage) {
  const std::string_view state = to_text(state_for_sensor(triage));
  {
    Statement row = transaction.prepare("SELECT state FROM sensor_news WHERE id = ?");
    row.bind_blob(bytes_of(id));
    const bool is_known = row.step();
    if (is_known ? row.text(0) == state : state == to_text(TriageState::open)) return;
  }
  transaction.prepare("INSERT OR REPLACE INTO sensor_news (id, state) VALUES (?, ?)")
      .bind_blob(bytes_of(id))
      .bind(state)
      .run();
}

SensorNews read_sensor_news(Database& database, std::uint64_t after, std::size_t most) {
  Database::Transaction transaction(database, Database::Transaction::Purpose::read);
  SensorNews news;
  news.upto = after;
  Statement rows = transaction.prepare(
      "SELECT seq, id, state FROM sensor_news WHERE seq > ? ORDER BY seq LIMIT ?");
  rows.bind(static_cast<std::int64_t>(after)).bind(static_cast<std::int64_t>(most) + 1);
  while (rows.step()) {
    if (news.alerts.size() == most) {
      news.last = false;
      break;
    }
    news.upto = static_cast<std::uint64_t>(rows.integer(0));
    TriagePage::Alert& alert = news.alerts.emplace_back();
    const std::string bytes = rows.blob(1);
    std::copy_n(bytes.begin(), std::min(bytes.size(), alert.id.bytes.size()),
                alert.id.bytes.begin());
    alert.state = parse_triage_state(rows.text(2)).value_or(TriageState::open);
  }
  return news;
}

}  // namespace sightglass::console
