// Copies of what the judge needs to know of a message.
#pragma once

#include <optional>

#include "dissectors/message.hpp"
#include "rules/observation.hpp"

namespace sightglass {

/// The envelope with its first accesses and values; `decoded` stays empty.
ObservedPdu observed(const Message& message);

/// Who sent `layers`, and who got it.
Station sender(const Layers& layers);
Station receiver(const Layers& layers);

/// The ARP claim in `layers`; nothing for anything but Ethernet/IPv4 ARP requests and replies.
std::optional<AddressClaim> address_claim(const Layers& layers);

}  // namespace sightglass
