// Alerts as the API shows them. Every text may have been on the wire: it stands in JSON strings,
// and what is no UTF-8 is replaced.
#pragma once

#include <boost/json/object.hpp>

#include "console/server/triage.hpp"
#include "rules/alert/alert.hpp"
#include "store/record_rows.hpp"

namespace sightglass::console {

/// What a row of the table needs.
boost::json::object alert_row_json(const Alert& alert, const Triage& triage);
/// Everything: the row, what it means, the proof, the EVE line.
boost::json::object alert_json(const Alert& alert, const Triage& triage,
                               const EvidenceRecord& evidence);
boost::json::object triage_json(const Triage& triage);
/// `"revision.evidence-version"`: what the card shows changes with each of them.
std::string alert_etag(const Alert& alert, const Triage& triage);

}  // namespace sightglass::console
