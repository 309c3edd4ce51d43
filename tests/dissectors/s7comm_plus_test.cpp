// What PDUs of S7comm-plus say. The octets follow the layouts that README.md of its folder names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dissectors/s7comm_session.hpp"

namespace sightglass {
namespace {

constexpr Direction kOut = Direction::to_server, kBack = Direction::to_client;

constexpr std::string_view kQualifier = " 000004e8 8969001200000000 896a001300 896b000400 00";
constexpr std::string_view kTail = " 07 00000000";  // integrity identifier 7
constexpr std::string_view kDigest =
    "20 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

std::string octet(std::size_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {kDigits[value >> 4 & 15], kDigits[value & 15]};
}

/// A PDU, or a part of one that `goes_on`, in a packet of its own.
std::vector<std::uint8_t> plus_packet(unsigned version, std::string contents,
                                      bool goes_on = false) {
  const std::size_t length = from_hex(contents).size();
  const std::string head = "72" + octet(version);
  std::string pdu = head + octet(length >> 8) + octet(length & 0xff) + contents;
  if (!goes_on) pdu += head + "0000";
  return iso_packet(from_hex(pdu));
}

class PlusSession : public S7Session {
 public:
  /// A request of session 0x394; `flags` of 0x74 want no answer.
  Said request(std::string_view function, std::string contents, unsigned version = 2,
               std::string_view flags = "34") {
    ++sequence_;
    return feed(kOut, plus_packet(version, (version == 3 ? std::string(kDigest) : "") + "31 0000" +
                                               std::string(function) + "0000" + number() +
                                               "00000394" + std::string(flags) + contents));
  }
  /// The response to the last request.
  Said response(std::string_view function, std::string contents, std::string_view returned = "00",
                unsigned version = 2, std::string_view opcode = "32") {
    return feed(kBack, plus_packet(version, (version == 3 ? std::string(kDigest) : "") +
                                                std::string(opcode) + "0000" +
                                                std::string(function) + "0000" + number() + "34" +
                                                std::string(returned) + contents));
  }

