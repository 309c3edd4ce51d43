#include "console/api/csv.hpp"

#include "console/api/body.hpp"
#include "rules/alert/json_text.hpp"

namespace sightglass::console {
namespace {

std::string address_of(const Party& party) {
  return party.ip.is_none() ? (party.mac.bits == 0 ? "" : to_text(party.mac)) : to_text(party.ip);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

struct Column {
  std::string_view name;
  std::string (*text)(const Alert&, const Triage&);
};
constexpr Column kColumns[] = {
    {"id", [](const Alert& a, const Triage&) { return to_text(a.id); }},
    {"kind", [](const Alert& a, const Triage&) { return a.kind; }},
    {"severity", [](const Alert& a, const Triage&) { return std::string(to_text(a.severity)); }},
    {"category", [](const Alert& a, const Triage&) { return std::string(to_text(a.category)); }},
    {"signature", [](const Alert& a, const Triage&) { return a.signature; }},
    {"sentence", [](const Alert& a, const Triage&) { return a.sentence; }},
    {"first_seen", [](const Alert& a, const Triage&) { return time_text(a.first_seen); }},
    {"last_seen", [](const Alert& a, const Triage&) { return time_text(a.last_seen); }},
    {"count", [](const Alert& a, const Triage&) { return std::to_string(a.count); }},
    {"source", [](const Alert& a, const Triage&) { return address_of(a.source); }},
    {"source_name", [](const Alert& a, const Triage&) { return a.source.name; }},
    {"target", [](const Alert& a, const Triage&) { return address_of(a.target); }},
    {"target_name", [](const Alert& a, const Triage&) { return a.target.name; }},
    {"operation", [](const Alert& a, const Triage&) { return a.operation; }},
    {"objects", [](const Alert& a, const Triage&) { return joined(a.objects); }},
    {"outcome",
     [](const Alert& a, const Triage&) {
       return a.operation.empty() ? std::string() : std::string(to_text(a.outcome.kind));
     }},
    {"expected", [](const Alert& a, const Triage&) { return a.expected; }},
    {"observed", [](const Alert& a, const Triage&) { return a.observed; }},
    {"attack", [](const Alert& a, const Triage&) { return joined(a.attack); }},
    {"status", [](const Alert&, const Triage& t) { return std::string(to_text(t.status)); }},
    {"recurred",
     [](const Alert&, const Triage& t) { return std::string(t.recurred ? "yes" : ""); }},
    {"determination", [](const Alert&, const Triage& t) { return t.determination; }},
    {"assignee", [](const Alert&, const Triage& t) { return t.assignee; }},
    {"held_by", [](const Alert&, const Triage& t) { return t.hold.user; }},
};

}  // namespace

std::string csv_cell(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r\n";
  std::string cell = "\"";
  if (!text.empty() && kFormula.find(text.front()) != std::string_view::npos) cell += '\'';
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

std::string alert_csv_head() {
  std::string line;
  for (const Column& column : kColumns) line += (line.empty() ? "" : ",") + csv_cell(column.name);
  return line + "\r\n";
}

std::string alert_csv_line(const Alert& alert, const Triage& triage) {
  std::string line;
  for (const Column& column : kColumns) {
    line += (line.empty() ? "" : ",") + csv_cell(valid_utf8(column.text(alert, triage)));
  }
  return line + "\r\n";
}

}  // namespace sightglass::console
