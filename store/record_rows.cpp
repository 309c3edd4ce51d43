#include "store/record_rows.hpp"

#include "store/stored_names.hpp"

namespace sightglass {

std::string_view to_text(ChangeKind kind) { return stored::name(kind); }
std::string_view to_text(EvidenceLack lack) { return stored::name(lack); }
std::string_view to_text(TriageState state) { return stored::name(state); }

std::optional<TriageState> parse_triage_state(std::string_view text) {
  for (const TriageState state : {TriageState::open, TriageState::closed, TriageState::held}) {
    if (text == to_text(state)) return state;
  }
  return std::nullopt;
}

std::optional<AlertId> parse_alert_id(std::string_view text) {
  AlertId id;
  if (text.size() != 2 * id.bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    constexpr std::string_view kLower = "0123456789abcdef", kUpper = "0123456789ABCDEF";
    std::size_t digit = kLower.find(text[i]);
    if (digit == std::string_view::npos) digit = kUpper.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    id.bytes[i / 2] = static_cast<std::uint8_t>(id.bytes[i / 2] << 4 | digit);
  }
  return id;
}

}  // namespace sightglass
