#include "console/api/conversation_query.hpp"

#include "console/api/body.hpp"
#include "dissectors/link_protocols.hpp"

namespace sightglass::console {
namespace {

constexpr std::size_t kParameterMost = 500;  // bytes
constexpr std::uint32_t kUsual = 100, kMost = 1000;

std::optional<Protocol> parse_protocol(std::string_view word) {
  for (std::size_t i = 0; i < kProtocols; ++i) {
    if (to_text(static_cast<Protocol>(i)) == word) return static_cast<Protocol>(i);
  }
  return std::nullopt;
}

}  // namespace

ConversationQueryReader::ConversationQueryReader(const Request& request) {
  read_host(request);
  read_protocols(request);
  query_.first_seen_from = time(request, "new_since");
  query_.last_seen_from = time(request, "seen_since");
  query_.text = request.parameter("q");
  if (query_.text.size() > kParameterMost) {
    wrong("q", "It is longer than " + std::to_string(kParameterMost) + " bytes.");
  }
  read_order(request);
}

void ConversationQueryReader::read_host(const Request& request) {
  const std::string_view host = request.parameter("address");
  if (host.empty()) return;
  query_.address = parse_ip(host);
  if (query_.address) return;
  query_.mac = parse_mac(host);
  if (!query_.mac) wrong("address", "It is no IP address and no MAC.");
}

void ConversationQueryReader::read_protocols(const Request& request) {
  for (const std::string& word : listed(request.parameter("protocol"))) {
    if (const auto protocol = parse_protocol(word)) {
      query_.protocols.push_back(*protocol);
      continue;
    }
    const std::size_t before = query_.ether_types.size();
    for (const LinkProtocol& link : link_protocols()) {
      if (link.name == word) query_.ether_types.push_back(link.ether_type);
    }
    if (query_.ether_types.size() == before) wrong("protocol", "\"" + word + "\" is not known.");
  }
}

std::optional<Timestamp> ConversationQueryReader::time(const Request& request,
                                                       std::string_view name) {
  const std::string_view value = request.parameter(name);
  if (value.empty()) return std::nullopt;
  std::optional<Timestamp> time = parse_time(value);
  if (!time) wrong(name, "It is no time like 2026-01-31T23:59:59Z.");
  return time;
}

void ConversationQueryReader::read_order(const Request& request) {
  if (const std::string_view name = request.parameter("sort"); !name.empty()) {
    if (const auto order = parse_conversation_order(name)) {
      query_.order = *order;
    } else {
      wrong("sort",
            "It is last_seen, first_seen, packets, bytes, pdus, gaps, retransmissions, client or "
            "server.");
    }
  }
  const std::string_view order = request.parameter("order");
  if (!order.empty() && order != "asc" && order != "desc") wrong("order", "It is asc or desc.");
  query_.descending = order != "asc";
  if (const std::string_view after = request.parameter("after"); !after.empty()) {
    query_.after = parse_conversation_cursor(after);
    if (!query_.after || query_.after->order != query_.order) {
      wrong("after", "It is not the `next` of a page with this order.");
    }
  }
  if (const auto limit = parse_limit(request.parameter("limit"), kUsual, kMost)) {
    query_.limit = *limit;
  } else {
    wrong("limit", "It is a number from 1 to " + std::to_string(kMost) + ".");
  }
}

}  // namespace sightglass::console
