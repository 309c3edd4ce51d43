// What goes into the record comes out of it.
#include <gmock/gmock.h>

#include "sample_rows.hpp"
#include "store/stored_names.hpp"

namespace sightglass {
namespace {

using sample::at;
using sample::id;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Every member with a value of its own, so that two swapped columns are seen.
Alert full_alert() {
  Alert alert;
  alert.id = id(0xfedcba9876543210);
  alert.revision = 7;
  alert.sensor = "north";
  alert.realm = "plant-2";
  alert.kind = "NET-008";
  alert.signature_id = 4008;
  alert.signature = "ARP spoofing";
  alert.sentence = "A sentence with \"quotes\", a\nnew line and \xc3\xa9";
  alert.severity = Severity::low;
  alert.category = Category::device;
  alert.protects = {.equipment = true, .networks = false, .data = true};
  alert.attack = {"T0830", "T0814"};
  alert.consequence = "consequence";
  alert.response = "response";
  alert.first_seen = timestamp_from_ns(1234567890123456789);
  alert.last_seen = timestamp_from_ns(1234567890123456790);
  alert.count = 1'000'000'000'001;
  alert.source = {.ip = IpAddress::v4(0x0a000001),
                  .mac = {0x0080f409513b},
                  .port = 50123,
                  .name = "EWS-1",
                  .role = "engineering"};
  const std::array<std::uint8_t, 16> octets{0x20, 1, 0x0d, 0xb8, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  alert.target = {.ip = IpAddress::v6(octets),
                  .mac = {0x001122334455},
                  .port = 502,
                  .name = "PLC-1",
                  .role = "plc"};
  alert.transport = TransportLayer::udp;
  alert.ether_type = 0x0806;
  alert.protocol = Protocol::modbus;
  alert.community_id = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=";
  alert.operation = "write";
  alert.function = "Write Single Register (6)";
  alert.objects = {"unit 1 holding register 40", "not UTF-8: \xff"};
  alert.objects_omitted = 12;
  alert.outcome = {.kind = Outcome::Kind::refused, .code = 2};
  alert.outcome_name = "Illegal data address (2)";
  alert.expected = "expected";
  alert.observed = "observed";
  alert.frames = {4785, 4786, 18'446'744'073'709'551'615u};
  alert.decoded = {R"({"frame":4785})", R"({"frame":4786})"};
  alert.wireshark_filter = "ip.addr == 10.0.0.1 && modbus";
  alert.evidence = EvidenceState::collecting;
  return alert;
}

void expect_same_party(const Party& left, const Party& right) {
  EXPECT_EQ(left.ip, right.ip);
  EXPECT_EQ(left.mac, right.mac);
  EXPECT_EQ(left.port, right.port);
  EXPECT_EQ(left.name, right.name);
  EXPECT_EQ(left.role, right.role);
}

void expect_same(const Alert& left, const Alert& right) {
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.revision, right.revision);
  EXPECT_EQ(left.sensor, right.sensor);
  EXPECT_EQ(left.realm, right.realm);
  EXPECT_EQ(left.kind, right.kind);
  EXPECT_EQ(left.signature_id, right.signature_id);
  EXPECT_EQ(left.signature, right.signature);
  EXPECT_EQ(left.sentence, right.sentence);
  EXPECT_EQ(left.severity, right.severity);
  EXPECT_EQ(left.category, right.category);
  EXPECT_EQ(left.protects, right.protects);
  EXPECT_EQ(left.attack, right.attack);
  EXPECT_EQ(left.consequence, right.consequence);
  EXPECT_EQ(left.response, right.response);
  EXPECT_EQ(left.first_seen, right.first_seen);
  EXPECT_EQ(left.last_seen, right.last_seen);
  EXPECT_EQ(left.count, right.count);
  expect_same_party(left.source, right.source);
  expect_same_party(left.target, right.target);
  EXPECT_EQ(left.transport, right.transport);
  EXPECT_EQ(left.ether_type, right.ether_type);
  EXPECT_EQ(left.protocol, right.protocol);
  EXPECT_EQ(left.community_id, right.community_id);
  EXPECT_EQ(left.operation, right.operation);
  EXPECT_EQ(left.function, right.function);
  EXPECT_EQ(left.objects, right.objects);
  EXPECT_EQ(left.objects_omitted, right.objects_omitted);
  EXPECT_EQ(left.outcome, right.outcome);
  EXPECT_EQ(left.outcome_name, right.outcome_name);
  EXPECT_EQ(left.expected, right.expected);
  EXPECT_EQ(left.observed, right.observed);
  EXPECT_EQ(left.frames, right.frames);
  EXPECT_EQ(left.decoded, right.decoded);
  EXPECT_EQ(left.wireshark_filter, right.wireshark_filter);
  EXPECT_EQ(left.evidence, right.evidence);
}

class Record : public testing::Test {
 protected:
  void write(Batch batch) {
    EXPECT_TRUE(writer_->submit(std::move(batch)));
    EXPECT_TRUE(writer_->flush().error.ok());
  }
  Alert stored(const AlertId& alert_id) {
    Alert alert;
    const StoreError error = reader_->alert(alert_id, alert);
    EXPECT_TRUE(error.ok()) << error.message;
    return alert;
  }
  std::vector<std::string> changes_after(std::uint64_t seq) {
    ChangePage page;
    EXPECT_TRUE(reader_->changes(seq, 1000, page).ok());
    std::vector<std::string> kinds;
    for (const Change& change : page.changes) kinds.emplace_back(to_text(change.kind));
    return kinds;
  }

