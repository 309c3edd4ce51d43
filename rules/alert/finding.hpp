// One judgement by one detector, before folding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/alert/alert.hpp"
#include "rules/observation.hpp"

namespace sightglass {

struct Rule;

/// What a detector says. Only the book reads it; views and pointers live until record() returns.
struct Finding {
  const Rule* rule = nullptr;
  Conversation conversation;
  /// Who did it: the source is the client (`to_server`) or the server.
  Direction by = Direction::to_server;
  bool has_source = true;  ///< false when the sensor tells of itself
  bool has_target = true;  ///< false when it is about the source alone
  Timestamp first_seen{};  ///< of what it is made of; the alert's, when it begins one
  Timestamp last_seen{};
  std::uint64_t times = 1;
  std::vector<std::uint64_t> frames;
  const ObservedPdu* pdu = nullptr;  ///< the PDU it is about
  std::optional<Object> object;      ///< the object it is about; else the PDU's first
  /// The source had no right to do this by site file or baseline: raises what was accepted.
  bool unauthorised = false;
  int steps = 0;      ///< severity steps the detector adds to the kind's
  std::string about;  ///< what it is about when that is no object of a device: part of the key
  bool asks_outcome = true;  ///< whether the alert waits for the answer to the PDU
  bool repeat_only = false;  ///< counts in an open alert, but begins none
  std::string sentence;      ///< when it is done; the outcome is added
  std::string attempted;     ///< instead, while it is not known to be done; "": the same
  std::string expected, observed;
};

}  // namespace sightglass
