// sightglass-console: serves a sensor's record, or a finished case, to browsers.
#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "console/server/console.hpp"
#include "console/server/record.hpp"

namespace {

using sightglass::console::ConsoleConfig;
using sightglass::console::ConsoleStarted;

constexpr int kMistake = 2;

/// "127.0.0.1:8443", "[::1]:8443"
bool read_listen(const std::string& text, ConsoleConfig& config) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return false;
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const char* end = text.data() + text.size();
  const auto [stopped, code] = std::from_chars(text.data() + colon + 1, end, config.port);
  config.listen = host;
  return code == std::errc() && stopped == end && !host.empty();
}

void tell(const ConsoleStarted& started) {
  std::printf("Sightglass console: %s\n", started.address.c_str());
  std::printf("Certificate (SHA-256): %s\n", started.fingerprint.c_str());
  if (!started.setup_link.empty()) {
    std::printf("Set up (once, within an hour): %s\n", started.setup_link.c_str());
  }
  std::fflush(stdout);
}

/// Signals are waited for on a thread of their own; every other thread is born with them blocked.
int serve(const ConsoleConfig& config) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  std::stop_source stop;
  std::thread waiting;
  const auto started = [&](const ConsoleStarted& told) {
    tell(told);
    waiting = std::thread([&signals, &stop, reload = told.reload_certificate] {
      for (int signal = 0; sigwait(&signals, &signal) == 0 && signal == SIGHUP;) reload();
      stop.request_stop();
    });
  };
  std::string problem;
  const int status = sightglass::console::run_console(config, stop.get_token(), started, problem);
  if (!problem.empty()) std::fprintf(stderr, "sightglass-console: %s\n", problem.c_str());
  if (waiting.joinable()) {
    pthread_kill(waiting.native_handle(), SIGUSR1);  // when it ended by itself
    waiting.join();
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Sightglass console: alerts and their proof, over HTTPS");
  program.set_version_flag("--version", SIGHTGLASS_VERSION);
  std::string file, record, state, web, listen;
  program.add_option("--config", file, "console.yaml");
  program.add_option("--case,--record", record, "a case, or a sensor's directory");
  program.add_option("--state", state, "users, triage and certificate (default: beside the case)");
  program.add_option("--web", web, "the built page");
  program.add_option("--listen", listen, "ADDRESS:PORT (127.0.0.1:8443; port 0: any)");
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : kMistake;
  }

  ConsoleConfig config;
  std::vector<sightglass::Diagnostic> diagnostics;
  if (!file.empty()) config = sightglass::console::read_config(file, diagnostics);
  std::fputs(sightglass::to_text(diagnostics).c_str(), stderr);
  if (!diagnostics.empty()) return kMistake;
  if (!record.empty()) {
    // Named by hand it must be there; a configured one may come later, with its sensor.
    if (const std::string why = sightglass::console::why_unreadable(record); !why.empty()) {
      std::fprintf(stderr, "sightglass-console: %s\n", why.c_str());
      return kMistake;
    }
    config.record = record;
  }
  if (!state.empty()) config.state = state;
  if (!web.empty()) config.web = web;
  if (config.record.empty()) {
    std::fputs("sightglass-console: give --config FILE or --case DIR\n", stderr);
    return kMistake;
  }
  if (config.state.empty()) config.state = config.record.lexically_normal().string() + ".console";
  if (!listen.empty() && !read_listen(listen, config)) {
    std::fprintf(stderr, "sightglass-console: %s: expected ADDRESS:PORT\n", listen.c_str());
    return kMistake;
  }
  return serve(config);
}
