#include "store/record_reader.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <utility>

#include "store/address_columns.hpp"
#include "store/alert_row.hpp"
#include "store/alert_select.hpp"
#include "store/connection.hpp"
#include "store/conversation_select.hpp"
#include "store/host_rows.hpp"
#include "store/migrations.hpp"
#include "store/record_transaction.hpp"
#include "store/stored_names.hpp"
#include "store/traffic_rows.hpp"

namespace sightglass {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kLongestRead{2};
constexpr int kBusyMilliseconds = 500;

std::uint32_t confine(std::uint32_t limit) { return std::clamp(limit, 1u, kMaxPageRows); }

fs::path wal_of(const fs::path& file) { return file.string() + "-wal"; }

// The SQLite header: https://www.sqlite.org/fileformat2.html#the_database_header
StoreError read_header(const fs::path& file, bool& is_wal) {
  std::error_code missing;
  const auto status = fs::status(file, missing);
  if (status.type() == fs::file_type::not_found) {
    return StoreError::of(StoreError::Kind::missing, file.string() + ": no such record");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return StoreError::of(StoreError::Kind::refused,
                          file.string() + ": can not be read; is this user in its group?");
  }
  std::array<char, 20> header{};
  stream.read(header.data(), header.size());
  if (stream.gcount() == 0) {
    return StoreError::of(StoreError::Kind::missing,
                          file.string() + ": empty; the sensor has not begun to write it");
  }
  constexpr std::string_view kMagic{"SQLite format 3\0", 16};
  if (stream.gcount() != header.size() ||
      std::string_view(header.data(), kMagic.size()) != kMagic) {
    return StoreError::of(StoreError::Kind::not_a_record, file.string() + ": not a record");
  }
  is_wal = header[19] == 2;
  return {};
}

}  // namespace

class RecordReader::Impl {
 public:
  explicit Impl(const fs::path& file)
      : file_(fs::absolute(file)), directory_(file_.parent_path()) {}

  StoreError connect() {
    bool is_wal = false;
    if (StoreError error = read_header(file_, is_wal); !error.ok()) return error;
    // Without a WAL file nobody writes, and opening normally would have to make one.
    std::error_code ignored;
    awaiting_wal_ = is_wal && !fs::exists(wal_of(file_), ignored);
    const bool immutable = !is_wal || awaiting_wal_;
    Connection::Opened opened =
        Connection::open(file_, immutable ? Connection::Mode::immutable : Connection::Mode::read);
    if (opened.connection == nullptr) return opened.error;
    sqlite3_busy_timeout(opened.connection->handle(), kBusyMilliseconds);
    opened.connection->execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY");
    add_conversation_text(*opened.connection);
    StoreError error = check_schema(*opened.connection, file_.string());
    if (!error.ok()) return error;
    connection_ = std::move(opened.connection);
    return {};
  }

  // Runs `read` in one transaction of bounded length.
  template <class Read>
  StoreError read(Read read) {
    if (StoreError error = reconnect(); !error.ok()) return error;
    connection_->clear_failure();
    connection_->set_deadline(std::chrono::steady_clock::now() + kLongestRead);
    connection_->begin("BEGIN");
    StoreError found = read(*connection_);
    StoreError failed = connection_->failure();
    connection_->roll_back();
    connection_->clear_failure();
    return failed.ok() ? found : failed;
  }

  const fs::path& directory() const { return directory_; }

 private:
  // What was opened as nobody's may have found a writer again.
  StoreError reconnect() {
    std::error_code ignored;
    if (!awaiting_wal_ || !fs::exists(wal_of(file_), ignored)) return {};
    return connect();
  }

  const fs::path file_;
  const fs::path directory_;
  std::unique_ptr<Connection> connection_;
  bool awaiting_wal_ = false;
};

namespace {

void read_decoded(Connection& connection, Alert& alert) {
  Statement row =
      connection.prepare("SELECT pdu FROM alert_decoded WHERE alert = ? ORDER BY ordinal");
  row.bind(alert.id.bytes);
  while (row.row()) alert.decoded.emplace_back(row.text());
}

bool read_alert(Connection& connection, const AlertId& id, bool with_decoded, Alert& alert) {
  {
    Statement row = connection.prepare(alert_row::select_sql() + " WHERE a.id = ?");
    row.bind(id.bytes);
    if (!row.row()) return false;
    alert = alert_row::read(row);
  }
  if (with_decoded) read_decoded(connection, alert);
  return true;
}

StoreError missing(std::string_view what) {
  return StoreError::of(StoreError::Kind::missing, std::string(what));
}

Change read_change(Statement& row) {
  Change change;
  change.seq = row.count();
  change.kind = stored::value<ChangeKind>(row.text());
  AlertId id;
  read_id(row, id);
  if (change.kind == ChangeKind::health) {
    for (std::size_t i = 8; i < 16; ++i) change.health = change.health << 8 | id.bytes[i];
  } else {
    change.alert = id;
  }
  return change;
}

HealthEvent read_health(Statement& row) {
  HealthEvent event;
  event.number = row.count();
  event.at = timestamp_from_ns(row.integer());
  event.kind = row.text();
  event.severity = static_cast<Severity>(row.integer());
  event.subject = row.text();
  event.sentence = row.text();
  event.count = row.count();
  return event;
}

}  // namespace

