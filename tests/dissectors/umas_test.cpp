// What UMAS says inside function 90: names, fields, outcomes, and what a cut leaves of them.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "dissectors/modbus/fields.hpp"
#include "dissectors/modbus/umas.hpp"
#include "tests/dissectors/modbus_session.hpp"

namespace sightglass {
namespace {

/// One exchange; PDUs from the function code on, fields without "sg.umas.".
struct Exchange {
  const char* name;
  Operation operation;
  const char* request;
  const char* request_fields;
  const char* response;
  const char* response_fields;
};

const Exchange kExchanges[] = {
    // session, code, unknown 00
    {"Unity (Schneider): Initialize Communication (90/1)", Operation::other, "5a 00 01 00",
     "session=0x00 function=0x01 data=00",
     // largest message 253, firmware 4.01, unknown, internal code, length and name
     "5a 00 fe fd00 0104 00003200 00000000 04 504c4331",
     "session=0x00 function=0x01 status=0xfe length=253 firmware=0x0401 name=PLC1"},
    {"Unity (Schneider): Read Identification (90/2)", Operation::discover, "5a 00 02",
     "session=0x00 function=0x02",
     // range, identity, model, firmware 2.70, patch, internal, hardware, crash code, unknown, name,
     // memory banks
     "5a 00 fe 10ff 5a010100 0000 7002 0000 2700 0900 08000000 0000 0e "
     "313430204350552033313120 3130 01 0101000000001100",
     "session=0x00 function=0x02 status=0xfe identity=0x0001015a firmware=0x0270 "
     "name=140 CPU 311 10 data=010101000000001100"},
    {"Unity (Schneider): Take Reservation (90/16)", Operation::authenticate,
     "5a 00 10 270e0000 06 4c4150544f50", "session=0x00 function=0x10 client=LAPTOP", "5a 00 fe 21",
     "session=0x00 function=0x10 status=0xfe new_session=0x21"},
    {"Unity (Schneider): Keep Alive (90/18)", Operation::other, "5a 21 12",
     "session=0x21 function=0x12", "5a 21 fe", "session=0x21 function=0x12 status=0xfe"},
    // range, block 20, offset 346, 246 bytes
    {"Unity (Schneider): Read Memory Block (90/32)", Operation::read,
     "5a 00 20 00 1400 5a010000 f600", "session=0x00 function=0x20 block=20 offset=346 length=246",
     "5a 00 fe 00 0300 a1b2c3", "session=0x00 function=0x20 status=0xfe length=3 data=a1b2c3"},
    {"Unity (Schneider): Write Memory Block (90/33)", Operation::write,
     "5a 21 21 00 1400 10000000 0200 beef",
     "session=0x21 function=0x21 block=20 offset=16 length=2 data=beef", "5a 21 fd 81",
     "session=0x21 function=0x21 status=0xfd error=81"},
    // checksum, two variables: two bytes of block 54, and an array of 3 of block 55
    {"Unity (Schneider): Read Variables (90/34)", Operation::read,
     "5a 00 22 78563412 02 02 3600 01 0002 08 12 3700 01 0000 04 0300",
     "session=0x00 function=0x22 checksum=0x12345678 variable_count=2 size=2 block=54 offset=512 "
     "relative_offset=8 size=2 block=55 offset=0 relative_offset=4 array_length=3",
     "5a 00 fe 2a00", "session=0x00 function=0x22 status=0xfe data=2a00"},
    {"Unity (Schneider): Write Variables (90/35)", Operation::write,
     "5a 21 23 78563412 01 02 3600 01 0002 08 5f00",
     "session=0x21 function=0x23 checksum=0x12345678 variable_count=1 size=2 block=54 offset=512 "
     "relative_offset=8 data=5f00",
     "5a 21 fe", "session=0x21 function=0x23 status=0xfe"},
    {"Unity (Schneider): Initialize Upload to PLC (90/48)", Operation::download, "5a 21 30 0001",
     "session=0x21 function=0x30 data=0001", "5a 21 fe 0001 3730 0000",
     "session=0x21 function=0x30 status=0xfe data=000137300000"},
    {"Unity (Schneider): Upload Block to PLC (90/49)", Operation::download,
     "5a 21 31 0001 0100 0400 de ad be ef",
     "session=0x21 function=0x31 block=1 length=4 data=deadbeef", "5a 21 fe",
     "session=0x21 function=0x31 status=0xfe"},
    {"Unity (Schneider): End Upload to PLC (90/50)", Operation::download, "5a 21 32 0001 0500",
     "session=0x21 function=0x32 block_count=5", "5a 21 fe",
     "session=0x21 function=0x32 status=0xfe"},
    {"Unity (Schneider): Initialize Download from PLC (90/51)", Operation::upload,
     "5a 21 33 0001 fb00", "session=0x21 function=0x33 length=251", "5a 21 fe 0001 3730 0000",
     "session=0x21 function=0x33 status=0xfe data=000137300000"},
    {"Unity (Schneider): Download Block from PLC (90/52)", Operation::upload, "5a 21 34 0001 0100",
     "session=0x21 function=0x34 block=1", "5a 21 fe 01 00 0400 99bf7993",
     "session=0x21 function=0x34 status=0xfe last_block=1 length=4 data=99bf7993"},
    {"Unity (Schneider): Start PLC (90/64)", Operation::start, "5a 21 40 ff00",
     "session=0x21 function=0x40 data=ff00", "5a 21 fe", "session=0x21 function=0x40 status=0xfe"},
    {"Unity (Schneider): Stop PLC (90/65)", Operation::stop, "5a 21 41 ff00",
     "session=0x21 function=0x41 data=ff00", "5a 21 fd 83 80",
     "session=0x21 function=0x41 status=0xfd error=8380"},
    // A signed stop: magic, signature, function code 90, session, stop
    {"Unity (Schneider): Stop PLC (90/65)", Operation::stop,
     "5a 21 38 01 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 5a 22 41 ff00",
     "session=0x21 function=0x38 "
     "signature=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f session=0x22 "
     "function=0x41 data=ff00",
     "5a 21 fe 01 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 5a 22 fd 81",
     "session=0x21 function=0x41 status=0xfe "
     "signature=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f session=0x22 "
     "status=0xfd error=81"},
};

std::string umas(const Said& said) { return fields_with("sg.umas.", said.raw_fields); }

TEST(Umas, RequestsSayWhatTheyAskFor) {
  for (const Exchange& exchange : kExchanges) {
    ModbusSession session;
    const Said said = session.request(exchange.request);
    EXPECT_EQ(umas(said), exchange.request_fields) << exchange.name;
    EXPECT_EQ(said.function_name, exchange.name);
    EXPECT_EQ(said.operation, exchange.operation) << exchange.name;
    EXPECT_EQ(said.anomalies, "") << exchange.name;
  }
}

TEST(Umas, AnswersAreWhatTheirRequestsAsked) {
  for (const Exchange& exchange : kExchanges) {
    ModbusSession session;
    session.request(exchange.request);
    const Said said = session.response(exchange.response);
    EXPECT_EQ(umas(said), exchange.response_fields) << exchange.name;
    EXPECT_EQ(said.function_name, exchange.name);
    EXPECT_EQ(said.operation, exchange.operation) << exchange.name;
    EXPECT_EQ(said.anomalies, "") << exchange.name;
  }
}

TEST(Umas, RefusalSaysWhy) {
  ModbusSession session;
  session.request("5a 21 41 ff00");
  const Said said = session.response("5a 21 fd 83 80");
  EXPECT_EQ(said.outcome, (Outcome{Outcome::Kind::refused, 0x83}));
  EXPECT_EQ(said.outcome_name, "UMAS error (131)");
  EXPECT_EQ(session.ended(), "1 refused");
}

TEST(Umas, RefusalInsideASignedAnswerIsOne) {
  ModbusSession session;
  const std::string signature(64, '0');
  session.request("5a 21 38 01" + signature + "5a 22 41 ff00");
  const Said said = session.response("5a 21 fe 01" + signature + "5a 22 fd 81");
  EXPECT_EQ(said.outcome, (Outcome{Outcome::Kind::refused, 0x81}));
}

TEST(Umas, AnswerWithoutItsRequestSaysItsStatusOnly) {
  ModbusSession session;
  const Said said = session.response("5a 01 fe 40");
  EXPECT_EQ(said.operation, Operation::other);
  EXPECT_EQ(said.function_name, "Unity (Schneider) (90)");
  EXPECT_EQ(umas(said), "session=0x01 status=0xfe data=40");
}

TEST(Umas, WritesAndDownloadsAreWrites) {
  ModbusSession session;
  EXPECT_EQ(session.request("5a 21 23 78563412 00").accesses, "unit 1 :=");
  EXPECT_EQ(session.response("5a 21 fe").accesses, "unit 1 :=");
  EXPECT_EQ(session.request("5a 21 31 0001 0100 0000", 2).accesses, "unit 1 :=");
  EXPECT_EQ(session.request("5a 21 20 00 1400 5a010000 f600", 3).accesses, "unit 1");
}

TEST(Umas, ExceptionToADownloadIsAboutAWrite) {
  ModbusSession session;
  session.request("5a 21 31 0001 0100 0000");
  EXPECT_EQ(session.response("da 01").accesses, "unit 1 :=");
}

TEST(Umas, SignedMessageInsideASignedOneIsNotOpened) {
  ModbusSession session;
  const std::string signature(64, '0');
  const Said said =
      session.request("5a 21 38 01" + signature + "5a 22 38 01" + signature + "5a 23 41");
  EXPECT_EQ(said.function_name, "Unity (Schneider): Signed Message (90/56)");
}

TEST(Umas, MessageShorterThanItsLayoutIsNoAnomaly) {
  ModbusSession session;
  const Said said = session.request("5a 00 20 00 1400");
  EXPECT_EQ(said.anomalies, "");
  EXPECT_EQ(umas(said), "session=0x00 function=0x20 block=20");
}

TEST(Umas, MessageWithoutACodeIsTruncated) {
  ModbusSession session;
  EXPECT_EQ(session.request("5a 00").anomalies, "modbus.truncated");
  EXPECT_EQ(session.request("5a", 2).anomalies, "modbus.truncated");
}

TEST(Umas, EveryPrefixIsNamedAndInventsNothing) {
  for (const Exchange& exchange : kExchanges) {
    for (const Direction direction : {Direction::to_server, Direction::to_client}) {
      const bool answer = direction == Direction::to_client;
      const auto bytes = modbus_adu(answer ? exchange.response : exchange.request);
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        ModbusSession session, short_session;
        if (answer) session.request(exchange.request);
        if (answer) short_session.request(exchange.request);
        const Said whole = session.feed(direction, bytes);
        const Said cut = short_session.feed(direction, {bytes.begin(), bytes.begin() + size});
        EXPECT_NE(cut.anomalies.find("modbus.truncated"), std::string::npos)
            << exchange.name << " cut to " << size;
        // Data may end early; what stands before it is the same.
        std::string fields = umas(cut);
        fields = fields.substr(0, std::min(fields.find(" data="), fields.find(" error=")));
        EXPECT_TRUE(umas(whole).starts_with(fields))
            << exchange.name << " cut to " << size << ": " << fields;
      }
    }
  }
}

TEST(Umas, EveryFieldIsProducedBySomeExchange) {
  std::set<std::string_view> produced;
  for (const Exchange& exchange : kExchanges) {
    ModbusSession session;
    for (const Said& said :
         {session.request(exchange.request), session.response(exchange.response)}) {
      for (const Field& field : said.raw_fields) produced.insert(field_spec(field.id).name);
    }
  }
  for (const FieldSpec& spec : modbus::fields) {
    if (!spec.name.starts_with("sg.umas.")) continue;
    EXPECT_TRUE(produced.contains(spec.name)) << spec.name;
  }
}

TEST(Umas, NamesCarryTheirCode) {
  std::set<std::string_view> names;
  for (unsigned code = 0; code < 256; ++code) {
    const modbus::SubFunctionSpec* spec = modbus::umas_spec(static_cast<std::uint8_t>(code));
    if (spec == nullptr) continue;
    EXPECT_TRUE(names.insert(spec->name).second) << spec->name;
    EXPECT_TRUE(spec->name.ends_with("(90/" + std::to_string(code) + ")")) << spec->name;
    EXPECT_TRUE(spec->name.starts_with("Unity (Schneider): ")) << spec->name;
  }
  EXPECT_EQ(names.size(), 56u);
}

}  // namespace
}  // namespace sightglass
