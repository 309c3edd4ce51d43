// Who claims which address.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench_plant.hpp"

namespace sightglass::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Means = AddressClaim::Means;

AddressClaim claim(Means means, std::uint8_t ip, std::uint8_t mac) {
  AddressClaim claim;
  claim.means = means;
  claim.claimed = station(ip).ip;
  claim.claimant = station(mac).mac;
  claim.frame_source = claim.claimant;
  if (means == Means::gratuitous) claim.asked = claim.claimed;
  return claim;
}

AddressClaim request(std::uint8_t ip, std::uint8_t mac, std::uint8_t asked) {
  AddressClaim request = claim(Means::request, ip, mac);
  request.asked = station(asked).ip;
  return request;
}

TEST(AddressClaims, AnswersToQuestionsAreNormal) {
  Plant plant;
  plant.claim(1s, request(kHmi, kHmi, kPlc));
  plant.claim(1s, claim(Means::reply, kPlc, kPlc));
  plant.claim(60s, claim(Means::gratuitous, kPlc, kPlc));
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(AddressClaims, AReplacedDeviceMoves) {
  Plant plant;
  plant.claim(1s, claim(Means::gratuitous, kPlc, kPlc));
  plant.claim(400s, claim(Means::gratuitous, kPlc, 99));
  plant.claim(800s, claim(Means::gratuitous, kPlc, 99));
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("NET-007"));
  EXPECT_EQ(plant.told().alerts.front().severity, Severity::medium);
  EXPECT_THAT(plant.told().alerts.front().expected,
              HasSubstr("192.168.10.10 belongs to 02:53:47:00:00:0a"));
}

TEST(AddressClaims, TwoThatTakeItInTurnAreAConflict) {
  Plant plant;
  plant.claim(1s, claim(Means::gratuitous, kPlc, kPlc));
  plant.claim(100s, claim(Means::gratuitous, kPlc, 99));
  plant.claim(110s, claim(Means::gratuitous, kPlc, kPlc));
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("NET-007", "NET-006"));
}

TEST(AddressClaims, AReplyNobodyAskedForIsSpoofing) {
  Plant plant;
  plant.claim(1s, claim(Means::gratuitous, kPlc, kPlc));
  plant.claim(400s, claim(Means::reply, kPlc, kLaptop));
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("NET-008"));
  EXPECT_EQ(plant.told().alerts.front().severity, Severity::medium) << "the PLC was silent";
  EXPECT_EQ(plant.told().alerts.front().source.mac, station(kLaptop).mac);
}

TEST(AddressClaims, TakingOverALiveStationIsCritical) {
  Plant plant;
  plant.claim(1s, claim(Means::gratuitous, kPlc, kPlc));
  plant.claim(50s, claim(Means::reply, kPlc, kLaptop));
  plant.judge().finish();
  EXPECT_EQ(plant.told().of_kind("NET-008").front().severity, Severity::critical);
}

TEST(AddressClaims, AFalseEthernetSourceIsSpoofing) {
  Plant plant;
  plant.claim(1s, claim(Means::gratuitous, kPlc, kPlc));
  AddressClaim false_source = claim(Means::gratuitous, kPlc, 99);
  false_source.frame_source = station(kLaptop).mac;
  plant.claim(400s, false_source);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("NET-008"));
}

TEST(AddressClaims, AQuestionOfAnotherDoesNotExcuseAReply) {
  Plant plant;
  plant.claim(1s, claim(Means::gratuitous, kPlc, kPlc));
  plant.claim(399s, request(kLaptop, kLaptop, kPlc));
  AddressClaim reply = claim(Means::reply, kPlc, kLaptop);
  reply.asked = station(kHmi).ip;
  plant.claim(400s, reply);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("NET-008"));
}

TEST(AddressClaims, TheVictimThatTakesItsAddressBackIsNotAtFault) {
  Plant plant;
  plant.claim(1s, claim(Means::gratuitous, kPlc, kPlc));
  plant.claim(50s, claim(Means::reply, kPlc, kLaptop));
  plant.claim(51s, claim(Means::gratuitous, kPlc, kPlc));
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("NET-008"));
}

TEST(AddressClaims, OfAConflictTheSecondIsTheSource) {
  Plant plant;
  plant.claim(1s, claim(Means::gratuitous, kPlc, kPlc));
  plant.claim(100s, claim(Means::gratuitous, kPlc, 99));
  plant.claim(110s, claim(Means::gratuitous, kPlc, kPlc));
  plant.claim(120s, claim(Means::gratuitous, kPlc, 99));
  plant.judge().finish();
  const auto conflicts = plant.told().of_kind("NET-006");
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_EQ(conflicts.front().source.mac, station(99).mac);
  EXPECT_EQ(conflicts.front().count, 2u);
}

