#include "console/server/gate.hpp"

#include <gtest/gtest.h>

#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

template <class T>
concept RouteWithoutRole = requires {
  T{Method::get, "/x"};
};
template <class T>
concept RouteWithRole = requires {
  T{Method::get, "/x", Access::anyone(), Endpoint{}};
};
static_assert(RouteWithRole<Route>);
static_assert(!RouteWithoutRole<Route>, "a route must say who may use it");

std::string path_of(const Route& route) {
  std::string path(route.path);
  if (const std::size_t open = path.find('{'); open != std::string::npos) {
    path.replace(open, path.find('}') - open + 1, "nothing");
  }
  return path;
}

/// Turned away before the endpoint for the reason of who asks.
bool is_let_in(unsigned status) { return status != 401 && status != 403; }

TEST(Gate, EveryRouteLetsInExactlyItsRolesAndThoseAbove) {
  SmallConsole console;
  for (const Role role : {Role::viewer, Role::analyst, Role::engineer, Role::admin}) {
    console.session(role);
  }
  for (const Route& route : routes()) {
    if (route.access.least() == Role::nobody) continue;  // they have sentences of their own
    for (const Role role :
         {Role::nobody, Role::viewer, Role::analyst, Role::engineer, Role::admin}) {
      if (route.method == Method::remove && route.path == "/session" && role != Role::nobody) {
        continue;  // would end the session that the rest of the table needs
      }
      const unsigned status = console.ask(role, route.method, path_of(route)).status;
      EXPECT_EQ(is_let_in(status), role >= route.access.least())
          << to_text(route.method) << " " << route.path << " as " << to_text(role) << ": "
          << status;
      if (role == Role::nobody) {
        EXPECT_EQ(status, 401u);
      }
    }
  }
  EXPECT_EQ(console.ask(Role::viewer, Method::remove, "/session").status, 204u);
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/session").status, 401u);
}

TEST(Gate, OnlySettingUpAndSigningInAreForAnyone) {
  std::string open;
  for (const Route& route : routes()) {
    if (route.access.least() != Role::nobody) continue;
    open += std::string(to_text(route.method)) + " " + std::string(route.path) + "\n";
  }
  EXPECT_EQ(open, "GET /setup\nPOST /setup\nPOST /session\n");
}

TEST(Gate, EveryChangeNeedsTheSessionsOwnCsrfToken) {
  SmallConsole console;
  const std::string others = console.session(Role::admin).csrf;
  for (const Route& route : routes()) {
    if (route.method == Method::get || route.access.least() == Role::nobody) continue;
    const Role role = route.access.least() == Role::admin ? Role::admin : Role::engineer;
    const std::string wrong = role == Role::admin ? console.session(Role::engineer).csrf : others;
    for (const std::string& token : {std::string(), std::string("x"), wrong}) {
      EXPECT_EQ(
          console.ask(role, route.method, path_of(route), "{}", {{"x-csrf-token", token}}).status,
          403u)
          << to_text(route.method) << " " << route.path;
    }
  }
  EXPECT_GT(console.gate.counters().wrong_csrf, 0u);
}

TEST(Gate, ChangesFromOtherSitesAreRefused) {
  SmallConsole console(1);
  const std::string path = "/alerts/" + id_text(1) + "/notes";
  const auto note = [&](SmallConsole::Headers headers) {
    return console.ask(Role::analyst, Method::post, path, R"({"text":"seen"})", std::move(headers))
        .status;
  };
  EXPECT_EQ(note({}), 200u);
  EXPECT_EQ(note({{"origin", "https://evil.example"}}), 403u);
  EXPECT_EQ(note({{"origin", "null"}}), 403u);
  EXPECT_EQ(note({{"origin", "http://localhost:8443"}}), 403u) << "not over TLS";
  EXPECT_EQ(note({{"origin", "https://localhost:8444"}}), 403u) << "another port";
  EXPECT_EQ(note({{"sec-fetch-site", "cross-site"}}), 403u);
  EXPECT_EQ(note({{"sec-fetch-site", "same-site"}}), 403u);
  EXPECT_EQ(note({{"sec-fetch-site", "same-origin"}}), 200u);
  // Signing somebody in from elsewhere is a change too.
  EXPECT_EQ(console
                .ask(Role::nobody, Method::post, "/session", R"({"user":"a","password":"b"})",
                     {{"origin", "https://evil.example"}})
                .status,
            403u);
}

TEST(Gate, OnlyOurHostNamesAreAnswered) {
  SmallConsole console;
  const auto named = [&](const std::string& host) {
    Request request = console.request(Method::get, "/setup");
    request.headers["host"] = host;
    return console.ask(request).status;
  };
  EXPECT_EQ(named("localhost:8443"), 200u);
  EXPECT_EQ(named("LOCALHOST"), 200u);
  EXPECT_EQ(named("127.0.0.1:8443"), 200u) << "the address that was connected to";
  EXPECT_EQ(named("console.plant.example"), 200u) << "configured";
  EXPECT_EQ(named("evil.example"), 421u);
  EXPECT_EQ(named("127.0.0.2:8443"), 421u);
  EXPECT_EQ(named("localhost.evil.example"), 421u);
  EXPECT_EQ(named(""), 421u);
  Request v6 = console.request(Method::get, "/setup");
  v6.local = "[::1]:8443";
  v6.headers["host"] = "[::1]:8443";
  EXPECT_EQ(console.ask(v6).status, 200u);
}

