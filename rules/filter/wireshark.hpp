// A condition as Wireshark understands it: what the console's *copy Wireshark filter* gives.
#pragma once

#include <string>
#include <vector>

#include "rules/filter/filter.hpp"

namespace sightglass::filter {

/// The condition with its `sg.` terms rewritten, and what had to be left out.
struct WiresharkFilter {
  std::string text;                  ///< "" when nothing is left: selects every frame
  std::vector<std::string> dropped;  ///< each term left out, as it was written
};

/// Roles, zones and names become the addresses that have them in `site` (nullptr: none are known);
/// `sg.protocol` becomes the protocol's name. Addresses are asked of either end (`ip.addr`), for
/// Wireshark does not know which end is the client. What it can not know at all is dropped so that
/// the text selects at least the frames of the condition: a part of an && goes alone, a part of an
/// || takes the || with it.
WiresharkFilter to_wireshark(const Filter& filter, const site::Site* site);

}  // namespace sightglass::filter
