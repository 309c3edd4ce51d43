// What a condition is judged on.
#pragma once

#include <span>

#include "dissectors/layers.hpp"
#include "dissectors/message.hpp"
#include "rules/site/site.hpp"

namespace sightglass::filter {

/// A packet and the PDUs that complete in it. `dissect -Y` gives all of them, a rule on PDUs one at
/// a time, a rule on packets none. Everything is a view for the length of one call.
struct Record {
  const Layers& layers;
  std::span<const Message* const> messages;
  const site::Site* site = nullptr;  ///< nullptr: nothing is known of the plant
};

}  // namespace sightglass::filter