  sample::Directory directory_;
  std::unique_ptr<RecordWriter> writer_ = sample::writer(directory_ / "record.db");
  std::unique_ptr<RecordReader> reader_ = sample::reader(directory_ / "record.db");
};

TEST_F(Record, AlertRoundTripsCompletely) {
  const Alert alert = full_alert();
  write(sample::batch_of({alert}));
  expect_same(alert, stored(alert.id));
}

TEST_F(Record, DefaultAlertRoundTrips) {
  Alert alert;
  alert.id = id(1);
  write(sample::batch_of({alert}));
  expect_same(alert, stored(alert.id));
}

TEST_F(Record, HigherRevisionReplacesAndLowerIsIgnored) {
  Alert alert = full_alert();
  write(sample::batch_of({alert}));
  alert.revision = 8;
  alert.count = 2;
  alert.frames = {1, 2};
  alert.decoded = {"{}"};
  write(sample::batch_of({alert}));
  Alert older = alert;
  older.revision = 7;
  older.count = 3;
  write(sample::batch_of({older}));
  expect_same(alert, stored(alert.id));
  EXPECT_THAT(changes_after(0), ElementsAre("alert", "alert_update"));
}

TEST_F(Record, UpdateOfAnAlertKeepsItsEvidence) {
  Alert alert = sample::alert(1);
  write(sample::batch_of({alert}));
  const EvidenceRecord evidence{.alert = alert.id,
                                .state = EvidenceState::ready,
                                .path = "evidence/x.pcapng",
                                .bytes = 4096,
                                .frames = 12};
  Batch batch;
  batch.evidence.push_back(evidence);
  write(std::move(batch));
  alert.revision = 2;
  alert.evidence = EvidenceState::collecting;
  write(sample::batch_of({alert}));

  EXPECT_EQ(stored(alert.id).evidence, EvidenceState::ready);
  EvidenceRecord found;
  ASSERT_TRUE(reader_->evidence(alert.id, found).ok());
  EXPECT_EQ(found.path, evidence.path);
  EXPECT_EQ(found.bytes, evidence.bytes);
  EXPECT_EQ(found.frames, evidence.frames);
  EXPECT_THAT(changes_after(0), ElementsAre("alert", "evidence", "alert_update"));
}

TEST_F(Record, RefusedEvidenceOfAnUpdateTakesNothingAway) {
  const Alert alert = sample::alert(1);
  Batch batch = sample::batch_of({alert});
  batch.evidence.push_back({.alert = alert.id,
                            .state = EvidenceState::ready,
                            .path = "evidence/x.pcapng",
                            .bytes = 700,
                            .frames = 5});
  write(std::move(batch));
  Batch refused;
  refused.evidence.push_back({.alert = alert.id, .path = "", .lack = EvidenceLack::busy});
  write(std::move(refused));
  EvidenceRecord found;
  ASSERT_TRUE(reader_->evidence(alert.id, found).ok());
  EXPECT_EQ(found.state, EvidenceState::ready);
  EXPECT_EQ(found.path, "evidence/x.pcapng");
  EXPECT_EQ(found.bytes, 700u);
}

TEST_F(Record, RefusedEvidenceSaysWhy) {
  Alert alert = sample::alert(1);
  alert.evidence = EvidenceState::collecting;
  Batch batch = sample::batch_of({alert});
  batch.evidence.push_back({.alert = alert.id, .path = "", .lack = EvidenceLack::full});
  write(std::move(batch));
  EvidenceRecord found;
  ASSERT_TRUE(reader_->evidence(alert.id, found).ok());
  EXPECT_EQ(found.state, EvidenceState::none);
  EXPECT_EQ(found.lack, EvidenceLack::full);
}

TEST_F(Record, EvidenceOfAnUnknownAlertIsNoRow) {
  Batch batch = sample::batch_of({sample::alert(1)});
  batch.evidence.push_back({.alert = id(2), .state = EvidenceState::ready, .path = "x"});
  write(std::move(batch));
  EvidenceRecord found;
  EXPECT_EQ(reader_->evidence(id(2), found).kind, StoreError::Kind::missing);
  EXPECT_EQ(stored(id(1)).kind, "CTL-013");
}

TEST_F(Record, UnknownAlertIsMissing) {
  Alert alert;
  EXPECT_EQ(reader_->alert(id(9), alert).kind, StoreError::Kind::missing);
}

Fact full_fact() {
  Fact fact;
  fact.kind = Fact::Kind::write;
  fact.conversation.client = {.ip = IpAddress::v4(0x0a000001), .mac = {1}};
  fact.conversation.server = {.ip = IpAddress::v4(0x0a000002), .mac = {2}};
  fact.conversation.server_port = 502;
  fact.conversation.transport = TransportLayer::tcp;
  fact.conversation.protocol = Protocol::modbus;
  fact.conversation.ether_type = 0x0800;
  fact.operation = Operation::write;
  fact.function = 6;
  fact.function_name = "Write Single Register (6)";
  fact.object = {
      .space = ObjectSpace::holding_register, .unit = 1, .container = 3, .first = 40, .count = 2};
  fact.times = 5;
  fact.first_seen = at(1);
  fact.last_seen = at(2);
  fact.first_packet = 77;
  return fact;
}

TEST_F(Record, FactRoundTripsCompletely) {
  const Fact fact = full_fact();
  Batch batch;
  batch.baseline.emplace();
  batch.baseline->state = BaselineState::protecting;
  batch.baseline->learned_until = at(3);
  batch.baseline->learning_ends = at(4);
  batch.baseline->facts = {fact};
  write(std::move(batch));

  Baseline baseline;
  ASSERT_TRUE(reader_->baseline(baseline).ok());
  EXPECT_EQ(baseline.state, BaselineState::protecting);
  EXPECT_EQ(baseline.learned_until, at(3));
  EXPECT_EQ(baseline.learning_ends, at(4));
  ASSERT_THAT(baseline.facts, SizeIs(1));
  const Fact& found = baseline.facts[0];
  EXPECT_EQ(found.kind, fact.kind);
  EXPECT_EQ(found.conversation.client.ip, fact.conversation.client.ip);
  EXPECT_EQ(found.conversation.client.mac, fact.conversation.client.mac);
  EXPECT_EQ(found.conversation.server.ip, fact.conversation.server.ip);
  EXPECT_EQ(found.conversation.server.mac, fact.conversation.server.mac);
  EXPECT_EQ(found.conversation.server_port, fact.conversation.server_port);
  EXPECT_EQ(found.conversation.transport, fact.conversation.transport);
  EXPECT_EQ(found.conversation.protocol, fact.conversation.protocol);
  EXPECT_EQ(found.conversation.ether_type, fact.conversation.ether_type);
  EXPECT_EQ(found.operation, fact.operation);
  EXPECT_EQ(found.function, fact.function);
  EXPECT_EQ(found.function_name, fact.function_name);
  EXPECT_EQ(found.object, fact.object);
  EXPECT_EQ(found.times, fact.times);
  EXPECT_EQ(found.first_seen, fact.first_seen);
  EXPECT_EQ(found.last_seen, fact.last_seen);
  EXPECT_EQ(found.first_packet, fact.first_packet);
}

TEST_F(Record, HostWithoutAddressIsKeptByItsMac) {
  Fact fact;
  fact.conversation.client.mac = {0x0080f409513b};
  Batch batch;
  batch.baseline.emplace();
  batch.baseline->facts = {fact};
  fact.conversation.client.mac = {0x0080f409513c};
  batch.baseline->facts.push_back(fact);
  write(std::move(batch));
  Baseline baseline;
  ASSERT_TRUE(reader_->baseline(baseline).ok());
  ASSERT_THAT(baseline.facts, SizeIs(2));
  EXPECT_TRUE(baseline.facts[0].conversation.client.ip.is_none());
  EXPECT_EQ(baseline.facts[0].conversation.client.mac.bits, 0x0080f409513bu);
}

TEST_F(Record, FactsKeepTheirTotalsAndMergedRangesGo) {
  Fact fact = full_fact();
  Batch batch;
  batch.baseline.emplace();
  batch.baseline->facts = {fact};
  write(std::move(batch));

  fact.times = 9;
  batch = {};
  batch.baseline.emplace();
  batch.baseline->facts = {fact};
  write(std::move(batch));

  Fact merged = fact;
  merged.object.count = 20;
  batch = {};
  batch.baseline.emplace();
  batch.baseline->removed = {fact};
  batch.baseline->facts = {merged};
  write(std::move(batch));

  Baseline baseline;
  ASSERT_TRUE(reader_->baseline(baseline).ok());
  ASSERT_THAT(baseline.facts, SizeIs(1));
  EXPECT_EQ(baseline.facts[0].times, 9u);
  EXPECT_EQ(baseline.facts[0].object.count, 20u);
  // A count that rises is no news.
  EXPECT_THAT(changes_after(0), ElementsAre("baseline", "baseline"));
}

TEST_F(Record, NoBaselineIsMissing) {
  Baseline baseline;
  EXPECT_EQ(reader_->baseline(baseline).kind, StoreError::Kind::missing);
}

TEST_F(Record, FactsOfTwoRealmsAreTwo) {
  Fact fact;
  fact.kind = Fact::Kind::host;
  fact.conversation.client = {.ip = IpAddress::v4(0x0a000001), .mac = {1}};
  Fact elsewhere = fact;
  elsewhere.conversation.client.realm = *Realm::named("cell-2");
  Batch batch;
  batch.baseline.emplace().facts = {fact, elsewhere};
  write(batch);
  Baseline baseline;
  ASSERT_TRUE(reader_->baseline(baseline).ok());
  ASSERT_THAT(baseline.facts, SizeIs(2));
  EXPECT_EQ(baseline.facts[0].conversation.client.realm, Realm{});
  EXPECT_EQ(baseline.facts[1].conversation.client.realm, *Realm::named("cell-2"));
}

HostCounts host_counts(std::uint32_t address, std::string zone, std::vector<Hour> hours) {
  HostCounts counts;
  counts.host = {.ip = IpAddress::v4(address), .mac = {address}};
  counts.zone = std::move(zone);
  counts.packets = 10;
  counts.bytes = 1000;
  counts.tcp_packets = 8;
  counts.one_way_packets = 4;
  counts.gaps = 1;
  counts.truncated = 2;
  counts.encrypted_pdus = 3;
  counts.unknown_bytes = 500;
  counts.first_seen = Timestamp{std::chrono::hours(hours.front())};
  counts.last_seen = Timestamp{std::chrono::hours(hours.back())};
  counts.hours = std::move(hours);
  return counts;
}

TEST_F(Record, WhatWasSeenOfHostsAddsUp) {
  Batch batch;
  batch.hosts = {host_counts(0x0a000001, "mixing", {100, 101}),
                 host_counts(0x0a000002, "mixing", {101})};
  write(batch);
  batch.hosts = {host_counts(0x0a000001, "mixing", {101, 104})};
  batch.hosts[0].name = "PLC-1";
  write(batch);
  std::vector<Visibility> hosts;
  ASSERT_TRUE(reader_->host_visibility(0, 10, hosts).ok());
  ASSERT_THAT(hosts, SizeIs(2));
  const HostCounts& counts = hosts[0].counts;
  EXPECT_EQ(counts.host.ip, IpAddress::v4(0x0a000001));
  EXPECT_EQ(counts.name, "PLC-1");
  EXPECT_EQ(counts.packets, 20u);
  EXPECT_EQ(counts.tcp_packets, 16u);
  EXPECT_EQ(counts.one_way_packets, 8u);
  EXPECT_EQ(counts.gaps, 2u);
  EXPECT_EQ(counts.truncated, 4u);
  EXPECT_EQ(counts.encrypted_pdus, 6u);
  EXPECT_EQ(counts.unknown_bytes, 1000u);
  EXPECT_EQ(hosts[0].hours, 5u);
  EXPECT_EQ(hosts[0].hours_seen, 3u);
  EXPECT_EQ(hosts[1].hours, 4u) << "silent since, while the sensor saw others";
  EXPECT_EQ(hosts[1].hours_seen, 1u);
  std::vector<Visibility> rest;
  ASSERT_TRUE(reader_->host_visibility(hosts[0].number, 10, rest).ok());
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_EQ(rest[0].counts.host.ip, IpAddress::v4(0x0a000002));
}

TEST_F(Record, ZonesAreTheSumOfTheirHosts) {
  Batch batch;
  batch.hosts = {host_counts(0x0a000001, "mixing", {100, 101}),
                 host_counts(0x0a000002, "mixing", {101, 103}), host_counts(0x0a000003, "", {105})};
  write(batch);
  std::vector<Visibility> zones;
  ASSERT_TRUE(reader_->zone_visibility(zones).ok());
  ASSERT_THAT(zones, SizeIs(2));
  EXPECT_EQ(zones[0].counts.zone, "");
  EXPECT_EQ(zones[0].hosts, 1u);
  EXPECT_EQ(zones[1].counts.zone, "mixing");
  EXPECT_EQ(zones[1].hosts, 2u);
  EXPECT_EQ(zones[1].counts.packets, 20u);
  EXPECT_EQ(zones[1].hours, 6u);
  EXPECT_EQ(zones[1].hours_seen, 3u);
}

TEST_F(Record, ConversationsAddUp) {
  ConversationCounts counts;
  counts.client.ip = IpAddress::v4(0x0a000001);
  counts.server.ip = IpAddress::v4(0x0a000002);
  counts.server_port = 502;
  counts.transport = TransportLayer::tcp;
  counts.protocol = Protocol::modbus;
  counts.packets = 10;
  counts.bytes = 1000;
  counts.pdus = 8;
  counts.gaps = 1;
  counts.retransmissions = 2;
  counts.of_pdus.make().operations[static_cast<std::size_t>(Operation::read)] = 6;
  counts.of_pdus.make().latency.add(std::chrono::milliseconds(3));
  counts.first_seen = at(10);
  counts.last_seen = at(20);
  Batch batch;
  batch.conversations = {counts};
  write(batch);
  batch.conversations[0].first_seen = at(5);
  batch.conversations[0].last_seen = at(15);
  write(batch);

  ConversationPage page;
  ASSERT_TRUE(reader_->conversations({}, page).ok());
  ASSERT_THAT(page.rows, SizeIs(1));
  const std::vector<ConversationCounts> found = {page.rows[0].counts};
  EXPECT_EQ(found[0].packets, 20u);
  EXPECT_EQ(found[0].bytes, 2000u);
  EXPECT_EQ(found[0].pdus, 16u);
  EXPECT_EQ(found[0].gaps, 2u);
  EXPECT_EQ(found[0].retransmissions, 4u);
  EXPECT_EQ(found[0].of_pdus->operations[static_cast<std::size_t>(Operation::read)], 12u);
  EXPECT_EQ(found[0].of_pdus->operations[static_cast<std::size_t>(Operation::write)], 0u);
  EXPECT_EQ(found[0].of_pdus->latency.total(), 2u);
  EXPECT_EQ(found[0].of_pdus->latency.faster_than(50), std::chrono::nanoseconds(1 << 22));
  EXPECT_EQ(found[0].first_seen, at(5));
  EXPECT_EQ(found[0].last_seen, at(20));
  EXPECT_EQ(found[0].server.ip, counts.server.ip);
  EXPECT_THAT(changes_after(0), IsEmpty());
}

TEST_F(Record, InactiveRulesAreThoseOfTheLatestStatistics) {
  const std::vector<std::vector<InactiveRule>> told = {
      {{"APP-001", "nothing has been learned"}, {"CTL-013", "the site file gives no roles"}},
      {{"CTL-013", "disabled in its file"}}};
  for (const auto& rules : told) {
    Batch batch;
    batch.statistics.emplace();
    batch.statistics->inactive_rules = rules;
    write(std::move(batch));
    StatisticsSnapshot latest;
    ASSERT_TRUE(reader_->statistics(latest).ok());
    EXPECT_EQ(latest.inactive_rules, rules);
  }
}

TEST_F(Record, StatisticsKeepTheirHistory) {
  for (std::int64_t second = 0; second < 5; ++second) {
    Batch batch;
    batch.statistics.emplace();
    batch.statistics->at = at(second);
    batch.statistics->counters = {{"a", static_cast<std::uint64_t>(second)}, {"b", 7}};
    write(std::move(batch));
  }
  StatisticsSnapshot latest;
  ASSERT_TRUE(reader_->statistics(latest).ok());
  EXPECT_EQ(latest.at, at(4));
  EXPECT_THAT(latest.counters, ElementsAre(StatisticsSnapshot::Counter{"a", 4},
                                           StatisticsSnapshot::Counter{"b", 7}));
  std::vector<RecordReader::Sample> samples;
  ASSERT_TRUE(reader_->statistic("a", at(1), 3, samples).ok());
  ASSERT_THAT(samples, SizeIs(3));
  EXPECT_EQ(samples.front().value, 2u);
  EXPECT_EQ(samples.back().at, at(4));
}

TEST_F(Record, HealthEventsAreNumberedAndTold) {
  Batch batch;
  for (const char* kind : {"SYS-001", "SYS-003"}) {
    batch.health.push_back({.number = 0,
                            .at = at(1),
                            .kind = kind,
                            .severity = Severity::high,
                            .subject = "eth1",
                            .sentence = "sentence",
                            .count = 3});
  }
  write(std::move(batch));
  std::vector<HealthEvent> events;
  ASSERT_TRUE(reader_->health(0, 10, events).ok());
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].kind, "SYS-003");
  ChangePage page;
  ASSERT_TRUE(reader_->changes(0, 10, page).ok());
  ASSERT_THAT(page.changes, SizeIs(2));
  EXPECT_EQ(page.changes[1].health, events[0].number);
  HealthEvent event;
  ASSERT_TRUE(reader_->health_event(events[1].number, event).ok());
  EXPECT_EQ(event.kind, "SYS-001");
  EXPECT_EQ(event.count, 3u);
  ASSERT_TRUE(reader_->health(events[0].number, 10, events).ok());
  EXPECT_THAT(events, SizeIs(1));
}

