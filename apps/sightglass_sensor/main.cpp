// sightglass-sensor: a live interface, judged as long as it runs.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "sensor/pipeline/live_settings.hpp"

namespace {

sightglass::LiveRequests requests;

void on_signal(int signal) {
  if (signal == SIGHUP) {
    requests.reload = true;
  } else {
    requests.stop = true;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Sightglass sensor: listens on an interface and can not transmit");
  program.set_version_flag("--version", SIGHTGLASS_VERSION);
  std::string file;
  program.add_option("--config", file, "sensor.yaml")->required();
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 2;
  }

  auto loaded = sightglass::load_live_settings(file);
  for (const auto& diagnostic : loaded.diagnostics) std::fputs(diagnostic.c_str(), stderr);
  if (!loaded.settings) return 2;
  loaded.settings->tool_version = SIGHTGLASS_VERSION;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, on_signal);
  return sightglass::run_live(*loaded.settings, requests);
}
