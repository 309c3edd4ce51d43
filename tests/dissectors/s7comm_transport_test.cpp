// What carries S7comm: packets, transport units, and what else stands in them.
#include <gtest/gtest.h>

#include "dissectors/s7comm/framing.hpp"
#include "tests/dissectors/s7comm_session.hpp"

namespace sightglass {
namespace {

constexpr Direction kOut = Direction::to_server, kBack = Direction::to_client;

TEST(Cotp, ConnectRequestNamesItsSelectorsAndSize) {
  S7Session session;
  const Said said = session.tpdu(kOut,
                                 "11 e0 0000 0001 00"  // length, CR, references, class 0
                                 "c0 01 0a"            // 1024 octets
                                 "c1 02 0100"          // calling
                                 "c2 02 0102");        // called
  EXPECT_EQ(said.protocol, Protocol::iso_on_tcp);
  EXPECT_EQ(said.function_name, "Connect Request (CR)");
  EXPECT_EQ(
      fields_with("cotp.", said.raw_fields),
      "li=17 type=0x0e destref=0x0000 srcref=0x0001 class=0 opts.extended_formats=0 "
      "opts.no_explicit_flow_control=0 parameter_code=0xc0 parameter_length=1 "
      "tpdu_size=1024 parameter_code=0xc1 parameter_length=2 src-tsap-bytes=0100 src-tsap=0x0100 "
      "parameter_code=0xc2 parameter_length=2 dst-tsap-bytes=0102 dst-tsap=0x0102");
  EXPECT_EQ(said.anomalies, "");
}

TEST(Cotp, SelectorsInLettersAreText) {
  S7Session session;
  const Said said = session.tpdu(
      kOut, "18 e0 0000 0001 00 c2 10 53494d415449432d524f4f542d484d49");  // "SIMATIC-ROOT-HMI"
  EXPECT_NE(fields_with("cotp.", said.raw_fields).find("dst-tsap=SIMATIC-ROOT-HMI"),
            std::string::npos);
}

TEST(Cotp, ConnectConfirmAndDisconnect) {
  S7Session session;
  EXPECT_EQ(session.tpdu(kBack, "06 d0 0001 4431 00").function_name, "Connect Confirm (CC)");
  const Said said = session.tpdu(kBack, "06 80 0001 4431 02");
  EXPECT_EQ(said.function_name, "Disconnect Request (DR)");
  EXPECT_EQ(said.outcome, (Outcome{Outcome::Kind::refused, 2}));
}

TEST(Cotp, WhatClassZeroHasNotIsShownAndNamed) {
  S7Session session;
  const Said expedited = session.tpdu(kOut, "04 10 0002 85");
  EXPECT_EQ(fields_with("cotp.", expedited.raw_fields),
            "li=4 type=0x01 destref=0x0002 tpdu-number=0x05");
  EXPECT_EQ(expedited.anomalies, "cotp.type");
  const Said rejected = session.tpdu(kBack, "04 57 0001 03");
  EXPECT_EQ(fields_with("cotp.", rejected.raw_fields),
            "li=4 type=0x05 credit=7 destref=0x0001 next-tpdu-number=0x03 reject");
  EXPECT_EQ(rejected.anomalies, "cotp.type");
}

TEST(Cotp, DataInPartsIsPutTogether) {
  S7Session session;
  const std::vector<std::uint8_t> pdu = s7_pdu(1, "f0 00 0001 0001 01e0", "");
  const auto part = [&](std::size_t from, std::size_t to) {
    return std::vector<std::uint8_t>(pdu.begin() + static_cast<std::ptrdiff_t>(from),
                                     pdu.begin() + static_cast<std::ptrdiff_t>(to));
  };
  const Said first = session.feed(kOut, iso_packet(part(0, 5), "02 f0 00"));
  EXPECT_EQ(first.protocol, Protocol::iso_on_tcp);
  EXPECT_EQ(first.fields, "");
  session.feed(kOut, iso_packet(part(5, 11), "02 f0 01"));
  const Said last = session.feed(kOut, iso_packet(part(11, pdu.size()), "02 f0 82"));
  EXPECT_EQ(last.function_name, "Setup communication (0xf0)");
  EXPECT_NE(last.fields.find("param.pdu_length=480"), std::string::npos) << last.fields;
  EXPECT_NE(
      fields_with("cotp.", last.raw_fields)
          .find("segments segment=1 segment=2 segment=3 segment.count=3 reassembled.length=18"),
      std::string::npos)
      << fields_with("cotp.", last.raw_fields);
}

TEST(Cotp, PartsBeforeALossAreForgotten) {
  S7Session session;
  session.feed(kOut, iso_packet(from_hex("3201"), "02 f0 00"));
  session.gap(kOut);
  const Said said = session.feed(kOut, iso_packet(s7_pdu(1, "f0 00 0001 0001 01e0", "")));
  EXPECT_EQ(said.function_name, "Setup communication (0xf0)");
}

TEST(Cotp, EndlessDataIsGivenUp) {
  S7Session session;
  const std::vector<std::uint8_t> much(60000, 0x32);
  EXPECT_EQ(session.feed(kOut, iso_packet(much, "02 f0 00")).anomalies, "");
  EXPECT_EQ(session.feed(kOut, iso_packet(much, "02 f0 00")).anomalies, "cotp.tsdu_too_long");
  EXPECT_EQ(session.feed(kOut, iso_packet(much, "02 f0 00")).anomalies, "");
  EXPECT_EQ(session.feed(kOut, iso_packet(much, "02 f0 80")).anomalies, "");
  const Said next = session.feed(kOut, iso_packet(s7_pdu(1, "f0 00 0001 0001 01e0", "")));
  EXPECT_EQ(next.function_name, "Setup communication (0xf0)");
}

TEST(Cotp, ParameterBeyondTheUnitIsAnAnomaly) {
  S7Session session;
  const Said said = session.tpdu(kOut, "09 e0 0000 0001 00 c1 05 01");
  EXPECT_EQ(said.anomalies, "cotp.parameter");
  EXPECT_EQ(fields_with("cotp.src", said.raw_fields), "ref=0x0001");
}

TEST(Cotp, UnitShorterThanItsTypeNeedsIsAnAnomaly) {
  S7Session session;
  EXPECT_EQ(session.tpdu(kOut, "03 e0 0000").anomalies, "cotp.length");
}

struct Content {
  const char* octets;  ///< of a data unit
  Protocol protocol;
  const char* function_name;
};

const Content kContents[] = {
    {"72 01 000a 31 0000 0560 0000 0001 00 72 01 0000", Protocol::s7comm_plus,
     "EndSequence (0x0560)"},
    {"72 ff 0002 0000", Protocol::s7comm_plus, "Keep-alive (0xff)"},
    {"16 0303 0004 0e 000000", Protocol::s7comm_plus, "Server Hello Done (14)"},
    {"17 0303 0005 0102030405", Protocol::s7comm_plus, "Application Data (23)"},
    {"17 0303 0005 010203", Protocol::s7comm_plus, "Part of a TLS record"},
    {"0d 04 05060102", Protocol::mms, "MMS"},       // connect, ISO 8327-1
    {"01 00 01 00 61 0530", Protocol::mms, "MMS"},  // data behind its tokens
    {"99 98 97", Protocol::iso_on_tcp, "Data (DT)"},
};

TEST(IsoOnTcp, ContentsAreToldApart) {
  for (const Content& content : kContents) {
    S7Session session;
    const Said said = session.feed(kOut, iso_packet(from_hex(content.octets)));
    EXPECT_EQ(said.protocol, content.protocol) << content.octets;
    EXPECT_EQ(said.function_name, content.function_name) << content.octets;
  }
  S7Session session;
  EXPECT_EQ(session.feed(kOut, iso_packet(from_hex("99 98 97"))).anomalies, "cotp.unknown_content");
}

TEST(S7commFraming, NeedsTheHeaderAndATransportUnit) {
  using s7comm::frame;
  const auto framed = [](std::string_view hex) { return frame(from_hex(hex)); };
  EXPECT_EQ(framed("03").kind, Framing::Kind::need_more);
  EXPECT_EQ(framed("03 00 0016 02").kind, Framing::Kind::need_more);
  EXPECT_EQ(framed("03 00 0016 02 f0").kind, Framing::Kind::message);
  EXPECT_EQ(framed("03 00 0016 02 f0").size, 0x16u);
  EXPECT_EQ(framed("02 00 0016 02 f0").kind, Framing::Kind::not_mine);
  EXPECT_EQ(framed("03 00 0006 02 f0").kind, Framing::Kind::not_mine);  // shorter than any
  EXPECT_EQ(framed("03 00 0016 02 30").kind, Framing::Kind::not_mine);  // no such type
  EXPECT_EQ(framed("03 00 0016 20 f0").kind, Framing::Kind::not_mine);  // header beyond the end
}

}  // namespace
}  // namespace sightglass
