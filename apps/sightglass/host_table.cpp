#include "apps/sightglass/host_table.hpp"

#include <algorithm>

#include "apps/sightglass/text_table.hpp"
#include "rules/alert/party.hpp"

namespace sightglass {
namespace {

using Row = std::array<std::string, 10>;

std::string percent_text(std::optional<unsigned> percent) {
  return percent ? std::to_string(*percent) + " %" : "-";
}

/// "PLC-1 in tank farm"
std::string named(const HostCounts& counts) {
  if (counts.zone.empty()) return counts.name;
  return counts.name + (counts.name.empty() ? "in " : " in ") + counts.zone;
}

Row row_of(const HostCounts& counts) {
  return {address_text(counts.host),
          std::to_string(counts.packets),
          std::to_string(counts.bytes),
          std::to_string(counts.pdus),
          percent_text(counts.one_way_percent()),
          std::to_string(counts.gaps),
          percent_text(counts.truncated_percent()),
          percent_text(counts.encrypted_percent()),
          percent_text(counts.unknown_percent()),
          named(counts)};
}

/// The larger, the less is known of what the host did.
unsigned blindness(const HostCounts& counts) {
  return counts.one_way_percent().value_or(0) + counts.truncated_percent().value_or(0) +
         counts.encrypted_percent().value_or(0) + counts.unknown_percent().value_or(0) +
         (counts.gaps != 0 ? 1 : 0);
}

}  // namespace

std::string host_table(std::vector<HostCounts> hosts) {
  if (hosts.empty()) return "";
  std::ranges::stable_sort(
      hosts, [](const HostCounts& a, const HostCounts& b) { return blindness(a) > blindness(b); });
  std::vector<Row> rows = {{"HOST", "PACKETS", "BYTES", "PDUS", "ONE-WAY", "GAPS", "CUT OFF",
                            "ENCRYPTED", "UNKNOWN", "NAME"}};
  for (const HostCounts& counts : hosts) rows.push_back(row_of(counts));
  return text_table(rows, {1, 8});
}

}  // namespace sightglass
