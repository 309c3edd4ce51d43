#include "sensor/evidence/conversation_selector.hpp"

#include <algorithm>

namespace sightglass {
namespace {

bool is_host(const ConversationSelector::Host& host, bool packet_has_ip, const IpAddress& ip,
             MacAddress mac) {
  if (packet_has_ip && !host.ip.is_none()) return host.ip == ip;
  return host.mac.bits != 0 && host.mac == mac;
}

}  // namespace

bool ConversationSelector::matches(const Layers& layers, Realm packet_realm) const {
  if (packet_realm != realm) return false;
  const auto sent_by = [&](const Host& host) {
    return is_host(host, layers.has_ip(), layers.source, layers.source_mac);
  };
  const auto sent_to = [&](const Host& host) {
    return is_host(host, layers.has_ip(), layers.destination, layers.destination_mac);
  };
  const bool hosts = other.is_nobody()
                         ? sent_by(one) || sent_to(one)
                         : (sent_by(one) && sent_to(other)) || (sent_by(other) && sent_to(one));
  if (!hosts) return false;
  if (ether_type != 0 && !layers.has_ip() && layers.ether_type != ether_type) return false;
  if (transport == TransportLayer::none) return true;
  if (layers.transport != transport) return false;
  return service_port == 0 || layers.source_port == service_port ||
         layers.destination_port == service_port;
}

ConversationSelector selector_of(const Alert& alert, Realm realm) {
  ConversationSelector selector;
  selector.realm = realm;
  selector.one = {alert.source.ip, alert.source.mac};
  selector.other = {alert.target.ip, alert.target.mac};
  if (selector.one.is_nobody()) std::swap(selector.one, selector.other);
  if (selector.other < selector.one && !selector.other.is_nobody()) {
    std::swap(selector.one, selector.other);
  }
  selector.transport = alert.transport;
  const std::uint16_t source = alert.source.port, target = alert.target.port;
  selector.service_port =
      source == 0 || target == 0 ? std::max(source, target) : std::min(source, target);
  selector.ether_type = alert.ether_type;
  return selector;
}

}  // namespace sightglass
