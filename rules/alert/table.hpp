// Alerts as a table for people at a terminal.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "rules/alert/alert.hpp"

namespace sightglass {

inline constexpr std::size_t kNarrowestTable = 60;

/// Columns severity, time (UTC), kind, count, and the sentence wrapped into what is left of
/// `width` (at least kNarrowestTable are used). The sentence is indented under itself; control
/// characters become `?`, so that hostile text can not steer a terminal. Every line ends with a
/// newline; no colour, no trailing blanks. Alerts stand as given. "" when there are none.
std::string alert_table(std::span<const Alert> alerts, std::size_t width);

}  // namespace sightglass
