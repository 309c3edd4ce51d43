// What jobs and their acknowledgements say, function by function.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dissectors/s7comm_session.hpp"

namespace sightglass {
namespace {

TEST(S7commJob, SetupNamesItsLimits) {
  S7Session session;
  const Said asked = session.job("f0 00 0001 0002 01e0");
  EXPECT_EQ(asked.function_name, "Setup communication (0xf0)");
  EXPECT_EQ(asked.fields,
            "header header.protid=0x32 header.rosctr=1 header.redid=0x0000 header.pduref=1 "
            "header.parlg=8 header.datlg=0 param param.func=0xf0 param.setup_reserved1=0x00 "
            "param.maxamq_calling=1 param.maxamq_called=2 param.pdu_length=480");
  const Said said = session.answer("f0 00 0001 0001 00f0");
  EXPECT_EQ(said.request, asked.request);
  EXPECT_EQ(session.ended(), "1 accepted");
}

struct Item {
  const char* name;
  const char* specification;  ///< of one item, from its 0x12 on
  const char* accesses;       ///< of a request that reads it
};

const Item kItems[] = {
    {"a bit of a data block", "12 0a 10 01 0001 0001 84 000021", "DB1.DBX4.1 ="},
    {"bytes of a data block", "12 0a 10 02 0004 0064 84 000010", "DB100.DBB2-5"},
    {"words of a data block", "12 0a 10 04 0002 0001 84 000050", "DB1.DBB10-13"},
    {"a real of a data block", "12 0a 10 08 0001 0001 84 000060", "DB1.DBB12-15"},
    {"an instance data block", "12 0a 10 02 0001 0002 85 000000", "DI2.DIB0"},
    {"inputs", "12 0a 10 02 0002 0000 81 000008", "IB1-2"},
    {"outputs", "12 0a 10 02 0001 0000 82 000000", "QB0"},
    {"a flag bit", "12 0a 10 01 0001 0000 83 000053", "M10.3"},
    {"peripheral bytes", "12 0a 10 02 0002 0000 80 000800", "PB256-257"},
    {"a counter", "12 0a 10 1c 0001 0000 1c 000005", "C5"},
    {"timers", "12 0a 10 1d 0003 0000 1d 000002", "T2-4"},
    {"an area without a name", "12 0a 10 02 0001 0000 06 000000", "area 6 B0"},
    {"two areas at once", "12 0c b0 02 04 0001 0002 02 0003 0008", "DB1.DBB2-5; DB3.DBB8-9"},
    {"an optimised variable", "12 16 b2 ff 8a0e 0005 00001234 70000001 50000002 4000000a",
     "symbol 4660 in DB5"},
    {"a variable of a numerical control", "12 08 82 41 0001 0002 7f 01",
     "NCK variable 127 index 65538"},
    {"a drive's parameter", "12 0a a2 00 0000 0000 0001 0002", "drive parameter 1 index 2"},
};

TEST(S7commJob, ItemsNameWhatIsAccessed) {
  for (const Item& item : kItems) {
    S7Session session;
    std::string read = "04 01 ";
    const Said asked = session.job(read + item.specification);
    EXPECT_EQ(asked.operation, Operation::read) << item.name;
    std::string accesses = item.accesses;
    if (accesses.ends_with(" =")) accesses.resize(accesses.size() - 2);
    EXPECT_EQ(asked.accesses, accesses) << item.name;
    EXPECT_EQ(asked.anomalies, "") << item.name;
  }
}

TEST(S7commJob, ReadAnswerCarriesTheObjectsItsRequestNamed) {
  S7Session session;
  session.job(
      "04 03 12 0a 10 01 0001 0001 84 000021"    // DB1.DBX4.1
      "      12 0a 10 04 0002 0001 84 000050"    // two words from DB1.DBB10 on
      "      12 0a 10 02 0001 0000 83 000000");  // MB0
  const Said said = session.answer("04 03",
                                   "ff 03 0001 01 00"      // one bit: on; a fill byte
                                   "ff 04 0020 1234 5678"  // 32 bits
                                   "ff 04 0008 7f");       // the last one is not filled up
  EXPECT_EQ(said.accesses, "DB1.DBX4.1 = 1; DB1.DBB10-13 = 4660 22136; MB0 = 127");
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::accepted);
  EXPECT_EQ(said.anomalies, "");
  EXPECT_EQ(session.ended(), "1 accepted");
}

TEST(S7commJob, ReadIsRefusedWhenEveryItemIs) {
  S7Session session;
  session.job("04 01 12 0a 10 02 0001 0009 84 000000");
  const Said said = session.answer("04 01", "0a 00 0000");
  EXPECT_EQ(said.outcome, (Outcome{Outcome::Kind::refused, 0x0a}));
  EXPECT_EQ(said.outcome_name, "Object does not exist (0x0a)");
  EXPECT_EQ(said.accesses, "DB9.DBB0");
  EXPECT_EQ(session.ended(), "1 refused");
}

TEST(S7commJob, ReadIsAcceptedWhenSomeItemIs) {
  S7Session session;
  session.job("04 02 12 0a 10 02 0001 0009 84 000000 12 0a 10 02 0001 0000 83 000000");
  const Said said = session.answer("04 02", "05 00 0000 ff 04 0008 2a");
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::accepted);
  EXPECT_EQ(said.accesses, "MB0 = 42");
}

