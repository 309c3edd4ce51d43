#include <gtest/gtest.h>

#include "console/server/audit.hpp"
#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

struct TriageTest : testing::Test {
  std::string path = "/alerts/" + id_text(1);
  SmallConsole console{3};

  std::string tag() { return console.ask(Role::viewer, Method::get, path).headers.at("ETag"); }
  Response triage(std::string_view body, std::string if_match) {
    return console.ask(Role::analyst, Method::post, path + "/triage", body,
                       {{"if-match", std::move(if_match)}});
  }
  json::object state() {
    return json_of(console.ask(Role::viewer, Method::get, path))["alert"].at("triage").as_object();
  }
  std::size_t open() {
    return json_of(console.ask(Role::viewer, Method::get, "/alerts?status=open"))["items"]
        .as_array()
        .size();
  }
};

TEST_F(TriageTest, AcknowledgedAlertSaysWhoAndWhen) {
  const Response response = triage(R"({"status":"acknowledged","text":"on it"})", tag());
  ASSERT_EQ(response.status, 200u) << response.body;
  const auto now = state();
  EXPECT_EQ(now.at("status").as_string(), "acknowledged");
  const auto& entry = now.at("history").at(0);
  EXPECT_EQ(entry.at("user").as_string(), "the.analyst");
  EXPECT_EQ(entry.at("action").as_string(), "status");
  EXPECT_EQ(entry.at("text").as_string(), "on it");
  EXPECT_EQ(open(), 2u);
}

TEST_F(TriageTest, TwoPeopleDoNotOverwriteEachOther) {
  const std::string seen = tag();
  EXPECT_EQ(triage(R"({"status":"acknowledged"})", seen).status, 200u);
  EXPECT_EQ(triage(R"({"status":"evaluating"})", seen).status, 412u);
  EXPECT_EQ(state().at("status").as_string(), "acknowledged");
  EXPECT_EQ(triage(R"({"status":"evaluating"})", "").status, 428u);
  EXPECT_EQ(triage(R"({"status":"evaluating"})", "\"nonsense\"").status, 412u);
}

TEST_F(TriageTest, RisingCountIsNoReasonToRefuse) {
  const std::string seen = tag();
  Alert alert = sample::alert(1);
  alert.revision = 2;
  alert.count = 5;
  console.write(alert);
  EXPECT_NE(tag(), seen);
  EXPECT_EQ(triage(R"({"status":"acknowledged"})", seen).status, 200u);
}

TEST_F(TriageTest, ClosingNeedsDeterminationAndWordsForGraveAlerts) {
  const auto status = [&](std::string_view body) { return triage(body, tag()).status; };
  EXPECT_EQ(status(R"({"status":"closed","text":"x"})"), 422u);
  EXPECT_EQ(status(R"({"status":"closed","determination":"no idea","text":"x"})"), 422u);
  EXPECT_EQ(status(R"({"status":"closed","determination":"test"})"), 422u) << "critical: in words";
  EXPECT_EQ(status(R"({"status":"open","determination":"test"})"), 422u);
  EXPECT_EQ(status(R"({"status":"shut"})"), 422u);
  EXPECT_EQ(status(R"({"text":"x"})"), 422u);
  EXPECT_EQ(state().at("version").to_number<int>(), 0) << "nothing was changed";
  EXPECT_EQ(status(R"({"status":"closed","determination":"test","text":"our own test"})"), 200u);
  EXPECT_EQ(state().at("determination").as_string(), "test");
}

TEST_F(TriageTest, LowAlertMayBeClosedWithoutWords) {
  Alert alert = sample::alert(1);
  alert.severity = Severity::low;
  alert.revision = 2;
  console.write(alert);
  EXPECT_EQ(triage(R"({"status":"closed","determination":"undetermined"})", tag()).status, 200u);
}

TEST_F(TriageTest, ClosedAlertThatGoesOnRecursAndNeedsAttention) {
  ASSERT_EQ(triage(R"({"status":"closed","determination":"test","text":"done"})", tag()).status,
            200u);
  EXPECT_EQ(open(), 2u);
  Alert alert = sample::alert(1);
  alert.revision = 2;  // an outcome came late: not another time
  console.write(alert);
  EXPECT_FALSE(state().at("recurred").as_bool());
  alert.revision = 3;
  alert.count = 2;
  console.write(alert);
  EXPECT_TRUE(state().at("recurred").as_bool());
  EXPECT_EQ(state().at("status").as_string(), "closed");
  EXPECT_EQ(open(), 3u) << "among the open ones again";
  ASSERT_EQ(triage(R"({"status":"closed","determination":"test","text":"again"})", tag()).status,
            200u);
  EXPECT_FALSE(state().at("recurred").as_bool());
  EXPECT_EQ(open(), 2u);
}