TEST(Gate, ErrorsAreProblemDocuments) {
  SmallConsole console;
  struct Case {
    Method method;
    const char* target;
    const char* body;
    unsigned status;
  };
  for (const Case& c :
       {Case{Method::get, "/nothing", "", 404}, Case{Method::put, "/alerts", "", 405},
        Case{Method::get, "/alerts?limit=-1", "", 400}, Case{Method::get, "/alerts/x", "", 404},
        Case{Method::post, "/alerts/triage", "{", 400},
        Case{Method::post, "/alerts/triage", "[]", 400},
        Case{Method::post, "/alerts/triage", "{}", 422}, Case{Method::get, "/users", "", 403}}) {
    const Response response = console.ask(Role::analyst, c.method, c.target, c.body);
    EXPECT_EQ(response.status, c.status) << c.target << " " << c.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto document = json_of(response);
    EXPECT_EQ(document.at("status").to_number<unsigned>(), c.status);
    EXPECT_FALSE(document.at("title").as_string().empty());
    EXPECT_TRUE(document.at("type").is_string() && document.at("detail").is_string());
  }
  EXPECT_EQ(console.ask(Role::analyst, Method::put, "/alerts").headers.at("Allow"), "GET");
}

TEST(Gate, BodyMustBeJsonAndNotDeep) {
  SmallConsole console;
  EXPECT_EQ(console
                .ask(Role::analyst, Method::post, "/alerts/triage", "{}",
                     {{"content-type", "text/plain"}})
                .status,
            415u);
  const std::string deep = "{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}";
  EXPECT_EQ(console.ask(Role::analyst, Method::post, "/alerts/triage", deep).status, 400u);
}

TEST(Gate, EveryAnswerCarriesTheSecurityHeaders) {
  SmallConsole console;
  Request page = console.request(Method::get, "");
  page.path = "/";
  for (const Response& response :
       {console.ask(page), console.ask(Role::viewer, Method::get, "/alerts"),
        console.ask(Role::viewer, Method::get, "/nothing")}) {
    const std::string& policy = response.headers.at("Content-Security-Policy");
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(response.headers.at("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.headers.at("Strict-Transport-Security"), "max-age=31536000");
    EXPECT_EQ(response.headers.at("Referrer-Policy"), "no-referrer");
    EXPECT_FALSE(response.headers.at("Cache-Control").empty());
  }
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts").headers.at("Cache-Control"),
            "no-store");
}

TEST(Gate, SessionCookieIsLockedDown) {
  SmallConsole console;
  console.session(Role::viewer);
  const Response response =
      console.ask(Role::nobody, Method::post, "/session",
                  R"({"user":"the.viewer","password":"correct horse battery"})");
  ASSERT_EQ(response.status, 200u);
  const std::string& cookie = response.headers.at("Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("__Host-sightglass="));
  EXPECT_TRUE(cookie.ends_with("; Secure; HttpOnly; SameSite=Strict; Path=/"));
  EXPECT_EQ(cookie.find("Domain"), std::string::npos);
}

TEST(Gate, RepeatedIdempotencyKeyDoesItOnce) {
  SmallConsole console(1);
  const std::string path = "/alerts/" + id_text(1) + "/notes";
  const auto note = [&](Role role, std::string_view text) {
    return console.ask(role, Method::post, path, text, {{"idempotency-key", "k1"}});
  };
  const Response first = note(Role::analyst, R"({"text":"once"})");
  const Response again = note(Role::analyst, R"({"text":"once"})");
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.headers.at("ETag"), first.headers.at("ETag"));
  EXPECT_EQ(read_triage(console.database, sample::id(1)).history.size(), 1u);
  EXPECT_EQ(note(Role::analyst, R"({"text":"twice"})").status, 422u) << "another request";
  EXPECT_EQ(note(Role::admin, R"({"text":"twice"})").status, 200u) << "another user's key";
  EXPECT_EQ(read_triage(console.database, sample::id(1)).history.size(), 2u);
  console.pass(std::chrono::hours(25));
}

TEST(Gate, RecordThatCanNotBeReadIs503AndHealthStillAnswers) {
  SmallConsole console(1);
  console.writer.reset();
  std::filesystem::remove_all(console.directory / "record");
  console.record.forget_readers();
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts/" + id_text(1)).status, 503u);
  EXPECT_FALSE(console.tail.look(nullptr));
  const Response health = console.ask(Role::viewer, Method::get, "/health");
  EXPECT_EQ(health.status, 200u);
  EXPECT_NE(json_of(health)["problem"].as_string(), "");
}

}  // namespace
}  // namespace sightglass::console
