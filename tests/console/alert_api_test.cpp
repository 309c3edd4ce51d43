#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "console/api/body.hpp"
#include "console/api/csv.hpp"
#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

json::array items(SmallConsole& console, const std::string& query) {
  const Response response = console.ask(Role::viewer, Method::get, "/alerts" + query);
  EXPECT_EQ(response.status, 200u) << response.body;
  return json_of(response)["items"].as_array();
}

std::vector<std::string> ids(SmallConsole& console, const std::string& query) {
  std::vector<std::string> found;
  for (const json::value& item : items(console, query)) {
    found.emplace_back(item.at("id").as_string());
  }
  return found;
}

/// Alerts that differ in everything lists select by.
Alert variant(std::uint64_t number) {
  Alert alert = sample::alert(number);
  alert.severity = static_cast<Severity>(1 + number % 5);
  alert.category = static_cast<Category>(number % 3);
  alert.kind = number % 2 == 0 ? "NET-001" : "CTL-013";
  alert.protects = {number % 2 == 0, number % 3 == 0, false};
  alert.count = 100 - number % 7;
  alert.target.name = "PLC-" + std::to_string(number);
  alert.operation = "write";
  return alert;
}

TEST(AlertList, EveryOrderIsPagedWithoutGapOrRepeat) {
  SmallConsole console;
  Batch batch;
  for (std::uint64_t number = 1; number <= 25; ++number) batch.alerts.push_back(variant(number));
  console.write(std::move(batch));
  for (const char* sort : {"last_seen", "first_seen", "severity", "count", "kind", "status"}) {
    for (const char* order : {"asc", "desc"}) {
      const std::string query =
          "?limit=4&sort=" + std::string(sort) + "&order=" + std::string(order);
      std::vector<std::string> seen;
      std::string after;
      do {
        const auto page =
            json_of(console.ask(Role::viewer, Method::get, "/alerts" + query + "&after=" + after));
        EXPECT_EQ(page.at("total").to_number<int>(), 25);
        for (const json::value& item : page.at("items").as_array()) {
          seen.emplace_back(item.at("id").as_string());
        }
        after = std::string(page.at("next").as_string());
      } while (!after.empty() && seen.size() < 100);
      EXPECT_EQ(seen.size(), 25u) << query;
      EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 25u) << query;
      EXPECT_EQ(ids(console, "?limit=25&sort=" + std::string(sort) + "&order=" + order), seen);
    }
  }
}

TEST(AlertList, DescendingBeginsAtTheGraveEnd) {
  SmallConsole console;
  Batch batch;
  for (std::uint64_t number = 1; number <= 10; ++number) batch.alerts.push_back(variant(number));
  console.write(std::move(batch));
  EXPECT_EQ(items(console, "?sort=severity")[0].at("severity").as_string(), "critical");
  EXPECT_EQ(items(console, "?sort=severity&order=asc")[0].at("severity").as_string(), "info");
  EXPECT_EQ(ids(console, "?sort=last_seen")[0], id_text(10));
}

TEST(AlertList, FiltersSelectWhatTheySay) {
  SmallConsole console;
  Batch batch;
  for (std::uint64_t number = 1; number <= 12; ++number) batch.alerts.push_back(variant(number));
  console.write(std::move(batch));
  const auto count = [&](const std::string& query) { return ids(console, query).size(); };
  EXPECT_EQ(count("?severity=critical"), 2u);
  EXPECT_EQ(count("?severity=critical,high"), 5u);
  EXPECT_EQ(count("?category=control"), 4u);
  EXPECT_EQ(count("?kind=NET"), 6u);
  EXPECT_EQ(count("?kind=NET-001,CTL"), 12u);
  EXPECT_EQ(count("?protects=networks"), 4u);
  EXPECT_EQ(count("?protects=networks,equipment"), 8u) << "any of them";
  EXPECT_EQ(count("?target=plc-12"), 1u) << "names, whatever the case";
  EXPECT_EQ(count("?source=192.168.1.100"), 12u);
  EXPECT_EQ(count("?source=192.168.1.102"), 0u);
  EXPECT_EQ(count("?q=REGISTER plc-3"), 1u);
  EXPECT_EQ(count("?q=register nowhere"), 0u);
  EXPECT_EQ(count("?q=%25"), 0u) << "no wildcards";
  // Seen from first to last: alert n from 1600000000 + n to one second later.
  EXPECT_EQ(count("?from=2020-09-13T12:26:50Z"), 4u);
  EXPECT_EQ(count("?to=2020-09-13T12:26:43Z"), 2u);
  EXPECT_EQ(count("?status=closed"), 0u);
  EXPECT_EQ(count("?status=open,acknowledged"), 12u);
}