RecordReader::Opened RecordReader::open(const fs::path& file) {
  auto impl = std::make_unique<Impl>(file);
  if (StoreError error = impl->connect(); !error.ok()) return {nullptr, error};
  return {std::unique_ptr<RecordReader>(new RecordReader(std::move(impl))), {}};
}

RecordReader::RecordReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RecordReader::~RecordReader() = default;

const fs::path& RecordReader::directory() const { return impl_->directory(); }

StoreError RecordReader::alerts(const AlertQuery& query, AlertPage& page) {
  page = {};
  if (query.after && query.after->order != query.order) {
    return StoreError::of(StoreError::Kind::invalid, "this cursor belongs to another order");
  }
  StoreError error = impl_->read([&](Connection& connection) {
    select_alerts(connection, query, page);
    if (query.with_decoded) {
      for (Alert& alert : page.alerts) read_decoded(connection, alert);
    }
    return StoreError{};
  });
  if (!error.ok()) page = {};
  return error;
}

StoreError RecordReader::alert(const AlertId& id, Alert& alert) {
  alert = {};
  return impl_->read([&](Connection& connection) {
    const bool found = read_alert(connection, id, true, alert);
    return found ? StoreError{} : missing("no alert " + to_text(id));
  });
}

StoreError RecordReader::alerts_by_id(std::span<const AlertId> ids, bool with_decoded,
                                      std::vector<Alert>& alerts) {
  alerts.clear();
  return impl_->read([&](Connection& connection) {
    for (const AlertId& id : ids) {
      Alert alert;
      if (read_alert(connection, id, with_decoded, alert)) alerts.push_back(std::move(alert));
    }
    return StoreError{};
  });
}

StoreError RecordReader::alert_totals(AlertTotals& totals) {
  totals = {};
  return impl_->read([&](Connection& connection) {
    Statement row = connection.prepare("SELECT urgency, count(*) FROM alert GROUP BY urgency");
    while (row.row()) {
      const auto severity = static_cast<std::size_t>(-row.integer());
      const std::uint64_t count = row.count();
      if (severity < totals.by_severity.size()) totals.by_severity[severity] = count;
      totals.all += count;
    }
    return StoreError{};
  });
}

StoreError RecordReader::changes(std::uint64_t after_seq, std::uint32_t limit, ChangePage& page) {
  page = {};
  return impl_->read([&](Connection& connection) {
    const std::uint64_t newest = last_change(connection);
    const auto oldest = static_cast<std::uint64_t>(connection.value("SELECT min(seq) FROM change"));
    // An empty log with a past was emptied by retention.
    const std::uint64_t kept_from = oldest == 0 ? newest + 1 : oldest;
    if (after_seq > newest || after_seq + 1 < kept_from) {
      page.changes.push_back({.seq = newest, .kind = ChangeKind::reset, .alert = {}, .health = 0});
      return StoreError{};
    }
    Statement row =
        connection.prepare("SELECT seq, kind, id FROM change WHERE seq > ? ORDER BY seq LIMIT ?");
    row.bind(after_seq).bind(confine(limit));
    while (row.row()) page.changes.push_back(read_change(row));
    return StoreError{};
  });
}

StoreError RecordReader::last_seq(std::uint64_t& seq) {
  seq = 0;
  return impl_->read([&](Connection& connection) {
    seq = last_change(connection);
    return StoreError{};
  });
}

StoreError RecordReader::evidence(const AlertId& id, EvidenceRecord& evidence) {
  evidence = {};
  return impl_->read([&](Connection& connection) {
    Statement row =
        connection.prepare("SELECT state, path, bytes, frames, lack FROM evidence WHERE alert = ?");
    row.bind(id.bytes);
    if (!row.row()) return missing("no evidence of alert " + to_text(id));
    evidence.alert = id;
    evidence.state = stored::value<EvidenceState>(row.text());
    evidence.path = row.text();
    evidence.bytes = row.count();
    evidence.frames = row.count();
    evidence.lack = stored::value<EvidenceLack>(row.text());
    return StoreError{};
  });
}

StoreError RecordReader::triage_told(TriageTold& told) {
  told = {};
  return impl_->read([&](Connection& connection) {
    told = read_triage_told(connection);
    return StoreError{};
  });
}