TEST(S7commJob, WriteCarriesItsValues) {
  S7Session session;
  const Said asked =
      session.job("05 02 12 0a 10 08 0001 0001 84 000060 12 0a 10 01 0001 0000 82 000003",
                  "00 07 0004 42280000 00 03 0001 01");
  EXPECT_EQ(asked.operation, Operation::write);
  EXPECT_EQ(asked.accesses, "DB1.DBB12-15 := 42; Q0.3 := 1");
  const Said said = session.answer("05 02", "ff 05");
  EXPECT_EQ(said.accesses, "DB1.DBB12-15 :=");
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::accepted);
}

TEST(S7commJob, UploadCarriesTheBlockOfItsStart) {
  S7Session session;
  const Said start =
      session.job("1d 00 0000 00000000 09 5f 30 41 30 30 30 30 31 41");  // "_0A00001A": DB1
  EXPECT_EQ(start.operation, Operation::upload);
  EXPECT_EQ(start.accesses, "DB1");
  session.answer("1d 00 0100 00000007 07 30 30 30 31 32 30 30");  // identifier 7
  const Said part = session.job("1e 00 0000 00000007", "", 2);
  EXPECT_EQ(part.accesses, "DB1");
  const Said content = session.answer("1e 00", "0004 00fb 70700101", 2);
  EXPECT_EQ(content.accesses, "DB1 = 112 112 1 1");
  EXPECT_EQ(session.job("1f 00 0000 00000007", "", 3).accesses, "DB1");
  EXPECT_EQ(session.answer("1f", "", 3).outcome.kind, Outcome::Kind::accepted);
  EXPECT_EQ(session.ended(), "1 accepted, 2 accepted, 3 accepted");
}

TEST(S7commJob, IdentifierOfAnUploadIsUsedAgain) {
  S7Session session;
  for (const auto& [name, block] :
       {std::pair("30 41 30 30 30 30 31 41", "DB1"), std::pair("30 41 30 30 30 30 37 41", "DB7")}) {
    session.job("1d 00 0000 00000000 09 5f" + std::string(name));
    session.answer("1d 00 0100 00000007 07 30 30 30 31 32 30 30");
    EXPECT_EQ(session.job("1e 00 0000 00000007").accesses, block);
    session.answer("1e 00", "0004 00fb 70700101");
  }
}

// DB1, 48 octets: header with the times of code and interface, 8 octets of code, 4 of interface.
std::string block_head(const std::string& times) {
  return "7070 0101 05 0a 0001 00000030 00000000" + times + "0004 0000 0000 0008 112233";
}
constexpr const char* kNoTimes = "000000000000 000000000000";
constexpr const char* kBlockTail = "4455667788 aabbccdd";
constexpr const char* kDigests =  // sha256sum of the 48 octets, and of 1122334455667788
    "sha256=e98e2a7839908b7ff79938a0de3a3927b56310b14035ed8e57831088452fce30 "
    "code_sha256=1dce6604591efb439d5e87418a1d00dbfd014327d8c4dea862815714b76ae9a5";

