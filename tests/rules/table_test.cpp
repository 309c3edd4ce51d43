// The table fits the terminal and can not be steered by what is on the wire.
#include "rules/alert/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightglass {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Alert alert(Severity severity, std::string sentence) {
  Alert alert;
  alert.kind = "CTL-013";
  alert.severity = severity;
  alert.sentence = std::move(sentence);
  alert.count = 12;
  alert.first_seen = timestamp_from_ns(1'424'799'610'066'448'000);
  return alert;
}

TEST(AlertTable, AlignsAndWrapsUnderTheSentence) {
  const std::vector<Alert> alerts = {alert(Severity::critical, "One two three four five six seven"),
                                     alert(Severity::low, "Short.")};
  EXPECT_EQ(alert_table(alerts, 67),
            "SEVERITY  TIME (UTC)           KIND     COUNT  WHAT HAPPENED\n"
            "critical  2015-02-24 17:40:10  CTL-013  12     One two three four\n"
            "                                               five six seven\n"
            "low       2015-02-24 17:40:10  CTL-013  12     Short.\n");
}

TEST(AlertTable, NothingIsNothing) { EXPECT_EQ(alert_table({}, 80), ""); }

TEST(AlertTable, ControlCharactersDoNotReachTheTerminal) {
  const std::vector<Alert> alerts = {alert(Severity::low, "a\x1b[2Jb\nc\x7f")};
  EXPECT_THAT(alert_table(alerts, 100), HasSubstr("a?[2Jb?c?\n"));
}

TEST(AlertTable, ANarrowTerminalStillGetsTheSentence) {
  const std::vector<Alert> alerts = {alert(Severity::low, "One two three four five six seven")};
  EXPECT_THAT(alert_table(alerts, 1), HasSubstr("One two three four\n"));
}

}  // namespace
}  // namespace sightglass
