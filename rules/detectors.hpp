// The detectors a rule can listen to with `detector:` instead of a condition.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace sightglass {

struct Rule;
class RuleSet;

/// Raised by the judge from what it has seen so far; by the workers from inbound_from_outside on,
/// by the sensor about itself from no_traffic on.
enum class Detector : std::uint8_t {
  new_host,
  new_conversation,
  new_function,
  new_reader,
  new_call,
  new_writer,
  new_address,
  unit_scan,
  write_sweep,
  conflicting_writers,
  value_fight,
  broadcast_write,
  address_conflict,
  address_moved,
  address_spoofed,
  weaker_security,
  certificate_changed,
  inbound_from_outside,
  outbound_to_outside,
  protocol_confirmed,
  other_protocol,
  stream_overlap,
  half_open,
  no_traffic,
  one_way_mirror,
  capture_loss,
  duplicated_mirror,
  clock_step,
  memory_short,
};
inline constexpr std::size_t kDetectors = 29;

struct DetectorSpec {
  Detector detector;
  std::string_view name;      ///< as rules write it: "baseline.new_host"
  bool needs_baseline;        ///< says nothing until something has been learned
  bool uses_threshold;        ///< `threshold:` of its rule sets count and window
  std::string_view sentence;  ///< what it finds
};

/// In the order of the enumeration.
std::span<const DetectorSpec> all_detectors();
/// nullptr when there is none of that name.
const DetectorSpec* find_detector(std::string_view name);

/// Which rule in force listens to which detector; nullptr when none does. RuleSet leaves one each.
class DetectorRules {
 public:
  DetectorRules() = default;
  explicit DetectorRules(const RuleSet& rules);
  const Rule* operator[](Detector detector) const {
    return rules_[static_cast<std::size_t>(detector)];
  }

 private:
  std::array<const Rule*, kDetectors> rules_{};
};

}  // namespace sightglass
