// Steps, not products: an analyst can redo the sum.
#include "rules/alert/severity.hpp"

#include <algorithm>
#include <array>

namespace sightglass {
namespace {

constexpr std::array kCommands = {Operation::write,     Operation::call,     Operation::start,
                                  Operation::stop,      Operation::restart,  Operation::download,
                                  Operation::erase,     Operation::firmware, Operation::configure,
                                  Operation::set_clock, Operation::force};
constexpr int kMostSteps = 2;

}  // namespace

bool is_command(Operation operation) {
  return std::ranges::find(kCommands, operation) != kCommands.end();
}

Severity severity_of(Severity kind, const Circumstances& circumstances) {
  const bool command = is_command(circumstances.operation);
  const Outcome::Kind outcome = circumstances.outcome.kind;
  int steps = circumstances.detector_steps;
  if (command && outcome == Outcome::Kind::refused && circumstances.all_ended) --steps;
  if (command && outcome == Outcome::Kind::accepted && circumstances.unauthorised) ++steps;
  if (circumstances.critical_target) ++steps;
  const int level = static_cast<int>(kind) - std::min(steps, kMostSteps);
  return static_cast<Severity>(
      std::clamp(level, static_cast<int>(Severity::critical), static_cast<int>(Severity::info)));
}

}  // namespace sightglass