TEST(AddressClaims, VirtualRoutersMoveByDesign) {
  Plant plant;
  AddressClaim first = claim(Means::gratuitous, 1, 1);
  first.claimant = first.frame_source = parse_mac("00:00:5e:00:01:01").value();
  plant.claim(1s, first);
  plant.claim(2s, claim(Means::gratuitous, 1, 1));
  plant.claim(3s, first);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(AddressClaims, AProbeClaimsNothing) {
  Plant plant;
  AddressClaim probe = claim(Means::request, kPlc, 99);
  probe.claimed = IpAddress::v4(0);
  plant.claim(1s, probe);
  plant.claim(2s, probe);
  EXPECT_EQ(plant.judge().counters().findings, 0u);
}

TEST(AddressClaims, BindingsAreBounded) {
  JudgeSettings settings;
  settings.limits.address_bindings = 2;
  Plant plant(settings);
  for (std::uint8_t host = 1; host <= 5; ++host) {
    plant.claim(std::chrono::seconds(host), claim(Means::gratuitous, host, host));
  }
  EXPECT_EQ(plant.judge().counters().bindings_forgotten, 3u);
}

SecuritySeen strong(std::string thumbprint) {
  return {ChannelSecurity::Strength::strong, "Basic256Sha256", "PLC-1", std::move(thumbprint), {}};
}
SecuritySeen without_security() { return {ChannelSecurity::Strength::none, "None", "", "", {}}; }

TEST(SecureChannels, LessSecurityThanBeforeIsOneAlert) {
  Plant plant;
  plant.security(1s, kHmi, kPlc, strong("aa"));
  plant.security(2s, kHmi, kPlc, strong("aa"));
  plant.security(3s, kHmi, kPlc, without_security());
  plant.security(4s, kHmi, kPlc, without_security());
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("DAT-002"));
  const Alert& alert = plant.told().alerts.front();
  EXPECT_EQ(alert.count, 2u);
  EXPECT_EQ(alert.source.ip, station(kHmi).ip);
  EXPECT_THAT(alert.expected, HasSubstr("policy Basic256Sha256"));
  EXPECT_EQ(alert.observed, "no security");
}

TEST(SecureChannels, MoreSecurityAndOtherClientsAreFine) {
  Plant plant;
  plant.security(1s, kHmi, kPlc, without_security());
  plant.security(2s, kHmi, kPlc, strong("aa"));
  plant.security(3s, kEngineering, kPlc, without_security());
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), IsEmpty());
}

TEST(SecureChannels, AWithdrawnPolicyIsLess) {
  Plant plant;
  plant.security(1s, kHmi, kPlc, strong("aa"));
  plant.security(2s, kHmi, kPlc,
                 {ChannelSecurity::Strength::weak, "Basic128Rsa15", "PLC-1", "aa", {}});
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("DAT-002"));
}

TEST(SecureChannels, AnotherCertificateIsToldOfTheServer) {
  Plant plant;
  plant.security(1s, kHmi, kPlc, strong("aa"));
  plant.security(2s, kEngineering, kPlc, strong("aa"));
  plant.security(3s, kHmi, kPlc, strong("bb"));
  plant.security(4s, kHmi, kPlc, strong("bb"));
  plant.judge().finish();
  ASSERT_THAT(plant.told().kinds(), ElementsAre("DAT-008"));
  const Alert& alert = plant.told().alerts.front();
  EXPECT_EQ(alert.count, 1u);
  EXPECT_EQ(alert.source.ip, station(kPlc).ip);
  EXPECT_THAT(alert.expected, HasSubstr("certificate aa of PLC-1"));
  EXPECT_EQ(alert.observed, "certificate bb of PLC-1");
}

TEST(SecureChannels, TheLimitIsCounted) {
  JudgeSettings settings;
  settings.limits.secure_channels = 1;
  Plant plant(settings);
  plant.security(1s, kHmi, kPlc, strong("aa"));
  plant.security(2s, kEngineering, kPlc, strong("aa"));
  plant.security(3s, kHmi, kPlc, strong("bb"));
  EXPECT_EQ(plant.judge().counters().channels_not_kept, 1u);
  plant.judge().finish();
  EXPECT_THAT(plant.told().kinds(), ElementsAre("DAT-008"));
}

}  // namespace
}  // namespace sightglass::test
