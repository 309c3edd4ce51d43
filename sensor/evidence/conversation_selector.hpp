// Which packets belong to the conversation an alert is about.
#pragma once

#include <compare>
#include <cstdint>

#include "dissectors/layers.hpp"
#include "dissectors/realm.hpp"
#include "rules/alert/alert.hpp"

namespace sightglass {

/// Two hosts of one realm and a service: every connection between them to that service, in both
/// directions. A host is its address, or its MAC where the packet or the alert has no address.
struct ConversationSelector {
  struct Host {
    IpAddress ip;
    MacAddress mac;
    bool is_nobody() const { return ip.is_none() && mac.bits == 0; }
    auto operator<=>(const Host&) const = default;
  };

  Realm realm;
  Host one, other;  ///< `other` nobody: everything that `one` sends or is sent
  TransportLayer transport = TransportLayer::none;  ///< none: any
  std::uint16_t service_port = 0;                   ///< 0: any
  std::uint16_t ether_type = 0;                     ///< of packets without IP; 0: any

  bool matches(const Layers& layers, Realm packet_realm) const;
  auto operator<=>(const ConversationSelector&) const = default;
};

/// The service is the target's port, or the source's where an answer is alerted: the lower of them.
/// `realm`: the one that the alert names.
ConversationSelector selector_of(const Alert& alert, Realm realm);

}  // namespace sightglass
