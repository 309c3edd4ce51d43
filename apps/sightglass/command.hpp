// The commands of `sightglass`: each adds itself to the command line and gives its exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace sightglass {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed =
    1;  ///< what was asked for did not hold (a rule test, a full disk)
inline constexpr int kExitMistake = 2;  ///< the user's input can not be used; every reason was told

/// A command registers its options with the parser and keeps what it needs in the closure that runs
/// it. `chosen` is set by the command the user named.
using Run = std::function<int()>;

void add_replay(CLI::App& program, Run& chosen);
void add_dissect(CLI::App& program, Run& chosen);
void add_rules(CLI::App& program, Run& chosen);
void add_fields(CLI::App& program, Run& chosen);
void add_protocols(CLI::App& program, Run& chosen);
void add_sensor(CLI::App& program, Run& chosen);
void add_user(CLI::App& program, Run& chosen);

}  // namespace sightglass
