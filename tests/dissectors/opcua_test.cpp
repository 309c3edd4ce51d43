// OPC UA binary: framing, pairing, values, chunks, and what hostile messages come to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "dissectors/opcua/anomalies.hpp"
#include "dissectors/opcua/decode.hpp"
#include "dissectors/opcua/dissect.hpp"
#include "dissectors/opcua/framing.hpp"
#include "tests/dissectors/modbus_session.hpp"

namespace sightglass {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Octets = std::vector<std::uint8_t>;

// Token 0, time 0, handle 1, no diagnostics, null audit entry, timeout hint, null additional
// header.
const std::string kAsking = "0000 0000000000000000 01000000 00000000 ffffffff 00000000 000000 ";
const std::string kAskingFor20s =
    "0000 0000000000000000 01000000 00000000 ffffffff 204e0000 000000 ";
// Time 0, handle 1, Good, no diagnostics, null string table, null additional header.
const std::string kGood = "0000000000000000 01000000 00000000 00 ffffffff 000000 ";
const std::string kDenied = "0000000000000000 01000000 00001f80 00 ffffffff 000000 ";
// Age 0, both timestamps, two nodes: ns=2;i=1001 and ns=2;s=abc, their values.
const std::string kReadTwo =
    "0000000000000000 02000000 02000000 "
    "01 02 e903 0d000000 ffffffff 0000 ffffffff "
    "03 0200 03000000 616263 0d000000 ffffffff 0000 ffffffff ";

Octets little(std::uint32_t value, int size = 4) {
  Octets bytes;
  for (int i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return bytes;
}

Octets chunk(std::string_view type, const Octets& body) {
  Octets bytes(type.begin(), type.end());
  const auto size = little(static_cast<std::uint32_t>(body.size() + 8));
  bytes.insert(bytes.end(), size.begin(), size.end());
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

class OpcUa : public ::testing::Test, public MessageSink {
 protected:
  OpcUa() {
    DissectorSettings settings;
    settings.pairing = &counters_;
    dissector_ = opcua::make_dissector(settings);
  }

  void feed(Direction direction, Octets bytes) {
    ++packet_;
    now_ += 10ms;
    fed_ = std::move(bytes);
    fields_.clear();
    accesses_.clear();
    anomalies_.clear();
    dissector_->dissect(fed_, {direction, {packet_, packet_, now_, 0}}, *this);
  }

  /// A MSG chunk of channel 1 and token 1; the sequence goes on by itself.
  Octets symmetric(std::string_view type, Direction direction, std::uint32_t request,
                   const Octets& rest) {
    Octets body = little(1);
    std::uint32_t& sequence = sequence_[static_cast<std::size_t>(direction)];
    for (const std::uint32_t word : {1u, ++sequence, request}) {
      const auto bytes = little(word);
      body.insert(body.end(), bytes.begin(), bytes.end());
    }
    body.insert(body.end(), rest.begin(), rest.end());
    return chunk(type, body);
  }
  static Octets service(std::uint16_t id, const std::string& members) {
    Octets bytes = {1, 0};
    const auto number = little(id, 2);
    bytes.insert(bytes.end(), number.begin(), number.end());
    const auto rest = from_hex(members);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
  }
  void ask(std::uint16_t id, const std::string& members, std::uint32_t request) {
    feed(Direction::to_server,
         symmetric("MSGF", Direction::to_server, request, service(id, members)));
  }
  void answer(std::uint16_t id, const std::string& members, std::uint32_t request) {
    feed(Direction::to_client,
         symmetric("MSGF", Direction::to_client, request, service(id, members)));
  }

  void message(const Message& message) override {
    last_ = message;
    ++messages_;
    for (const Field& field : message.fields()) {
      const FieldSpec& spec = field_spec(field.id);
      std::string& text = fields_[std::string(spec.name)];
      if (!text.empty()) text += ',';
      text += to_text(spec, field.value);
    }
    for (const Access& access : message.accesses) {
      std::string text = access.is_write ? "write " : "";
      text += to_text(access.object);
      for (std::size_t i = 0; i < access.values.count; ++i) {
        text += (i == 0 ? " = " : " ") + quoted(access.values.at(i));
      }
      if (access.outcome.kind == Outcome::Kind::refused) text += " refused";
      accesses_.push_back(text);
    }
    for (const Anomaly& anomaly : message.anomalies) {
      anomalies_.emplace_back(anomaly.spec->name);
    }
  }
  void completion(const Completion& completion) override {
    ended_.push_back(std::to_string(completion.request) + " " +
                     std::string(to_text(completion.outcome.kind)));
  }
  void wait(Duration duration) {
    now_ += duration;
    dissector_->tick(now_, *this);
  }

  PairingCounters counters_;
  std::unique_ptr<Dissector> dissector_;
  Octets fed_;
  Message last_;  ///< its views are gone but for static text
  int messages_ = 0;
  std::map<std::string, std::string> fields_;
  std::vector<std::string> accesses_, anomalies_, ended_;
  std::uint32_t sequence_[2] = {};
  std::uint64_t packet_ = 0;
  Timestamp now_ = timestamp_from_ns(1'000'000'000'000);
};

TEST(OpcUaFraming, HeaderSaysWhereTheChunkEnds) {
  const auto bytes = from_hex("4d5347 46 20000000");  // MSGF, 32 bytes
  for (std::size_t size = 1; size < 8; ++size) {
    EXPECT_EQ(opcua::frame(Bytes(bytes).first(size)).kind, Framing::Kind::need_more) << size;
  }
  EXPECT_EQ(opcua::frame(bytes).kind, Framing::Kind::message);
  EXPECT_EQ(opcua::frame(bytes).size, 32u);
}

TEST(OpcUaFraming, WhatCanNotBeIsNotMine) {
  for (const char* text : {
           "58", "4d5358",        // no type begins so
           "4d5347 58 20000000",  // chunk type X
           "48454c 43 20000000",  // a Hello in chunks
           "4d5347 46 0f000000",  // shorter than its header
           "4d5347 46 00001001",  // larger than is believed
       }) {
    EXPECT_EQ(opcua::frame(from_hex(text)).kind, Framing::Kind::not_mine) << text;
  }
}

TEST_F(OpcUa, ReadGivesEachNodeItsValueAndStatus) {
  ask(631, kAsking + kReadTwo, 7);
  EXPECT_EQ(last_.function_name, "Read (631)");
  EXPECT_EQ(last_.operation, Operation::read);
  EXPECT_THAT(accesses_, ElementsAre("node ns=2;i=1001 Value", "node ns=2;s=abc Value"));
  EXPECT_THAT(anomalies_, IsEmpty());
  // Int32 42; then a status alone, BadNodeIdUnknown.
  answer(634, kGood + "02000000 01 06 2a000000 02 00003480 ffffffff", 7);
  EXPECT_THAT(accesses_,
              ElementsAre("node ns=2;i=1001 Value = 42", "node ns=2;s=abc Value refused"));
  EXPECT_EQ(last_.outcome.kind, Outcome::Kind::accepted);
  EXPECT_EQ(last_.request_packet, 1u);
  EXPECT_EQ(fields_["opcua.Int32"], "42");
  EXPECT_EQ(fields_["opcua.StatusCode"], "0x80340000");
  EXPECT_THAT(ended_, ElementsAre("1 accepted"));
}

TEST_F(OpcUa, ServiceFaultRefusesWhatWasAsked) {
  ask(631, kAsking + kReadTwo, 7);
  answer(397, kDenied, 7);
  EXPECT_EQ(last_.function_name, "Read (631)");
  EXPECT_EQ(last_.outcome.code, 0x801f0000u);
  EXPECT_EQ(last_.outcome_name, "BadUserAccessDenied (0x801f0000)");
  EXPECT_EQ(accesses_.size(), 2u);
  EXPECT_THAT(ended_, ElementsAre("1 refused"));
}

TEST_F(OpcUa, WriteCarriesItsValues) {
  // One node, its value: a DataValue with a Double, 61.5.
  ask(673, kAsking + "01000000 01 02 e903 0d000000 ffffffff 01 0b 0000000000c04e40", 7);
  EXPECT_EQ(last_.operation, Operation::write);
  EXPECT_THAT(accesses_, ElementsAre("write node ns=2;i=1001 Value = 61.5"));
  EXPECT_EQ(fields_["opcua.Double"], "61.5");
  answer(676, kGood + "01000000 00003b80 ffffffff", 7);
  EXPECT_THAT(accesses_, ElementsAre("write node ns=2;i=1001 Value refused"));
}

TEST_F(OpcUa, ServiceOfWhichEveryItemFailedIsRefused) {
  ask(673, kAsking + "01000000 01 02 e903 0d000000 ffffffff 01 0b 0000000000c04e40", 7);
  ended_.clear();
  answer(676, kGood + "01000000 00003b80 ffffffff", 7);
  EXPECT_EQ(last_.outcome, (Outcome{Outcome::Kind::refused, 0x803b0000}));
  EXPECT_EQ(last_.outcome_name, "BadNotWritable (0x803b0000)");
  EXPECT_THAT(ended_, ElementsAre("1 refused"));
}

TEST_F(OpcUa, DeadlineIsTheTimeoutHintAndPublishHasNone) {
  ask(631, kAsking + kReadTwo, 1);
  answer(634, kGood + "00000000 ffffffff", 1);
  ask(826, kAsking + "ffffffff", 2);
  ask(631, kAskingFor20s + kReadTwo, 3);
  ask(631, kAsking + kReadTwo, 4);
  ended_.clear();
  wait(6s);
  EXPECT_THAT(ended_, ElementsAre("4 unanswered"));
  wait(13s);
  EXPECT_EQ(ended_.size(), 1u);
  wait(2s);
  EXPECT_THAT(ended_, ElementsAre("4 unanswered", "3 unanswered"));
  wait(1h);
  EXPECT_EQ(ended_.size(), 2u);
}

TEST_F(OpcUa, PublishedValueCarriesItsNode) {
  // Subscription 5; ns=2;s=abc, reporting under handle 9.
  ask(751,
      kAsking +
          "05000000 02000000 01000000 "
          "03 0200 03000000 616263 0d000000 ffffffff 0000 ffffffff 02000000 "
          "09000000 0000000000000000 000000 01000000 01",
      1);
  EXPECT_THAT(anomalies_, IsEmpty());
  answer(754, kGood + "01000000 00000000 01000000 0000000000000000 01000000 000000 ffffffff", 1);
  EXPECT_THAT(anomalies_, IsEmpty());
  ask(826, kAsking + "ffffffff", 2);
  // Handle 9 has the Byte 3: a DataChangeNotification (811) of 16 bytes.
  answer(829,
         kGood +
             "05000000 ffffffff 00 01000000 0000000000000000 01000000 "
             "01 00 2b03 01 0f000000 01000000 09000000 01 03 03 ffffffff "
             "ffffffff ffffffff",
         2);
  EXPECT_THAT(anomalies_, IsEmpty());
  EXPECT_THAT(accesses_, ElementsAre("node ns=2;s=abc Value = 3"));
}

TEST_F(OpcUa, ChunksMakeOneMessage) {
  const Octets whole = service(631, kAsking + kReadTwo);
  const Octets first(whole.begin(), whole.begin() + 30), rest(whole.begin() + 30, whole.end());
  feed(Direction::to_server, symmetric("MSGC", Direction::to_server, 7, first));
  EXPECT_EQ(last_.function_name, "Message chunk");
  EXPECT_EQ(last_.request, 0u);
  feed(Direction::to_server, symmetric("MSGF", Direction::to_server, 7, rest));
  EXPECT_EQ(last_.function_name, "Read (631)");
  EXPECT_EQ(accesses_.size(), 2u);
  EXPECT_THAT(anomalies_, IsEmpty());
  EXPECT_EQ(fields_["opcua.fragment"], "1,2");
  EXPECT_EQ(fields_["opcua.reassembled.length"], std::to_string(whole.size()));
}

TEST_F(OpcUa, MessageBetweenTheChunksOfAnotherHarmsNeither) {
  const Octets whole = service(631, kAsking + kReadTwo);
  const Octets first(whole.begin(), whole.begin() + 30), rest(whole.begin() + 30, whole.end());
  feed(Direction::to_server, symmetric("MSGC", Direction::to_server, 7, first));
  ask(826, kAsking + "ffffffff", 8);
  EXPECT_EQ(last_.function_name, "Publish (826)");
  feed(Direction::to_server, symmetric("MSGF", Direction::to_server, 7, rest));
  EXPECT_EQ(last_.function_name, "Read (631)");
  EXPECT_THAT(anomalies_, IsEmpty());
}

TEST_F(OpcUa, ChunksBeyondTheLimitAreDroppedAndNamed) {
  Octets first = service(631, kAsking + kReadTwo);
  first.resize(600'000);
  feed(Direction::to_server, symmetric("MSGC", Direction::to_server, 7, first));
  EXPECT_THAT(anomalies_, IsEmpty());
  feed(Direction::to_server, symmetric("MSGC", Direction::to_server, 7, Octets(600'000)));
  EXPECT_THAT(anomalies_, ElementsAre("opcua.chunks"));
  ask(826, kAsking + "ffffffff", 8);
  EXPECT_EQ(last_.function_name, "Publish (826)");
}

TEST_F(OpcUa, LostSequenceNumberIsNamed) {
  ask(826, kAsking + "ffffffff", 1);
  ++sequence_[0];
  ask(826, kAsking + "ffffffff", 2);
  EXPECT_THAT(anomalies_, ElementsAre("opcua.sequence_number"));
  ask(826, kAsking + "ffffffff", 3);
  EXPECT_THAT(anomalies_, IsEmpty());
  ++sequence_[0];
  dissector_->gap(Direction::to_server);
  ask(826, kAsking + "ffffffff", 4);
  EXPECT_THAT(anomalies_, IsEmpty());
}

TEST_F(OpcUa, NothingIsInventedFromCipherText) {
  feed(Direction::to_server, symmetric("MSGF", Direction::to_server, 0x12345678, Octets(64, 0xa5)));
  EXPECT_EQ(last_.function_name, "Encrypted message");
  EXPECT_EQ(last_.request, 0u);
  EXPECT_EQ(fields_.count("opcua.security.seq"), 0u);
  EXPECT_EQ(fields_["opcua.security.tokenid"], "1");
}

TEST_F(OpcUa, PasswordIsNeverShown) {
  // A null signature, no certificates, no locales; user name token: policy "p", "bob", "top", "".
  ask(467,
      kAsking +
          "ffffffff ffffffff ffffffff ffffffff "
          "01 00 4401 01 17000000 01000000 70 03000000 626f62 03000000 746f70 ffffffff "
          "ffffffff ffffffff",
      1);
  EXPECT_THAT(anomalies_, IsEmpty());
  EXPECT_EQ(last_.operation, Operation::authenticate);
  EXPECT_EQ(fields_["sg.opcua.user"], "bob");
  EXPECT_EQ(fields_["sg.opcua.token"], "user name");
  EXPECT_EQ(fields_["opcua.Password"], "<MISSING>");
}

TEST_F(OpcUa, IdentityOfUnknownTypeIsNotShown) {
  // The same token, said to be of a vendor's type: ns=3;i=5.
  ask(467,
      kAsking +
          "ffffffff ffffffff ffffffff ffffffff "
          "01 03 0500 01 17000000 01000000 70 03000000 626f62 03000000 746f70 ffffffff "
          "ffffffff ffffffff",
      1);
  EXPECT_THAT(anomalies_, IsEmpty());
  EXPECT_EQ(fields_.count("opcua.ByteString"), 0u);
}

TEST_F(OpcUa, IdentifierOfAWaitingRequestIsNamed) {
  ask(631, kAsking + kReadTwo, 7);
  answer(397, kDenied, 7);
  ask(631, kAsking + kReadTwo, 7);
  EXPECT_THAT(anomalies_, IsEmpty());
  ask(631, kAsking + kReadTwo, 7);
  EXPECT_THAT(anomalies_, ElementsAre("opcua.request_id"));
}

TEST_F(OpcUa, ParkedPublishRunsNoDeadline) {
  ask(826, kAsking + "ffffffff", 1);
  EXPECT_FALSE(dissector_->is_waiting());
  ask(631, kAsking + kReadTwo, 2);
  EXPECT_TRUE(dissector_->is_waiting());
  wait(6s);
  EXPECT_FALSE(dissector_->is_waiting());
}

TEST_F(OpcUa, NestingStopsAtItsLimit) {
  // A Variant in a Variant in ...: a write of 200 levels, each an array of one.
  std::string members = kAsking + "01000000 00 01 0d000000 ffffffff 01 ";
  for (int level = 0; level < 200; ++level) members += "98 01000000 ";
  ask(673, members + "00", 1);
  EXPECT_THAT(anomalies_, Contains("opcua.nesting"));
}

TEST_F(OpcUa, NegativeLengthIsNullAndNamed) {
  // An index range of length -2: servers take it for none, and read on.
  ask(631,
      kAsking +
          "0000000000000000 02000000 02000000"
          "01 02 e903 0d000000 feffffff 0000 ffffffff"
          "01 02 ea03 0d000000 ffffffff 0000 ffffffff",
      1);
  EXPECT_THAT(anomalies_, ElementsAre("opcua.length"));
  EXPECT_THAT(accesses_, ElementsAre("node ns=2;i=1001 Value", "node ns=2;i=1002 Value"));
  // The same of an array.
  ask(631, kAsking + "0000000000000000 02000000 feffffff", 2);
  EXPECT_THAT(anomalies_, ElementsAre("opcua.length"));
}

TEST_F(OpcUa, LengthsThatLieAreNamed) {
  ask(631, kAsking + "0000000000000000 02000000 ffffff7f", 1);
  EXPECT_THAT(anomalies_, Contains("opcua.length"));
  ask(631, kAsking + "0000000000000000 02000000 01000000 03 0200 ffffff00 6162", 2);
  EXPECT_THAT(anomalies_, Contains("opcua.length"));
  EXPECT_THAT(anomalies_, Contains("opcua.truncated"));
}

TEST_F(OpcUa, FieldsOfOneMessageAreLimited) {
  std::string members = kAsking + "01000000 00 01 0d000000 ffffffff 01 83 20300000 ";
  for (int i = 0; i < 0x3020; ++i) members += "07";
  ask(673, members, 1);
  EXPECT_THAT(anomalies_, ElementsAre("opcua.too_many_fields"));
  ASSERT_EQ(accesses_.size(), 1u);
}

TEST_F(OpcUa, EveryPrefixIsATruncatedMessage) {
  const Octets whole = symmetric("MSGF", Direction::to_server, 7, service(631, kAsking + kReadTwo));
  for (std::size_t size = 29; size < whole.size(); ++size) {
    Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto length = little(static_cast<std::uint32_t>(size));
    std::copy(length.begin(), length.end(), cut.begin() + 4);
    const int before = messages_;
    feed(Direction::to_server, cut);
    EXPECT_EQ(messages_, before + 1) << size;
    EXPECT_THAT(anomalies_, Contains("opcua.truncated")) << size;
  }
}

TEST_F(OpcUa, BytesThatAreNoChunkAreUnreadable) {
  feed(Direction::to_server, from_hex("01020304 05060708 090a"));
  EXPECT_TRUE(last_.unreadable);
  EXPECT_THAT(anomalies_, ElementsAre("opcua.header"));
}

TEST_F(OpcUa, UnknownServiceIsNamedOnAnOpenChannel) {
  // OPN with policy None tells that all is in clear.
  Octets body = little(0);
  const std::string policy = "http://opcfoundation.org/UA/SecurityPolicy#None";
  const auto append = [&](const Octets& more) {
    body.insert(body.end(), more.begin(), more.end());
  };
  append(little(static_cast<std::uint32_t>(policy.size())));
  append(Octets(policy.begin(), policy.end()));
  append(from_hex("ffffffff ffffffff 01000000 01000000"));
  append(service(446, kAsking + "00000000 00000000 01000000 ffffffff 80ee3600"));
  sequence_[0] = 1;
  feed(Direction::to_server, chunk("OPNF", body));
  EXPECT_THAT(anomalies_, IsEmpty());
  EXPECT_EQ(fields_["sg.opcua.policy"], "None");
  ask(9999, "", 2);
  EXPECT_THAT(anomalies_, ElementsAre("opcua.unknown_service"));
}

TEST(OpcUaAnomalies, NamesAreOfThisProtocolAndDifferent) {
  std::map<std::string_view, int> names;
  for (const AnomalySpec* spec : opcua::anomaly::all) {
    EXPECT_TRUE(spec->name.starts_with("opcua.")) << spec->name;
    EXPECT_EQ(++names[spec->name], 1) << spec->name;
  }
}

}  // namespace
}  // namespace sightglass
