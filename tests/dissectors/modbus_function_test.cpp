// What each function's request and answer say, and what is left of them when they are cut short.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "dissectors/modbus/fields.hpp"
#include "dissectors/modbus/names.hpp"
#include "tests/dissectors/modbus_session.hpp"

namespace sightglass {
namespace {

/// One exchange. Fields without the request's frame and time; function code first.
struct Exchange {
  const char* name;
  Operation operation;
  const char* request;  ///< PDU
  const char* request_fields;
  const char* request_accesses;
  const char* response;
  const char* response_fields;
  const char* response_accesses;
};

const Exchange kExchanges[] = {
    {"Read Coils (1)", Operation::read, "01 0013 0013", "func_code=1 reference_num=19 bit_cnt=19",
     "unit 1 coils 19-37", "01 03 cd6b05",
     "func_code=1 byte_cnt=3 bitnum=19 bitval=1 bitnum=20 bitval=0 bitnum=21 bitval=1 bitnum=22 "
     "bitval=1 bitnum=23 bitval=0 bitnum=24 bitval=0 bitnum=25 bitval=1 bitnum=26 bitval=1 "
     "bitnum=27 bitval=1 bitnum=28 bitval=1 bitnum=29 bitval=0 bitnum=30 bitval=1 bitnum=31 "
     "bitval=0 bitnum=32 bitval=1 bitnum=33 bitval=1 bitnum=34 bitval=0 bitnum=35 bitval=1 "
     "bitnum=36 bitval=0 bitnum=37 bitval=1",
     "unit 1 coils 19-37 = 1 0 1 1 0 0 1 1 1 1 0 1 0 1 1 0 1 0 1"},
    {"Read Discrete Inputs (2)", Operation::read, "02 00c4 0003",
     "func_code=2 reference_num=196 bit_cnt=3", "unit 1 discrete inputs 196-198", "02 01 05",
     "func_code=2 byte_cnt=1 bitnum=196 bitval=1 bitnum=197 bitval=0 bitnum=198 bitval=1",
     "unit 1 discrete inputs 196-198 = 1 0 1"},
    {"Read Holding Registers (3)", Operation::read, "03 006b 0003",
     "func_code=3 reference_num=107 word_cnt=3", "unit 1 holding registers 107-109",
     "03 06 022b 0000 0064",
     "func_code=3 byte_cnt=6 regnum16=107 regval_uint16=555 regnum16=108 regval_uint16=0 "
     "regnum16=109 regval_uint16=100",
     "unit 1 holding registers 107-109 = 555 0 100"},
    {"Read Input Registers (4)", Operation::read, "04 0008 0001",
     "func_code=4 reference_num=8 word_cnt=1", "unit 1 input register 8", "04 02 000a",
     "func_code=4 byte_cnt=2 regnum16=8 regval_uint16=10", "unit 1 input register 8 = 10"},
    {"Write Single Coil (5)", Operation::write, "05 00ac ff00",
     "func_code=5 reference_num=172 data=ff00 padding=0x00", "unit 1 coil 172 := 1", "05 00ac ff00",
     "func_code=5 reference_num=172 data=ff00 padding=0x00", "unit 1 coil 172 := 1"},
    {"Write Single Register (6)", Operation::write, "06 0001 0003",
     "func_code=6 reference_num=1 data=0003", "unit 1 holding register 1 := 3", "06 0001 0003",
     "func_code=6 reference_num=1 data=0003", "unit 1 holding register 1 := 3"},
    {"Read Exception Status (7)", Operation::diagnose, "07", "func_code=7", "unit 1", "07 6d",
     "func_code=7 data=6d", "unit 1"},
    {"Return Query Data (8/0)", Operation::diagnose, "08 0000 a537",
     "func_code=8 diagnostic_code=0 diagnostic.return_query_data.request=a537",
     "unit 1 diagnostic 0", "08 0000 a537",
     "func_code=8 diagnostic_code=0 diagnostic.return_query_data.echo=a537", "unit 1 diagnostic 0"},
    {"Restart Communications Option (8/1)", Operation::restart, "08 0001 ff00",
     "func_code=8 diagnostic_code=1 diagnostic.restart_communication_option=0xff00",
     "unit 1 diagnostic 1", "08 0001 ff00",
     "func_code=8 diagnostic_code=1 diagnostic.restart_communication_option=0xff00",
     "unit 1 diagnostic 1"},
    {"Return Diagnostic Register (8/2)", Operation::diagnose, "08 0002 0000",
     "func_code=8 diagnostic_code=2 data=0000", "unit 1 diagnostic 2", "08 0002 00f1",
     "func_code=8 diagnostic_code=2 diagnostic.return_diag_register=0x00f1", "unit 1 diagnostic 2"},
    {"Change ASCII Input Delimiter (8/3)", Operation::configure, "08 0003 0d00",
     "func_code=8 diagnostic_code=3 diagnostic.ascii_input_delimiter=0x0d", "unit 1 diagnostic 3",
     "08 0003 0d00", "func_code=8 diagnostic_code=3 diagnostic.ascii_input_delimiter=0x0d",
     "unit 1 diagnostic 3"},
    {"Force Listen Only Mode (8/4)", Operation::stop, "08 0004 0000",
     "func_code=8 diagnostic_code=4 data=0000", "unit 1 diagnostic 4", nullptr, nullptr, nullptr},
    {"Clear Counters and Diagnostic Register (8/10)", Operation::configure, "08 000a 0000",
     "func_code=8 diagnostic_code=10 data=0000", "unit 1 diagnostic 10", "08 000a 0000",
     "func_code=8 diagnostic_code=10 diagnostic.clear_ctr_diag_reg=0", "unit 1 diagnostic 10"},
    {"Return Bus Message Count (8/11)", Operation::diagnose, "08 000b 0000",
     "func_code=8 diagnostic_code=11 data=0000", "unit 1 diagnostic 11", "08 000b 0102",
     "func_code=8 diagnostic_code=11 diagnostic.bus_message_count=258", "unit 1 diagnostic 11"},
    {"Return Bus Communication Error Count (8/12)", Operation::diagnose, "08 000c 0000",
     "func_code=8 diagnostic_code=12 data=0000", "unit 1 diagnostic 12", "08 000c 0003",
     "func_code=8 diagnostic_code=12 diagnostic.bus_comm_error_count=3", "unit 1 diagnostic 12"},
    {"Return Bus Exception Error Count (8/13)", Operation::diagnose, "08 000d 0000",
     "func_code=8 diagnostic_code=13 data=0000", "unit 1 diagnostic 13", "08 000d 0004",
     "func_code=8 diagnostic_code=13 diagnostic.bus_exception_error_count=4",
     "unit 1 diagnostic 13"},
    {"Return Server Message Count (8/14)", Operation::diagnose, "08 000e 0000",
     "func_code=8 diagnostic_code=14 data=0000", "unit 1 diagnostic 14", "08 000e 0005",
     "func_code=8 diagnostic_code=14 diagnostic.slave_message_count=5", "unit 1 diagnostic 14"},
    {"Return Server No Response Count (8/15)", Operation::diagnose, "08 000f 0000",
     "func_code=8 diagnostic_code=15 data=0000", "unit 1 diagnostic 15", "08 000f 0006",
     "func_code=8 diagnostic_code=15 diagnostic.no_slave_response_count=6", "unit 1 diagnostic 15"},
    {"Return Server NAK Count (8/16)", Operation::diagnose, "08 0010 0000",
     "func_code=8 diagnostic_code=16 data=0000", "unit 1 diagnostic 16", "08 0010 0007",
     "func_code=8 diagnostic_code=16 diagnostic.slave_nak_count=7", "unit 1 diagnostic 16"},
    {"Return Server Busy Count (8/17)", Operation::diagnose, "08 0011 0000",
     "func_code=8 diagnostic_code=17 data=0000", "unit 1 diagnostic 17", "08 0011 0008",
     "func_code=8 diagnostic_code=17 diagnostic.slave_busy_count=8", "unit 1 diagnostic 17"},
    {"Return Bus Character Overrun Count (8/18)", Operation::diagnose, "08 0012 0000",
     "func_code=8 diagnostic_code=18 data=0000", "unit 1 diagnostic 18", "08 0012 0009",
     "func_code=8 diagnostic_code=18 diagnostic.bus_char_overrun_count=9", "unit 1 diagnostic 18"},
    {"Clear Overrun Counter and Flag (8/20)", Operation::configure, "08 0014 0000",
     "func_code=8 diagnostic_code=20 data=0000", "unit 1 diagnostic 20", "08 0014 0000",
     "func_code=8 diagnostic_code=20 data=0000", "unit 1 diagnostic 20"},
    {"Modbus Plus Statistics (8/21)", Operation::diagnose, "08 0015 0003",
     "func_code=8 diagnostic_code=21 data=0003", "unit 1 diagnostic 21",
     "08 0015 0003 0002 1234 5678", "func_code=8 diagnostic_code=21 data=0003000212345678",
     "unit 1 diagnostic 21"},
    {"Get Comm Event Counter (11)", Operation::diagnose, "0b", "func_code=11", "unit 1",
     "0b ffff 0108", "func_code=11 ev_status=0xffff ev_count=264", "unit 1"},
    {"Get Comm Event Log (12)", Operation::diagnose, "0c", "func_code=12", "unit 1",
     "0c 0b 0000 0108 0121 20 00 04 fe 45",
     "func_code=12 byte_cnt=11 ev_status=0x0000 ev_count=264 ev_msg_count=289 event=32 event=0 "
     "event=4 event=254 ev_recv_comm_err=1 ev_recv_char_over=1 ev_recv_lo_mode=1 "
     "ev_recv_broadcast=1 event=69 ev_send_read_ex=1 ev_send_slave_abort_ex=0 "
     "ev_send_slave_busy_ex=1 ev_send_slave_nak_ex=0 ev_send_write_timeout=0 ev_send_lo_mode=0",
     "unit 1"},
    {"Write Multiple Coils (15)", Operation::write, "0f 0013 000a 02 cd01",
     "func_code=15 reference_num=19 bit_cnt=10 byte_cnt=2 data=cd01",
     "unit 1 coils 19-28 := 1 0 1 1 0 0 1 1 1 0", "0f 0013 000a",
     "func_code=15 reference_num=19 bit_cnt=10", "unit 1 coils 19-28 :="},
    {"Write Multiple Registers (16)", Operation::write, "10 0001 0002 04 000a 0102",
     "func_code=16 reference_num=1 word_cnt=2 byte_cnt=4 regnum16=1 regval_uint16=10 regnum16=2 "
     "regval_uint16=258",
     "unit 1 holding registers 1-2 := 10 258", "10 0001 0002",
     "func_code=16 reference_num=1 word_cnt=2", "unit 1 holding registers 1-2 :="},
    {"Report Server ID (17)", Operation::discover, "11", "func_code=17", "unit 1",
     "11 04 11ff 4142", "func_code=17 data=0411ff4142", "unit 1"},
    {"Read File Record (20)", Operation::read, "14 0e 06 0004 0001 0002 06 0003 0009 0002",
     "func_code=20 byte_cnt=14 reference_type=6 reference_num_32=262145 word_cnt=2 "
     "reference_type=6 reference_num_32=196617 word_cnt=2",
     "unit 1 file 4 records 1-2; unit 1 file 3 records 9-10",
     "14 0c 05 06 0dfe 0020 05 06 33cd 0040",
     "func_code=20 byte_cnt=12 byte_cnt=5 reference_type=6 data=0dfe0020050633cd0040 byte_cnt=5 "
     "reference_type=6 data=33cd0040",
     "unit 1 file 4 records 1-2 = 3582 32; unit 1 file 3 records 9-10 = 13261 64"},
    {"Write File Record (21)", Operation::write, "15 0d 06 0004 0007 0003 06af 04be 100d",
     "func_code=21 byte_cnt=13 reference_type=6 reference_num_32=262151 word_cnt=3 "
     "data=06af04be100d",
     "unit 1 file 4 records 7-9 := 1711 1214 4109", "15 0d 06 0004 0007 0003 06af 04be 100d",
     "func_code=21 byte_cnt=13 reference_type=6 reference_num_32=262151 word_cnt=3 "
     "data=06af04be100d",
     "unit 1 file 4 records 7-9 := 1711 1214 4109"},
    {"Mask Write Register (22)", Operation::write, "16 0004 00f2 0025",
     "func_code=22 reference_num=4 and_mask=0x00f2 or_mask=0x0025",
     "unit 1 holding register 4 :=", "16 0004 00f2 0025",
     "func_code=22 reference_num=4 and_mask=0x00f2 or_mask=0x0025", "unit 1 holding register 4 :="},
    {"Read/Write Multiple Registers (23)", Operation::write,
     "17 0003 0002 000e 0003 06 00ff 00fe 00fd",
     "func_code=23 read_reference_num=3 read_word_cnt=2 write_reference_num=14 write_word_cnt=3 "
     "byte_cnt=6 data=00ff00fe00fd",
     "unit 1 holding registers 3-4; unit 1 holding registers 14-16 := 255 254 253",
     "17 04 00fe 0acd", "func_code=23 byte_cnt=4 data=00fe0acd",
     "unit 1 holding registers 3-4 = 254 2765; unit 1 holding registers 14-16 :="},
    {"Read FIFO Queue (24)", Operation::read, "18 04de", "func_code=24 reference_num=1246",
     "unit 1 FIFO queue 1246", "18 0006 0002 01b8 1284",
     "func_code=24 byte_cnt_16=6 word_cnt=2 data=01b81284", "unit 1 FIFO queue 1246 = 440 4740"},
    {"CANopen General Reference (43/13)", Operation::call, "2b 0d 4711",
     "func_code=43 mei=13 data=0d4711", "unit 1", "2b 0d 0815", "func_code=43 mei=13 data=0d0815",
     "unit 1"},
    {"Read Device Identification (43/14)", Operation::discover, "2b 0e 01 00",
     "func_code=43 mei=14 read_device_id=1 object_id=0", "unit 1 identification objects 0-2",
     "2b 0e 01 01 00 00 02 00 03 41420a 80 02 0102",
     "func_code=43 mei=14 read_device_id=1 conformity_level=0x01 more_follows=0x00 "
     "next_object_id=0 num_objects=2 object_id=0 objects_len=3 object_str_value=AB\\n "
     "object_id=128 objects_len=2 object_value=0102",
     "unit 1 identification object 0 = 65 66 10; unit 1 identification object 128 = 1 2"},
    {"Unity (Schneider) (90)", Operation::other, "5a 00 99", "func_code=90 data=0099", "unit 1",
     "5a 00 fe 12", "func_code=90 data=00fe12", "unit 1"},
    {"User-defined function (65)", Operation::other, "41 0102", "func_code=65 data=0102", "unit 1",
     "41 03", "func_code=65 data=03", "unit 1"},
};

/// Without the frame and time of the request, which the pairing tests hold.
std::string without_request(std::string fields) {
  const std::size_t at = fields.find(" request_frame=");
  if (at == std::string::npos) return fields;
  std::size_t end = fields.find(' ', fields.find(" response_time=") + 1);
  if (end == std::string::npos) end = fields.size();
  return fields.erase(at, end - at);
}

/// "unit 1 coil 3 := 1" -> "unit 1 coil 3 :=", of each access.
std::string without_values(const std::string& accesses) {
  std::string text;
  bool skipping = false;
  for (std::size_t i = 0; i < accesses.size(); ++i) {
    if (accesses[i] == ';') skipping = false;
    if (!skipping) text += accesses[i];
    if (accesses.compare(i, 2, ":=") == 0) {
      text += '=';
      ++i;
      skipping = true;
    }
  }
  return text;
}

std::string anomalies_but_class(std::string anomalies) {
  return anomalies == "modbus.user_defined_function_code" ? "" : anomalies;
}

TEST(ModbusFunction, RequestSaysWhatItsTableLists) {
  for (const Exchange& exchange : kExchanges) {
    ModbusSession session;
    const Said said = session.request(exchange.request);
    EXPECT_EQ(said.fields, exchange.request_fields) << exchange.name;
    EXPECT_EQ(said.accesses, exchange.request_accesses) << exchange.name;
    EXPECT_EQ(said.operation, exchange.operation) << exchange.name;
    EXPECT_EQ(said.function_name, exchange.name);
    EXPECT_EQ(anomalies_but_class(said.anomalies), "") << exchange.name;
  }
}

TEST(ModbusFunction, AnswerCarriesTheRangeItsRequestNamed) {
  for (const Exchange& exchange : kExchanges) {
    if (exchange.response == nullptr) continue;
    ModbusSession session;
    session.request(exchange.request);
    const Said said = session.response(exchange.response);
    EXPECT_EQ(without_request(said.fields), exchange.response_fields) << exchange.name;
    EXPECT_EQ(said.accesses, exchange.response_accesses) << exchange.name;
    EXPECT_EQ(said.function_name, exchange.name);
    EXPECT_EQ(anomalies_but_class(said.anomalies), "") << exchange.name;
    EXPECT_EQ(session.ended(), "1 accepted") << exchange.name;
  }
}

TEST(ModbusFunction, ExceptionRefusesWhatTheRequestNamed) {
  for (const Exchange& exchange : kExchanges) {
    ModbusSession session;
    const Said asked = session.request(exchange.request);
    auto refusal =
        modbus_adu(std::string_view(exchange.request).substr(0, 2) == "5a" ? "da 02" : "00 02");
    refusal[7] = static_cast<std::uint8_t>(modbus_adu(exchange.request)[7] | 0x80);
    const Said said = session.feed(Direction::to_client, refusal);
    const std::string code = asked.fields.substr(0, asked.fields.find(' '));
    EXPECT_EQ(said.fields, code + " exception_code=2") << exchange.name;
    EXPECT_EQ(said.outcome, (Outcome{Outcome::Kind::refused, 2})) << exchange.name;
    EXPECT_EQ(said.outcome_name, "Illegal data address (2)");
    EXPECT_EQ(said.accesses, without_values(asked.accesses)) << exchange.name;
    EXPECT_EQ(said.operation, exchange.operation) << exchange.name;
    EXPECT_EQ(said.function_name, exchange.name);
    EXPECT_EQ(session.ended(), "1 refused") << exchange.name;
  }
}

TEST(ModbusFunction, AllOfTheStandardAreHere) {
  std::set<unsigned> codes, diagnostics, mei;
  for (const Exchange& exchange : kExchanges) {
    const auto pdu = from_hex(exchange.request);
    if (modbus::function_spec(pdu[0]).kind != modbus::FunctionClass::defined) continue;
    codes.insert(pdu[0]);
    if (pdu[0] == modbus::kDiagnostics) diagnostics.insert(pdu[1] << 8u | pdu[2]);
    if (pdu[0] == modbus::kEncapsulated) mei.insert(pdu[1]);
  }
  std::size_t all_codes = 0, all_diagnostics = 0, all_mei = 0;
  for (unsigned i = 0; i < 256; ++i) {
    const auto byte = static_cast<std::uint8_t>(i);
    if (i < 128 && modbus::function_spec(byte).kind == modbus::FunctionClass::defined) ++all_codes;
    if (modbus::diagnostic_spec(byte) != nullptr) ++all_diagnostics;
    if (modbus::mei_spec(byte) != nullptr) ++all_mei;
  }
  const auto line = "functions: " + std::to_string(codes.size()) + " of " +
                    std::to_string(all_codes) +
                    "; sub-functions: " + std::to_string(diagnostics.size() + mei.size()) + " of " +
                    std::to_string(all_diagnostics + all_mei);
  EXPECT_EQ(line, "functions: 19 of 19; sub-functions: 18 of 18");
}

TEST(ModbusFunction, EveryFieldIsProducedBySomeExchange) {
  std::set<std::string_view> produced;
  for (const Exchange& exchange : kExchanges) {
    ModbusSession session;
    for (const Field& field : session.request(exchange.request).raw_fields) {
      produced.insert(field_spec(field.id).name);
    }
    if (exchange.response == nullptr) continue;
    for (const Field& field : session.response(exchange.response).raw_fields) {
      produced.insert(field_spec(field.id).name);
    }
  }
  std::string missing;
  for (const FieldSpec& spec : modbus::fields) {
    // Held by umas_test.cpp and modbus_rtu_test.cpp.
    if (spec.name.starts_with("sg.umas.") || spec.name.starts_with("mbrtu.")) continue;
    const bool never = spec.sentence.find("never here") != std::string_view::npos;
    if (!never && !produced.contains(spec.name)) missing += std::string(spec.name) + " ";
    EXPECT_FALSE(never && produced.contains(spec.name)) << spec.name;
  }
  EXPECT_EQ(missing, "modbus.exception_code ");
}

/// Whether a field of a message cut short is one of the whole message, or shows raw bytes as such.
bool is_genuine(const Field& field, const std::vector<Field>& whole,
                const std::vector<std::uint8_t>& bytes) {
  const FieldSpec& spec = field_spec(field.id);
  if (field.value.type() == ValueType::bytes) {
    const Bytes shown = field.value.bytes();
    return field.offset + shown.size() <= bytes.size() &&
           std::equal(shown.begin(), shown.end(), bytes.begin() + field.offset);
  }
  return std::any_of(whole.begin(), whole.end(), [&](const Field& other) {
    return other.id == field.id && other.offset == field.offset &&
           to_text(spec, other.value) == to_text(spec, field.value);
  });
}

void expect_prefixes_are_honest(const Exchange& exchange, bool answer) {
  const auto whole_bytes = modbus_adu(answer ? exchange.response : exchange.request);
  const auto direction = answer ? Direction::to_client : Direction::to_server;
  for (std::size_t size = 0; size <= whole_bytes.size(); ++size) {
    ModbusSession session, short_session;
    if (answer) session.request(exchange.request);
    if (answer) short_session.request(exchange.request);
    const Said whole = session.feed(direction, whole_bytes);
    const Said cut =
        short_session.feed(direction, {whole_bytes.begin(), whole_bytes.begin() + size});
    if (size == whole_bytes.size()) {
      EXPECT_EQ(cut.fields, whole.fields);
      continue;
    }
    EXPECT_NE(cut.anomalies.find("modbus.truncated"), std::string::npos)
        << exchange.name << " cut to " << size;
    for (const Field& field : cut.raw_fields) {
      EXPECT_TRUE(is_genuine(field, whole.raw_fields, whole_bytes))
          << exchange.name << " cut to " << size << ": " << field_spec(field.id).name << " = "
          << to_text(field_spec(field.id), field.value);
    }
  }
}

TEST(ModbusTruncation, EveryPrefixIsNamedAndInventsNothing) {
  for (const Exchange& exchange : kExchanges) {
    expect_prefixes_are_honest(exchange, false);
    if (exchange.response != nullptr) expect_prefixes_are_honest(exchange, true);
  }
}

/// A PDU cut short whose header agrees with what is left.
TEST(ModbusTruncation, ShortenedPduIsNamedUnlessItsDataIsFree) {
  for (const Exchange& exchange : kExchanges) {
    const auto pdu = from_hex(exchange.request);
    const bool is_free = pdu[0] == 65 || pdu[0] == 90 || (pdu[0] == 43 && pdu[1] == 13) ||
                         (pdu[0] == 8 && (pdu[2] == 0 || pdu[2] == 0x15));
    if (is_free) continue;
    for (std::size_t size = 1; size < pdu.size(); ++size) {
      auto adu = modbus_adu(exchange.request);
      adu.resize(7 + size);
      adu[5] = static_cast<std::uint8_t>(1 + size);
      ModbusSession session;
      const Said said = session.feed(Direction::to_server, adu);
      EXPECT_NE(said.anomalies, "") << exchange.name << " shortened to " << size;
    }
  }
}

TEST(ModbusFunction, FileGroupsBeyondTheSecondKeepTheirRecords) {
  ModbusSession session;
  session.request("14 15 06 0001 0001 0001 06 0002 0002 0001 06 0003 0003 0001");
  const Said said = session.response("14 0c 03 06 0011 03 06 0022 03 06 0033");
  EXPECT_EQ(
      said.accesses,
      "unit 1 file 1 record 1 = 17; unit 1 file 2 record 2 = 34; unit 1 file 3 record 3 = 51");
}

}  // namespace
}  // namespace sightglass
