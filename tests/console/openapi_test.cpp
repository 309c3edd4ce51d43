// Holds the contract against the routes and against real answers.
#include "console/api/openapi.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <fstream>
#include <set>

#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

struct Document {
  Document() : root(json::parse(openapi_document()).as_object()) {}

  const json::object& operation(const Route& route) const {
    return root.at("paths").at(route.path).at(lower(to_text(route.method))).as_object();
  }
  const json::object& resolved(const json::object& schema) const {
    const json::value* reference = schema.if_contains("$ref");
    if (reference == nullptr) return schema;
    const std::string_view name = reference->as_string();
    return root.at("components").at("schemas").at(name.substr(name.rfind('/') + 1)).as_object();
  }

  json::object root;
};

bool is_of_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  return type == "integer" && (value.is_int64() || value.is_uint64());
}

bool is_one_of(const json::array& allowed, const json::value& value) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

/// What is wrong with `value`, a line each; also members that the contract does not name.
void check(const Document& document, const json::object& unresolved, const json::value& value,
           const std::string& where, std::string& wrong) {
  const json::object& schema = document.resolved(unresolved);
  const std::string_view type = schema.at("type").as_string();
  if (!is_of_type(value, type)) {
    wrong += where + ": is no " + std::string(type) + "\n";
    return;
  }
  if (const auto* allowed = schema.if_contains("enum")) {
    if (!is_one_of(allowed->as_array(), value)) wrong += where + ": not in the list\n";
  }
  if (type == "array") {
    for (std::size_t i = 0; i < value.as_array().size(); ++i) {
      check(document, schema.at("items").as_object(), value.as_array()[i],
            where + "[" + std::to_string(i) + "]", wrong);
    }
  }
  const auto* properties = schema.if_contains("properties");
  if (type != "object" || properties == nullptr) return;
  for (const json::value& name : schema.at("required").as_array()) {
    if (!value.as_object().contains(name.as_string())) {
      wrong += where + ": misses " + std::string(name.as_string()) + "\n";
    }
  }
  for (const auto& [name, member] : value.as_object()) {
    const json::value* expected = properties->as_object().if_contains(name);
    if (expected == nullptr) {
      wrong += where + ": has " + std::string(name) + ", which nobody promised\n";
    } else {
      check(document, expected->as_object(), member, where + "." + std::string(name), wrong);
    }
  }
}

TEST(OpenApi, HasEveryRouteAndNoOther) {
  const Document document;
  std::set<std::string> promised, served;
  for (const auto& [path, operations] : document.root.at("paths").as_object()) {
    for (const auto& [method, operation] : operations.as_object()) {
      promised.insert(std::string(method) + " " + std::string(path));
    }
  }
  for (const Route& route : routes()) {
    served.insert(lower(to_text(route.method)) + " " + std::string(route.path));
  }
  EXPECT_EQ(promised, served);
}

TEST(OpenApi, SaysOfEveryRouteWhoMayUseIt) {
  const Document document;
  for (const Route& route : routes()) {
    const std::string_view role =
        route.access.least() == Role::nobody ? "anyone" : to_text(route.access.least());
    EXPECT_EQ(document.operation(route).at("x-role").as_string(), role) << route.path;
  }
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  const Document document;
  const std::string text(openapi_document());
  for (std::size_t at = text.find("#/components/"); at != std::string::npos;
       at = text.find("#/components/", at + 1)) {
    const std::string reference = text.substr(at + 1, text.find('"', at) - at - 1);
    boost::system::error_code code;
    EXPECT_NE(json::value(document.root).find_pointer(reference, code), nullptr) << reference;
  }
}

struct Asked {
  Role role;
  Method method;
  std::string target, route, body;
  SmallConsole::Headers headers;
};

/// A console that has something of everything to show.
struct FullConsole : SmallConsole {
  FullConsole() : SmallConsole(2) {
    Batch batch;
    Alert alert = sample::alert(1);
    alert.revision = 2;
    alert.operation = "write";
    alert.outcome.kind = Outcome::Kind::accepted;
    alert.objects = {"unit 1 holding register 40"};
    alert.attack = {"T0855"};
    alert.protects.equipment = true;
    alert.decoded = {R"({"frame":1})"};
    batch.alerts = {alert};
    const std::string path = "evidence/" + id_text(1) + ".pcapng";
    std::ofstream(directory / "record" / path) << "packets";
    batch.evidence = {{sample::id(1), EvidenceState::ready, path, 7, 1}};
    batch.health = {{1, sample::at(1), "SYS-005", Severity::high, "disk", "Nearly full.", 1}};
    batch.baseline = BaselineUpdate{};
    Fact fact;
    fact.conversation.client.ip = IpAddress::v4(0x0a000001);
    fact.first_seen = fact.last_seen = sample::at(1);
    batch.baseline->facts = {fact};
    ConversationCounts counts;
    counts.client.ip = IpAddress::v4(0x0a000001);
    counts.of_pdus.make().operations[static_cast<std::size_t>(Operation::read)] = 6;
    counts.of_pdus.make().latency.add(std::chrono::milliseconds(3));
    counts.app = "TLS.Microsoft365";
    counts.app_category = "Cloud";
    batch.conversations = {counts};
    HostCounts host;
    host.host = counts.client;
    host.packets = host.tcp_packets = 10;
    host.one_way_packets = 1;
    host.first_seen = host.last_seen = sample::at(3);
    host.hours = {hour_of(sample::at(3))};
    batch.hosts = {host};
    batch.statistics = StatisticsSnapshot{
        sample::at(2), {{"capture.packets", 3}}, {{"CTL-013", "the site file gives no roles"}}};
    write(std::move(batch));
  }
};