TEST_F(Record, ChangesOfOneBatchAreOneTransaction) {
  Batch batch = sample::batch_of({sample::alert(1), sample::alert(2)});
  write(std::move(batch));
  ChangePage page;
  ASSERT_TRUE(reader_->changes(0, 1, page).ok());
  ASSERT_THAT(page.changes, SizeIs(1));
  EXPECT_EQ(page.changes[0].alert, id(1));
  ASSERT_TRUE(reader_->changes(page.changes[0].seq, 10, page).ok());
  ASSERT_THAT(page.changes, SizeIs(1));
  EXPECT_EQ(page.changes[0].alert, id(2));
  std::uint64_t seq = 0;
  ASSERT_TRUE(reader_->last_seq(seq).ok());
  EXPECT_EQ(seq, page.changes[0].seq);
}

TEST_F(Record, CursorBeyondTheLogIsReset) {
  write(sample::batch_of({sample::alert(1)}));
  ChangePage page;
  ASSERT_TRUE(reader_->changes(55, 10, page).ok());
  ASSERT_THAT(page.changes, SizeIs(1));
  EXPECT_EQ(page.changes[0].kind, ChangeKind::reset);
  EXPECT_EQ(page.changes[0].seq, 1u);
}

TEST_F(Record, EveryStartIsARun) {
  writer_.reset();
  auto opened = RecordWriter::open(directory_ / "record.db", {.sensor = "north",
                                                              .realm = "plant",
                                                              .tool_version = "0.1.0",
                                                              .source = "eth1",
                                                              .started = at(5)});
  ASSERT_TRUE(opened.error.ok());
  std::vector<RunRow> runs;
  ASSERT_TRUE(reader_->runs(10, runs).ok());
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_EQ(runs[0].run.sensor, "north");
  EXPECT_EQ(runs[0].run.source, "eth1");
  EXPECT_EQ(runs[0].run.started, at(5));
}

TEST(StoredNames, EveryEnumeratorComesBack) {
  const auto round_trips = []<class Enum>(Enum last) {
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      const auto value = static_cast<Enum>(i);
      EXPECT_EQ(stored::value<Enum>(stored::name(value)), value) << i;
    }
    EXPECT_EQ(std::size(stored::Names<Enum>::list), static_cast<std::size_t>(last) + 1);
  };
  round_trips(Category::device);
  round_trips(TransportLayer::other);
  round_trips(Protocol{kProtocols - 1});
  round_trips(Operation{kOperations - 1});
  round_trips(ObjectSpace{kObjectSpaces - 1});
  round_trips(Outcome::Kind::none);
  round_trips(EvidenceState::partial);
  round_trips(EvidenceLack::evicted);
  round_trips(TriageState::held);
  round_trips(BaselineState::protecting);
  round_trips(Fact::Kind::write);
  round_trips(ChangeKind::reset);
}

}  // namespace
}  // namespace sightglass
