// What a packet of ISO transport on TCP says, and the state of a flow: TSDUs in parts, jobs that
// wait, uploads under way.
#pragma once

#include <memory>

#include "dissectors/dissector.hpp"

namespace sightglass::s7comm {

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings);

}  // namespace sightglass::s7comm