TEST(AlertList, WrongParametersAreToldAllAtOnce) {
  SmallConsole console;
  const Response response =
      console.ask(Role::viewer, Method::get,
                  "/alerts?severity=grave&status=x&sort=y&order=z&from=yesterday&limit=0");
  EXPECT_EQ(response.status, 400u);
  EXPECT_EQ(json_of(response)["errors"].as_array().size(), 6u) << response.body;
}

TEST(AlertList, CursorOfAnotherOrderOrMadeUpIsRefused) {
  SmallConsole console(5);
  const std::string next(
      json_of(console.ask(Role::viewer, Method::get, "/alerts?limit=2"))["next"].as_string());
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts?sort=count&after=" + next).status,
            400u);
  for (const char* after : {"x", "last_seen.1.2", "last_seen.1.2.3", "last_seen.a.2.00", "....",
                            "last_seen.1.1.00000000000000000000000000000001.9"}) {
    EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts?after=" + std::string(after)).status,
              400u)
        << after;
  }
}

TEST(AlertList, OpenAlertsAreCountedBySeverity) {
  SmallConsole console;
  Batch batch;
  for (std::uint64_t number = 1; number <= 10; ++number) batch.alerts.push_back(variant(number));
  console.write(std::move(batch));
  const auto open = json_of(console.ask(Role::viewer, Method::get, "/alerts?severity=info"));
  EXPECT_EQ(open.at("total").to_number<int>(), 2);
  EXPECT_EQ(open.at("open").at("critical").to_number<int>(), 2) << "of all, not of the filter";
}

TEST(AlertCard, TextsFromTheWireStandAsJsonTexts) {
  SmallConsole console;
  Alert alert = sample::alert(1);
  alert.target.name = "<script>alert(1)</script>";
  alert.sentence = "\"quoted\" \\ and \x01 and \xff";
  alert.decoded = {R"({"frame":1,"hex":"<img src=x onerror=alert(1)>"})"};
  console.write(alert);
  const Response response = console.ask(Role::viewer, Method::get, "/alerts/" + id_text(1));
  EXPECT_EQ(response.content_type, "application/json");
  const auto card = json_of(response)["alert"].as_object();
  EXPECT_EQ(card.at("target").at("name").as_string(), "<script>alert(1)</script>");
  EXPECT_EQ(card.at("sentence").as_string(), "\"quoted\" \\ and \x01 and \xef\xbf\xbd");
  EXPECT_EQ(card.at("decoded").at(0).at("frame").to_number<int>(), 1);
  EXPECT_EQ(card.at("eve").at("ot").at("id").as_string(), id_text(1));
}

TEST(AlertCard, DamagedDecodedPduIsLeftOut) {
  SmallConsole console;
  Alert alert = sample::alert(1);
  alert.decoded = {"{\"frame\":", "[1]", R"({"frame":2})"};
  console.write(alert);
  const auto card =
      json_of(console.ask(Role::viewer, Method::get, "/alerts/" + id_text(1)))["alert"];
  ASSERT_EQ(card.at("decoded").as_array().size(), 1u);
}

TEST(AlertCard, UnchangedAlertIsNotSentAgain) {
  SmallConsole console(1);
  const std::string path = "/alerts/" + id_text(1);
  const std::string tag = console.ask(Role::viewer, Method::get, path).headers.at("ETag");
  const Response again = console.ask(Role::viewer, Method::get, path, "", {{"if-none-match", tag}});
  EXPECT_EQ(again.status, 304u);
  EXPECT_EQ(again.body, "");
  Alert changed = sample::alert(1);
  changed.revision = 2;
  console.write(changed);
  EXPECT_EQ(console.ask(Role::viewer, Method::get, path, "", {{"if-none-match", tag}}).status,
            200u);
}

