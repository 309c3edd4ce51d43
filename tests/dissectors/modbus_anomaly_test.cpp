// What is wrong with a message is named, each thing by one name, and nothing else is.
#include <gtest/gtest.h>

#include <set>

#include "dissectors/modbus/anomalies.hpp"
#include "tests/dissectors/modbus_session.hpp"

namespace sightglass {
namespace {

struct Case {
  const char* pdu;
  const char* anomalies;
};

const Case kRequests[] = {
    {"01 0000 0000", "modbus.quantity_out_of_specification"},
    {"01 0000 07d0", ""},  // 2000 coils
    {"01 0000 07d1", "modbus.quantity_out_of_specification"},
    {"03 0000 007d", ""},  // 125 registers
    {"03 0000 007e", "modbus.quantity_out_of_specification"},
    {"03 ffff 0001", ""},
    {"03 ffff 0002", "modbus.address_overflow"},
    {"03 0000 0001 00", "modbus.trailing_bytes"},
    {"03 0000 00", "modbus.truncated"},
    {"05 0000 ff00", ""},
    {"05 0000 0000", ""},
    {"05 0000 0100", "modbus.coil_value"},
    {"05 0000 ff01", "modbus.coil_value"},
    {"08 0001 0000", ""},
    {"08 0001 0001", "modbus.diagnostic_data"},
    {"08 0003 0d01", "modbus.diagnostic_data"},
    {"08 000a 0001", "modbus.diagnostic_data"},
    {"08 0005 0000", "modbus.illegal_sub_function"},
    {"08 0013 0000", "modbus.illegal_sub_function"},
    {"08 0015 0003", ""},  // Modbus Plus statistics
    {"0f 0000 0000 00", "modbus.quantity_out_of_specification"},
    {"0f 0000 0009 01 ff", "modbus.byte_count"},
    {"0f 0000 0001 02 0100", "modbus.byte_count"},
    {"0f 0000 0008 01 ff 00", "modbus.trailing_bytes"},
    {"10 0000 0002 04 0001", "modbus.truncated"},
    {"10 0000 0002 02 0001", "modbus.byte_count"},
    {"14 00", "modbus.byte_count"},
    {"14 07 05 0001 0000 0001", "modbus.file_reference"},
    {"14 07 06 0000 0000 0001", "modbus.file_reference"},
    {"14 07 06 0001 2710 0001", "modbus.file_reference"},
    {"14 07 06 0001 270f 0001", ""},
    {"15 0b 06 0001 0000 0001 1234", "modbus.byte_count modbus.truncated"},
    {"17 0000 007e 0000 0001 02 0000", "modbus.quantity_out_of_specification"},
    {"17 0000 0001 0000 007a 00", "modbus.quantity_out_of_specification modbus.byte_count"},
    {"2b 0c 00", "modbus.illegal_mei_type"},
    {"2b 0e 05 00", "modbus.illegal_read_device_id"},
    {"00", "modbus.undefined_function_code"},
    {"12", "modbus.undefined_function_code"},
    {"7f", "modbus.reserved_function_code"},
    {"09 00", "modbus.reserved_function_code"},
    {"48 00", "modbus.user_defined_function_code"},
    {"64 00", "modbus.user_defined_function_code"},
    {"5a 00 02", ""},  // Unity
    {"83 02", "modbus.undefined_function_code"},
};

const Case kResponses[] = {
    {"01 00", "modbus.byte_count"},
    {"01 02 01", "modbus.truncated"},
    {"03 03 000100", "modbus.byte_count"},
    {"03 02 0001 00", "modbus.trailing_bytes"},
    {"10 0000 0000", "modbus.quantity_out_of_specification"},
    {"18 0042 0020 " /* and 32 registers */
     "0000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000",
     "modbus.quantity_out_of_specification"},
    {"18 0006 0001 0000", "modbus.byte_count"},
    {"14 04 03 06 0001", ""},
    {"14 04 03 05 0001", "modbus.file_reference"},
    {"0c 05 0000 0000 00", "modbus.byte_count modbus.truncated"},
    {"2b 0e 01 01 00 00 02 00 01 41", "modbus.truncated"},
    {"83 02", ""},
    {"83 09", "modbus.undefined_exception_code"},
    {"83 02 00", "modbus.trailing_bytes"},
};

TEST(ModbusAnomaly, RequestsAreHeldAgainstTheStandard) {
  for (const Case& one : kRequests) {
    ModbusSession session;
    EXPECT_EQ(session.request(one.pdu).anomalies, one.anomalies) << one.pdu;
  }
}

TEST(ModbusAnomaly, AnswersAreHeldAgainstTheStandard) {
  for (const Case& one : kResponses) {
    ModbusSession session;
    EXPECT_EQ(session.response(one.pdu).anomalies, one.anomalies) << one.pdu;
  }
}

TEST(ModbusAnomaly, LyingHeadersAreUnreadable) {
  const Case headers[] = {
      {"0001 0001 0006 01 03 0000 0001", "modbus.protocol_identifier"},
      {"0001 0000 0000 01 03 0000 0001", "modbus.length"},
      {"0001 0000 0001 01 03 0000 0001", "modbus.length"},
      {"0001 0000 ffff 01 03 0000 0001", "modbus.length"},
      {"4745 5420 2f20 48 54 5450", "modbus.protocol_identifier"},  // GET / HTTP
  };
  for (const Case& one : headers) {
    ModbusSession session;
    const Said said = session.feed(Direction::to_server, from_hex(one.pdu));
    EXPECT_TRUE(said.unreadable) << one.pdu;
    EXPECT_EQ(said.anomalies, one.anomalies) << one.pdu;
    EXPECT_TRUE(said.raw_fields.empty()) << one.pdu;
    EXPECT_EQ(said.accesses, "") << one.pdu;
  }
}

TEST(ModbusAnomaly, WrongProtocolIdentifierBehindAMessageIsReadAsWiresharkDoes) {
  ModbusSession session;
  session.request("03 0000 0001");
  const Said said =
      session.feed_on(Direction::to_server, from_hex("0002 0001 0006 01 03 0000 0002"));
  EXPECT_FALSE(said.unreadable);
  EXPECT_EQ(said.anomalies, "modbus.protocol_identifier");
  EXPECT_EQ(said.fields, "func_code=3 reference_num=0 word_cnt=2");
}

TEST(ModbusAnomaly, LengthAboveTheStandardIsReadAndNamed) {
  std::string pdu = "5a 00 fe";
  for (int i = 0; i < 300; ++i) pdu += "00";
  ModbusSession session;
  const Said said = session.request(pdu);
  EXPECT_FALSE(said.unreadable);
  EXPECT_EQ(said.anomalies, "modbus.length");
}

TEST(ModbusAnomaly, SessionGoesOnAfterABadMessage) {
  ModbusSession session;
  session.request("03 0000 0001", 1);
  session.feed(Direction::to_server, from_hex("ffff ffff ffff ff ff"));
  EXPECT_EQ(session.response("03 02 0007", 1).accesses, "unit 1 holding register 0 = 7");
}

TEST(ModbusAnomaly, NamesAreUniqueAndSayWhy) {
  std::set<std::string_view> names;
  for (const AnomalySpec* spec : modbus::anomaly::all) {
    EXPECT_TRUE(names.insert(spec->name).second) << spec->name;
    EXPECT_TRUE(spec->name.starts_with("modbus.")) << spec->name;
    EXPECT_TRUE(spec->sentence.ends_with(".") || spec->sentence.ends_with("information."));
  }
  EXPECT_EQ(names.size(), 21u);
}

}  // namespace
}  // namespace sightglass
