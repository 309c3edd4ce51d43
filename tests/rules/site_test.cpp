// The site file: labels of hosts, who may write, and what is refused.
#include "rules/site/site_loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

site::LoadedSite read(std::string text) { return site::read_site({"site.yaml", std::move(text)}); }

constexpr std::string_view kPlant = R"(realm: line-2
own_networks: [192.168.0.0/16, "2001:db8::/32"]
zones:
  - {name: cell-1, networks: [192.168.1.0/24], kind: control, sl_t: 2}
  - {name: tank, networks: [192.168.1.48/28], kind: safety}
  - {name: office, networks: [192.168.0.0/16], kind: external}
assets:
  - name: HMI-1
    addresses: [192.168.1.10, 00:80:f4:09:51:3b]
    roles: [hmi, historian]
    zone: office
  - name: PLC-1
    addresses: [192.168.1.50]
    roles: [plc]
    criticality: high
    safety_critical: true
    writers: [HMI-1, 192.168.7.0/24, "02:00:00:00:00:09"]
  - name: Printers
    addresses: [192.168.1.0/28]
)";

site::Labels labels(const site::Site& site, std::string_view ip, std::string_view mac = "") {
  return site.labels({}, parse_ip(ip).value_or(IpAddress{}), parse_mac(mac).value_or(MacAddress{}));
}

TEST(Site, LabelsFollowTheSmallestNetwork) {
  const auto loaded = read(std::string(kPlant));
  ASSERT_EQ(to_text(loaded.errors), "");
  const site::Site& site = *loaded.site;
  EXPECT_EQ(labels(site, "192.168.1.10").name(), "HMI-1");
  EXPECT_THAT(labels(site, "192.168.1.10").roles(), ElementsAre("hmi", "historian"));
  EXPECT_EQ(labels(site, "192.168.1.11").name(), "Printers");
  EXPECT_EQ(labels(site, "192.168.1.99").name(), "");
  EXPECT_EQ(labels(site, "192.168.1.10").zone_name(), "office") << "the asset says so";
  EXPECT_EQ(labels(site, "192.168.1.11").zone_name(), "cell-1");
  EXPECT_EQ(labels(site, "192.168.1.50").zone_name(), "tank");
  EXPECT_EQ(labels(site, "192.168.9.9").zone_name(), "office");
  EXPECT_EQ(labels(site, "10.0.0.1").zone_name(), "");
}

TEST(Site, MacNamesAHostWhoseAddressIsUnknown) {
  const auto loaded = read(std::string(kPlant));
  EXPECT_EQ(labels(*loaded.site, "10.9.9.9", "00:80:f4:09:51:3b").name(), "HMI-1");
  EXPECT_EQ(labels(*loaded.site, "", "00:80:f4:09:51:3b").name(), "HMI-1");
  EXPECT_EQ(labels(*loaded.site, "192.168.1.50", "00:80:f4:09:51:3b").name(), "PLC-1");
}

TEST(Site, WhatTheFileSaysIsKept) {
  const auto loaded = read(std::string(kPlant));
  const site::Description& plant = loaded.site->description();
  EXPECT_EQ(plant.realm, "line-2");
  EXPECT_EQ(plant.zones[0].target_level, 2);
  EXPECT_EQ(plant.zones[1].kind, site::ZoneKind::safety);
  EXPECT_EQ(plant.assets[1].criticality, site::Criticality::high);
  EXPECT_TRUE(plant.assets[1].safety_critical);
  EXPECT_TRUE(loaded.site->has_roles() && loaded.site->has_zones());
  EXPECT_TRUE(loaded.site->is_own(*parse_ip("192.168.200.1")));
  EXPECT_TRUE(loaded.site->is_own(*parse_ip("2001:db8::7")));
  EXPECT_FALSE(loaded.site->is_own(*parse_ip("8.8.8.8")));
}

TEST(Site, WritersAreNamedByAssetNetworkOrMac) {
  const auto loaded = read(std::string(kPlant));
  const site::Site& site = *loaded.site;
  const site::Labels plc = labels(site, "192.168.1.50");
  const auto may = [&](std::string_view ip, std::string_view mac = "") {
    return site.may_write({}, *parse_ip(ip), parse_mac(mac).value_or(MacAddress{}), plc);
  };
  EXPECT_EQ(may("192.168.1.10"), true);
  EXPECT_EQ(may("192.168.7.3"), true);
  EXPECT_EQ(may("192.168.1.66"), false);
  EXPECT_EQ(may("192.168.1.66", "02:00:00:00:00:09"), true);
  EXPECT_EQ(site.may_write({}, *parse_ip("192.168.1.10"), {}, labels(site, "192.168.1.11")),
            std::nullopt);
}

TEST(Site, EmptyFileKnowsNothing) {
  const auto loaded = read("");
  ASSERT_TRUE(loaded.site);
  EXPECT_EQ(labels(*loaded.site, "192.168.1.10").asset, nullptr);
  EXPECT_TRUE(loaded.site->is_own(*parse_ip("8.8.8.8"))) << "nothing is declared foreign";
  EXPECT_FALSE(loaded.site->has_roles() || loaded.site->has_zones());
}

TEST(Site, LabelsSurviveTheMoveOfTheSite) {
  auto loaded = read(std::string(kPlant));
  const site::Site moved = std::move(*loaded.site);
  EXPECT_EQ(labels(moved, "192.168.1.10").zone_name(), "office");
}

