#include "apps/sightglass/conversation_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "apps/sightglass/text_table.hpp"
#include "rules/alert/party.hpp"

namespace sightglass {
namespace {

std::string service(const ConversationCounts& counts) {
  std::string text = address_text(counts.server);
  if (counts.server_port != 0) text += ":" + std::to_string(counts.server_port);
  return text;
}

std::string protocol(const ConversationCounts& counts) {
  if (counts.protocol != Protocol::unknown) return std::string(to_text(counts.protocol));
  return std::string(to_text(counts.transport));
}

/// "1.05 ms", or "-" where no response was seen with its request.
std::string time(std::optional<Duration> bound) {
  if (!bound) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f ms", static_cast<double>(bound->count()) / 1e6);
  return text.data();
}

/// "120 read, 3 write": the most frequent first.
std::string operations(const ConversationCounts& counts) {
  const auto& counted = counts.of_pdus->operations;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < counted.size(); ++i) {
    if (counted[i] != 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return counted[a] > counted[b]; });
  std::string text;
  for (const std::size_t i : order) {
    text += (text.empty() ? "" : ", ") + std::to_string(counted[i]) + " " +
            std::string(to_text(static_cast<Operation>(i)));
  }
  return text;
}

using Row = std::array<std::string, 12>;

Row row_of(const ConversationCounts& counts) {
  return {address_text(counts.client),
          service(counts),
          protocol(counts),
          counts.app.empty() ? "-" : counts.app,
          std::to_string(counts.packets),
          std::to_string(counts.bytes),
          std::to_string(counts.pdus),
          std::to_string(counts.gaps),
          std::to_string(counts.retransmissions),
          time(counts.of_pdus->latency.faster_than(50)),
          time(counts.of_pdus->latency.faster_than(95)),
          operations(counts)};
}

}  // namespace

std::string conversation_table(std::vector<ConversationCounts> conversations) {
  if (conversations.empty()) return "";
  std::stable_sort(
      conversations.begin(), conversations.end(),
      [](const ConversationCounts& a, const ConversationCounts& b) { return a.bytes > b.bytes; });
  std::vector<Row> rows = {{"CLIENT", "SERVER", "PROTOCOL", "APPLICATION", "PACKETS", "BYTES",
                            "PDUS", "GAPS", "RESENT", "HALF WITHIN", "95 % WITHIN",
                            "PDUS BY OPERATION"}};
  for (const ConversationCounts& counts : conversations) rows.push_back(row_of(counts));
  return text_table(rows, {4, 10});
}

}  // namespace sightglass