 private:
  std::string number() const { return octet(sequence_ >> 8) + octet(sequence_ & 0xff); }
  unsigned sequence_ = 0;
};

std::string plus_fields(const Said& said) {
  return fields_with("sg.s7comm_plus.", said.raw_fields);
}

TEST(S7commPlus, HeadSaysFunctionSequenceAndSession) {
  PlusSession session;
  const Said said = session.request("0524", "00000031 915e 0000" + std::string(kTail));
  EXPECT_EQ(said.function_name, "GetLink (0x0524)");
  EXPECT_EQ(said.operation, Operation::read);
  EXPECT_EQ(said.anomalies, "");
  EXPECT_EQ(plus_fields(said),
            "version=0x02 length=27 opcode=0x31 function=0x0524 sequence=1 session=0x00000394 "
            "transport_flags=0x34 object=0x00000031 related_by=2270 integrity_id=7");
  const Said answer = session.response("0524", "02 00000034 00000032" + std::string(kTail));
  EXPECT_EQ(answer.request, said.request);
  EXPECT_EQ(plus_fields(answer),
            "version=0x02 length=25 opcode=0x32 function=0x0524 sequence=1 transport_flags=0x34 "
            "return_value=0x0000000000000000 related=0x00000034 related=0x00000032 integrity_id=7");
  EXPECT_EQ(session.ended(), "1 accepted");
}

TEST(S7commPlus, ReadingNamesVariablesAndTheAnswerCarriesTheirValues) {
  PlusSession session;
  const std::string read =
      "00000000 02 0d"
      " 878cfcb577 88d0b88003 02 9376 0a"  // symbol in data block 3
      " 00 52 05 9d18 03 14 01 05";        // bit 5 of octet 20 of the flags
  const Said asked = session.request("054c", read + std::string(kQualifier) + std::string(kTail));
  EXPECT_EQ(asked.operation, Operation::read);
  EXPECT_EQ(asked.accesses, "symbol 1906252535 in DB3; M20.5");
  EXPECT_EQ(asked.anomalies, "");
  const Said said = session.response("054c", "01 0008 29 02 0001 01 00 00" + std::string(kTail));
  EXPECT_EQ(said.accesses, "symbol 1906252535 in DB3 = 41; M20.5 = 1");
  EXPECT_EQ(said.anomalies, "");
  EXPECT_EQ(session.ended(), "1 accepted");
}

TEST(S7commPlus, WritingCarriesValuesAndTheAnswerWhatWasRefused) {
  PlusSession session;
  const std::string write =
      "00000000 02 0d"
      " 878cfcb577 88d0b88003 02 9376 0a"
      " 00 52 05 9d18 03 14 01 05"
      " 01 000e 42280000 02 0001 01 00" +
      std::string(kQualifier) + std::string(kTail);
  const Said asked = session.request("0542", write);
  EXPECT_EQ(asked.operation, Operation::write);
  EXPECT_EQ(asked.accesses, "symbol 1906252535 in DB3 := 42; M20.5 := 1");
  EXPECT_EQ(asked.anomalies, "");
  // The second variable's error: its low 16 bits are -1.
  const Said partly = session.response("0542", "02 83ff7f 00" + std::string(kTail));
  EXPECT_EQ(partly.accesses, "symbol 1906252535 in DB3 :=");
  EXPECT_EQ(partly.anomalies, "");
  EXPECT_EQ(session.ended(), "1 accepted");
  session.request("0542", write);
  const Said none = session.response("0542", "01 83ff7f 02 83ff7f 00" + std::string(kTail));
  EXPECT_EQ(none.outcome, (Outcome{Outcome::Kind::refused, 0xffff}));
  EXPECT_EQ(none.accesses, "symbol 1906252535 in DB3 :=; M20.5 :=");
  EXPECT_EQ(session.ended(), "2 refused");
}

TEST(S7commPlus, AttributesOfItsOwnSessionAreNoData) {
  PlusSession session;
  const Said said = session.request(
      "0542", "00000394 01 01 8e34 01 00010 1 00" + std::string(kQualifier) + std::string(kTail));
  EXPECT_EQ(said.operation, Operation::authenticate);
  EXPECT_EQ(said.function_name, "Session: SetMultiVariables (0x0542)");
  EXPECT_EQ(said.accesses, "");
  EXPECT_EQ(said.anomalies, "");
}

struct Command {
  const char* name;
  const char* function;
  const char* contents;
  Operation operation;
  const char* function_name;
  const char* accesses;
};

// Of each, what tells it from others of its function.
const Command kCommands[] = {
    {"stop", "04f2", "00000034 01 9077 0008 01", Operation::stop, "PLC stop: SetVariable (0x04f2)",
     "CPU"},
    {"start", "04f2", "00000034 01 9077 0008 03", Operation::start,
     "PLC start: SetVariable (0x04f2)", "CPU"},
    {"a state that is none", "04f2", "00000034 01 9077 0008 02", Operation::other,
     "SetVariable (0x04f2)", ""},
    {"another object's attribute of that number", "04f2", "00000035 01 9077 0008 01",
     Operation::other, "SetVariable (0x04f2)", ""},
    {"another attribute", "04f2", "00000034 01 9078 0008 01", Operation::other,
     "SetVariable (0x04f2)", ""},
};

TEST(S7commPlus, OperatingStateIsSetByOneAttributeOfTheCpu) {
  for (const Command& command : kCommands) {
    PlusSession session;
    const Said said = session.request(
        command.function, command.contents + std::string(kQualifier) + "00" + std::string(kTail));
    EXPECT_EQ(said.operation, command.operation) << command.name;
    EXPECT_EQ(said.function_name, command.function_name) << command.name;
    EXPECT_EQ(said.accesses, command.accesses) << command.name;
    EXPECT_EQ(said.anomalies, "") << command.name;
  }
}

TEST(S7commPlus, RefusedStopIsToldAsSuch) {
  PlusSession session;
  session.request("04f2",
                  "00000034 01 9077 0008 01" + std::string(kQualifier) + "00" + std::string(kTail));
  const Said said = session.response("04f2", std::string(kTail), "83ff7f");
  EXPECT_EQ(said.operation, Operation::stop);
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::refused);
  EXPECT_EQ(said.anomalies, "");
  EXPECT_EQ(session.ended(), "1 refused");
}

// The object that is created: its identifier or what stands for one, and its class.
const Command kCreated[] = {
    {"a session", "04ca", "0000011d 000400 00000000 a1 000000d3 821f 00 00 a2",
     Operation::authenticate, "Open session: CreateObject (0x04ca)", ""},
    {"a subscription", "04ca", "00000394 000400 00000000 07 a1 7fffc003 8769 00 00 a2",
     Operation::subscribe, "Subscribe: CreateObject (0x04ca)", ""},
    {"the program", "04ca", "00000001 000400 00000000 07 a1 00000003 9358 00 00 a2",
     Operation::download, "Download: CreateObject (0x04ca)", "CPU"},
    {"the hardware", "04ca", "00000001 000400 00000000 07 a1 00000002 9340 00 00 a2",
     Operation::download, "Download: CreateObject (0x04ca)", "CPU"},
    {"a block of the program", "04ca", "00000003 000400 00000000 a1 8a320001 9457 20 00 a2",
     Operation::download, "Download: CreateObject (0x04ca)", "CPU"},
    {"anything else", "04ca", "00000001 000400 00000000 07 a1 00000072 a440 00 00 a2",
     Operation::other, "CreateObject (0x04ca)", ""},
};

TEST(S7commPlus, WhatIsCreatedTellsWhatItIsFor) {
  for (const Command& command : kCreated) {
    PlusSession session;
    const Said said = session.request(command.function, command.contents + std::string("00000000"));
    EXPECT_EQ(said.operation, command.operation) << command.name;
    EXPECT_EQ(said.function_name, command.function_name) << command.name;
    EXPECT_EQ(said.accesses, command.accesses) << command.name;
    EXPECT_EQ(said.anomalies, "") << command.name;
    const Said created = session.response("04ca", "02 870c 8048 00000000");
    EXPECT_EQ(created.operation, command.operation) << command.name;
    EXPECT_THAT(plus_fields(created), testing::EndsWith("created=0x0000038c created=0x00000048"))
        << command.name;
    EXPECT_EQ(created.anomalies, "") << command.name;
  }
}

TEST(S7commPlus, ExploringShowsObjectsWithinObjects) {
  PlusSession session;
  const Said asked =
      session.request("04bb", "00000031 00 01 00 01 00 02 9315 9316" + std::string(kTail));
  EXPECT_EQ(asked.operation, Operation::discover);
  EXPECT_THAT(plus_fields(asked),
              testing::EndsWith("object=0x00000031 explore.children=1 explore.parents=1 "
                                "attribute=2453 attribute=2454 integrity_id=7"));
  const Said said = session.response("04bb",
                                     "00000031 07"
                                     " a1 00000193 2e 30 00"
                                     "   a3 8169 0015 04 526f6f74"  // "Root"
                                     "   a1 00000194 2f 00 00 a3 9316 0004 05 a4 8a3b 00000002 a2"
                                     " a2 00000000");
  EXPECT_EQ(said.anomalies, "");
  EXPECT_THAT(
      plus_fields(said),
      testing::EndsWith(
          "object=0x00000031 integrity_id=7 relation=0x00000193 class=46 class_flags=0x00000030 "
          "attribute=233 value.flags=0x00 value.type=0x15 value.text=Root "
          "relation=0x00000194 class=47 class_flags=0x00000000 attribute=2454 value.flags=0x00 "
          "value.type=0x04 "
          "value.unsigned=5 related_by=1339 related=0x00000002"));
}

TEST(S7commPlus, ExploringTheProgramIsAnUpload) {
  PlusSession session;
  const Said said = session.request("04bb", "00000003 00 01 00 01 00 00" + std::string(kTail));
  EXPECT_EQ(said.operation, Operation::upload);
  EXPECT_EQ(said.function_name, "Upload: Explore (0x04bb)");
}

struct TypedValue {
  const char* name;
  const char* octets;    ///< flags, type, contents
  const char* fields;    ///< behind flags and type
  const char* accesses;  ///< of a read of one variable
};

const TypedValue kValues[] = {
    {"Null", "00 00", "", ""},
    {"Bool", "00 01 01", "value.boolean=1", "1"},
    {"USInt", "00 02 ff", "value.unsigned=255", "255"},
    {"UInt", "00 03 ffff", "value.unsigned=65535", "65535"},
    {"UDInt", "00 04 8fffffff7f", "value.unsigned=4294967295", "4294967295"},
    {"UDInt of one octet", "00 04 7f", "value.unsigned=127", "127"},
    {"ULInt", "00 05 8100", "value.unsigned=128", "128"},
    {"ULInt of nine octets", "00 05 ffffffffffffffffff", "value.unsigned=18446744073709551615",
     "18446744073709551615"},
    {"SInt", "00 06 ff", "value.signed=-1", "-1"},
    {"Int", "00 07 8000", "value.signed=-32768", "-32768"},
    {"DInt", "00 08 7f", "value.signed=-1", "-1"},
    {"DInt of two octets", "00 08 8040", "value.signed=64", "64"},
    {"LInt", "00 09 c000", "value.signed=-8192", "-8192"},
    {"Byte", "00 0a 10", "value.unsigned=16", "16"},
    {"Word", "00 0b 1000", "value.unsigned=4096", "4096"},
    {"DWord", "00 0c 10000000", "value.unsigned=268435456", "268435456"},
    {"LWord", "00 0d 0000000100000000", "value.unsigned=4294967296", "4294967296"},
    {"Real", "00 0e 42280000", "value.real=42", "42"},
    {"LReal", "00 0f 4045000000000000", "value.real=42", "42"},
    {"RID", "00 12 00000034", "value.unsigned=52", "52"},
    {"AID", "00 13 9077", "value.unsigned=2167", "2167"},
    {"Timespan", "00 11 8768", "value.signed=1000", "1000"},
    {"WString", "00 15 03 50 31 32", "value.text=P12", "\"P12\""},
    {"Blob", "00 14 00 02 0102", "value.bytes=0102", "1 2"},
    {"array of Int", "10 07 02 0001 ffff", "value.count=2 value.signed=1 value.signed=-1", "1 -1"},
    {"array of Bool", "10 01 02 01 00", "value.count=2 value.boolean=1 value.boolean=0", "1 0"},
    {"array with keys", "40 04 01 05 03 07 00",
     "value.key=1 value.unsigned=5 value.key=3 value.unsigned=7", ""},
    {"structure", "00 17 00000401 8163 0004 05 00",
     "value.structure=0x00000401 value.member=227 value.flags=0x00 value.type=0x04 "
     "value.unsigned=5",
     ""},
    {"structure as it is in memory", "00 17 90000001 0000000000000000 00 02 0a0b",
     "value.structure=0x90000001 value.bytes=0a0b", "10 11"},
};

TEST(S7commPlus, ValuesSayTheirTypes) {
  for (const TypedValue& value : kValues) {
    PlusSession session;
    session.request("054c", "00000000 01 05 878cfcb577 88d0b88003 02 9376 0a" +
                                std::string(kQualifier) + std::string(kTail));
    const Said said =
        session.response("054c", "01" + std::string(value.octets) + "00 00" + std::string(kTail));
    std::string fields = plus_fields(said);
    fields.erase(0, fields.find("value.type=") + std::string_view("value.type=0x00 ").size());
    const std::string expected = value.fields;
    EXPECT_EQ(fields, expected + (expected.empty() ? "" : " ") + "integrity_id=7") << value.name;
    const std::string accesses = value.accesses;
    EXPECT_EQ(said.accesses,
              "symbol 1906252535 in DB3" + (accesses.empty() ? "" : " = " + accesses))
        << value.name;
    EXPECT_EQ(said.anomalies, "") << value.name;
  }
}

TEST(S7commPlus, ValueOfAnUnknownTypeIsShownAndNoFault) {
  PlusSession session;
  const Said said = session.response("0586", "00 00 77 0102030405" + std::string(kTail));
  EXPECT_THAT(plus_fields(said), testing::EndsWith("undecoded=01020304050700000000"));
  EXPECT_EQ(said.anomalies, "");
}

const std::pair<const char*, const char*> kMalformed[] = {
    {"an array of more than there is", "00 10 03 7f 0001"},
    {"a number that does not end", "00 00 04 ffffffffffff"},
    {"text that is cut short", "00 00 15 20 41"},
    {"a list that does not end", "00 00 17 00000401 01 0004 05"},
};

TEST(S7commPlus, MalformedContentsAreNamed) {
  for (const auto& [name, contents] : kMalformed) {
    PlusSession session;
    EXPECT_EQ(session.response("0586", contents).anomalies, "s7comm_plus.contents") << name;
  }
}

TEST(S7commPlus, NestingHasALimit) {
  const auto nested = [](int depth) {
    std::string value = "0004 05";
    for (int i = 0; i < depth; ++i) value = "0017 00000401 01" + value + "00";
    return "00" + value + std::string(kTail);
  };
  PlusSession session;
  EXPECT_EQ(session.response("0586", nested(16)).anomalies, "");
  EXPECT_EQ(session.response("0586", nested(17)).anomalies, "s7comm_plus.contents");
}

TEST(S7commPlus, VariablesBeyondTheLimitAreNamedAndNotFollowed) {
  PlusSession session;
  std::string read = "00000000 8201 8a05";  // 257 variables of five numbers each
  for (int i = 0; i < 257; ++i) read += "01 52 02 00 00";
  const Said said = session.request("054c", read + std::string(kQualifier) + std::string(kTail));
  EXPECT_EQ(said.anomalies, "s7comm_plus.variables");
}

TEST(S7commPlus, PartsOfAPduAreJoined) {
  PlusSession session;
  const std::string first =
      std::string(kDigest) + "32 0000 04bb 0000 0001 34 00 00000031 07 a1 0000";
  const std::string rest = std::string(kDigest) + "0193 2e 30 00 a3 8169 0004 05 a2 00000000";
  const Said part = session.feed(kBack, plus_packet(3, first, true));
  EXPECT_EQ(part.function_name, "S7comm-plus PDU, to be continued");
  EXPECT_EQ(part.operation, Operation::other);
  const Said whole = session.feed(kBack, plus_packet(3, rest));
  EXPECT_EQ(whole.function_name, "Explore (0x04bb)");
  EXPECT_EQ(whole.anomalies, "");
  EXPECT_THAT(
      plus_fields(whole),
      testing::EndsWith(
          "part=1 part=2 part.count=2 whole.length=35 opcode=0x32 "
          "function=0x04bb sequence=1 transport_flags=0x34 "
          "return_value=0x0000000000000000 object=0x00000031 integrity_id=7 "
          "relation=0x00000193 class=46 class_flags=0x00000030 attribute=233 value.flags=0x00 "
          "value.type=0x04 value.unsigned=5"));
}

TEST(S7commPlus, RestOfAPduWhoseBeginningWasNotSeenIsNoFault) {
  PlusSession session;
  const Said torn = session.feed(kBack, plus_packet(1, "010203"));
  EXPECT_EQ(torn.function_name, "Rest of an S7comm-plus PDU");
  EXPECT_EQ(torn.anomalies, "");
  // From here on, every beginning is seen.
  EXPECT_EQ(session.feed(kBack, plus_packet(1, "010203")).anomalies, "s7comm_plus.opcode");
  session.gap(kBack);
  EXPECT_EQ(session.feed(kBack, plus_packet(1, "010203")).anomalies, "");
}

TEST(S7commPlus, PduTooLongToKeepIsReadAsFarAsItIsKept) {
  PlusSession session;
  const auto digested = [](std::string contents) { return std::string(kDigest) + contents; };
  // A program of 66000 octets and some, in one attribute.
  session.feed(kOut, plus_packet(3,
                                 digested("31 0000 04ca 0000 0001 00000394 34 00000001 000400"
                                          " 00000000 07 a1 00000003 9358 00 00"
                                          " a3 8169 0014 00 848450"),
                                 true));
  std::string part;
  for (int i = 0; i < 33000; ++i) part += "00";
  session.feed(kOut, plus_packet(3, digested(part), true));
  session.feed(kOut, plus_packet(3, digested(part), true));
  const Said said = session.feed(kOut, plus_packet(3, digested("a2 00000000")));
  EXPECT_EQ(said.operation, Operation::download);
  EXPECT_EQ(said.anomalies, "");
  EXPECT_THAT(plus_fields(said), testing::HasSubstr("whole.length=66049 whole.kept=65535 "));
  EXPECT_TRUE(session.is_waiting());
}

TEST(S7commPlus, RequestThatWantsNoAnswerWaitsForNone) {
  const std::string contents =
      "00000394 01 8323 0002 05" + std::string(kQualifier) + "00" + std::string(kTail);
  PlusSession session;
  const Said said = session.request("04f2", contents, 3, "74");
  EXPECT_EQ(said.outcome.kind, Outcome::Kind::none);
  EXPECT_FALSE(session.is_waiting());
  // Version 2 answers all the same.
  const Said asked = session.request("04f2", contents, 2, "74");
  const Said answer = session.response("04f2", "0000000000", "00", 2, "02");
  EXPECT_EQ(answer.request, asked.request);
  EXPECT_EQ(answer.anomalies, "");
  EXPECT_EQ(session.ended(), "1 accepted");
}

TEST(S7commPlus, ResponseOfAnotherFunctionDoesNotFit) {
  PlusSession session;
  session.request("054c", "00000031 00 00" + std::string(kQualifier) + std::string(kTail));
  EXPECT_EQ(session.response("0542", "00" + std::string(kTail)).anomalies,
            "s7comm.response_mismatch");
}

TEST(S7commPlus, NotificationCarriesValuesByNumber) {
  PlusSession session;
  const Said said = session.feed(
      kBack, plus_packet(3, std::string(kDigest) + "33 70400008 0400 0000 0000 0a 8102 01"
                                                   " 92 00000015 000e 412b1d2a 13 00000016"
                                                   " 9b 9b1a 0008 7f 00"
                                                   " 00000000"));
  EXPECT_EQ(said.function_name, "Notification (0x33)");
  EXPECT_EQ(said.operation, Operation::subscribe);
  EXPECT_EQ(said.anomalies, "");
  EXPECT_THAT(plus_fields(said),
              testing::HasSubstr("opcode=0x33 subscription=0x70400008 credit=10 "
                                 "notification_sequence=130 change_counter=1 item=21 "
                                 "value.flags=0x00 value.type=0x0e"));
  EXPECT_THAT(plus_fields(said), testing::EndsWith("item=3482 value.flags=0x00 value.type=0x08 "
                                                   "value.signed=-1"));
}

TEST(S7commPlus, EventsHaveNoFunction) {
  PlusSession session;
  const Said said = session.feed(kOut, iso_packet(from_hex("72 fe 0004 0000003b")));
  EXPECT_EQ(said.function_name, "System event (0xfe)");
  EXPECT_EQ(plus_fields(said), "version=0xfe length=4 event=0000003b");
  EXPECT_EQ(said.anomalies, "");
}

TEST(S7commPlus, UnknownFunctionIsNamedAndItsContentsShown) {
  PlusSession session;
  const Said said = session.request("0999", "0102030405");
  EXPECT_EQ(said.function_name, "Unknown function");
  EXPECT_EQ(said.anomalies, "s7comm.undefined_function");
  EXPECT_THAT(plus_fields(said), testing::EndsWith("undecoded=0102030405"));
}

TEST(S7commPlus, LengthsThatDoNotFitAreNamed) {
  PlusSession session;
  EXPECT_EQ(session.feed(kOut, iso_packet(from_hex("72 02 0100 31 0000 0999"))).anomalies,
            "s7comm_plus.length");
  EXPECT_EQ(session.feed(kOut, iso_packet(from_hex("72 02 01"))).anomalies, "s7comm_plus.length");
}

}  // namespace
}  // namespace sightglass
