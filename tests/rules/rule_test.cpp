// Rules from YAML: what is read, what is refused and where, and the index over them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/rule_loader.hpp"
#include "rules/rule_set.hpp"
#include "tests/rules/record_maker.hpp"

namespace sightglass {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kDetectors[] = {"baseline.new_host", "network.address_conflict"};

LoadedRules read(std::string text) {
  const yaml::File file{"r.yaml", std::move(text)};
  return read_rules(std::span(&file, 1), kDetectors);
}

std::string errors(std::string text) { return to_text(read(std::move(text)).errors); }

/// A rule that is right, with `extra` lines (two blanks in front) added.
std::string rule_with(std::string_view extra, std::string_view id = "CTL-001") {
  return "- rule: Write\n  id: " + std::string(id) + "\n  severity: high\n  category: control\n" +
         std::string(extra);
}

constexpr std::string_view kCondition = "  condition: \"modbus.func_code == 6\"\n";

TEST(RuleFile, EverythingARuleCanSay) {
  const LoadedRules loaded = read(R"(# the plant's rules
- rule: Modbus write from a station that is not an operator
  id: CTL-013
  desc: Only HMIs and engineering stations may write.
  needs: [site.roles, baseline]
  condition: |
    modbus.func_code in {5, 6, 15, 16, 22, 23} && sg.direction == "to_server"
    && !(sg.client.role in {"hmi", "engineering"})
  threshold: {count: 5, within: 60s, by: source, distinct: modbus.regnum16}
  severity: critical
  category: control
  protects: [equipment, data]
  attack: [T0855, T1692.001]
  consequence: The process does what a stranger wants.
  response: Ask who it was.
  fold: source_target
  mode: policy
  learnable: false
  enabled: true
  tests:
    - {capture: modbus/write.pcap, alerts: 1, site: plant.yaml}
    - {capture: modbus/read.pcap, alerts: 0, learn_for: 288s}
- rule: New host
  id: SITE-004
  detector: baseline.new_host
  severity: info
  category: application
)");
  ASSERT_EQ(to_text(loaded.errors), "");
  ASSERT_EQ(loaded.rules.size(), 2u);
  const Rule& rule = loaded.rules[0];
  EXPECT_EQ(rule.title, "Modbus write from a station that is not an operator");
  EXPECT_EQ(rule.id, "CTL-013");
  EXPECT_EQ(rule.signature_id, 2013u);
  EXPECT_TRUE(rule.needs.site_roles && rule.needs.baseline && !rule.needs.site_zones);
  EXPECT_TRUE(rule.judges_pdus());
  EXPECT_EQ(rule.threshold->count, 5u);
  EXPECT_EQ(rule.threshold->within, std::chrono::minutes(1));
  EXPECT_EQ(rule.threshold->by, "source");
  EXPECT_EQ(rule.threshold->distinct_field, find_field("modbus.regnum16")->id);
  EXPECT_EQ(rule.severity, Severity::critical);
  EXPECT_EQ(rule.category, Category::control);
  EXPECT_EQ(rule.protects, (Protects{true, false, true}));
  EXPECT_THAT(rule.attack, ElementsAre("T0855", "T1692.001"));
  EXPECT_EQ(rule.fold, Fold::source_target);
  EXPECT_EQ(rule.mode, Mode::policy);
  EXPECT_FALSE(rule.learnable);
  ASSERT_EQ(rule.tests.size(), 2u);
  EXPECT_EQ(rule.tests[0].site, "plant.yaml");
  EXPECT_EQ(rule.tests[1].learn_for, std::chrono::seconds(288));
  EXPECT_EQ(rule.line, 2u);
  EXPECT_EQ(loaded.rules[1].signature_id, 100'004u);
  EXPECT_EQ(loaded.rules[1].detector, "baseline.new_host");
  EXPECT_EQ(loaded.rules[1].fold, Fold::source_target_object) << "the default";
}

TEST(RuleFile, MistakeInALiteralBlockIsShownAtItsCharacterInTheFile) {
  EXPECT_EQ(errors(rule_with("  condition: |\n"
                             "    modbus.func_code == 6\n"
                             "\n"
                             "      && sg.direction == \"to_sever\"\n")),
            R"(r.yaml:8:26: error: sg.direction is never "to_sever"; did you mean "to_server"?
          && sg.direction == "to_sever"
                             ^~~~~~~~~~
)");
}

TEST(RuleFile, MistakeInAQuotedConditionIsShownBehindItsEscapes) {
  EXPECT_EQ(errors(rule_with("  condition: \"sg.object == \\\"a\\u00e9\\\" && tcp.prt\"\n")),
            R"(r.yaml:5:43: error: there is no field or protocol "tcp.prt"; did you mean "tcp.port"?
      condition: "sg.object == \"a\u00e9\" && tcp.prt"
                                              ^~~~~~~
)");
  EXPECT_EQ(errors(rule_with("  condition: 'frame contains \"it''s\" && tcp.prt'\n")),
            R"(r.yaml:5:41: error: there is no field or protocol "tcp.prt"; did you mean "tcp.port"?
      condition: 'frame contains "it''s" && tcp.prt'
                                            ^~~~~~~
)");
}

TEST(RuleFile, ColumnsCountCharactersInTheFileToo) {
  EXPECT_THAT(errors("- rule: \"\xc3\x9c"
                     "berlauf\"\n  id: CTL-001\n  severity: high\n  category: control\n"
                     "  condition: 'sg.object == \"\xc3\xbc\" && tcp.prt'\n"),
              HasSubstr("r.yaml:5:35: error: there is no field or protocol \"tcp.prt\""));
}

TEST(RuleFile, AllMistakesAreReportedAtOnceInOrder) {
  const auto found = read(R"(- rule: One
  id: CTL-1
  sevrity: high
  category: contrl
  condition: |
    modbus.fun_code == 6 && ip.src == 1
  threshold: {count: 0, within: soon, by: everyone, distinct: modbus.regnum}
- rule: Two
  id: CTL-002
  severity: high
  category: control
  detector: baseline.new_hots
  attack: [855]
  learnable: maybe
  tests: [{capture: a.pcap}]
)")
                         .errors;
  std::vector<std::string> lines;
  for (const Diagnostic& d : found) {
    lines.push_back(std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.message);
  }
  EXPECT_THAT(
      lines,
      ElementsAre(
          R"(1:3 "severity" is missing)",
          "2:7 an id is a class and a number, such as CTL-013; the plant's own rules are SITE-001 "
          "and on",
          R"(3:3 there is no key "sevrity" here; did you mean "severity"?)",
          R"(4:13 category must be application, control or device; did you mean "control"?)",
          R"(6:5 there is no field or protocol "modbus.fun_code"; did you mean "modbus.func_code"?)",
          "6:39 1 is no value for ip.src, which takes an IPv4 address or network",
          "7:22 count must be a number from 1 to 1000000",
          "7:33 within must be a duration such as 500ms, 60s, 5m, 2h or 1d",
          "7:43 by must be source, target or source_target",
          R"(7:63 there is no field "modbus.regnum"; did you mean "modbus.regnum16"?)",
          R"(12:13 there is no detector "baseline.new_hots"; did you mean "baseline.new_host"?)",
          "13:12 a technique is written T0855", "14:14 learnable must be true or false",
          R"(15:11 "alerts" is missing)"));
}

struct Refusal {
  std::string_view extra, message;
};
constexpr Refusal kRefusals[] = {
    {"  desc: nothing to look for\n", "a rule needs a condition or a detector"},
    {"  condition: 'tcp'\n  detector: baseline.new_host\n",
     "a rule has a condition or a detector, not both"},
    {"  condition: modbus.func_code == 6 # 7\n", "write the condition as a literal block"},
    {"  condition: >\n    tcp\n    && udp\n", "write the condition as a literal block"},
    {"  condition: !modbus\n", "is a tag in YAML"},
    {"  condition: 'tcp\n    && udp'\n", "a quoted condition stands on one line"},
    {"  condition:\n", "\"condition\" has no value; give one or remove the key"},
    {"  condition: ''\n", "the condition is empty"},
    {"  condition: &c 'tcp'\n", "anchors are not allowed; write it out"},
    {"  condition: 'tcp'\n  condition: 'udp'\n", "\"condition\" is given twice"},
    {"  condition: 'sg.client.role == \"hmi\"'\n", "add needs: [site.roles]"},
    {"  condition: 'sg.server.zone == \"a\"'\n", "add needs: [site.zones]"},
    {"  condition: 'tcp'\n  needs: site.roles\n", "needs must be a list"},
    {"  condition: 'tcp'\n  needs: [site.rules]\n", "did you mean \"site.roles\"?"},
    {"  condition: 'tcp'\n  mode: threshold\n", "mode threshold needs a threshold"},
    {"  condition: 'tcp'\n  threshold: {within: 1s, by: source}\n", "\"count\" is missing"},
    {"  condition: 'tcp'\n  fold: object\n", "fold must be source, target, source_target or"},
    {"  condition: 'tcp'\n  [a]: b\n", "a key must be a word"},
    {"  condition: 'tcp'\n---\n- rule: again\n", "a file holds one document"},
};

TEST(RuleFile, RefusesWhatWouldMeanSomethingElse) {
  for (const Refusal& refusal : kRefusals) {
    EXPECT_THAT(errors(rule_with(refusal.extra)), HasSubstr(std::string(refusal.message)))
        << refusal.extra;
  }
}

TEST(RuleFile, AnExclamationMarkIsOneMistake) {
  const auto found = read(rule_with("  condition: !modbus\n")).errors;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].message, HasSubstr("is a tag in YAML"));
}

