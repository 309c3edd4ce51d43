// An alert: findings of one kind about the same parties and object, folded and counted.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/message.hpp"

namespace sightglass {

/// First 128 bits of SHA-256 over folding key and first_seen: the same capture gives the same ids.
struct AlertId {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const AlertId&) const = default;
};
std::string to_text(const AlertId& id);  ///< 32 lower-case hex digits

enum class Severity : std::uint8_t { critical = 1, high, medium, low, info };
std::string_view to_text(Severity severity);

/// Which of the three sides of a plant's safety is concerned.
enum class Category : std::uint8_t { application, control, device };
std::string_view to_text(Category category);

/// What is protected: a subset.
struct Protects {
  bool equipment = false, networks = false, data = false;
  bool operator==(const Protects&) const = default;
};

/// A party to an alert.
struct Party {
  IpAddress ip;
  MacAddress mac;
  std::uint16_t port = 0;  ///< 0: none, or several
  std::string name;        ///< the site file's label; "" when it has none
  std::string role;        ///< the site file's first role; ""
};

inline constexpr std::size_t kAlertFrames = 64;   ///< frame numbers kept: first half, last half
inline constexpr std::size_t kAlertPdus = 8;      ///< decoded PDUs kept with an alert
inline constexpr std::size_t kAlertObjects = 32;  ///< distinct objects listed
inline constexpr std::size_t kAlertDecodedBytes = 64 * 1024;

/// How far the packets of an alert are on disk.
enum class EvidenceState : std::uint8_t { none, collecting, ready, partial };
std::string_view to_text(EvidenceState state);

/// Plain record; what store keeps, EVE lines print and the console shows.
struct Alert {
  AlertId id;
  std::uint32_t revision = 1;  ///< rises with every change after the first announcement
  std::string sensor = "local";
  std::string realm = "default";

  std::string kind;  ///< "CTL-013"
  std::uint32_t signature_id = 0;
  std::string signature;  ///< the kind's title
  std::string sentence;   ///< what happened, as a plant engineer says it
  Severity severity = Severity::medium;
  Category category = Category::application;
  Protects protects;
  std::vector<std::string> attack;  ///< ATT&CK for ICS techniques this is consistent with
  std::string consequence;          ///< of ignoring it
  std::string response;             ///< recommended

  Timestamp first_seen{}, last_seen{};
  std::uint64_t count = 0;
  Party source, target;
  TransportLayer transport = TransportLayer::none;
  std::uint16_t ether_type = 0;
  Protocol protocol = Protocol::unknown;
  std::string community_id;  ///< Community ID v1 of the first conversation; "" without IP

  std::string operation;  ///< "write"; "" when not about a PDU
  std::string function;   ///< "Write Single Register (6)"
  /// Distinct, at most kAlertObjects: those the sentence tells of, then the others as they came.
  std::vector<std::string> objects;
  std::uint64_t objects_omitted = 0;
  Outcome outcome;  ///< the worst for the plant of those folded: accepted before refused
  std::string outcome_name;
  std::string expected, observed;

  std::vector<std::uint64_t> frames;  ///< raising frames in order, at most kAlertFrames
  std::vector<std::string> decoded;   ///< PDUs as JSON, at most kAlertPdus
  std::string wireshark_filter;       ///< selects the same conversation's PDUs in Wireshark
  EvidenceState evidence = EvidenceState::none;
};

/// Receives alerts as they begin and as they change (same id, higher revision). Judge's thread.
class AlertSink {
 public:
  virtual ~AlertSink() = default;
  virtual void alert(const Alert& alert) = 0;
};

}  // namespace sightglass
