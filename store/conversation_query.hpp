// What is asked of the record about who talks to whom.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dissectors/address.hpp"
#include "rules/conversation_counts.hpp"

namespace sightglass {

enum class ConversationOrder : std::uint8_t {
  last_seen,
  first_seen,
  packets,
  bytes,
  pdus,
  gaps,
  retransmissions,
  client,  ///< by address; MACs before IPv4 before IPv6 where octets are equal
  server,
};
/// "last_seen", as in URLs, and back.
std::string_view to_text(ConversationOrder order);
std::optional<ConversationOrder> parse_conversation_order(std::string_view text);

/// Where a page ended: the value of its order's column, and the row's number, which breaks ties.
struct ConversationCursor {
  ConversationOrder order = ConversationOrder::last_seen;
  std::variant<std::int64_t, std::vector<std::uint8_t>> key;  ///< octets of client and server
  std::int64_t number = 0;
  bool operator==(const ConversationCursor&) const = default;
};
/// Opaque text for URLs, and back; nothing when it is not one of ours.
std::string to_text(const ConversationCursor& cursor);
std::optional<ConversationCursor> parse_conversation_cursor(std::string_view text);

/// All conditions hold together; an empty one asks nothing.
struct ConversationQuery {
  std::optional<IpAddress> address;  ///< client or server
  std::optional<MacAddress> mac;     ///< likewise, of the frames
  std::vector<Protocol> protocols;
  std::vector<std::uint16_t> ether_types;    ///< of conversations below IP
  std::optional<Timestamp> first_seen_from;  ///< new since
  std::optional<Timestamp> last_seen_from;   ///< still going on since
  /// In addresses, MACs, server port ("502"), transport, protocol, the EtherType's name, realm and
  /// application; every word must occur somewhere; case-insensitive for ASCII.
  std::string text;

  ConversationOrder order = ConversationOrder::last_seen;
  bool descending = true;
  std::optional<ConversationCursor> after;  ///< of the previous page, same query
  std::uint32_t limit = 100;                ///< 1..kMaxPageRows, confined to it
};

struct ConversationPage {
  struct Row {
    std::uint64_t number = 0;  ///< stays the same as long as the record keeps it
    ConversationCounts counts;
  };
  std::vector<Row> rows;
  std::optional<ConversationCursor> next;  ///< nothing on the last page
  std::uint64_t total = 0;                 ///< that match, whatever the page
};

}  // namespace sightglass