TEST(RuleFile, SyntaxErrorIsReportedAlone) {
  const auto found =
      read("- rule: A\n  id: wrong\n  condition: !(tcp) && udp\n  attack: [\n").errors;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0].message, HasSubstr("this is no YAML"));
}

TEST(RuleFile, PlainConditionThatIsNoYamlGetsAHint) {
  EXPECT_THAT(errors("- rule: A\n  condition: {tcp} && udp\n"),
              HasSubstr("write the condition as a literal block"));
}

TEST(RuleFile, AliasesAreRefused) {
  EXPECT_THAT(errors(rule_with("  condition: 'tcp'\n  attack: &a [T0855]\n") +
                     rule_with("  condition: 'tcp'\n  attack: *a\n", "CTL-002")),
              HasSubstr("aliases are not allowed"));
}

TEST(RuleFile, IdsAreUniqueOverAllFiles) {
  const std::string text = rule_with(kCondition);
  const yaml::File files[] = {{"a.yaml", text}, {"b.yaml", text}};
  EXPECT_EQ(to_text(read_rules(files, kDetectors).errors),
            "b.yaml:2:7: error: the id CTL-001 is taken by the rule at a.yaml:1\n"
            "      id: CTL-001\n"
            "          ^~~~~~~\n");
}

TEST(RuleFile, OneWrongFileDoesNotHideTheMistakesOfAnother) {
  const yaml::File files[] = {{"a.yaml", "- [\n"}, {"b.yaml", rule_with("  condition: 'tpc'\n")}};
  const auto found = read_rules(files, kDetectors).errors;
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].file, "a.yaml");
  EXPECT_THAT(found[1].message, HasSubstr("did you mean \"tcp\"?"));
}

