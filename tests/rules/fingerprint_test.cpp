// Community IDs are those of the published specification; alert ids are stable.
#include "rules/alert/fingerprint.hpp"

#include <gtest/gtest.h>

namespace sightglass {
namespace {

Conversation between(std::string_view client, std::uint16_t client_port, std::string_view server,
                     std::uint16_t server_port, TransportLayer transport) {
  Conversation conversation;
  conversation.client.ip = parse_ip(client).value();
  conversation.server.ip = parse_ip(server).value();
  conversation.client_port = client_port;
  conversation.server_port = server_port;
  conversation.transport = transport;
  return conversation;
}

TEST(CommunityId, IsThePublishedOneOfTheTcpExample) {
  const auto there = between("128.232.110.120", 34855, "66.35.250.204", 80, TransportLayer::tcp);
  const auto back = between("66.35.250.204", 80, "128.232.110.120", 34855, TransportLayer::tcp);
  EXPECT_EQ(community_id(there), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id(back), community_id(there));
}

TEST(CommunityId, IsThePublishedOneOfTheUdpExample) {
  EXPECT_EQ(community_id(between("192.168.1.52", 54585, "8.8.8.8", 53, TransportLayer::udp)),
            "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
}

TEST(CommunityId, OfIpv6IsTsharks) {
  EXPECT_EQ(
      community_id(between("fd00:53:47::20", 58906, "fd00:53:47::10", 502, TransportLayer::tcp)),
      "1:E7w6j8xMu9n2aTWIDgo67mrRbpw=");
}

TEST(CommunityId, IsEmptyWithoutPortsOrAddresses) {
  EXPECT_EQ(community_id(between("10.0.0.1", 0, "10.0.0.2", 0, TransportLayer::icmp)), "");
  EXPECT_EQ(community_id(Conversation{}), "");
}

TEST(AlertId, DependsOnKeyAndFirstSeenAlone) {
  const Timestamp time = timestamp_from_ns(1'424'799'610'066'448'000);
  EXPECT_EQ(alert_id("key", time), alert_id("key", time));
  EXPECT_NE(alert_id("key", time), alert_id("kez", time));
  EXPECT_NE(alert_id("key", time), alert_id("key", time + Duration(1)));
}

TEST(AlertId, IsTheFirstHalfOfSha256OverKeyAndBigEndianNanoseconds) {
  // printf 'CTL-013\x00\x00\x00\x00\x00\x00\x00\x01' | sha256sum
  EXPECT_EQ(to_text(alert_id("CTL-013", timestamp_from_ns(1))), "2275ac939183b4e93c1b78043a1b8b1f");
}

}  // namespace
}  // namespace sightglass