TEST(AlertCard, WhatIsNotRecordedIs404) {
  SmallConsole console(1);
  for (const std::string& id : {id_text(2), std::string("x"), std::string(64, '0')}) {
    EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts/" + id).status, 404u);
    EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts/" + id + "/evidence").status, 404u);
  }
}

TEST(Evidence, SliceComesAsItIsOnDisk) {
  SmallConsole console(2);
  const std::string bytes("\x0a\x0d\x0d\x0a\x00rest", 9);
  const std::string path = "evidence/" + id_text(1) + ".pcapng";
  std::ofstream(console.directory / "record" / path, std::ios::binary) << bytes;
  Batch batch;
  batch.evidence.push_back({sample::id(1), EvidenceState::ready, path, bytes.size(), 3});
  batch.evidence.push_back({sample::id(2), EvidenceState::collecting, "", 0, 0});
  console.write(std::move(batch));
  const Response response =
      console.ask(Role::viewer, Method::get, "/alerts/" + id_text(1) + "/evidence");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body, bytes);
  EXPECT_EQ(response.content_type, "application/vnd.tcpdump.pcap");
  EXPECT_NE(response.headers.at("Content-Disposition").find(".pcapng"), std::string::npos);
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts/" + id_text(2) + "/evidence").status,
            404u);
}

TEST(Evidence, LinkOutOfTheRecordIsNotFollowed) {
  SmallConsole console(1);
  const std::string path = "evidence/" + id_text(1) + ".pcapng";
  std::filesystem::create_symlink(console.directory / "secret.txt",
                                  console.directory / "record" / path);
  Batch batch;
  batch.evidence.push_back({sample::id(1), EvidenceState::ready, path, 12, 1});
  console.write(std::move(batch));
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts/" + id_text(1) + "/evidence").status,
            404u);
}

TEST(Export, CellsAreNeverFormulas) {
  EXPECT_EQ(csv_cell("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(csv_cell("@SUM(A1)"), "\"'@SUM(A1)\"");
  EXPECT_EQ(csv_cell("-1"), "\"'-1\"");
  EXPECT_EQ(csv_cell("+1"), "\"'+1\"");
  EXPECT_EQ(csv_cell("\t=1"), "\"'\t=1\"");
  EXPECT_EQ(csv_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
}

TEST(Export, HasEveryRowOfTheFilter) {
  SmallConsole console(1200);  // more than one page of the record
  const Response csv = console.ask(Role::viewer, Method::get, "/alerts/export?format=csv&limit=3");
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), 1201);
  EXPECT_EQ(csv.headers.at("Sightglass-Omitted"), "0");
  const Response some =
      console.ask(Role::viewer, Method::get, "/alerts/export?format=json&q=plc-7");
  EXPECT_EQ(json_of(some)["items"].as_array().size(), 111u);  // 7, 70-79, 700-799
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/alerts/export?format=xml").status, 400u);
}

TEST(Time, Rfc3339IsReadInEveryZone) {
  const auto ns = [](std::string_view text) {
    const auto time = parse_time(text);
    return time ? to_ns(*time) : -1;
  };
  EXPECT_EQ(ns("2020-09-13T12:26:40Z"), 1'600'000'000'000'000'000);
  EXPECT_EQ(ns("2020-09-13T14:26:40.5+02:00"), 1'600'000'000'500'000'000);
  EXPECT_EQ(ns("2020-09-13T12:26:40.123456789012Z"), 1'600'000'000'123'456'789);
  for (const char* wrong :
       {"", "2020", "2020-09-13", "2020-13-01T00:00:00Z", "2020-02-30T00:00:00Z",
        "2020-09-13T24:00:00Z", "2020-09-13T12:26:40", "2020-09-13T12:26:40.Z",
        "2020-09-13T12:26:40Zx", "-020-09-13T12:26:40Z"}) {
    EXPECT_EQ(ns(wrong), -1) << wrong;
  }
}

}  // namespace
}  // namespace sightglass::console
