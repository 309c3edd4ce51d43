// sightglass sensor: questions to a running sensor, over its control socket.
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "apps/sightglass/command.hpp"
#include "control/client.hpp"

namespace sightglass {
namespace {

int ask(const std::string& socket, const std::string& command) {
  const char* user = getlogin();
  const ControlAnswer answer = ask_sensor(socket, command, {}, user == nullptr ? "" : user);
  if (answer.error.empty()) {
    std::printf("%s\n", boost::json::serialize(answer.result).c_str());
    return kExitDone;
  }
  std::fprintf(stderr, "sightglass sensor: %s\n", answer.error.c_str());
  for (const auto& diagnostic : answer.diagnostics)
    std::fprintf(stderr, "%s\n", diagnostic.c_str());
  return kExitFailed;
}

}  // namespace

void add_sensor(CLI::App& program, Run& chosen) {
  auto* sensor = program.add_subcommand("sensor", "Ask a running sensor");
  sensor->require_subcommand(1);
  auto socket = std::make_shared<std::string>("/run/sightglass/sensor.sock");
  sensor->add_option("--socket", *socket, "its control socket");
  const auto add = [&](const char* name, const char* sentence) {
    const std::string command = name;
    sensor->add_subcommand(name, sentence)->callback([&chosen, socket, command] {
      chosen = [socket, command] { return ask(*socket, command); };
    });
  };
  add("status", "What it counts and whether it learns, as JSON");
  add("reload", "Load rules and site anew");
}

}  // namespace sightglass