TEST_F(TriageTest, AssigneeMustBeAUser) {
  console.session(Role::engineer);
  EXPECT_EQ(triage(R"({"status":"open","assignee":"nobody.known"})", tag()).status, 422u);
  EXPECT_EQ(triage(R"({"status":"open","assignee":"the.engineer"})", tag()).status, 200u);
  EXPECT_EQ(state().at("assignee").as_string(), "the.engineer");
  EXPECT_EQ(state().at("history").at(0).at("action").as_string(), "assign");
  EXPECT_EQ(triage(R"({"status":"open","assignee":""})", tag()).status, 200u);
  EXPECT_EQ(state().at("assignee").as_string(), "");
}

TEST_F(TriageTest, NoteIsKeptAsItIs) {
  const Response response = console.ask(Role::analyst, Method::post, path + "/notes",
                                        R"({"text":"<b>called</b> the plant\nthey know"})");
  ASSERT_EQ(response.status, 200u);
  EXPECT_EQ(state().at("history").at(0).at("text").as_string(),
            "<b>called</b> the plant\nthey know");
  EXPECT_EQ(console.ask(Role::analyst, Method::post, path + "/notes", R"({"text":""})").status,
            422u);
  const std::string long_text = R"({"text":")" + std::string(kTriageTextMost + 1, 'x') + "\"}";
  EXPECT_EQ(console.ask(Role::analyst, Method::post, path + "/notes", long_text).status, 422u);
}

TEST_F(TriageTest, ManyAtOnceSayWhichAreMissing) {
  const Response response = console.ask(
      Role::analyst, Method::post, "/alerts/triage",
      R"({"ids":[")" + id_text(1) + R"(",")" + id_text(2) + R"(",")" + id_text(9) +
          R"("],"status":"closed","determination":"authorised_work","text":"maintenance"})");
  ASSERT_EQ(response.status, 200u) << response.body;
  EXPECT_EQ(json_of(response)["changed"].to_number<int>(), 2);
  EXPECT_EQ(json_of(response)["missing"].at(0).as_string(), id_text(9));
  EXPECT_EQ(open(), 1u);
  EXPECT_EQ(
      console.ask(Role::analyst, Method::post, "/alerts/triage", R"({"ids":[],"status":"open"})")
          .status,
      422u);
}

TEST_F(TriageTest, AlertNamedTwiceIsDecidedOnce) {
  const Response response = console.ask(
      Role::analyst, Method::post, "/alerts/triage",
      R"({"ids":[")" + id_text(1) + R"(",")" + id_text(1) + R"("],"status":"acknowledged"})");
  ASSERT_EQ(response.status, 200u) << response.body;
  EXPECT_EQ(json_of(response)["changed"].to_number<int>(), 1);
  EXPECT_EQ(read_triage(console.database, sample::id(1)).history.size(), 1u);
}

TEST_F(TriageTest, EveryDecisionStandsInTheAuditLog) {
  triage(R"({"status":"closed","determination":"malicious","text":"x"})", tag());
  const auto entry = read_audit(console.database, 0, 1).at(0);
  EXPECT_EQ(entry.action, "alert_triaged");
  EXPECT_EQ(entry.actor, "the.analyst");
  EXPECT_EQ(entry.subject, id_text(1));
  EXPECT_EQ(entry.before, "open");
  EXPECT_EQ(entry.after, "closed, malicious");
}

struct HoldTest : TriageTest {
  unsigned hold(bool held, std::string_view text = "the insurer asks") {
    const std::string body = std::string(R"({"held":)") + (held ? "true" : "false") +
                             R"(,"text":")" + std::string(text) + "\"}";
    return console.ask(Role::analyst, Method::post, path + "/hold", body, {{"if-match", tag()}})
        .status;
  }
  std::size_t listed(std::string_view filter) {
    return json_of(
               console.ask(Role::viewer, Method::get, "/alerts?" + std::string(filter)))["items"]
        .as_array()
        .size();
  }
};

