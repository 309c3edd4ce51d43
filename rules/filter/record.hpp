// What a condition is judged on.
#pragma once

#include <span>

#include "dissectors/layers.hpp"
#include "dissectors/message.hpp"
#include "rules/application.hpp"
#include "rules/site/site.hpp"

namespace sightglass::filter {

/// A conversation whose application is settled, and which way the packet goes that settled it.
struct Recognised {
  const Application& application;
  Direction direction;
};

/// A packet and the PDUs that complete in it. `dissect -Y` gives all of them, a rule on PDUs one at
/// a time, a rule on packets none; a rule on conversations gets no PDUs and `recognised`.
/// Everything is a view for the length of one call.
struct Record {
  const Layers& layers;
  std::span<const Message* const> messages;
  const site::Site* site = nullptr;  ///< nullptr: nothing is known of the plant
  const Recognised* recognised = nullptr;
};

}  // namespace sightglass::filter