TEST(RuleFile, LimitsAreNamed) {
  std::string deep = "- ";
  for (std::size_t i = 0; i < yaml::kMaxDepth + 1; ++i) deep += "[";
  EXPECT_THAT(errors(deep), HasSubstr("nested deeper than 32 levels"));
  EXPECT_THAT(errors(std::string(yaml::kMaxFileBytes + 1, '#')), HasSubstr("at most 4 MiB"));
  EXPECT_THAT(errors("- rule: \xff\n"), HasSubstr("r.yaml:1:9: error: the file is not UTF-8"));
}

TEST(RuleFile, EmptyFileHasNoRules) {
  EXPECT_THAT(read("# nothing yet\n").rules, IsEmpty());
  EXPECT_THAT(read("").errors, IsEmpty());
}

TEST(RuleFile, WindowsLineEndsAreNoDifference) {
  EXPECT_EQ(
      errors("- rule: A\r\n  id: CTL-001\r\n  severity: high\r\n  category: control\r\n"
             "  condition: |\r\n    tcp\r\n    && tcp.prt\r\n")
          .substr(0, 89),
      R"(r.yaml:7:8: error: there is no field or protocol "tcp.prt"; did you mean "tcp.port"?)"
      "\n    ");
}

TEST(RuleFile, MissingFileIsReported) {
  const std::string paths[] = {"/nowhere/rules.yaml"};
  EXPECT_THAT(to_text(load_rules(paths, kDetectors).errors), HasSubstr("/nowhere/rules.yaml"));
}

