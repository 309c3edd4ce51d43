// sightglass fields: the reference of every field a condition may name.
#include <cstdio>

#include "apps/sightglass/command.hpp"
#include "apps/sightglass/field_reference.hpp"

namespace sightglass {

void add_fields(CLI::App& program, Run& chosen) {
  auto* command = program.add_subcommand("fields", "Print every field a condition may name");
  command->callback([&chosen] {
    chosen = [] {
      std::fputs(field_reference().c_str(), stdout);
      return kExitDone;
    };
  });
}

}  // namespace sightglass
