// A sampled packet as the library gets to see it.
#pragma once

#include <cstdint>
#include <vector>

#include "dissectors/layers.hpp"

namespace sightglass {

/// Writes an IP packet with plain headers of its own around the transport header and the payload of
/// `layers`: no options, extensions, tunnels or fragments, every length as long as what is there.
/// Returns false, and leaves `packet` empty, for what is no TCP or UDP with a payload over IP.
bool write_ip_packet(const Layers& layers, std::vector<std::uint8_t>& packet);

}  // namespace sightglass
