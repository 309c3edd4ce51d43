// Evidence out of real captures.
#include "sensor/evidence/offline_evidence.hpp"

#include <gmock/gmock.h>

#include "packets.hpp"
#include "sensor/capture/merged_captures.hpp"

namespace sightglass {
namespace {

const std::string kCapture = SIGHTGLASS_PCAPS "/modbus/hmi-writes.pcap";

// An alert on each TCP packet with payload, as if every PDU were one.
std::vector<Alert> alerts_on_every_pdu(const std::vector<std::string>& captures) {
  std::vector<Alert> alerts;
  auto opened = MergedCaptures::open(captures);
  EXPECT_NE(opened.captures, nullptr);
  RawPacket packet;
  Layers layers;
  std::uint64_t number = 0;
  while (opened.captures->next(packet) == PacketSource::Next::packet) {
    decode(packet, ++number, layers);
    if (!layers.has_tcp() || layers.payload_length == 0) continue;
    Alert alert;
    for (std::size_t i = 0; i < 8; ++i) {
      alert.id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    alert.kind = "APP-001";
    alert.source = {.ip = layers.source,
                    .mac = layers.source_mac,
                    .port = layers.source_port,
                    .name = {},
                    .role = {}};
    alert.target = {.ip = layers.destination,
                    .mac = layers.destination_mac,
                    .port = layers.destination_port,
                    .name = {},
                    .role = {}};
    alert.transport = TransportLayer::tcp;
    alert.first_seen = alert.last_seen = layers.time;
    alert.frames = {number};
    alerts.push_back(std::move(alert));
  }
  return alerts;
}

TEST(OfflineEvidence, EveryAlertCarriesItsFrame) {
  const std::vector<std::string> captures = {kCapture};
  const std::vector<Alert> alerts = alerts_on_every_pdu(captures);
  ASSERT_FALSE(alerts.empty());
  const sample::RecordDirectory directory;
  const OfflineEvidence evidence = cut_offline(captures, alerts, directory.path(), "test");
  EXPECT_TRUE(evidence.errors.empty());
  ASSERT_EQ(evidence.records.size(), alerts.size());
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    const EvidenceRecord& record = evidence.records[i];
    EXPECT_EQ(record.alert, alerts[i].id);
    EXPECT_EQ(record.state, EvidenceState::ready);
    const auto file = directory.path() / record.path;
    EXPECT_EQ(sample::times_in(file).size(), record.frames);
    EXPECT_EQ(sample::occurrences(sample::contents(file), ": raised the alert"), 1u);
  }
}

TEST(OfflineEvidence, SameCaptureGivesTheSameBytes) {
  const std::vector<std::string> captures = {kCapture};
  const std::vector<Alert> alerts = alerts_on_every_pdu(captures);
  const sample::RecordDirectory one, other;
  const OfflineEvidence first = cut_offline(captures, alerts, one.path(), "test");
  cut_offline(captures, alerts, other.path(), "test");
  for (const EvidenceRecord& record : first.records) {
    EXPECT_EQ(sample::contents(one.path() / record.path),
              sample::contents(other.path() / record.path));
  }
}

TEST(OfflineEvidence, NumbersRunAcrossFiles) {
  const std::vector<std::string> captures = {kCapture,
                                             SIGHTGLASS_PCAPS "/modbus/device-identification.pcap"};
  const std::vector<Alert> alerts = alerts_on_every_pdu(captures);
  const sample::RecordDirectory directory;
  const OfflineEvidence evidence = cut_offline(captures, alerts, directory.path(), "test");
  EXPECT_EQ(evidence.counters.raising_missing, 0u);
  EXPECT_EQ(evidence.counters.slices, alerts.size());
}

TEST(OfflineEvidence, CaptureThatHasGoneIsAnError) {
  const std::vector<std::string> captures = {"/nowhere/x.pcap"};
  const sample::RecordDirectory directory;
  const std::vector<Alert> alerts(1);
  const OfflineEvidence evidence = cut_offline(captures, alerts, directory.path(), "test");
  EXPECT_THAT(evidence.errors, testing::ElementsAre(testing::HasSubstr("/nowhere/x.pcap")));
}

}  // namespace
}  // namespace sightglass
