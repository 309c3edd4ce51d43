// Only fields that Wireshark knows.
#include "rules/alert/wireshark_filter.hpp"

#include "rules/alert/party.hpp"

namespace sightglass {
namespace {

std::string station_term(const Station& station) {
  switch (station.ip.family) {
    case IpAddress::Family::v4:
      return "ip.addr == " + to_text(station.ip);
    case IpAddress::Family::v6:
      return "ipv6.addr == " + to_text(station.ip);
    case IpAddress::Family::none:
      break;
  }
  return "eth.addr == " + to_text(station.mac);
}

}  // namespace

std::string wireshark_filter(const Conversation& conversation, Direction by, bool both_ends) {
  const bool client_did_it = by == Direction::to_server;
  const Station& source = client_did_it ? conversation.client : conversation.server;
  const Station& target = client_did_it ? conversation.server : conversation.client;
  std::string filter = station_term(source);
  if (both_ends) {
    filter += " && " + station_term(target);
    const std::string port = " == " + std::to_string(conversation.server_port);
    if (conversation.transport == TransportLayer::tcp) filter += " && tcp.port" + port;
    if (conversation.transport == TransportLayer::udp) filter += " && udp.port" + port;
  }
  if (conversation.protocol != Protocol::unknown) {
    filter += " && ";
    filter += to_text(conversation.protocol);
  }
  return filter;
}

}  // namespace sightglass
