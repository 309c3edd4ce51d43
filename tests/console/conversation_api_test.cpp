// The list of conversations as the console asks for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>

#include "tests/console/small_console.hpp"

namespace sightglass::console {
namespace {

namespace json = boost::json;

/// 10.0.0.`client` to 10.0.0.2, with as many packets as it says.
ConversationCounts modbus(std::uint8_t client, std::uint64_t packets, std::int64_t seconds) {
  ConversationCounts counts;
  counts.client.ip = IpAddress::v4(0x0a000000u + client);
  counts.client.mac.bits = 0x0080f4000000 + client;
  counts.server.ip = IpAddress::v4(0x0a000002);
  counts.server.mac.bits = 0x0080f4000002;
  counts.server_port = 502;
  counts.transport = TransportLayer::tcp;
  counts.protocol = Protocol::modbus;
  counts.packets = packets;
  counts.first_seen = sample::at(seconds);
  counts.last_seen = sample::at(seconds + 1);
  return counts;
}

ConversationCounts below_ip(std::uint16_t ether_type, std::int64_t seconds) {
  ConversationCounts counts;
  counts.client.mac.bits = 0x0080f4513b01;
  counts.server.mac.bits = 0x010ccd010001;
  counts.ether_type = ether_type;
  counts.packets = 7;
  counts.first_seen = counts.last_seen = sample::at(seconds);
  return counts;
}

struct ConversationApi : testing::Test {
  ConversationApi() {
    Batch batch;
    batch.conversations = {modbus(10, 30, 100), modbus(11, 10, 200), modbus(12, 20, 300),
                           below_ip(0x88b8, 400), below_ip(0x1234, 500)};
    console.write(std::move(batch));
  }
  json::object list(std::string_view query) {
    return json_of(console.ask(Role::viewer, Method::get, "/conversations" + std::string(query)));
  }
  /// The clients of a list, one after the other.
  std::string clients(const json::object& page) {
    std::string text;
    for (const json::value& item : page.at("items").as_array()) {
      text += (text.empty() ? "" : " ") + std::string(item.at("client").as_string());
    }
    return text;
  }
  unsigned status(std::string_view query) {
    return console.ask(Role::viewer, Method::get, "/conversations" + std::string(query)).status;
  }

