// What is wrong with a message is named; no prefix and no length makes it say what is not there.
#include <gtest/gtest.h>

#include <set>

#include "dissectors/s7comm/anomalies.hpp"
#include "tests/dissectors/s7comm_session.hpp"

namespace sightglass {
namespace {

struct Case {
  const char* parameters;
  const char* data;
  const char* anomalies;
};

const Case kJobs[] = {
    {"f0 00 0001 0001 01e0", "", ""},
    {"f0 00 0001", "", "s7comm.parameters"},
    {"", "", "s7comm.undefined_function"},
    {"77 01", "", "s7comm.undefined_function"},
    {"04 01 12 0a 10 02 0001 0001 84", "", "s7comm.parameters"},
    {"04 02 12 0a 10 02 0001 0001 84 000000", "", "s7comm.parameters"},
    {"04 ff 12 0a 10 02 0001 0001 84 000000", "", "s7comm.parameters"},
    {"04 01 12 09 10 02 0001 0001 84 0000", "", "s7comm.item"},
    {"04 01 13 0a 10 02 0001 0001 84 000000", "", "s7comm.item"},
    {"05 01 12 0a 10 02 0004 0001 84 000000", "00 04 0020 0102", "s7comm.data"},
    {"05 01 12 0a 10 02 0004 0001 84 000000", "00 04 ffff 01020304", "s7comm.data"},
    {"1a 00 0100 00000000 ff 5f 30", "", "s7comm.parameters"},
    {"28 00000000 0000fd ffff 01 00", "", "s7comm.parameters"},
    {"28 00000000 0000fd 0000 05 58 58 58 58 58", "", "s7comm.undefined_function"},
    {"29 0000000000 ff 50", "", "s7comm.parameters"},
};

TEST(S7commAnomaly, JobsAreHeldAgainstTheirForm) {
  for (const Case& job : kJobs) {
    S7Session session;
    EXPECT_EQ(session.job(job.parameters, job.data).anomalies, job.anomalies)
        << job.parameters << " / " << job.data;
  }
}

TEST(S7commAnomaly, LengthsOfTheHeaderAreHeldAgainstThePacket) {
  S7Session session;
  std::vector<std::uint8_t> pdu = s7_pdu(1, "f0 00 0001 0001 01e0", "");
  pdu[7] = 9;  // one octet of parameters more
  EXPECT_EQ(session.feed(Direction::to_server, iso_packet(pdu)).anomalies, "s7comm.truncated");
  pdu[7] = 7;
  EXPECT_EQ(session.feed(Direction::to_server, iso_packet(pdu)).anomalies,
            "s7comm.trailing_bytes s7comm.parameters");
  pdu[1] = 6;
  pdu[7] = 8;
  EXPECT_EQ(session.feed(Direction::to_server, iso_packet(pdu)).anomalies, "s7comm.rosctr");
}

TEST(S7commAnomaly, AnswersAreHeldAgainstTheirRequests) {
  S7Session session;
  session.job("04 01 12 0a 10 02 0001 0001 84 000000");
  EXPECT_EQ(session.answer("05 01", "ff").anomalies, "s7comm.response_mismatch");
  session.job("04 01 12 0a 10 02 0001 0001 84 000000", "", 2);
  EXPECT_EQ(session.answer("04 02", "ff 04 0008 01 00 ff 04 0008 01", 2).anomalies,
            "s7comm.response_mismatch");
  EXPECT_EQ(session.answer("04 01", "ff 04 0008 01", 2).anomalies, "s7comm.duplicate_response");
  EXPECT_EQ(session.answer("04 01", "ff 04 0008 01", 77).anomalies, "s7comm.unsolicited_response");
}

TEST(S7commAnomaly, PacketThatIsNoneIsUnreadable) {
  S7Session session;
  const Said said = session.feed(Direction::to_server, from_hex("04 00 0007 02 f0 80"));
  EXPECT_TRUE(said.unreadable);
  EXPECT_EQ(said.anomalies, "tpkt.header");
  EXPECT_TRUE(said.raw_fields.empty());
}

/// One message of each kind, and those that must have gone before it.
struct Sample {
  unsigned rosctr;
  const char* parameters;
  const char* data;
};

const Sample kSamples[] = {
    {1, "f0 00 0001 0001 01e0", ""},
    {1, "04 02 12 0a 10 02 0001 0001 84 000000 12 0a 10 1c 0001 0000 1c 000005", ""},
    {1, "05 01 12 0a 10 02 0004 0001 84 000000", "00 04 0020 01020304"},
    {1, "04 01 12 16 b2 ff 8a0e 0005 00001234 70000001 50000002 4000000a", ""},
    {1,
     "1a 00 0100 00000000 09 5f 30 38 30 30 30 30 31 50 0d 31 30 30 30 30 38 30 30 30 30 30 34 30",
     ""},
    {1, "28 00000000 0000fd 000a 01 00 30 38 30 30 30 30 31 50 05 5f 49 4e 53 45", ""},
    {1, "29 0000000000 09 50 5f 50 52 4f 47 52 41 4d", ""},
    {3, "04 02", "ff 04 0010 1234 ff 09 0001 07"},
    {3, "05 02", "ff 0a"},
    {3, "1e 00", "0004 00fb 70700101"},
    {7, "000112 04 11 44 01 00", "ff 09 0004 001c 0000"},
    {7, "000112 08 12 84 01 01 00 00 0000",
     "ff 09 0028 0074 0000 0004 0001 0001 0000 ff 04 0010 1234"},
    {7, "000112 08 12 83 03 01 00 00 0000", "ff 09 000a 3041 004a 0022 7070 0101"},
    {7, "000112 08 12 87 01 01 00 00 0000", "ff 09 000a 00 20 26 11 23 07 15 30 12 32"},
    {7, "000112 08 12 82 01 01 00 00 0000", "ff 09 0008 00 01 ff 04 0010 1234"},
    {7, "000112 08 12 04 06 01 00 00 0000",
     "ff 09 001a 26 11 23 07 15 30 12 32 00 01 12 0b 1c 01 00000001 01 01 00 00 00 00 00 00"},
};

std::string shown(const Field& field) {
  const FieldSpec& spec = field_spec(field.id);
  return std::string(spec.name) + "=" + to_text(spec, field.value) + "@" +
         std::to_string(field.offset);
}

TEST(S7commAnomaly, EveryPrefixSaysNothingThatTheWholeDoesNot) {
  for (const Sample& message : kSamples) {
    const std::vector<std::uint8_t> pdu = s7_pdu(message.rosctr, message.parameters, message.data);
    std::multiset<std::string> whole;
    S7Session session;
    for (const Field& field : session.feed(Direction::to_server, iso_packet(pdu)).raw_fields) {
      whole.insert(shown(field));
    }
    for (std::size_t size = 1; size < pdu.size(); ++size) {
      // The packet's own length tells what is there.
      const auto cut = static_cast<std::ptrdiff_t>(size);
      S7Session other;
      const Said said =
          other.feed(Direction::to_server, iso_packet({pdu.begin(), pdu.begin() + cut}));
      EXPECT_NE(said.anomalies, "") << message.parameters << " cut to " << size;
      for (const Field& field : said.raw_fields) {
        EXPECT_LE(field.offset, 7 + size);
        const std::string_view name = field_spec(field.id).name;
        if (name.starts_with("tpkt.") || name.starts_with("cotp.")) continue;
        if (field.value.type() == ValueType::presence) continue;
        // What reaches to the end of the packet may be shorter.
        const ValueType type = field.value.type();
        if (type == ValueType::bytes || type == ValueType::text) continue;
        EXPECT_TRUE(whole.contains(shown(field))) << shown(field) << " cut to " << size;
      }
    }
  }
}

TEST(S7commAnomaly, EveryOctetMayHaveAnyValue) {
  for (const Sample& message : kSamples) {
    const std::vector<std::uint8_t> pdu = s7_pdu(message.rosctr, message.parameters, message.data);
    for (std::size_t i = 0; i < pdu.size(); ++i) {
      for (const unsigned value : {0x00u, 0x01u, 0x7fu, 0x80u, 0xffu}) {
        std::vector<std::uint8_t> bent = pdu;
        bent[i] = static_cast<std::uint8_t>(value);
        S7Session session;
        const std::vector<std::uint8_t> packet = iso_packet(bent);
        for (const Field& field : session.feed(Direction::to_server, packet).raw_fields) {
          EXPECT_LE(field.offset, packet.size());
        }
      }
    }
  }
}

TEST(S7commAnomaly, PlacesOfFieldsLieWithinTheMessage) {
  S7Session session;
  // A job that claims 0xc5c5 octets of parameters and has two.
  const auto packet = iso_packet(from_hex("32 01 0000 0001 c5c5 0000 0400"));
  const Said said = session.feed(Direction::to_server, packet);
  ASSERT_FALSE(said.raw_fields.empty());
  for (const Field& field : said.raw_fields) {
    EXPECT_LE(std::size_t{field.offset} + field.length, packet.size()) << field_spec(field.id).name;
  }
}

}  // namespace
}  // namespace sightglass
