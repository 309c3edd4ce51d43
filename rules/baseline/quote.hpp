// What the baseline says, in sentences: the "expected" of an alert.
#pragma once

#include <string>

#include "rules/baseline/learned_facts.hpp"
#include "rules/site/site.hpp"

namespace sightglass {

/// "HMI-1 (192.168.10.20) wrote holding register 40 of unit 1 3 times before, last at ...; no other
/// station wrote it". Without such writes: who else writes to the server, or that nobody does.
std::string writers_quote(const LearnedFacts& baseline, const site::Site& site,
                          const Conversation& conversation, const Object& object);

/// "HMI-1 wrote coils 1-3 of unit 1 (5 times) of PLC-1 before, never coil 9 of unit 1"
std::string written_addresses_quote(const LearnedFacts& baseline, const site::Site& site,
                                    const Conversation& conversation, const Object& object);

/// The same for reads.
std::string read_addresses_quote(const LearnedFacts& baseline, const site::Site& site,
                                 const Conversation& conversation, const Object& object);

/// "HMI-1 used Read Coils (1), Write Single Coil (5) on unit 1 of PLC-1 before"
std::string functions_quote(const LearnedFacts& baseline, const site::Site& site,
                            const Conversation& conversation, const Object& unit);

}  // namespace sightglass