/// Uploads DB1 in two parts; what the last one says of it.
std::string upload(S7Session& session, const std::string& times, bool loses_bytes = false) {
  session.job("1d 00 0000 00000000 09 5f 30 41 30 30 30 30 31 41");
  session.answer("1d 00 0100 00000007 07 30 30 30 30 30 34 38");
  session.job("1e 00 0000 00000007");
  session.answer("1e 01", "0027 00fb" + block_head(times));
  if (loses_bytes) session.gap(Direction::to_client);
  session.job("1e 00 0000 00000007");
  const Said last = session.answer("1e 00", "0009 00fb" + std::string(kBlockTail));
  return fields_with("sg.s7comm.block.", last.raw_fields);
}

TEST(S7commJob, LastPartOfABlockHasItsDigests) {
  S7Session session;
  EXPECT_EQ(upload(session, kNoTimes), kDigests);
}

TEST(S7commJob, DigestOfTheCodeLeavesOutTheTimes) {
  S7Session session;
  const std::string said = upload(session, "000000000001 000000000002");
  EXPECT_NE(said, kDigests);
  EXPECT_THAT(said,
              testing::EndsWith(
                  "code_sha256=1dce6604591efb439d5e87418a1d00dbfd014327d8c4dea862815714b76ae9a5"));
}

TEST(S7commJob, BlockOfWhichBytesWereLostHasNoDigests) {
  S7Session session;
  EXPECT_EQ(upload(session, kNoTimes, true), "");
}

TEST(S7commJob, BlockWithoutAHeaderHasNoCode) {
  S7Session session;
  session.job("1d 00 0000 00000000 09 5f 30 41 30 30 30 30 31 41");
  session.answer("1d 00 0100 00000007 07 30 30 30 30 30 30 38");
  session.job("1e 00 0000 00000007");
  const Said last = session.answer("1e 00", "0008 00fb 1122334455667788");
  EXPECT_EQ(fields_with("sg.s7comm.block.", last.raw_fields),
            "sha256=1dce6604591efb439d5e87418a1d00dbfd014327d8c4dea862815714b76ae9a5");
}

constexpr const char* kDownload =
    "1a 00 0100 00000000 09 5f 30 38 30 30 30 30 31 50"  // "_0800001P": OB1
    "0d 31 30 30 30 30 38 30 30 30 30 30 34 30";         // "1", "000080", "000040"

TEST(S7commJob, ControllerAsksForThePartsOfADownload) {
  S7Session session;
  const Said start = session.job(kDownload);
  EXPECT_TRUE(start.is_request);
  EXPECT_EQ(start.operation, Operation::download);
  EXPECT_EQ(start.accesses, "OB1 :=");
  session.answer("1a");

  const Said part = session.server_job("1b 00 0000 00000000 09 5f 30 38 30 30 30 30 31 50");
  EXPECT_TRUE(part.is_request);
  EXPECT_EQ(part.operation, Operation::download);
  EXPECT_EQ(part.accesses, "OB1 :=");
  EXPECT_EQ(part.outcome.kind, Outcome::Kind::pending);
  const Said content = session.client_answer("1b 00", "0003 00fb 010203");
  EXPECT_FALSE(content.is_request);
  EXPECT_EQ(content.request, part.request);
  EXPECT_EQ(content.accesses, "OB1 := 1 2 3");
  EXPECT_EQ(content.outcome.kind, Outcome::Kind::accepted);

  EXPECT_TRUE(
      session.server_job("1c 00 0000 00000000 09 5f 30 38 30 30 30 30 31 50", "", 2).is_request);
  EXPECT_FALSE(session.client_answer("1c", "", 2).is_request);
  EXPECT_EQ(session.ended(), "1 accepted, server's 1 accepted, server's 2 accepted");
}

TEST(S7commJob, DownloadedBlockHasTheDigestsOfTheUploadedOne) {
  S7Session session;
  const std::string name = "09 5f 30 41 30 30 30 30 31 50";  // "_0A00001P": DB1
  session.job("1a 00 0100 00000000" + name + "0d 31 30 30 30 30 34 38 30 30 30 30 30 38");
  session.answer("1a");
  session.server_job("1b 00 0000 00000000" + name);
  session.client_answer("1b 01", "0027 00fb" + block_head(kNoTimes));
  session.server_job("1b 00 0000 00000000" + name, "", 2);
  const Said last = session.client_answer("1b 00", "0009 00fb" + std::string(kBlockTail), 2);
  EXPECT_EQ(fields_with("sg.s7comm.block.", last.raw_fields), kDigests);
}

