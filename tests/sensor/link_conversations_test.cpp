// Who talks below IP, and what is known of hosts: counted, bounded.
#include "sensor/pipeline/link_conversations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sensor/pipeline/host_book.hpp"

namespace sightglass {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using namespace std::chrono_literals;

constexpr std::uint16_t kProfinet = 0x8892, kLldp = 0x88cc;
constexpr MacAddress kPlc{0x001b1b000001}, kDrive{0x001b1b000002}, kGroup{0x0180c200000e};

Layers frame(MacAddress from, MacAddress to, std::uint16_t ether_type, Duration at) {
  static const std::vector<std::uint8_t> bytes(60);
  Layers layers;
  layers.bytes = bytes;
  layers.original_length = 60;
  layers.has_ethernet = true;
  layers.source_mac = from;
  layers.destination_mac = to;
  layers.ether_type = ether_type;
  layers.time = Timestamp{at};
  return layers;
}

std::vector<ConversationCounts> taken(LinkConversations& links) {
  std::vector<ConversationCounts> out;
  links.take(out);
  sort_canonically(out);
  return out;
}

TEST(LinkConversations, BothDirectionsOfAPairAreOne) {
  LinkConversations links;
  links.count(frame(kDrive, kPlc, kProfinet, 5s));
  links.count(frame(kPlc, kDrive, kProfinet, 6s));
  const auto found = taken(links);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].client.mac, kPlc);
  EXPECT_EQ(found[0].server.mac, kDrive);
  EXPECT_EQ(found[0].ether_type, kProfinet);
  EXPECT_EQ(found[0].packets, 2u);
  EXPECT_EQ(found[0].bytes, 120u);
  EXPECT_EQ(found[0].first_seen, Timestamp{5s});
  EXPECT_EQ(found[0].last_seen, Timestamp{6s});
  EXPECT_THAT(taken(links), IsEmpty()) << "counted out";
}

TEST(LinkConversations, ARealmAndAnEtherTypeMakeAnother) {
  LinkConversations links;
  links.count(frame(kPlc, kDrive, kProfinet, 1s));
  links.count(frame(kPlc, kDrive, kLldp, 1s));
  Layers elsewhere = frame(kPlc, kDrive, kProfinet, 1s);
  elsewhere.realm = *Realm::named("cell-2");
  links.count(elsewhere);
  EXPECT_THAT(taken(links), SizeIs(3));
}

TEST(LinkConversations, AGroupIsTheServerWhateverItsAddress) {
  LinkConversations links;
  links.count(frame(MacAddress{0xf0000000000a}, kGroup, kLldp, 1s));
  EXPECT_EQ(taken(links)[0].server.mac, kGroup);
}

TEST(LinkConversations, WhatFindsNoRoomIsCounted) {
  LinkConversations links;
  for (std::uint64_t i = 0; i < kLinkConversations + 3; ++i) {
    links.count(frame(MacAddress{0x020000000000 + i}, kGroup, kLldp, 1s));
  }
  EXPECT_EQ(links.untold(), 3u);
  EXPECT_THAT(taken(links), SizeIs(kLinkConversations));
  taken(links);  // those silent since are forgotten, and leave room
  links.count(frame(kPlc, kGroup, kLldp, 2s));
  EXPECT_EQ(links.untold(), 3u);
}

ConversationCounts conversation(std::uint32_t client, std::uint32_t server, Duration last) {
  ConversationCounts counts;
  counts.client.ip = IpAddress::v4(client);
  counts.server.ip = IpAddress::v4(server);
  counts.transport = TransportLayer::tcp;
  counts.packets = 10;
  counts.bytes = 1000;
  counts.first_seen = Timestamp{last - 5s};
  counts.last_seen = Timestamp{last};
  return counts;
}

TEST(HostBook, CountsForBothEndsAndNamesThem) {
  site::Description plant;
  site::Zone& zone = plant.zones.emplace_back();
  zone.name = "tank farm";
  zone.networks = {*site::parse_network("10.0.0.0/24")};
  site::Asset& asset = plant.assets.emplace_back();
  asset.name = "PLC-1";
  asset.networks = {*site::parse_network("10.0.0.1")};
  const site::Site site(std::move(plant));
  HostBook book;
  std::vector<ConversationCounts> found = {conversation(0x0a000002, 0x0a000001, 1h + 1s),
                                           conversation(0x0a000003, 0x0a000001, 3h + 1s)};
  found[1].one_way_packets = 10;
  found[1].protocol = Protocol::modbus;
  sort_canonically(found);
  book.add(found);
  const auto hosts = book.take(site);
  ASSERT_THAT(hosts, SizeIs(3));
  EXPECT_EQ(hosts[0].name, "PLC-1");
  EXPECT_EQ(hosts[0].zone, "tank farm");
  EXPECT_EQ(hosts[0].packets, 20u);
  EXPECT_EQ(hosts[0].tcp_packets, 20u);
  EXPECT_EQ(hosts[0].one_way_packets, 10u);
  EXPECT_EQ(hosts[0].unknown_bytes, 1000u) << "the conversation that no dissector knows";
  EXPECT_THAT(hosts[0].hours, ElementsAre(1, 3));
  EXPECT_THAT(book.take(site), IsEmpty());
}

TEST(HostBook, GroupsAreNoHostsAndWhatFindsNoRoomIsCounted) {
  HostBook book(1);
  const ConversationCounts found[] = {conversation(0x0a000002, 0xe0000001, 1s),
                                      conversation(0x0a000003, 0xe0000001, 1s)};
  book.add(found);
  EXPECT_EQ(book.untold(), 1u);
  EXPECT_THAT(book.take(site::Site()), SizeIs(1));
}

}  // namespace
}  // namespace sightglass
