#include "console/server/record_tail.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "rules/alert/json_text.hpp"

namespace sightglass::console {
namespace {

constexpr std::uint32_t kChangesAtOnce = 1000;

bool is_about_alert(ChangeKind kind) {
  return kind == ChangeKind::alert || kind == ChangeKind::alert_update ||
         kind == ChangeKind::evidence;
}

std::vector<AlertId> alerts_of(const std::vector<Change>& changes) {
  std::vector<AlertId> ids;
  for (const Change& change : changes) {
    if (is_about_alert(change.kind)) ids.push_back(change.alert);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::string alert_event(const AlertId& id, const std::vector<Alert>& alerts) {
  boost::json::object data{{"id", to_text(id)}};
  const auto alert = std::find_if(alerts.begin(), alerts.end(),
                                  [&](const Alert& candidate) { return candidate.id == id; });
  if (alert != alerts.end()) {
    data["revision"] = alert->revision;
    data["kind"] = alert->kind;
    data["severity"] = to_text(alert->severity);
    data["sentence"] = valid_utf8(alert->sentence);
  }
  return boost::json::serialize(data);
}

}  // namespace

/// A record that was replaced (a case made again, a backup restored) is another file, also where
/// the file system gives it the old one's inode; a finished case also one that was written again.
std::string RecordTail::identity() const {
  struct statx status {};
  if (::statx(AT_FDCWD, record_.file().c_str(), 0, STATX_BASIC_STATS | STATX_BTIME, &status) != 0) {
    return "";
  }
  const auto in_text = [](const struct statx_timestamp& time) {
    return std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
  };
  std::string text = std::filesystem::absolute(record_.file()).string() + "|" +
                     std::to_string(status.stx_dev_major) + ":" +
                     std::to_string(status.stx_dev_minor) + "|" + std::to_string(status.stx_ino);
  if ((status.stx_mask & STATX_BTIME) != 0) text += "|" + in_text(status.stx_btime);
  if (record_.is_case()) {
    text += "|" + in_text(status.stx_mtime) + "|" + std::to_string(status.stx_size);
  }
  return text;
}

void RecordTail::check_identity(EventHub* hub) {
  if (looks_++ % kLooksBetweenIdentity != 0 && !identity_.empty()) return;
  std::string now = identity();
  if (now.empty() || now == identity_) return;
  const bool replaced = !identity_.empty();
  identity_ = std::move(now);
  record_.forget_readers();
  cursor_ = index_.cursor(identity_);
  ++baseline_version_;
  if (replaced && hub != nullptr) hub->reset(cursor_);
}

bool RecordTail::look(EventHub* hub) {
  try {
    check_identity(hub);
    while (read_page(hub)) {
    }
    set_problem("", hub);
    return true;
  } catch (const RecordUnavailable& unavailable) {
    set_problem(unavailable.message, hub);
  } catch (const DatabaseError& error) {
    set_problem(error.message, hub);
  }
  ++counters_.failures;
  return false;
}

/// True when there may be more.
bool RecordTail::read_page(EventHub* hub) {
  ChangePage page;
  std::vector<Alert> alerts;
  {
    Record::Lease reader = record_.open();
    require(reader->changes(cursor_, kChangesAtOnce, page));
    if (page.changes.empty()) return false;
    if (page.changes.front().kind == ChangeKind::reset) {
      rebuild(page.changes.front().seq, hub);
      return true;
    }
    const std::vector<AlertId> ids = alerts_of(page.changes);
    require(reader->alerts_by_id(ids, false, alerts));
  }
  counters_.changes += page.changes.size();
  index_.update(alerts, page.changes.back().seq);
  for (const Change& change : page.changes) {
    if (change.kind == ChangeKind::baseline) ++baseline_version_;
  }
  cursor_ = page.changes.back().seq;
  if (hub != nullptr) publish(page.changes, alerts, *hub);
  return page.changes.size() >= kChangesAtOnce;
}

void RecordTail::publish(const std::vector<Change>& changes, const std::vector<Alert>& alerts,
                         EventHub& hub) {
  for (const Change& change : changes) {
    std::string data = "{}";
    if (is_about_alert(change.kind)) data = alert_event(change.alert, alerts);
    if (change.kind == ChangeKind::health) {
      data = "{\"number\":" + std::to_string(change.health) + "}";
    }
    hub.publish(change.seq, to_text(change.kind), data);
  }
}

/// The log is read first and the alerts after it: what changes meanwhile comes again with the log.
void RecordTail::rebuild(std::uint64_t seq, EventHub* hub) {
  Record::Lease reader = record_.open();
  AlertQuery query;
  query.limit = kMaxPageRows;
  query.order = AlertOrder::first_seen;  // does not move while it is read
  bool more = true;
  index_.rebuild(seq, [&] {
    AlertPage page;
    if (more) {
      require(reader->alerts(query, page));
      query.after = page.next;
      more = page.next.has_value();
    }
    return std::move(page.alerts);
  });
  cursor_ = seq;
  ++counters_.rebuilds;
  ++baseline_version_;
  if (hub != nullptr) hub->reset(seq);
}

std::string RecordTail::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

void RecordTail::set_problem(std::string problem, EventHub* hub) {
  {
    const std::scoped_lock lock(mutex_);
    if (problem == problem_) return;
    problem_ = std::move(problem);
  }
  if (hub != nullptr) hub->publish(0, to_text(ChangeKind::health), "{}");
}

}  // namespace sightglass::console
