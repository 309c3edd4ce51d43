// Names made of digests: an alert's id, and the Community ID of a conversation.
#pragma once

#include <string>
#include <string_view>

#include "rules/alert/alert.hpp"
#include "rules/observation.hpp"

namespace sightglass {

/// First 128 bits of SHA-256 over the folding key and first_seen (ns, 8 octets, big-endian).
AlertId alert_id(std::string_view folding_key, Timestamp first_seen);

/// Community ID v1 with seed 0 ("1:LQU9qZlK+B5F3KDmev6m5PMibrg="), the same in either direction;
/// "" without IP addresses, and for transports whose "ports" are not kept (ICMP).
std::string community_id(const Conversation& conversation);

}  // namespace sightglass
