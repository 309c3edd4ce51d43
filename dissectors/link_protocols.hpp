// What stands above Ethernet, by name.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dissectors/layers.hpp"

namespace sightglass {

/// A protocol above Ethernet. Numbers are the IEEE's, as its registry and the protocol's standard
/// list them.
struct LinkProtocol {
  std::uint16_t ether_type;
  std::string_view name;      ///< as in `sg.link.protocol`
  std::string_view sentence;  ///< who speaks it
  /// No two frames are equal, for each carries a counter or a time: an equal one is a copy.
  bool counts;
};

/// Sorted by EtherType.
std::span<const LinkProtocol> link_protocols();
/// nullptr when it is not in the table.
const LinkProtocol* find_link_protocol(std::uint16_t ether_type);

/// "ipv4", "profinet", "stp"; "" for what has no name here. Of the innermost link, after its tags.
std::string_view link_protocol_name(const Layers& layers);

}  // namespace sightglass