TEST(RuleFile, ConditionJoinedWithItsApplicationIsNoted) {
  const auto loaded = read(rule_with("  condition: '!(modbus.func_code == 3)'\n"));
  ASSERT_EQ(loaded.notes.size(), 1u);
  EXPECT_THAT(loaded.notes[0], HasSubstr("r.yaml:1: CTL-001 could hold for other protocols"));
}

TEST(RuleFile, ARuleOnApplicationsIsNotedAndJudgesConversationsOnly) {
  const auto loaded = read(rule_with("  condition: 'sg.app == \"SSH\" && tcp.dstport == 502'\n"));
  ASSERT_EQ(loaded.notes.size(), 1u);
  EXPECT_THAT(loaded.notes[0], HasSubstr("CTL-001 judges each conversation once"));
  const Rule& rule = loaded.rules.front();
  EXPECT_TRUE(rule.judges_conversations());
  EXPECT_FALSE(rule.judges_pdus());
  const RuleSet rules(std::vector<Rule>(read(rule_with("  condition: 'sg.app'\n")).rules));
  ASSERT_EQ(rules.conversation_rules().size(), 1u);
  EXPECT_THAT(rules.rules_for(test::tcp_packet()), IsEmpty());
  test::Pdu pdu;
  EXPECT_THAT(rules.rules_for(pdu.ready()), IsEmpty());
}

TEST(RuleFile, WhatIsCountedMustBeKnownOfWhatIsJudged) {
  const auto counting = [](std::string_view condition, std::string_view field) {
    return errors(rule_with("  condition: '" + std::string(condition) +
                            "'\n  threshold: {count: 2, within: 5s, by: source, distinct: " +
                            std::string(field) + "}\n"));
  };
  EXPECT_EQ(counting("sg.app", "ip.dst"), "");
  EXPECT_EQ(counting("sg.app", "sg.app"), "");
  EXPECT_THAT(
      counting("sg.app", "sg.object"),
      HasSubstr("sg.object is known of single PDUs only, and the rule judges conversations"));
  EXPECT_THAT(counting("tcp.flags.syn == 1", "sg.app"),
              HasSubstr("sg.app is known of conversations only, which the rule does not judge"));
}

