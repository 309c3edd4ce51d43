// What of hosts and zones was not seen, as the console tells it.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

HostCounts host(std::uint8_t number) {
  HostCounts counts;
  counts.host.ip = IpAddress::v4(0x0a000000u + number);
  counts.zone = number < 3 ? "cell" : "";
  counts.packets = counts.tcp_packets = 200;
  counts.one_way_packets = number;
  counts.first_seen = counts.last_seen = sample::at(0);
  counts.hours = {hour_of(sample::at(0))};
  return counts;
}

struct VisibilityApi : testing::Test {
  VisibilityApi() {
    Batch batch;
    batch.hosts = {host(1), host(2), host(3)};
    batch.hosts[0].hours.push_back(batch.hosts[0].hours[0] + 3);
    console.write(std::move(batch));
  }
  json::object ask(std::string_view query = "") {
    return json_of(console.ask(Role::viewer, Method::get, "/visibility" + std::string(query)));
  }
  SmallConsole console;
};

TEST_F(VisibilityApi, SharesAreRoundedUpAndAbsentOnesSayIt) {
  const json::value first = ask().at("hosts").at(0);
  EXPECT_EQ(first.at("address").as_string(), "10.0.0.1");
  EXPECT_EQ(first.at("one_way_percent").to_number<int>(), 1) << "1 of 200";
  EXPECT_EQ(first.at("encrypted_percent").to_number<int>(), -1) << "it has no PDU";
  EXPECT_EQ(first.at("hours").to_number<int>(), 4);
  EXPECT_EQ(first.at("hours_seen").to_number<int>(), 2);
}

TEST_F(VisibilityApi, HostsComeInPages) {
  const json::object page = ask("?limit=2");
  EXPECT_EQ(page.at("hosts").as_array().size(), 2u);
  const json::object rest = ask("?limit=2&after=" + std::string(page.at("next").as_string()));
  ASSERT_EQ(rest.at("hosts").as_array().size(), 1u);
  EXPECT_EQ(rest.at("hosts").at(0).at("address").as_string(), "10.0.0.3");
  EXPECT_EQ(rest.at("next").as_string(), "");
}

TEST_F(VisibilityApi, ZonesAreSummedUp) {
  const json::array zones = ask().at("zones").as_array();
  ASSERT_EQ(zones.size(), 2u);
  EXPECT_EQ(zones.at(0).at("zone").as_string(), "");
  EXPECT_EQ(zones.at(1).at("zone").as_string(), "cell");
  EXPECT_EQ(zones.at(1).at("hosts").to_number<int>(), 2);
  EXPECT_EQ(zones.at(1).at("one_way_percent").to_number<int>(), 1) << "3 of 400";
}

TEST_F(VisibilityApi, NonsenseIsRefused) {
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/visibility?limit=0").status, 400u);
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/visibility?after=x").status, 400u);
}

}  // namespace
}  // namespace sightglass::console
