// What a worker tells the judge: compact copies that outlive the packet, in an order that does not
// depend on how many workers there are.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dissectors/message.hpp"
#include "rules/alert/pdu_proof.hpp"
#include "rules/detectors.hpp"
#include "rules/seldom.hpp"

namespace sightglass {

struct Rule;

/// When something was found, in the one order of the run. Packets come before the timers that fire
/// at the tick after them; timers are ordered by their deadline. `flow` and `ordinal` break ties.
struct Moment {
  enum class Phase : std::uint8_t { packet, timer };

  std::uint64_t packet_number = 0;  ///< of the packet, or of the tick that fired the timer
  Phase phase = Phase::packet;
  Timestamp time{};        ///< of the packet, or the deadline
  std::uint64_t flow = 0;  ///< number of the flow's first packet; 0 outside any flow
  std::uint32_t ordinal = 0;

  auto operator<=>(const Moment&) const = default;
};

/// A host as it appears in packets: by address, or by MAC where there is no IP; in its realm.
struct Station {
  IpAddress ip;
  MacAddress mac;  ///< of the frame; a router's when the host is behind one
  Realm realm{};

  bool operator==(const Station&) const = default;
  /// Whom rules and baseline mean: the address, or the MAC where there is none.
  bool same_host(const Station& other) const {
    return realm == other.realm && ip == other.ip && (!ip.is_none() || mac == other.mac);
  }
};

/// Two stations and what they speak. `client` sends the requests (or opened the connection).
struct Conversation {
  Station client, server;
  std::uint16_t client_port = 0, server_port = 0;
  TransportLayer transport = TransportLayer::none;
  Protocol protocol = Protocol::unknown;
  std::uint16_t ether_type = 0;  ///< where there is no IP
  std::uint64_t flow = 0;        ///< number of the flow's first packet; 0 outside any flow
};

inline constexpr std::size_t kObservedAccesses = 2;  ///< a Modbus PDU touches at most two objects
inline constexpr std::size_t kObservedValues = 8;    ///< of one access; the rest is in the evidence
inline constexpr std::size_t kObservedText = 64;     ///< bytes of a text, likewise

/// An access with its first values copied. The object's name is a kept one.
struct ObservedAccess {
  Object object;
  bool is_write = false;
  std::uint32_t value_count = 0;  ///< all of them, also those not copied
  std::vector<Value> values;      ///< numbers only
  std::string text;               ///< of a text: its beginning, as one line
};

/// The envelope of a PDU, copied.
struct ObservedPdu {
  Direction direction = Direction::to_server;
  Operation operation = Operation::other;
  std::uint32_t function = 0;
  std::string_view function_name;  ///< static text
  Outcome outcome;
  std::string_view outcome_name;  ///< static text
  RequestId request = 0;
  std::uint64_t packet = 0;          ///< frame that completes it
  std::uint64_t request_packet = 0;  ///< of a response
  std::vector<ObservedAccess> accesses;
  std::vector<const AnomalySpec*> anomalies;
  PduProof decoded;  ///< empty for repeats within a flow
};

/// A rule's condition held for a PDU, or for a packet without one (then `pdu.packet` and
/// `pdu.direction` alone are set: the sender of the packet is the client or the server),
/// or a stage below raised a named event that a rule listens to (`detector:` in the catalogue).
struct RuleMatch {
  const Rule* rule = nullptr;
  ObservedPdu pdu;
  std::string detail;         ///< what was seen, for matches that are not about a PDU
  std::string application;    ///< of a conversation whose application was settled
  std::string distinct;       ///< value of the rule's `threshold.distinct` field, as text
  std::uint64_t repeats = 1;  ///< matches folded by the worker into this one
};

/// A request of this flow ended.
struct RequestEnded {
  Completion completion;
  PduProof decoded;  ///< the answer, when the request had raised something
};

/// What a baseline is made of: one thing that happens on the network.
struct Fact {
  enum class Kind : std::uint8_t {
    host,          ///< client only
    conversation,  ///< client, server, transport, server port, protocol or ether type
    operation,     ///< + unit, function
    read,          ///< + object range
    write,
  };
  Kind kind = Kind::host;
  Conversation conversation;
  Operation operation = Operation::other;
  std::uint32_t function = 0;
  std::string_view function_name;  ///< static text
  Object object;
  std::uint64_t times = 1;
  Timestamp first_seen{}, last_seen{};
  std::uint64_t first_packet = 0;
};

/// Facts of a PDU or packet. A write is told every time; what repeats within a flow (polling) is
/// told once and then counted by the worker, which sends the count at ticks.
struct FactSeen {
  Fact fact;
  Seldom<ObservedPdu> pdu;  ///< of writes and first sightings
  bool dangerous = false;   ///< the PDU matched a rule of mode `always`: judged, never learned
  bool attempts = false;    ///< a host that has sent nothing but a SYN: its address may be invented
};

/// An address was claimed (ARP) by a MAC.
struct AddressClaim {
  enum class Means : std::uint8_t { request, reply, gratuitous };
  Means means = Means::request;
  IpAddress claimed;
  MacAddress claimant;      ///< sender hardware address in the ARP packet
  MacAddress frame_source;  ///< Ethernet source
  IpAddress asked;          ///< target protocol address
  Realm realm{};
  bool unicast = false;  ///< not sent to a group address
};

/// It was settled how a session is protected: message.hpp's ChannelSecurity, copied.
struct SecuritySeen {
  ChannelSecurity::Strength strength = ChannelSecurity::Strength::none;
  std::string policy;
  std::string certificate_subject;
  std::string certificate_thumbprint;  ///< in hexadecimal; "" without a certificate
  ObservedPdu pdu;                     ///< the server's that settled it
};

/// The sensor has noticed something about what it gets: nobody of the plant did it.
struct SensorNotice {
  Detector detector = Detector::no_traffic;
  std::string observed;
  std::vector<std::uint64_t> frames;  ///< that show it, if any do
  std::string about;                  ///< the part of the sensor: each has its own alert
};

struct Observation {
  Moment moment;
  Conversation conversation;
  std::variant<RuleMatch, RequestEnded, FactSeen, AddressClaim, SecuritySeen, SensorNotice> what;
};

}  // namespace sightglass
