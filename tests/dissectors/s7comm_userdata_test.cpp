// What user data says, group by group.
#include <gtest/gtest.h>

#include "tests/dissectors/s7comm_session.hpp"

namespace sightglass {
namespace {

/// The parameters of a request: its group and function.
std::string asking(std::string_view group, std::string_view function,
                   std::string_view sequence = "00") {
  return "000112 04 11 4" + std::string(group) + std::string(function) + std::string(sequence);
}

/// Those of its answer; `part` is data unit reference and whether more follow, then the error.
std::string telling(std::string_view group, std::string_view function,
                    std::string_view part = "00 00", std::string_view error = "0000") {
  return "000112 08 12 8" + std::string(group) + std::string(function) + "01" + std::string(part) +
         std::string(error);
}

struct Request {
  const char* group;
  const char* function;
  const char* data;
  const char* function_name;
  Operation operation;
  const char* accesses;
};

const Request kRequests[] = {
    {"1", "02",
     "ff 09 0026 0014 000e 0000 0001 0000 0012 0001 0001 0001 0001 0001 0200"  // sizes, trigger
     "0002 01 06 0000 0000 11 01 0000 0008",                                   // MB0-5, IB8
     "Variable status (1/2)", Operation::read, "MB0-5; IB8"},
    {"1", "08",
     "ff 09 0034 0014 001c 0000 0001 0001 0006 0001 0001 0001 0001 0001 0200"
     "0002 03 01 0000 0000 10 01 0000 0008"   // MD0, I8.1
     "00 09 0004 4133851f 00 09 0001 01 00",  // their values
     "Modify variable (1/8)", Operation::write, "MB0-3 := 1093895455; I8.1 := 1"},
    {"1", "09", "ff 09 0004 0000 0000", "Force (1/9)", Operation::force, ""},
    {"1", "0c", "ff 09 0004 0000 0000", "Memory reset (1/12)", Operation::erase, ""},
    {"2", "01", "ff 09 0010 00 01 01 05 12 0a 10 02 0002 0001 84 000000", "Cyclic transfer (2/1)",
     Operation::subscribe, "DB1.DBB0-1"},
    {"2", "04", "ff 09 0002 01 05", "Unsubscribe cyclic transfer (2/4)", Operation::subscribe, ""},
    {"3", "01", "0a 00 0000", "List blocks (3/1)", Operation::discover, ""},
    {"3", "02", "ff 09 0002 3041", "List blocks of type (3/2)", Operation::discover, "DB blocks"},
    {"3", "03", "ff 09 0008 3038 3030303031 41", "Get block info (3/3)", Operation::discover,
     "OB1"},
    {"4", "01", "ff 09 0004 001c 0000", "Read SZL (4/1)", Operation::discover,
     "system status list 28 index 0"},
    {"4", "01", "ff 09 0004 0424 0000", "Read SZL (4/1)", Operation::diagnose,
     "system status list 1060 index 0"},
    {"4", "02", "ff 09 000c 80 00 53494d4154494320 01 00", "Message service (4/2)",
     Operation::subscribe, ""},
    {"4", "0b", "ff 09 000c 09 01 12 08 1a 00 00000001 00 00", "Acknowledge alarm (4/11)",
     Operation::call, ""},
    {"5", "01", "ff 09 0008 6464656867676868", "Protection level log-on (5/1)",
     Operation::authenticate, ""},
    {"5", "02", "0a 00 0000", "Protection level log-off (5/2)", Operation::authenticate, ""},
    {"7", "01", "0a 00 0000", "Read clock (7/1)", Operation::diagnose, ""},
    {"7", "02", "ff 09 000a 00 20 26 11 23 07 15 30 12 32", "Set clock (7/2)", Operation::set_clock,
     "CPU"},
};

TEST(S7commUserData, RequestsSayWhatTheyDo) {
  for (const Request& request : kRequests) {
    S7Session session;
    const Said asked = session.ask(asking(request.group, request.function), request.data);
    EXPECT_EQ(asked.function_name, request.function_name);
    EXPECT_EQ(asked.operation, request.operation) << request.function_name;
    EXPECT_EQ(asked.accesses, request.accesses) << request.function_name;
    EXPECT_EQ(asked.anomalies, "") << request.function_name;
    EXPECT_TRUE(asked.is_request) << request.function_name;
  }
}

TEST(S7commUserData, PasswordIsNeverShown) {
  S7Session session;
  const Said asked = session.ask(asking("5", "01"), "ff 09 0008 6464656867676868");
  for (const Field& field : asked.raw_fields) {
    if (field.value.type() == ValueType::presence) continue;
    EXPECT_FALSE(field.offset + field.length > 33) << field_spec(field.id).name;
  }
  const Said said = session.tell(telling("5", "01", "00 00", "d602"), "0a 00 0000");
  EXPECT_EQ(said.outcome_name, "Wrong password (0xd602)");
  EXPECT_EQ(session.ended(), "1 refused");
}

TEST(S7commUserData, BlocksAreCounted) {
  S7Session session;
  session.ask(asking("3", "01"), "0a 00 0000");
  const Said said = session.tell(telling("3", "01"), "ff 09 0008 3038 0001 3041 000c");
  EXPECT_TRUE(
      said.fields.ends_with("data.item blockinfo.blocktype=08 blockinfo.block_count=1 "
                            "data.item blockinfo.blocktype=0A blockinfo.block_count=12"))
      << said.fields;
}

TEST(S7commUserData, NeitherAskedNorAnsweredNorToldIsNotLookedInto) {
  S7Session session;
  const Said said = session.ask("00 01 12 04 11 e3 03 00", "ff 09 0008 30 41 30 30 30 30 31 41");
  EXPECT_NE(said.fields.find("data.userdata=3041303030303141"), std::string::npos) << said.fields;
  EXPECT_EQ(said.anomalies, "s7comm.undefined_function");
}

TEST(S7commUserData, ClockIsATime) {
  S7Session session;
  session.ask(asking("7", "01"), "0a 00 0000");
  const Said said = session.tell(telling("7", "01"), "ff 09 000a 00 20 26 11 23 07 15 30 12 32");
  EXPECT_NE(said.fields.find("data.ts=Nov 23, 2026 07:15:30.123000000 UTC"), std::string::npos)
      << said.fields;
}

TEST(S7commUserData, ClockOfAFarCenturyIsTheEndOfTime) {
  for (const auto& [century, time] : {std::pair("99", "Apr 11, 2262 23:47:16.854775807 UTC"),
                                      std::pair("00", "Sep 21, 1677 00:12:43.145224192 UTC")}) {
    S7Session session;
    session.ask(asking("7", "01"), "0a 00 0000");
    const Said said = session.tell(
        telling("7", "01"), "ff 09 000a 00" + std::string(century) + "95 11 23 07 15 30 12 32");
    EXPECT_NE(said.fields.find("data.ts=" + std::string(time)), std::string::npos) << said.fields;
  }
}

/// Block information with its texts padded, as devices send it.
constexpr const char* kBlockInfo =
    "ff 09 004e"
    "3041 004a 0022 7070 01 01"                           // "0A", length, constants, flags
    "05 0a 0001 000003bc 00000000"                        // language DB, DB1, load memory, security
    "0124a1b80001 0124a1b80001"                           // times
    "0014 0000 0000 0398"                                 // lengths
    "4142000000000000 4342430000000000 4e4e4e0000000000"  // "AB", "CBC", "NNN", NULs behind
    "10 00 1234 00000000 00000000";

TEST(S7commUserData, TextEndsAtItsFirstNul) {
  S7Session session;
  session.ask(asking("3", "03"), "ff 09 0008 3041 3030303031 41");
  const Said said = session.tell(telling("3", "03"), kBlockInfo);
  EXPECT_NE(said.fields.find("blockinfo.author=AB blockinfo.family=CBC blockinfo.headername=NNN "
                             "blockinfo.headerversion=1.0"),
            std::string::npos)
      << said.fields;
}

TEST(S7commUserData, VersionsOfProtectionListAreLittleEndian) {
  S7Session session;
  session.ask(asking("4", "01"), "ff 09 0004 0132 0004");
  const Said said = session.tell(telling("4", "01"),
                                 "ff 09 0030 0132 0004 0028 0001"
                                 "0004 0001 0000 0001 0002 0000 0001 0002"  // up to ken_rel
                                 "0304 0506 0708 090a"                      // ken_ver
                                 "00000000 00000000 00000000 00000000");
  EXPECT_NE(said.fields.find("ken_ver1_hw=0x0403"), std::string::npos) << said.fields;
}

TEST(S7commUserData, ListInSeveralPdusIsReadWhole) {
  S7Session session;
  session.ask(asking("4", "01"), "ff 09 0004 0000 0000");
  // Two elements of two octets: the first PDU ends within the first of them.
  const Said first = session.tell(telling("4", "01", "55 01"), "ff 09 0009 0000 0000 0002 0002 01");
  EXPECT_EQ(first.fields.find("szl"), std::string::npos) << first.fields;
  EXPECT_EQ(first.anomalies, "");
  // The request for the next part has no data but the sequence number.
  const Said more = session.ask("000112 08 12 44 01 01 00 00 0000", "0a 00 0000", 2);
  EXPECT_EQ(more.anomalies, "");
  const Said last = session.tell(telling("4", "01", "55 00"), "ff 09 0003 11 0012", 2);
  EXPECT_NE(last.fields.find("szl.0000.0000.szl_id=0x0111"), std::string::npos) << last.fields;
  EXPECT_NE(last.fields.find("szl.0000.0000.szl_id=0x0012"), std::string::npos) << last.fields;
  EXPECT_NE(last.fields.find("fragment=2 fragment=4"), std::string::npos) << last.fields;
  EXPECT_EQ(last.anomalies, "");
  EXPECT_EQ(session.ended(), "1 accepted, 2 accepted");
}

TEST(S7commUserData, BlocksListedInSeveralPdusAreAllThere) {
  S7Session session;
  session.ask(asking("3", "02"), "ff 09 0002 3038");
  session.tell(telling("3", "02", "04 01"), "ff 09 0008 0001 22 01 0002 22 01");
  session.ask("000112 08 12 43 02 01 00 00 0000", "0a 00 0000", 2);
  const Said last = session.tell(telling("3", "02", "04 00"), "ff 09 0004 0007 22 01", 2);
  for (const char* block : {"block_num=1 ", "block_num=2 ", "block_num=7 "}) {
    EXPECT_NE(last.fields.find(block), std::string::npos) << last.fields;
  }
}

TEST(S7commUserData, DeletedJobIsNamedAlsoBehindReservedOctets) {
  S7Session session;
  const Said said = session.ask(
      asking("1", "0f"),
      "ff 09 001c 0014 0004 0000 0000 0001 0000 0000 0001 0001 0001 0001 0000 0001 02 05");
  EXPECT_NE(said.fields.find("tis.job.function=2 tis.job.response_seq_num=5"), std::string::npos)
      << said.fields;
}

TEST(S7commUserData, DisabledJobIsNamedWithoutReservedOctets) {
  S7Session session;
  const Said said =
      session.ask(asking("1", "0d"),
                  "ff 09 001a 0014 0002 0000 0000 0001 0000 0000 0001 0001 0001 0001 0000 02 05");
  EXPECT_NE(said.fields.find("tis.job.function=2 tis.job.response_seq_num=5"), std::string::npos)
      << said.fields;
}

TEST(S7commUserData, BlockSendSaysHowMuchThereIs) {
  S7Session session;
  const Said said = session.ask(asking("6", "00"), "00 09 000c 12 06 13 00 00000001 1234 5678");
  EXPECT_NE(said.fields.find("pbc.req.bsend.len=4660"), std::string::npos) << said.fields;
}

TEST(S7commUserData, LedsAreReadFromTheirShortListToo) {
  S7Session session;
  session.ask(asking("4", "01"), "ff 09 0004 0019 0000");
  const Said said = session.tell(telling("4", "01"), "ff 09 000c 0019 0000 0004 0001 0004 01 00");
  EXPECT_NE(said.fields.find("szl.xy74.0000.led_on=1"), std::string::npos) << said.fields;
}

TEST(S7commUserData, LastPartAloneIsNotReadAsAWhole) {
  S7Session session;
  session.ask(asking("4", "01"), "ff 09 0004 0000 0000");
  session.tell(telling("4", "01", "55 01"), "ff 09 0009 0000 0000 0002 0002 01");
  session.gap(Direction::to_client);
  session.ask("000112 08 12 44 01 01 00 00 0000", "0a 00 0000", 2);
  const Said last = session.tell(telling("4", "01", "55 00"), "ff 09 0003 11 0012", 2);
  EXPECT_EQ(last.fields.find("szl"), std::string::npos) << last.fields;
}

TEST(S7commUserData, PushedDataAnswersNothing) {
  S7Session session;
  // Alarm indications come by themselves; the mode transition tells its mode.
  const Said stop = session.tell("000112 08 12 00 00 01 00 00 0000", "00 00 0000");
  EXPECT_EQ(stop.function_name, "Mode is STOP (0/0)");
  EXPECT_FALSE(stop.is_request);
  EXPECT_EQ(stop.request, 0u);
  EXPECT_EQ(stop.anomalies, "");
}

TEST(S7commUserData, ScanIndicationsHaveTheirTimeBetweenTwoWords) {
  S7Session session;
  const Said said = session.tell("000112 08 12 04 09 01 00 00 0000",
                                 "ff 09 0016 1111 9401060027203975 2222 09 01"
                                 "12 06 15 00 00000b01");
  EXPECT_EQ(said.function_name, "SCAN indication (4/9)");
  EXPECT_NE(said.fields.find("alarm.scan.unknown1=0x1111"), std::string::npos) << said.fields;
  EXPECT_NE(said.fields.find("alarm.scan.unknown2=0x2222"), std::string::npos) << said.fields;
  EXPECT_NE(said.fields.find("data.ts=Jan  6, 1994 00:27:20.397"), std::string::npos)
      << said.fields;
  EXPECT_NE(said.fields.find("alarm.event_id=0x00000b01"), std::string::npos) << said.fields;
  EXPECT_EQ(said.anomalies, "");
}

TEST(S7commUserData, CyclicDataCarriesTheItemsOfItsSubscription) {
  S7Session session;
  session.ask(asking("2", "01"), "ff 09 0010 00 01 01 05 12 0a 10 02 0002 0001 84 000000");
  const Said said = session.tell(telling("2", "01"), "ff 09 0008 00 01 ff 04 0010 1234");
  EXPECT_EQ(said.accesses, "DB1.DBB0-1 = 18 52");
}

}  // namespace
}  // namespace sightglass
