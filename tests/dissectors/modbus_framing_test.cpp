// Where a message ends, and whether bytes look like Modbus.
#include <gtest/gtest.h>

#include "dissectors/modbus/framing.hpp"
#include "tests/dissectors/modbus_session.hpp"

namespace sightglass {
namespace {

using Kind = Framing::Kind;

TEST(ModbusFraming, HeaderSaysWhereTheMessageEnds) {
  const auto bytes = from_hex("0001 0000 0006 01 03 0000 0001 0002");
  const Framing framing = modbus::frame(bytes);
  EXPECT_EQ(framing.kind, Kind::message);
  EXPECT_EQ(framing.size, 12u);
}

TEST(ModbusFraming, EveryPrefixAsksForMoreOrKnows) {
  const auto bytes = from_hex("0001 0000 0006 01 03 0000 0001");
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const Framing framing = modbus::frame(Bytes(bytes).first(size));
    EXPECT_EQ(framing.kind, size < 6 ? Kind::need_more : Kind::message) << size;
    EXPECT_EQ(framing.size, size < 6 ? 6u : 12u) << size;
  }
}

TEST(ModbusFraming, OtherProtocolIdentifierIsNotMineFromItsFourthByteOn) {
  EXPECT_EQ(modbus::frame(from_hex("0001 00")).kind, Kind::need_more);
  EXPECT_EQ(modbus::frame(from_hex("0001 0001")).kind, Kind::not_mine);
}

TEST(ModbusFraming, LengthsThatCanNotBeAreNotMine) {
  EXPECT_EQ(modbus::frame(from_hex("0001 0000 0000")).kind, Kind::not_mine);
  EXPECT_EQ(modbus::frame(from_hex("0001 0000 0001")).kind, Kind::not_mine);
  EXPECT_EQ(modbus::frame(from_hex("0001 0000 0002")).kind, Kind::message);
  EXPECT_EQ(modbus::frame(from_hex("0001 0000 00ff")).kind, Kind::message);
  EXPECT_EQ(modbus::frame(from_hex("0001 0000 044c")).kind, Kind::message);
  EXPECT_EQ(modbus::frame(from_hex("0001 0000 044d")).kind, Kind::not_mine);
}

struct Shape {
  const char* pdu;
  bool typical;
  std::optional<Direction> direction;
};

TEST(ModbusProbe, ShapeTellsTheDirection) {
  constexpr auto kServer = Direction::to_server, kClient = Direction::to_client;
  const Shape shapes[] = {
      {"03 0000 0001", true, kServer},
      {"03 02 0001", true, kClient},
      {"01 0000 0001", true, kServer},
      {"01 01 00", true, kClient},
      {"01 03 0001 01", true, kClient},      // quantity 257 at address 769 would fit as well
      {"06 0001 0003", true, std::nullopt},  // both ways the same
      {"10 0001 0001 02 0003", true, kServer},
      {"10 0001 0001", true, kClient},
      {"11", true, kServer},
      {"11 02 0aff", true, kClient},
      {"2b 0e 01 00", true, kServer},
      {"83 02", true, kClient},
      {"83 7f", false, kClient},
      {"5a 00 02", false, std::nullopt},
      {"03 0000", false, std::nullopt},
  };
  for (const Shape& shape : shapes) {
    const Probe probe = modbus::probe(modbus_adu(shape.pdu));
    EXPECT_EQ(probe.likeness, Likeness::yes) << shape.pdu;
    EXPECT_EQ(probe.typical, shape.typical) << shape.pdu;
    const bool ambiguous = std::string_view(shape.pdu) == "01 03 0001 01";
    EXPECT_EQ(probe.direction, ambiguous ? std::nullopt : shape.direction) << shape.pdu;
  }
}

TEST(ModbusProbe, BeginningOfAMessageMayBeOne) {
  const auto bytes = modbus_adu("03 0000 0001");
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_EQ(modbus::probe(Bytes(bytes).first(size)).likeness, Likeness::maybe) << size;
  }
}

TEST(ModbusProbe, OtherProtocolsAreNot) {
  const char* others[] = {
      "4745 5420 2f20 48 54 5450",               // HTTP
      "1603 0100 c801 00 00 c403 03",            // TLS
      "0300 0016 11e0 00 00 0001 00c1 0201 00",  // TPKT and COTP
      "0000 0000 0000 00 00 0000 0000",          // zeroes
  };
  for (const char* other : others) {
    EXPECT_EQ(modbus::probe(from_hex(other)).likeness, Likeness::no) << other;
  }
}

}  // namespace
}  // namespace sightglass
