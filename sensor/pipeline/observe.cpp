// From views that die with the packet to copies that do not.
#include "sensor/pipeline/observe.hpp"

#include <algorithm>

#include "dissectors/bytes.hpp"
#include "dissectors/hex_text.hpp"
#include "dissectors/kept_names.hpp"
#include "dissectors/utf8.hpp"
#include "sensor/packet/protocol_numbers.hpp"

namespace sightglass {
namespace {

ObservedAccess observed(const Access& access) {
  ObservedAccess copy;
  copy.object = access.object;
  copy.object.name = kept_name(access.object.name);
  copy.is_write = access.is_write;
  copy.value_count = access.values.count;
  if (access.values.shape == Values::Shape::text) {
    copy.text = one_line(access.values.at(0).text().substr(0, kObservedText));
    return copy;
  }
  const std::size_t kept = std::min<std::size_t>(access.values.count, kObservedValues);
  copy.values.reserve(kept);
  for (std::size_t i = 0; i < kept; ++i) copy.values.push_back(access.values.at(i));
  return copy;
}

TransportLayer transport_of(std::uint8_t protocol) {
  switch (protocol) {
    case ip_protocol::tcp:
      return TransportLayer::tcp;
    case ip_protocol::udp:
      return TransportLayer::udp;
    case ip_protocol::icmp:
      return TransportLayer::icmp;
    case ip_protocol::icmpv6:
      return TransportLayer::icmpv6;
    default:
      return TransportLayer::other;
  }
}

constexpr std::uint16_t kArpEthernet = 1, kEtherTypeIpv4 = 0x0800;
constexpr std::uint16_t kArpRequest = 1, kArpReply = 2;

}  // namespace

ObservedPdu observed(const Message& message) {
  ObservedPdu pdu;
  pdu.direction = message.direction;
  pdu.operation = message.operation;
  pdu.function = message.function;
  pdu.function_name = message.function_name;
  pdu.outcome = message.outcome;
  pdu.outcome_name = message.outcome_name;
  pdu.request = message.request;
  pdu.packet = message.where.last_packet;
  pdu.request_packet = message.request_packet;
  const std::size_t accesses = std::min(message.accesses.size(), kObservedAccesses);
  for (const Access& access : message.accesses.first(accesses)) {
    pdu.accesses.push_back(observed(access));
  }
  for (const Anomaly& anomaly : message.anomalies) pdu.anomalies.push_back(anomaly.spec);
  return pdu;
}

SecuritySeen observed(const ChannelSecurity& security) {
  SecuritySeen seen;
  seen.strength = security.strength;
  seen.policy = one_line(security.policy);
  seen.certificate_subject = one_line(security.certificate_subject.substr(0, kObservedText));
  if (!security.certificate_thumbprint.empty()) {
    seen.certificate_thumbprint = hex_text(security.certificate_thumbprint);
  }
  return seen;
}

Station sender(const Layers& layers) { return {layers.source, layers.source_mac, layers.realm}; }
Station receiver(const Layers& layers) {
  return {layers.destination, layers.destination_mac, layers.realm};
}

Side sending_side(const Flow& flow, const Layers& layers) {
  const Endpoint& first = flow.key.endpoints[0];
  const bool is_first =
      first.address == layers.source && (first.port == layers.source_port || first.port == 0);
  return is_first ? 0 : 1;
}

Conversation conversation(const Flow& flow, const std::array<Station, 2>& stations) {
  const Endpoint& client = flow.client_endpoint();
  const Endpoint& server = flow.server_endpoint();
  Conversation conversation;
  conversation.client = {client.address, stations[flow.client].mac, flow.key.realm};
  conversation.server = {server.address, stations[other(flow.client)].mac, flow.key.realm};
  conversation.client_port = client.port;
  conversation.server_port = server.port;
  conversation.transport = transport_of(flow.key.ip_protocol);
  conversation.protocol = flow.protocol;
  conversation.flow = flow.id;
  return conversation;
}

std::optional<AddressClaim> address_claim(const Layers& layers) {
  ByteReader arp(layers.bytes.subspan(layers.network_offset));
  const bool known =
      arp.u16() == kArpEthernet && arp.u16() == kEtherTypeIpv4 && arp.u8() == 6 && arp.u8() == 4;
  const std::uint16_t operation = arp.u16();
  AddressClaim claim;
  claim.claimant = {arp.u48()};
  const std::uint32_t claimed = arp.u32();
  arp.skip(6);
  const std::uint32_t asked = arp.u32();
  if (!arp.ok() || !known || (operation != kArpRequest && operation != kArpReply)) {
    return std::nullopt;
  }
  claim.claimed = IpAddress::v4(claimed);
  claim.asked = IpAddress::v4(asked);
  claim.frame_source = layers.source_mac;
  claim.realm = layers.realm;
  claim.unicast = !layers.destination_mac.is_group();
  using Means = AddressClaim::Means;
  claim.means = claimed == asked           ? Means::gratuitous
                : operation == kArpRequest ? Means::request
                                           : Means::reply;
  return claim;
}

}  // namespace sightglass
