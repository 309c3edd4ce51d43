// The words of an alert's enumerations and its id.
#include <array>

#include "dissectors/hex_text.hpp"
#include "rules/alert/alert.hpp"

namespace sightglass {
namespace {

constexpr std::array<std::string_view, 6> kSeverities = {"",       "critical", "high",
                                                         "medium", "low",      "info"};
constexpr std::array<std::string_view, 3> kCategories = {"application", "control", "device"};
constexpr std::array<std::string_view, 4> kEvidenceStates = {"none", "collecting", "ready",
                                                             "partial"};

}  // namespace

std::string to_text(const AlertId& id) { return hex_text(id.bytes); }

std::string_view to_text(Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}
std::string_view to_text(Category category) {
  return kCategories[static_cast<std::size_t>(category)];
}
std::string_view to_text(EvidenceState state) {
  return kEvidenceStates[static_cast<std::size_t>(state)];
}

}  // namespace sightglass
