// Alerts as JSON lines in the shape of Suricata's EVE, for every tool that reads it.
#pragma once

#include <string>

#include "rules/alert/alert.hpp"

namespace sightglass {

/// One line without the newline; docs/alerts.md describes the keys. `event_type` is "alert", or
/// "alert_update" for a later revision of an alert already told. Keys stand in a fixed order; what
/// an alert does not have (ports, community_id, addresses without IP) is left out.
std::string eve_line(const Alert& alert);

}  // namespace sightglass
