#include <gtest/gtest.h>

#include "console/server/audit.hpp"
#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

TEST(SetUpApi, FirstAdministratorIsSignedInAtOnce) {
  SmallConsole console;
  EXPECT_TRUE(json_of(console.ask(Role::nobody, Method::get, "/setup"))["needed"].as_bool());
  const std::string token = console.accounts.issue_setup_token();
  const auto set_up = [&](const std::string& with) {
    return console.ask(
        Role::nobody, Method::post, "/setup",
        R"({"token":")" + with + R"(","user":"root","password":"correct horse battery"})");
  };
  EXPECT_EQ(set_up("guessed").status, 403u);
  const Response response = set_up(token);
  ASSERT_EQ(response.status, 201u) << response.body;
  EXPECT_EQ(json_of(response)["role"].as_string(), "admin");
  EXPECT_TRUE(response.headers.contains("Set-Cookie"));
  EXPECT_EQ(set_up(token).status, 403u) << "once";
  EXPECT_FALSE(json_of(console.ask(Role::nobody, Method::get, "/setup"))["needed"].as_bool());
}

TEST(SessionApi, WrongPasswordIs401WithoutCookie) {
  SmallConsole console;
  const Response response = console.ask(Role::nobody, Method::post, "/session",
                                        R"({"user":"root","password":"wrong password!"})");
  EXPECT_EQ(response.status, 401u);
  EXPECT_FALSE(response.headers.contains("Set-Cookie"));
  EXPECT_EQ(read_audit(console.database, 0, 1).at(0).action, "sign_in_failed");
}

TEST(SessionApi, OnesOwnSessionsAreListedAndEnded) {
  SmallConsole console;
  console.session(Role::viewer);
  const auto other = console.accounts.sign_in("the.viewer", kPassword, "192.0.2.7", "Firefox");
  const auto list = json_of(console.ask(Role::viewer, Method::get, "/sessions"));
  ASSERT_EQ(list.at("items").as_array().size(), 2u);
  const std::string path = "/sessions/" + other.session->id;
  EXPECT_EQ(console.ask(Role::analyst, Method::remove, path).status, 404u) << "not theirs";
  EXPECT_EQ(console.ask(Role::viewer, Method::remove, path).status, 204u);
  EXPECT_FALSE(console.accounts.session(other.token));
}

TEST(SessionApi, PasswordChangeAsksForTheOldOne) {
  SmallConsole console;
  const auto change = [&](const char* body) {
    return console.ask(Role::viewer, Method::post, "/session/password", body).status;
  };
  EXPECT_EQ(change(R"({"old":"wrong password!","new":"another good password"})"), 422u);
  EXPECT_EQ(change(R"({"old":"correct horse battery","new":"short"})"), 422u);
  EXPECT_EQ(change(R"({"old":"correct horse battery","new":"another good password"})"), 204u);
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/session").status, 200u);
  EXPECT_TRUE(
      console.accounts.sign_in("the.viewer", "another good password", "192.0.2.8", "").session);
}

TEST(UserApi, AdministratorAddsChangesAndDisables) {
  SmallConsole console;
  const auto add = [&](const char* body) {
    return console.ask(Role::admin, Method::post, "/users", body).status;
  };
  const char* ana = R"({"user":"ana","password":"correct horse battery","role":"analyst"})";
  EXPECT_EQ(add(ana), 201u);
  EXPECT_EQ(add(ana), 409u);
  EXPECT_EQ(add(R"({"user":"b o","password":"correct horse battery","role":"analyst"})"), 422u);
  EXPECT_EQ(add(R"({"user":"bo","password":"bo","role":"analyst"})"), 422u);
  EXPECT_EQ(add(R"({"user":"bo","password":"correct horse battery","role":"root"})"), 422u);
  const auto signed_in = console.accounts.sign_in("ana", kPassword, "192.0.2.5", "");
  ASSERT_TRUE(signed_in.session);
  EXPECT_EQ(console.ask(Role::admin, Method::patch, "/users/ana", R"({"disabled":true})").status,
            200u);
  EXPECT_FALSE(console.accounts.session(signed_in.token)) << "at once";
  EXPECT_EQ(console.ask(Role::admin, Method::patch, "/users/ana", "{}").status, 422u);
  EXPECT_EQ(console.ask(Role::admin, Method::patch, "/users/xy", R"({"disabled":true})").status,
            404u);
  EXPECT_EQ(
      console.ask(Role::admin, Method::patch, "/users/the.admin", R"({"role":"viewer"})").status,
      409u)
      << "the last one";
  EXPECT_EQ(json_of(console.ask(Role::admin, Method::get, "/users"))["items"].as_array().size(),
            2u);
}

TEST(UserApi, NoAnswerCarriesAHash) {
  SmallConsole console;
  const std::string users = console.ask(Role::admin, Method::get, "/users").body;
  const std::string audit = console.ask(Role::admin, Method::get, "/audit").body;
  for (const std::string& body : {users, audit}) {
    EXPECT_EQ(body.find("salt"), std::string::npos);
    EXPECT_EQ(body.find("hash"), std::string::npos);
    EXPECT_EQ(body.find(kPassword), std::string::npos);
  }
}

}  // namespace
}  // namespace sightglass::console
