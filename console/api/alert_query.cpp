#include "console/api/alert_query.hpp"

#include "console/api/body.hpp"

namespace sightglass::console {
namespace {

constexpr std::string_view kCategories[] = {"application", "control", "device"};

std::optional<Severity> parse_severity(std::string_view text) {
  for (const Severity severity :
       {Severity::critical, Severity::high, Severity::medium, Severity::low, Severity::info}) {
    if (text == to_text(severity)) return severity;
  }
  return std::nullopt;
}

struct ProtectsWord {
  std::string_view word;
  bool Protects::*member;
};
constexpr ProtectsWord kProtects[] = {{"equipment", &Protects::equipment},
                                      {"networks", &Protects::networks},
                                      {"data", &Protects::data}};

}  // namespace

AlertQueryReader::AlertQueryReader(const Request& request) {
  read_words(request);
  read_order(request);
  query_.source = text(request, "source");
  query_.target = text(request, "target");
  query_.text = text(request, "q");
  query_.from = time(request, "from");
  query_.until = time(request, "to");
}

std::string AlertQueryReader::text(const Request& request, std::string_view name) {
  const std::string_view value = request.parameter(name);
  if (value.size() <= kParameterMost) return std::string(value);
  errors_.emplace_back(name, "It is longer than " + std::to_string(kParameterMost) + " bytes.");
  return "";
}

std::optional<Timestamp> AlertQueryReader::time(const Request& request, std::string_view name) {
  const std::string_view value = request.parameter(name);
  if (value.empty()) return std::nullopt;
  std::optional<Timestamp> time = parse_time(value);
  if (!time) errors_.emplace_back(name, "It is no time like 2026-01-31T23:59:59Z.");
  return time;
}

void AlertQueryReader::read_words(const Request& request) {
  for (const std::string& word : listed(text(request, "severity"))) {
    if (const auto severity = parse_severity(word)) {
      query_.severities.push_back(*severity);
    } else {
      errors_.emplace_back("severity", "It is critical, high, medium, low or info.");
    }
  }
  for (const std::string& word : listed(text(request, "status"))) {
    if (const auto status = parse_status(word)) {
      query_.statuses.push_back(*status);
    } else {
      errors_.emplace_back("status", "It is open, acknowledged, evaluating or closed.");
    }
  }
  for (const std::string& word : listed(text(request, "category"))) {
    if (std::find(std::begin(kCategories), std::end(kCategories), word) == std::end(kCategories)) {
      errors_.emplace_back("category", "It is application, control or device.");
    }
    query_.categories.push_back(word);
  }
  for (const std::string& word : listed(text(request, "protects"))) {
    const auto* found = std::find_if(std::begin(kProtects), std::end(kProtects),
                                     [&](const ProtectsWord& known) { return known.word == word; });
    if (found == std::end(kProtects)) {
      errors_.emplace_back("protects", "It is equipment, networks or data.");
    } else {
      query_.protects.*found->member = true;
    }
  }
  query_.kinds = listed(text(request, "kind"));
  if (const std::string held = text(request, "held"); held == "true" || held == "false") {
    query_.held = held == "true";
  } else if (!held.empty()) {
    errors_.emplace_back("held", "It is true or false.");
  }
}

void AlertQueryReader::read_order(const Request& request) {
  if (const std::string_view name = request.parameter("sort"); !name.empty()) {
    if (const auto sort = parse_sort(name)) {
      query_.sort = *sort;
    } else {
      errors_.emplace_back("sort", "It is last_seen, first_seen, severity, count, kind or status.");
    }
  }
  const std::string_view order = request.parameter("order");
  if (!order.empty() && order != "asc" && order != "desc") {
    errors_.emplace_back("order", "It is asc or desc.");
  }
  query_.descending = order != "asc";
  query_.after = text(request, "after");
  if (const auto limit = parse_limit(request.parameter("limit"), kUsualPage, kMostPage)) {
    query_.limit = *limit;
  } else {
    errors_.emplace_back("limit", "It is a number from 1.");
  }
}

}  // namespace sightglass::console
