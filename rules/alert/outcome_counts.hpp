// What became of the requests of one alert.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "rules/alert/alert.hpp"

namespace sightglass {

/// How bad an outcome is for the plant; more is worse. What is still pending says nothing yet.
int gravity(Outcome::Kind kind);

/// Requests of one alert that ended, by outcome.
class OutcomeCounts {
 public:
  void count(Outcome::Kind kind) { ++counts_[static_cast<std::size_t>(kind)]; }

  /// The end of an alert's sentence, with a space before it: " PLC-1 refused: Illegal Data
  /// Address.", and each with its number where they differ: " PLC-1 accepted 2, refused 1." "" when
  /// nothing has ended. `operation`: of the requests.
  std::string phrase(const Alert& alert, Operation operation) const;

 private:
  std::array<std::uint64_t, kOutcomes> counts_{};
};

}  // namespace sightglass