TEST(SiteFile, AllMistakesAreReportedAtOnceInOrder) {
  const auto loaded = read(R"(zones:
  - {name: cell-1, networks: [192.168.1.0/33], kind: controll, sl_t: 5}
  - {name: cell-1}
assets:
  - name: HMI-1
    adresses: [192.168.1.10]
    roles: [HMI]
    zone: cell-2
  - name: PLC-1
    addresses: [192.168.1.50, 192.168.1.50, plc.local]
    writers: [HMI-2, HMI-1]
    safety_critical: yes
)");
  EXPECT_FALSE(loaded.site);
  std::vector<std::string> lines;
  for (const Diagnostic& d : loaded.errors) {
    lines.push_back(std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.message);
  }
  EXPECT_THAT(
      lines,
      ElementsAre("2:31 192.168.1.0/33 is no network; write 192.168.1.0/24 or 2001:db8::/32",
                  "2:54 kind must be control, safety, temporary, wireless or external; did you "
                  "mean \"control\"?",
                  "2:70 sl_t must be a number from 0 to 4",
                  "3:12 the name \"cell-1\" is given twice", "5:5 \"addresses\" is missing",
                  "6:5 there is no key \"adresses\" here; did you mean \"addresses\"?",
                  "7:13 a role is one word in small letters, such as hmi or engineering",
                  "8:11 there is no zone \"cell-2\"; did you mean \"cell-1\"?",
                  "10:31 192.168.1.50/32 belongs to \"PLC-1\" already",
                  "10:45 plc.local is no IP address, network or MAC address",
                  "11:15 \"HMI-2\" is neither an asset nor an address; did you mean \"HMI-1\"?",
                  "12:22 safety_critical must be true or false"));
}

TEST(Site, TheSameAddressInAnotherRealmIsAnotherHost) {
  const auto loaded = read(R"(realm: plant
realms:
  - {name: cell-1, vlans: [101, 200-210]}
  - {name: cell-2, interfaces: [eth2]}
zones:
  - {name: mixing, realm: cell-1, networks: [192.168.0.0/24]}
  - {name: filling, realm: cell-2, networks: [192.168.0.0/24]}
assets:
  - {name: PLC-A, realm: cell-1, addresses: [192.168.0.1, "00:80:f4:09:51:3b"]}
  - {name: PLC-B, realm: cell-2, addresses: [192.168.0.1, "00:80:f4:09:51:3b"], writers: [192.168.0.9]}
  - {name: Gateway, realm: plant, addresses: [192.168.0.1]}
)");
  ASSERT_EQ(to_text(loaded.errors), "");
  const site::Site& site = *loaded.site;
  const IpAddress ip = *parse_ip("192.168.0.1");
  const Realm one = *site.realm_named("cell-1"), two = *site.realm_named("cell-2");
  EXPECT_EQ(site.labels(one, ip, {}).name(), "PLC-A");
  EXPECT_EQ(site.labels(one, ip, {}).zone_name(), "mixing");
  EXPECT_EQ(site.labels(two, {}, *parse_mac("00:80:f4:09:51:3b")).name(), "PLC-B");
  EXPECT_EQ(site.labels(two, ip, {}).zone_name(), "filling");
  EXPECT_EQ(site.labels({}, ip, {}).name(), "Gateway");
  EXPECT_EQ(site.labels(*Realm::named("of another plant"), ip, {}).asset, nullptr);
  EXPECT_EQ(site.may_write(two, *parse_ip("192.168.0.9"), {}, site.labels(two, ip, {})), true);
  EXPECT_EQ(site.name_of({}), "plant");
  EXPECT_EQ(site.name_of(two), "cell-2");
  EXPECT_EQ(site.realm_named("plant"), Realm{});
  EXPECT_EQ(site.realm_named("cell-3"), std::nullopt);
  EXPECT_EQ(site.description().realms[0].vlans[1].last, 210);
}

TEST(SiteFile, MistakesInRealmsAreReported) {
  const auto loaded = read(R"(realms:
  - {name: cell-1}
  - {name: Cell 2, vlans: [0, 5-3, 4095, x, 7-]}
  - {name: default, interfaces: [eth1]}
assets:
  - {name: PLC-A, realm: cell-3, addresses: [192.168.0.1]}
)");
  std::vector<std::string> lines;
  for (const Diagnostic& d : loaded.errors) {
    lines.push_back(std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.message);
  }
  const std::string no_vlan = " is no VLAN; write a number from 1 to 4094, or 200-210";
  EXPECT_THAT(lines, ElementsAre("2:5 a realm needs interfaces, vlans, or both: what belongs to it",
                                 "3:12 a realm's name is one word in small letters, such as cell-2",
                                 "3:28 0" + no_vlan, "3:31 5-3" + no_vlan, "3:36 4095" + no_vlan,
                                 "3:42 x" + no_vlan, "3:45 7-" + no_vlan,
                                 "4:12 \"default\" is the main realm: it has what is left",
                                 "6:26 there is no realm \"cell-3\"; did you mean \"cell-1\"?"));
}

TEST(SiteFile, ListInsteadOfAMapIsRefused) {
  EXPECT_THAT(to_text(read("- name: HMI-1\n").errors), HasSubstr("a site file must be a map"));
}

}  // namespace
}  // namespace sightglass
