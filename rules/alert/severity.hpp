// How grave an alert is: the kind's severity, and the steps circumstances add.
#pragma once

#include "rules/alert/alert.hpp"

namespace sightglass {

/// What moves a severity away from its kind's.
struct Circumstances {
  Operation operation = Operation::other;
  Outcome outcome;
  bool all_ended = true;  ///< no request of the alert still waits for its answer
  bool unauthorised = false;
  bool critical_target = false;  ///< by the site file
  int detector_steps = 0;        ///< added by the detector
};

/// Whether the operation changes a device or the process: a command can be refused.
bool is_command(Operation operation);

/// A refused command is one step lower, once nothing is pending; an accepted command of a station
/// that had no right to it one step higher; a critical target one step higher. What was unanswered
/// or not seen is never lowered. Steps add up to at most +2 and stop at critical and info.
Severity severity_of(Severity kind, const Circumstances& circumstances);

}  // namespace sightglass
