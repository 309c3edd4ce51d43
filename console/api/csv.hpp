// Alerts as lines of a spreadsheet.
#pragma once

#include <string>
#include <string_view>

#include "console/server/triage.hpp"
#include "rules/alert/alert.hpp"

namespace sightglass::console {

/// RFC 4180: quoted, CRLF. What a spreadsheet would take for a formula (it begins with = + - @, a
/// tab or a line break) gets an apostrophe in front: texts come from the wire.
std::string csv_cell(std::string_view text);
std::string alert_csv_head();
std::string alert_csv_line(const Alert& alert, const Triage& triage);

}  // namespace sightglass::console
