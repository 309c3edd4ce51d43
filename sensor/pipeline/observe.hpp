// Copies of what the judge needs to know of a message.
#pragma once

#include <array>
#include <optional>

#include "dissectors/message.hpp"
#include "rules/observation.hpp"
#include "sensor/flow/flow.hpp"

namespace sightglass {

/// The envelope with its first accesses and values; `decoded` stays empty.
ObservedPdu observed(const Message& message);
SecuritySeen observed(const ChannelSecurity& security);

/// Who sent `layers`, and who got it.
Station sender(const Layers& layers);
Station receiver(const Layers& layers);
/// Which side of its flow that is.
Side sending_side(const Flow& flow, const Layers& layers);

/// A flow as the judge knows it. `stations` by side: their MAC addresses, as far as known.
Conversation conversation(const Flow& flow, const std::array<Station, 2>& stations);

/// The ARP claim in `layers`; nothing for anything but Ethernet/IPv4 ARP requests and replies.
std::optional<AddressClaim> address_claim(const Layers& layers);

}  // namespace sightglass