  SmallConsole console;
};

TEST_F(ConversationApi, PagesByKeyInEveryOrder) {
  for (const std::string_view sort : {"last_seen", "first_seen", "packets", "bytes", "pdus", "gaps",
                                      "retransmissions", "client", "server"}) {
    for (const std::string_view order : {"asc", "desc"}) {
      const std::string query =
          "?limit=2&sort=" + std::string(sort) + "&order=" + std::string(order);
      std::set<std::string> ids;
      std::string after;
      int pages = 0;
      do {
        const json::object page = list(query + "&after=" + after);
        EXPECT_EQ(page.at("total").to_number<int>(), 5);
        for (const json::value& item : page.at("items").as_array()) {
          EXPECT_TRUE(ids.insert(std::string(item.at("id").as_string())).second) << query;
        }
        after = page.at("next").as_string();
      } while (!after.empty() && ++pages < 5);
      EXPECT_EQ(ids.size(), 5u) << query;
    }
  }
}

TEST_F(ConversationApi, SortsByWhatItIsAskedTo) {
  EXPECT_EQ(clients(list("?sort=packets&protocol=modbus")), "10.0.0.10 10.0.0.12 10.0.0.11");
  EXPECT_EQ(clients(list("?sort=packets&order=asc&protocol=modbus")),
            "10.0.0.11 10.0.0.12 10.0.0.10");
  EXPECT_EQ(clients(list("?protocol=modbus")), "10.0.0.12 10.0.0.11 10.0.0.10");
  EXPECT_EQ(clients(list("?sort=client&order=asc&protocol=modbus")),
            "10.0.0.10 10.0.0.11 10.0.0.12");
}

TEST_F(ConversationApi, SelectsByAddressProtocolAndNewness) {
  EXPECT_EQ(clients(list("?address=10.0.0.11")), "10.0.0.11");
  EXPECT_EQ(list("?address=10.0.0.2").at("total").to_number<int>(), 3);
  EXPECT_EQ(clients(list("?address=00:80:f4:00:00:0b")), "10.0.0.11");
  EXPECT_EQ(list("?protocol=goose").at("total").to_number<int>(), 1);
  EXPECT_EQ(list("?protocol=modbus,goose").at("total").to_number<int>(), 4);
  EXPECT_EQ(list("?new_since=2020-09-13T12:31:40Z").at("total").to_number<int>(), 3);
  EXPECT_EQ(list("?seen_since=2020-09-13T12:35:00Z").at("total").to_number<int>(), 1);
}

TEST_F(ConversationApi, SearchFindsEveryWordWhereverItStands) {
  EXPECT_EQ(clients(list("?q=0.11 MODBUS")), "10.0.0.11");
  EXPECT_EQ(list("?q=tcp 502").at("total").to_number<int>(), 3);
  EXPECT_EQ(clients(list("?q=iec 61850 goose")), "00:80:f4:51:3b:01");
  EXPECT_EQ(list("?q=modbus goose").at("total").to_number<int>(), 0);
}

TEST_F(ConversationApi, FramesBelowIpHaveTheNameOfTheirEtherType) {
  const json::object page = list("?sort=first_seen");
  const json::value& unnamed = page.at("items").at(0);
  EXPECT_EQ(unnamed.at("protocol").as_string(), "0x1234");
  EXPECT_EQ(unnamed.at("protocol_sentence").as_string(), "");
  const json::value& goose = page.at("items").at(1);
  EXPECT_EQ(goose.at("protocol").as_string(), "goose");
  EXPECT_EQ(goose.at("protocol_sentence").as_string(), "IEC 61850 GOOSE");
  EXPECT_EQ(goose.at("server").as_string(), "01:0c:cd:01:00:01");
}

TEST_F(ConversationApi, RealmAndApplicationAreToldAndSearched) {
  ConversationCounts copy = modbus(10, 5, 600);
  copy.client.realm = copy.server.realm = *Realm::named("cell-2");
  copy.protocol = Protocol::unknown;
  copy.app = "HTTP.Xbox";
  Batch batch;
  batch.conversations = {copy};
  console.write(std::move(batch));
  EXPECT_EQ(list("?address=10.0.0.10").at("total").to_number<int>(), 2) << "one in each realm";
  const json::object found = list("?q=CELL-2 xbox");
  ASSERT_EQ(found.at("total").to_number<int>(), 1);
  EXPECT_EQ(found.at("items").at(0).at("realm").as_string(), "cell-2");
  EXPECT_EQ(found.at("items").at(0).at("app").as_string(), "HTTP.Xbox");
}

TEST_F(ConversationApi, RefusesWhatItCanNotUse) {
  for (const std::string_view query :
       {"?limit=0", "?sort=colour", "?order=up", "?address=plc", "?protocol=http3",
        "?new_since=yesterday", "?after=nonsense", "?after=packets.1.1", "?after=client.0g.1",
        "?after=last_seen.1"}) {
    EXPECT_EQ(status(query), 400u) << query;
  }
  EXPECT_EQ(status("?q=" + std::string(501, 'x')), 400u);
}

TEST_F(ConversationApi, ExportHasEveryRowAndTheFilter) {
  const Response csv =
      console.ask(Role::viewer, Method::get, "/conversations/export?format=csv&protocol=modbus");
  ASSERT_EQ(csv.status, 200u);
  EXPECT_EQ(std::count(csv.body.begin(), csv.body.end(), '\n'), 4);
  EXPECT_NE(csv.body.find("\"10.0.0.12\",\"10.0.0.2\",\"502\",\"tcp\",\"modbus\",\"\",\"20\""),
            std::string::npos)
      << csv.body;
  EXPECT_EQ(csv.headers.at("Sightglass-Omitted"), "0");
  const Response all =
      console.ask(Role::viewer, Method::get, "/conversations/export?format=json&limit=1");
  EXPECT_EQ(json_of(all).at("items").as_array().size(), 5u);
  EXPECT_EQ(console.ask(Role::viewer, Method::get, "/conversations/export?format=xml").status,
            400u);
}

}  // namespace
}  // namespace sightglass::console