TEST(OpenApi, RealAnswersKeepThePromise) {
  const Document document;
  FullConsole console;
  const std::string alert = "/alerts/" + id_text(1);
  const std::string tag = console.ask(Role::viewer, Method::get, alert).headers.at("ETag");
  const std::string setup = R"({"token":"x","user":"y","password":"correct horse battery"})";
  const auto extra = [&] {
    return console.accounts.sign_in("the.viewer", kPassword, "192.0.2.3", "").session->id;
  };
  const std::vector<Asked> asked = {
      {Role::nobody, Method::get, "/setup", "/setup", "", {}},
      {Role::nobody, Method::post, "/setup", "/setup", setup, {}},
      {Role::nobody,
       Method::post,
       "/session",
       "/session",
       R"({"user":"the.viewer","password":"correct horse battery"})",
       {}},
      {Role::viewer, Method::get, "/session", "/session", "", {}},
      {Role::viewer, Method::get, "/sessions", "/sessions", "", {}},
      {Role::viewer, Method::remove, "/sessions/" + extra(), "/sessions/{id}", "", {}},
      {Role::analyst, Method::post, alert + "/notes", "/alerts/{id}/notes", R"({"text":"x"})", {}},
      {Role::analyst,
       Method::post,
       alert + "/triage",
       "/alerts/{id}/triage",
       R"({"status":"evaluating"})",
       {{"if-match", "\"9-1\""}}},
      {Role::analyst,
       Method::post,
       alert + "/triage",
       "/alerts/{id}/triage",
       R"({"status":"open"})",
       {{"if-match", tag}}},
      {Role::analyst,
       Method::post,
       "/alerts/triage",
       "/alerts/triage",
       R"({"ids":[")" + id_text(2) + R"("],"status":"acknowledged"})",
       {}},
      {Role::analyst,
       Method::post,
       alert + "/hold",
       "/alerts/{id}/hold",
       R"({"held":true,"text":"the insurer asks"})",
       {{"if-match", "\"9-2\""}}},
      {Role::analyst,
       Method::post,
       alert + "/hold",
       "/alerts/{id}/hold",
       R"({"held":true,"text":"again"})",
       {{"if-match", "\"9-3\""}}},
      {Role::viewer, Method::get, "/alerts", "/alerts", "", {}},
      {Role::viewer, Method::get, "/alerts?limit=x", "/alerts", "", {}},
      {Role::viewer, Method::get, alert, "/alerts/{id}", "", {}},
      {Role::viewer, Method::get, alert + "/evidence", "/alerts/{id}/evidence", "", {}},
      {Role::viewer, Method::get, "/alerts/export?format=json", "/alerts/export", "", {}},
      {Role::viewer, Method::get, "/alerts/export?format=csv", "/alerts/export", "", {}},
      {Role::viewer, Method::get, "/events", "/events", "", {}},
      {Role::viewer, Method::get, "/health", "/health", "", {}},
      {Role::viewer, Method::get, "/baseline", "/baseline", "", {}},
      {Role::viewer, Method::get, "/visibility", "/visibility", "", {}},
      {Role::viewer, Method::get, "/visibility?after=x", "/visibility", "", {}},
      {Role::viewer, Method::get, "/conversations", "/conversations", "", {}},
      {Role::viewer, Method::get, "/conversations?limit=0", "/conversations", "", {}},
      {Role::viewer,
       Method::get,
       "/conversations/export?format=json",
       "/conversations/export",
       "",
       {}},
      {Role::viewer,
       Method::get,
       "/conversations/export?format=csv",
       "/conversations/export",
       "",
       {}},
      {Role::admin,
       Method::post,
       "/users",
       "/users",
       R"({"user":"ana","password":"correct horse battery","role":"viewer"})",
       {}},
      {Role::admin, Method::get, "/users", "/users", "", {}},
      {Role::admin, Method::patch, "/users/ana", "/users/{name}", R"({"disabled":true})", {}},
      {Role::admin, Method::get, "/audit", "/audit", "", {}},
      {Role::viewer, Method::get, "/openapi.json", "/openapi.json", "", {}},
      {Role::viewer,
       Method::post,
       "/session/password",
       "/session/password",
       R"({"old":"correct horse battery","new":"another good password"})",
       {}},
      {Role::viewer, Method::remove, "/session", "/session", "", {}},
  };
  std::set<std::string> covered;
  for (const Asked& question : asked) {
    const Response response = console.ask(question.role, question.method, question.target,
                                          question.body, question.headers);
    const std::string name = lower(to_text(question.method)) + " " + question.route;
    covered.insert(name);
    const json::object& operation = document.root.at("paths")
                                        .at(question.route)
                                        .at(lower(to_text(question.method)))
                                        .as_object();
    const json::value* promised =
        operation.at("responses").as_object().if_contains(std::to_string(response.status));
    ASSERT_NE(promised, nullptr) << name << " answered " << response.status << " " << response.body;
    const json::value* content = promised->as_object().if_contains("content");
    if (content == nullptr) {
      EXPECT_EQ(response.body, "") << name;
      continue;
    }
    const json::value* media = content->as_object().if_contains(response.content_type);
    ASSERT_NE(media, nullptr) << name << " answered as " << response.content_type;
    if (response.content_type.find("json") == std::string::npos) continue;
    std::string wrong;
    check(document, media->at("schema").as_object(), json_of(response), name, wrong);
    EXPECT_EQ(wrong, "");
  }
  EXPECT_EQ(covered.size(), routes().size()) << "every route was asked";
}

}  // namespace
}  // namespace sightglass::console