TEST_F(HoldTest, SaysWhoWhenAndWhy) {
  ASSERT_EQ(hold(true), 200u);
  const auto held = state().at("hold").as_object();
  EXPECT_TRUE(held.at("held").as_bool());
  EXPECT_EQ(held.at("user").as_string(), "the.analyst");
  EXPECT_EQ(held.at("text").as_string(), "the insurer asks");
  EXPECT_NE(held.at("since").as_string(), "");
  EXPECT_EQ(state().at("history").at(0).at("action").as_string(), "hold");
  EXPECT_EQ(state().at("status").as_string(), "open") << "a hold is no status";
  ASSERT_EQ(hold(false, "settled"), 200u);
  EXPECT_FALSE(state().at("hold").at("held").as_bool());
  EXPECT_EQ(state().at("history").at(1).at("action").as_string(), "release");
  EXPECT_EQ(state().at("history").at(1).at("text").as_string(), "settled");
}

TEST_F(HoldTest, OutlivesClosingAndIsListed) {
  ASSERT_EQ(hold(true), 200u);
  ASSERT_EQ(triage(R"({"status":"closed","determination":"test","text":"x"})", tag()).status, 200u);
  EXPECT_TRUE(state().at("hold").at("held").as_bool());
  EXPECT_EQ(listed("held=true"), 1u);
  EXPECT_EQ(listed("held=true&status=closed"), 1u);
  EXPECT_EQ(listed("held=false"), 2u);
  Alert alert = sample::alert(1);
  alert.revision = 2;
  console.write(alert);
  EXPECT_EQ(listed("held=true"), 1u) << "an update of the alert keeps it";
}

TEST_F(HoldTest, NeedsAReasonTheEtagAndTheRole) {
  EXPECT_EQ(hold(true, ""), 422u);
  const std::string body = R"({"held":true,"text":"x"})";
  EXPECT_EQ(console.ask(Role::analyst, Method::post, path + "/hold", body).status, 428u);
  EXPECT_EQ(console.ask(Role::viewer, Method::post, path + "/hold", body).status, 403u);
  EXPECT_EQ(console
                .ask(Role::analyst, Method::post, path + "/hold", R"({"text":"x"})",
                     {{"if-match", tag()}})
                .status,
            422u);
  EXPECT_FALSE(state().at("hold").at("held").as_bool());
}

TEST_F(HoldTest, TwoPeopleDoNotOverwriteEachOther) {
  const std::string seen = tag();
  ASSERT_EQ(hold(true), 200u);
  const std::string body = R"({"held":true,"text":"mine"})";
  EXPECT_EQ(
      console.ask(Role::analyst, Method::post, path + "/hold", body, {{"if-match", seen}}).status,
      412u);
  EXPECT_EQ(hold(true, "mine"), 409u);
  EXPECT_EQ(state().at("hold").at("text").as_string(), "the insurer asks");
  EXPECT_EQ(hold(false), 200u);
  EXPECT_EQ(hold(false), 409u);
}

TEST_F(HoldTest, StandsInTheAuditLog) {
  ASSERT_EQ(hold(true), 200u);
  const auto entry = read_audit(console.database, 0, 1).at(0);
  EXPECT_EQ(entry.action, "alert_held");
  EXPECT_EQ(entry.subject, id_text(1));
  EXPECT_EQ(entry.before, "open");
  EXPECT_EQ(entry.after, "open, held by the.analyst");
}

TEST_F(HoldTest, MoreThanMayBeHeldIsRefused) {
  {
    Database::Transaction transaction(console.database);
    for (std::int64_t number = 0; number < kHoldsMost; ++number) {
      const AlertId id = sample::id(1'000'000 + static_cast<std::uint64_t>(number));
      transaction
          .prepare("INSERT INTO triage VALUES (?, 'open', '', '', 1, 0, 'the.analyst', 1, 'x')")
          .bind_blob({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()})
          .run();
    }
    transaction.commit();
  }
  EXPECT_EQ(hold(true), 409u);
  EXPECT_FALSE(state().at("hold").at("held").as_bool());
}

TEST_F(TriageTest, SurvivesTheIndexBeingMadeAnew) {
  triage(R"({"status":"closed","determination":"test","text":"x"})", tag());
  const std::vector<Alert> all = {sample::alert(1), sample::alert(2), sample::alert(3)};
  bool given = false;
  console.index.rebuild(3, [&] {
    const bool first = !std::exchange(given, true);
    return first ? all : std::vector<Alert>();
  });
  EXPECT_EQ(state().at("status").as_string(), "closed");
  EXPECT_EQ(open(), 2u);
}

}  // namespace
}  // namespace sightglass::console
