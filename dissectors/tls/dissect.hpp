// TLS over TCP as a protocol of the registry.
#pragma once

#include <memory>

#include "dissectors/dissector.hpp"

namespace sightglass::tls {

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings);

}  // namespace sightglass::tls
