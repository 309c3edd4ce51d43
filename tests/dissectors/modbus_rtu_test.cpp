// Modbus RTU over TCP: where a frame ends, that only a right checksum makes one, and what it says.
#include "dissectors/modbus/rtu.hpp"

#include <gtest/gtest.h>

#include "dissectors/modbus/dissect.hpp"
#include "dissectors/modbus/framing.hpp"
#include "tests/dissectors/modbus_session.hpp"

namespace sightglass {
namespace {

using modbus::rtu::frame;
using modbus::rtu::probe;
using Kind = Framing::Kind;

/// CRC-16 bit by bit, as 2.5.1.2 of the standard describes it.
std::uint16_t slow_checksum(const std::vector<std::uint8_t>& bytes) {
  unsigned sum = 0xffff;
  for (const std::uint8_t byte : bytes) {
    sum ^= byte;
    for (int i = 0; i < 8; ++i) sum = (sum & 1) != 0 ? sum >> 1 ^ 0xa001 : sum >> 1;
  }
  return static_cast<std::uint16_t>(sum);
}

/// Unit, PDU, and the checksum behind them.
std::vector<std::uint8_t> sealed(std::string_view text) {
  std::vector<std::uint8_t> bytes = from_hex(text);
  const std::uint16_t sum = slow_checksum(bytes);
  bytes.push_back(static_cast<std::uint8_t>(sum));
  bytes.push_back(static_cast<std::uint8_t>(sum >> 8));
  return bytes;
}

class RtuSession : public DissectorSession {
 public:
  RtuSession() : DissectorSession(modbus::make_rtu_dissector, "") {}
  Said request(std::string_view text) { return feed(Direction::to_server, sealed(text)); }
  Said response(std::string_view text) { return feed(Direction::to_client, sealed(text)); }
};

struct Sample {
  const char* text;  ///< unit and PDU
  Direction direction;
};
constexpr auto kAsk = Direction::to_server;
constexpr auto kAnswer = Direction::to_client;
const Sample kSamples[] = {
    {"11 01 0013 0013", kAsk},
    {"11 01 03 cd6b05", kAnswer},
    {"01 02 00c4 0003", kAsk},
    {"01 02 01 05", kAnswer},
    {"01 03 0000 0002", kAsk},  // begins like an MBAP header
    {"01 03 04 022b 0064", kAnswer},
    {"01 04 0008 0001", kAsk},
    {"01 04 02 000a", kAnswer},
    {"01 05 00ac ff00", kAsk},
    {"01 05 00ac ff00", kAnswer},
    {"01 06 0001 0003", kAsk},
    {"01 07", kAsk},
    {"01 07 6d", kAnswer},
    {"01 08 0000 a537 1122", kAsk},
    {"01 0b", kAsk},
    {"01 0b ffff 0108", kAnswer},
    {"01 0c", kAsk},
    {"01 0c 08 0000 0108 0121 2000", kAnswer},
    {"01 0f 0013 000a 02 cd01", kAsk},
    {"01 0f 0013 000a", kAnswer},
    {"01 10 0000 000a 14 0001020304050607080900010203040506070809", kAsk},  // header, too
    {"01 10 0000 000a", kAnswer},
    {"01 11", kAsk},
    {"01 11 03 11ff41", kAnswer},
    {"01 14 07 06 0004 0001 0002", kAsk},
    {"01 14 06 05 06 0dfe 0020", kAnswer},
    {"01 15 09 06 0004 0007 0001 06af", kAsk},
    {"01 16 0004 00f2 0025", kAsk},
    {"01 17 0003 0006 000e 0001 02 00ff", kAsk},
    {"01 17 02 00fe", kAnswer},
    {"01 18 04de", kAsk},
    {"01 18 0006 0002 01b8 1284", kAnswer},
    {"01 2b 0e 01 00", kAsk},
    {"01 2b 0e 01 01 00 00 01 00 03 414243", kAnswer},
    {"01 83 02", kAnswer},
};

TEST(ModbusRtu, ChecksumIsThePublishedOne) {
  // The check value of CRC-16/MODBUS.
  EXPECT_EQ(modbus::rtu::checksum(as_bytes("123456789")), 0x4b37);
}

TEST(ModbusRtu, FrameEndsWhereItsFunctionSays) {
  for (const Sample& sample : kSamples) {
    const auto bytes = sealed(sample.text);
    auto stream = bytes;
    stream.push_back(0x01);
    stream.push_back(0x03);
    const Framing framing = frame(stream, sample.direction);
    EXPECT_EQ(framing.kind, Kind::message) << sample.text;
    EXPECT_EQ(framing.size, bytes.size()) << sample.text;
  }
}

TEST(ModbusRtu, EveryPrefixAsksForMore) {
  for (const Sample& sample : kSamples) {
    const auto bytes = sealed(sample.text);
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      const Framing framing = frame(Bytes(bytes).first(size), sample.direction);
      EXPECT_EQ(framing.kind, Kind::need_more) << sample.text << " cut to " << size;
      EXPECT_GT(framing.size, size) << sample.text;
      EXPECT_LE(framing.size, bytes.size()) << sample.text;
    }
  }
}

TEST(ModbusRtu, FrameWithAnyBitWrongIsNotMine) {
  for (const Sample& sample : kSamples) {
    const auto bytes = sealed(sample.text);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      auto wrong = bytes;
      wrong[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      const Framing framing = frame(wrong, sample.direction);
      EXPECT_FALSE(framing.kind == Kind::message && framing.size <= wrong.size())
          << sample.text << " bit " << bit;
      EXPECT_NE(probe(wrong).likeness, Likeness::yes) << sample.text << " bit " << bit;
    }
  }
}

TEST(ModbusRtu, FrameOfTheOtherDirectionIsFoundByItsChecksum) {
  EXPECT_EQ(frame(sealed("01 03 0000 0002"), kAnswer).size, 8u);
  EXPECT_EQ(frame(sealed("01 03 08 0001 0002 0003 0004"), kAsk).size, 13u);
}

TEST(ModbusRtu, FunctionsWithoutMeaningAreNotMine) {
  EXPECT_EQ(frame(sealed("01 00 0000 0002"), kAsk).kind, Kind::not_mine);
  EXPECT_EQ(frame(sealed("01 09 0000 0002"), kAsk).kind, Kind::not_mine);
  EXPECT_EQ(frame(sealed("01 03 fd") /* 258 bytes */, kAnswer).kind, Kind::not_mine);
}

TEST(ModbusRtu, FrameWithoutAnEndIsGivenUpAtTheLongest) {
  std::vector<std::uint8_t> bytes(255, 0x41);
  EXPECT_EQ(frame(bytes, kAsk).kind, Kind::need_more);
  bytes.push_back(0x41);
  EXPECT_EQ(frame(bytes, kAsk).kind, Kind::not_mine);
}

TEST(ModbusRtuProbe, ShapeTellsTheDirection) {
  EXPECT_EQ(probe(sealed("01 03 0000 000a")).direction, kAsk);
  EXPECT_EQ(probe(sealed("01 03 02 000a")).direction, kAnswer);
  EXPECT_EQ(probe(sealed("01 83 02")).direction, kAnswer);
  const Probe echo = probe(sealed("01 06 0001 0003"));
  EXPECT_EQ(echo.likeness, Likeness::yes);
  EXPECT_EQ(echo.direction, std::nullopt);
}

TEST(ModbusRtuProbe, WantsAFormOfTheStandard) {
  EXPECT_EQ(probe(sealed("f8 03 0000 000a")).likeness, Likeness::no) << "no unit is 248";
  EXPECT_EQ(probe(sealed("01 03 0000 0000")).likeness, Likeness::no) << "nothing to read";
  EXPECT_EQ(probe(sealed("01 83 40")).likeness, Likeness::no) << "no such exception";
  EXPECT_EQ(probe(sealed("01 41 0102")).likeness, Likeness::no) << "a vendor's own";
}

TEST(ModbusRtuProbe, EveryFrameIsOneOfTheTwoFramings) {
  for (const Sample& sample : kSamples) {
    const auto rtu = sealed(sample.text);
    EXPECT_NE(modbus::probe(rtu).likeness, Likeness::yes) << sample.text;
    const auto tcp = modbus_adu(std::string_view(sample.text).substr(2));
    EXPECT_NE(probe(tcp).likeness, Likeness::yes) << sample.text;
  }
}

TEST(ModbusRtuProbe, OtherProtocolsAreNot) {
  for (const std::string_view text :
       {"GET / HTTP/1.1\r\nHost: plc\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "220 mail ready\r\n"}) {
    EXPECT_EQ(probe(as_bytes(text)).likeness, Likeness::no) << text;
  }
  // TPKT and a connection request; the beginning of a TLS handshake
  EXPECT_EQ(probe(from_hex("0300 0016 11e0 0000 0001 00c0010ac1020100c2020102")).likeness,
            Likeness::no);
  EXPECT_EQ(probe(from_hex("1603 0102 0001 0001 fc03 03a1 b2c3")).likeness, Likeness::no);
}

TEST(ModbusRtu, ExchangeIsReadLikeOneOfTcp) {
  RtuSession session;
  const Said asked = session.request("11 03 006b 0003");
  EXPECT_EQ(asked.fields,
            "mbrtu.unit_id=17 mbrtu.crc16=0x7687 mbrtu.crc16.status=1 modbus.func_code=3 "
            "modbus.reference_num=107 "
            "modbus.word_cnt=3");
  EXPECT_EQ(asked.accesses, "unit 17 holding registers 107-109");
  const Said said = session.response("11 03 06 022b 0000 0064");
  EXPECT_EQ(said.accesses, "unit 17 holding registers 107-109 = 555 0 100");
  EXPECT_EQ(said.request, asked.request);
  EXPECT_EQ(said.protocol, Protocol::modbus);
  EXPECT_EQ(said.anomalies, "");
  EXPECT_EQ(session.ended(), "1 accepted");
}

TEST(ModbusRtu, ExceptionRefusesWhatTheRequestNamed) {
  RtuSession session;
  session.request("01 03 01f4 0001");
  const Said said = session.response("01 83 02");
  EXPECT_EQ(said.outcome, (Outcome{Outcome::Kind::refused, 2}));
  EXPECT_EQ(said.accesses, "unit 1 holding register 500");
  EXPECT_EQ(said.anomalies, "");
}

TEST(ModbusRtu, UnitsAndFunctionsAreKeptApart) {
  RtuSession session;
  session.request("01 03 0000 0001");
  session.request("02 03 0010 0001");
  EXPECT_EQ(session.response("02 03 02 0007").accesses, "unit 2 holding register 16 = 7");
  EXPECT_EQ(session.response("01 03 02 0009").accesses, "unit 1 holding register 0 = 9");
}

TEST(ModbusRtu, UmasIsReadInItToo) {
  RtuSession session;
  EXPECT_EQ(session.request("01 5a 21 41 ff00").operation, Operation::stop);
}

TEST(ModbusRtu, BytesThatAreNoFrameAreUnreadable) {
  RtuSession session;
  auto bytes = sealed("01 03 0000 0001");
  bytes.back() ^= 1;
  const Said said = session.feed(Direction::to_server, bytes);
  EXPECT_TRUE(said.unreadable);
  EXPECT_EQ(said.anomalies, "modbus.checksum");
  EXPECT_EQ(said.fields, "");
  EXPECT_EQ(session.request("01 03 0000 0001").anomalies, "") << "the session goes on";
}

TEST(ModbusRtu, EveryPrefixIsUnreadable) {
  for (const Sample& sample : kSamples) {
    const auto bytes = sealed(sample.text);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      RtuSession session;
      const Said said =
          session.feed(sample.direction, {bytes.begin(), bytes.begin() + static_cast<int>(size)});
      EXPECT_TRUE(said.unreadable) << sample.text << " cut to " << size;
      EXPECT_EQ(said.fields, "") << sample.text << " cut to " << size;
      EXPECT_EQ(said.anomalies, size < 4 ? "modbus.truncated" : "modbus.checksum");
    }
  }
}

TEST(ModbusRtu, PduTooLongForItsFunctionIsNamed) {
  RtuSession session;
  const Said said = session.request("01 07 0000");
  EXPECT_EQ(said.anomalies, "modbus.trailing_bytes");
}

}  // namespace
}  // namespace sightglass
