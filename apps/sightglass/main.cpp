// sightglass: the command line. Offline work, and questions to a running sensor.

#include "apps/sightglass/command.hpp"

int main(int argc, char** argv) {
  CLI::App program("Sightglass: a passive cyber-security monitor for industrial networks");
  program.set_version_flag("--version", SIGHTGLASS_VERSION);
  program.require_subcommand(1);
  sightglass::Run chosen;
  sightglass::add_replay(program, chosen);
  sightglass::add_dissect(program, chosen);
  sightglass::add_rules(program, chosen);
  sightglass::add_fields(program, chosen);
  sightglass::add_protocols(program, chosen);
  sightglass::add_sensor(program, chosen);
  sightglass::add_user(program, chosen);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = program.exit(error);
    return status == 0 ? sightglass::kExitDone : sightglass::kExitMistake;
  }
  return chosen();
}