TEST(S7commJob, StringsOfAnNcServiceAreReadButItsPassword) {
  S7Session session;
  // "NC1", "PART" and an octet that makes it even, "1"; then the service.
  const Said said =
      session.job("28 000000000000fd 000c 03 4e4331 04 50415254 00 01 31 09 5f4e5f4e4557505744");
  EXPECT_EQ(said.function_name, "NC new password: _N_NEWPWD (0x28)");
  EXPECT_EQ(fields_with("s7comm.param.pi.n_x.", said.raw_fields),
            "string_len=3 addressident=NC1 string_len=4 password= string_len=1 passwordlevel=1 "
            "string_len=9");
  for (const Field& field : said.raw_fields) {
    if (field_spec(field.id).name != "s7comm.param.pi.n_x.password") continue;
    EXPECT_EQ(field.length, 0u);
  }
}

TEST(S7commJob, RefusedDownloadNamesItsBlock) {
  S7Session session;
  session.job(kDownload);
  const Said said = session.answer("1a", "", 1, 0xd241);
  EXPECT_EQ(said.outcome, (Outcome{Outcome::Kind::refused, 0xd241}));
  EXPECT_EQ(said.outcome_name, "Protection level too low, password needed (0xd241)");
  EXPECT_EQ(said.accesses, "OB1 :=");
  EXPECT_EQ(session.ended(), "1 refused");
}

TEST(S7commJob, AcknowledgementWithoutAFunctionAnswersToo) {
  S7Session session;
  session.job(kDownload);
  const Said said = session.feed(Direction::to_client, iso_packet(s7_pdu(2, "", "", 1, 0x8104)));
  EXPECT_EQ(said.function_name, "Request download (0x1a)");
  EXPECT_EQ(said.outcome_name, "Function not implemented (0x8104)");
  EXPECT_EQ(session.ended(), "1 refused");
}

struct Service {
  const char* parameters;
  const char* function_name;
  Operation operation;
  const char* accesses;
};

const Service kServices[] = {
    {"28 00000000 0000fd 0000 09 50 5f 50 52 4f 47 52 41 4d", "Warm start: P_PROGRAM (0x28)",
     Operation::start, "CPU"},
    {"28 00000000 0000fd 0002 43 20 09 50 5f 50 52 4f 47 52 41 4d", "Cold start: P_PROGRAM (0x28)",
     Operation::start, "CPU"},
    {"28 00000000 0000fd 000a 01 00 30 38 30 30 30 30 31 50 05 5f 49 4e 53 45",
     "Link block into the program: _INSE (0x28)", Operation::download, "OB1 :="},
    {"28 00000000 0000fd 0012 02 00 30 41 30 30 30 30 31 42 30 43 30 30 30 30 32 42 "
     "05 5f 44 45 4c 45",
     "Delete block: _DELE (0x28)", Operation::erase, "DB1 :=; FC2 :="},
    {"28 00000000 0000fd 0002 45 50 05 5f 4d 4f 44 55", "Copy RAM to ROM: _MODU (0x28)",
     Operation::configure, "CPU"},
    {"28 00000000 0000fd 0000 05 5f 47 41 52 42", "Compress memory: _GARB (0x28)",
     Operation::configure, "CPU"},
    {"28 00000000 0000fd 0000 08 5f 4e 5f 4c 4f 47 49 4e", "NC service (0x28)", Operation::call,
     "CPU"},
    {"29 0000000000 09 50 5f 50 52 4f 47 52 41 4d", "PLC stop (0x29)", Operation::stop, "CPU"},
};

TEST(S7commJob, ServicesSayWhatTheyDo) {
  for (const Service& service : kServices) {
    S7Session session;
    const Said asked = session.job(service.parameters);
    EXPECT_EQ(asked.function_name, service.function_name);
    EXPECT_EQ(asked.operation, service.operation) << service.function_name;
    EXPECT_EQ(asked.accesses, service.accesses) << service.function_name;
    EXPECT_EQ(asked.anomalies, "") << service.function_name;
  }
}

TEST(S7commJob, StopThatIsRefusedSaysWhy) {
  S7Session session;
  session.job("29 0000000000 09 50 5f 50 52 4f 47 52 41 4d");
  const Said said = session.answer("29", "", 1, 0x8001);
  EXPECT_EQ(said.operation, Operation::stop);
  EXPECT_EQ(said.outcome_name, "Not allowed in this mode (0x8001)");
}

}  // namespace
}  // namespace sightglass