TEST(SignatureId, IsClassTimesThousandPlusNumber) {
  EXPECT_EQ(signature_id("APP-001"), 1001u);
  EXPECT_EQ(signature_id("INC-008"), 7008u);
  EXPECT_EQ(signature_id("SITE-1234"), 101'234u);
  for (const auto* id : {"CTL-13", "CTL-0013", "CTL-1000", "CTL-000", "XYZ-001", "CTL-0x1", ""}) {
    EXPECT_EQ(signature_id(id), 0u) << id;
  }
}

std::vector<std::string> ids(std::span<const Rule* const> rules) {
  std::vector<std::string> found;
  for (const Rule* rule : rules) found.push_back(rule->id);
  return found;
}

RuleSet indexed(Given given = {}) {
  auto loaded = read(rule_with("  condition: 'modbus.func_code in {5, 6}'\n", "CTL-001") +
                     rule_with("  condition: 'sg.operation == \"write\"'\n", "CTL-002") +
                     rule_with("  condition: '!(modbus.func_code == 6)'\n", "CTL-003") +
                     rule_with("  condition: 'tcp.flags.syn == 1'\n", "NET-001") +
                     rule_with("  condition: 'arp'\n", "NET-002") +
                     rule_with("  condition: 'ip.src == 10.0.0.1'\n", "NET-003") +
                     rule_with("  detector: baseline.new_host\n  needs: [baseline]\n", "NET-004") +
                     rule_with("  condition: 'modbus'\n  enabled: false\n", "CTL-004"));
  EXPECT_EQ(to_text(loaded.errors), "");
  return RuleSet(std::move(loaded.rules), given);
}

TEST(RuleIndex, PduMeetsOnlyRulesItsEnvelopeAdmits) {
  const RuleSet rules = indexed();
  Message message;
  message.protocol = Protocol::modbus;
  message.operation = Operation::write;
  message.function = 6;
  EXPECT_THAT(ids(rules.rules_for(message)), ElementsAre("CTL-001", "CTL-002", "CTL-003"));
  message.function = 16;
  EXPECT_THAT(ids(rules.rules_for(message)), ElementsAre("CTL-002", "CTL-003"));
  message.operation = Operation::read;
  message.function = 3;
  EXPECT_THAT(ids(rules.rules_for(message)), ElementsAre("CTL-003"));
  message.protocol = Protocol::unknown;
  message.function = 1000;
  EXPECT_THAT(ids(rules.rules_for(message)), IsEmpty());
}

TEST(RuleIndex, PacketMeetsOnlyRulesOfItsClass) {
  const RuleSet rules = indexed();
  Layers layers = test::tcp_packet();
  EXPECT_THAT(ids(rules.rules_for(layers)), ElementsAre("NET-003"));
  layers.tcp_flags = tcp_flag::syn;
  EXPECT_THAT(ids(rules.rules_for(layers)), ElementsAre("NET-001", "NET-003"));
  layers.network = NetworkLayer::arp;
  EXPECT_THAT(ids(rules.rules_for(layers)), ElementsAre("NET-002"));
}

TEST(RuleIndex, PacketInATunnelMeetsEveryRuleOnPackets) {
  const RuleSet rules = indexed();
  Layers layers = test::tcp_packet();
  layers.outer.add(Header::gre, 34);
  EXPECT_THAT(ids(rules.rules_for(layers)), ElementsAre("NET-001", "NET-002", "NET-003"));
}

/// The index may offer too much, never too little.
TEST(RuleIndex, NeverHidesARuleThatHolds) {
  const RuleSet rules = indexed();
  filter::Scratch scratch;
  for (std::uint32_t function = 0; function < 300; ++function) {
    for (const Operation operation : {Operation::read, Operation::write, Operation::other}) {
      test::Pdu pdu({{"modbus.func_code", Value::number(function)}});
      pdu.message.function = function;
      pdu.message.operation = operation;
      const Message* const messages[] = {&pdu.ready()};
      const auto offered = rules.rules_for(pdu.message);
      for (const Rule& rule : rules.rules()) {
        if (!rule.judges_pdus()) continue;
        const bool holds = rule.condition->matches({test::tcp_packet(), messages}, scratch);
        const bool found = std::ranges::find(offered, &rule) != offered.end();
        EXPECT_TRUE(!holds || found) << rule.id << " function " << function;
      }
    }
  }
}

TEST(RuleIndex, RulesThatLackWhatTheyNeedRestWithAReason) {
  const RuleSet all = indexed();
  ASSERT_EQ(all.inactive().size(), 1u);
  EXPECT_EQ(all.inactive()[0].inactive, "disabled in its file");
  Given given;
  given.baseline = false;
  const RuleSet without = indexed(given);
  ASSERT_EQ(without.inactive().size(), 2u);
  EXPECT_EQ(without.inactive()[0].id, "NET-004");
  EXPECT_EQ(without.inactive()[0].inactive, "nothing has been learned");
  EXPECT_EQ(without.find("NET-004")->id, "NET-004");
}

TEST(RuleIndex, TheFirstRuleInForceListensToADetector) {
  std::vector<Rule> rules(3);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    rules[i].id = "SITE-00" + std::to_string(i);
    rules[i].detector = "baseline.new_host";
  }
  rules[0].enabled = false;
  const RuleSet set(std::move(rules));
  ASSERT_EQ(set.rules().size(), 1u);
  EXPECT_EQ(set.rules()[0].id, "SITE-001");
  EXPECT_EQ(set.find("SITE-002")->inactive, "SITE-001 listens to the same detector");
}

TEST(RuleIndex, EmptySetOffersNothing) {
  const RuleSet none;
  EXPECT_THAT(none.rules_for(Message{}), IsEmpty());
  EXPECT_THAT(none.rules_for(test::tcp_packet()), IsEmpty());
}

}  // namespace
}  // namespace sightglass