StoreError RecordReader::baseline(Baseline& baseline) {
  baseline = {};
  return impl_->read([&](Connection& connection) {
    {
      Statement row =
          connection.prepare("SELECT state, learned_until, learning_ends FROM baseline");
      if (!row.row()) return missing("no baseline yet");
      baseline.state = stored::value<BaselineState>(row.text());
      baseline.learned_until = timestamp_from_ns(row.integer());
      baseline.learning_ends = timestamp_from_ns(row.integer());
    }
    traffic_rows::read_facts(connection, baseline);
    return StoreError{};
  });
}

StoreError RecordReader::conversations(const ConversationQuery& query, ConversationPage& page) {
  page = {};
  if (query.after && query.after->order != query.order) {
    return StoreError::of(StoreError::Kind::invalid, "this cursor belongs to another order");
  }
  ConversationQuery confined = query;
  confined.limit = confine(query.limit);
  StoreError error = impl_->read([&](Connection& connection) {
    select_conversations(connection, confined, page);
    return StoreError{};
  });
  if (!error.ok()) page = {};
  return error;
}

StoreError RecordReader::host_visibility(std::uint64_t after, std::uint32_t limit,
                                         std::vector<Visibility>& hosts) {
  hosts.clear();
  return impl_->read([&](Connection& connection) {
    host_rows::read_hosts(connection, after, confine(limit), hosts);
    return StoreError{};
  });
}

StoreError RecordReader::zone_visibility(std::vector<Visibility>& zones) {
  zones.clear();
  return impl_->read([&](Connection& connection) {
    host_rows::read_zones(connection, zones);
    return StoreError{};
  });
}

StoreError RecordReader::statistics(StatisticsSnapshot& snapshot) {
  snapshot = {};
  return impl_->read([&](Connection& connection) {
    Statement row = connection.prepare(
        "SELECT c.name, s.at, s.value FROM counter c JOIN statistic s ON s.counter = c.number "
        "WHERE s.at = (SELECT max(at) FROM statistic WHERE counter = c.number) ORDER BY c.name");
    while (row.row()) {
      StatisticsSnapshot::Counter& counter = snapshot.counters.emplace_back();
      counter.name = row.text();
      snapshot.at = std::max(snapshot.at, timestamp_from_ns(row.integer()));
      counter.value = row.count();
    }
    Statement rule = connection.prepare("SELECT rule, reason FROM inactive_rule ORDER BY rule");
    while (rule.row()) {
      InactiveRule& inactive = snapshot.inactive_rules.emplace_back();
      inactive.id = rule.text();
      inactive.reason = rule.text();
    }
    return StoreError{};
  });
}

StoreError RecordReader::statistic(std::string_view name, Timestamp from, std::uint32_t limit,
                                   std::vector<Sample>& samples) {
  samples.clear();
  return impl_->read([&](Connection& connection) {
    Statement row = connection.prepare(
        "SELECT s.at, s.value FROM statistic s JOIN counter c ON c.number = s.counter "
        "WHERE c.name = ? AND s.at >= ? ORDER BY s.at DESC LIMIT ?");
    row.bind(name).bind(to_ns(from)).bind(confine(limit));
    while (row.row()) {
      Sample& sample = samples.emplace_back();
      sample.at = timestamp_from_ns(row.integer());
      sample.value = row.count();
    }
    std::reverse(samples.begin(), samples.end());
    return StoreError{};
  });
}

StoreError RecordReader::health(std::uint64_t before, std::uint32_t limit,
                                std::vector<HealthEvent>& events) {
  events.clear();
  return impl_->read([&](Connection& connection) {
    Statement row = connection.prepare(
        "SELECT number, at, kind, severity, subject, sentence, count FROM health "
        "WHERE ?1 = 0 OR number < ?1 ORDER BY number DESC LIMIT ?2");
    row.bind(before).bind(confine(limit));
    while (row.row()) events.push_back(read_health(row));
    return StoreError{};
  });
}

StoreError RecordReader::health_event(std::uint64_t number, HealthEvent& event) {
  event = {};
  return impl_->read([&](Connection& connection) {
    Statement row = connection.prepare(
        "SELECT number, at, kind, severity, subject, sentence, count FROM health "
        "WHERE number = ?");
    row.bind(number);
    if (!row.row()) return missing("no health event " + std::to_string(number));
    event = read_health(row);
    return StoreError{};
  });
}

StoreError RecordReader::runs(std::uint32_t limit, std::vector<RunRow>& runs) {
  runs.clear();
  return impl_->read([&](Connection& connection) {
    Statement row = connection.prepare(
        "SELECT number, sensor, realm, tool_version, source, started FROM run "
        "ORDER BY number DESC LIMIT ?");
    row.bind(confine(limit));
    while (row.row()) {
      RunRow& run = runs.emplace_back();
      run.number = row.count();
      run.run.sensor = row.text();
      run.run.realm = row.text();
      run.run.tool_version = row.text();
      run.run.source = row.text();
      run.run.started = timestamp_from_ns(row.integer());
    }
    return StoreError{};
  });
}

}  // namespace sightglass
