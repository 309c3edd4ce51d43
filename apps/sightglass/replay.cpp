// sightglass replay: judges captures and shows the alerts.
#include "sensor/pipeline/replay.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "apps/sightglass/command.hpp"
#include "apps/sightglass/conversation_table.hpp"
#include "apps/sightglass/host_table.hpp"
#include "apps/sightglass/progress.hpp"
#include "rules/alert/eve.hpp"
#include "rules/alert/table.hpp"
#include "sensor/pipeline/duration_text.hpp"
#include "sensor/pipeline/load_configuration.hpp"
#include "sensor/pipeline/summary.hpp"

namespace sightglass {
namespace {

struct Options {
  ReplaySettings replay;
  std::string case_directory, site, learn_for;
  std::vector<std::string> then, rules;
  bool json = false, quiet = false, conversations = false, hosts = false;
};

std::atomic<bool> interrupted = false, summary_wanted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

/// The first time orderly; who can not wait for that asks again.
void interrupt(int signal) {
  interrupted = true;
  std::signal(signal, SIG_DFL);
}

void want_summary(int) { summary_wanted = true; }

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 120;
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }
void complain(const std::string& text) {
  std::fprintf(stderr, "sightglass replay: %s\n", text.c_str());
}

/// `--learn A --then B` names what is judged with --then instead of FILE.
bool settle_captures(Options& options) {
  if (!options.then.empty()) {
    if (options.replay.learn_captures.empty() || !options.replay.captures.empty()) {
      complain("--learn CAPTURE... --then CAPTURE... takes no other captures");
      return false;
    }
    options.replay.captures = options.then;
  }
  if (options.replay.captures.empty()) {
    complain("no capture to replay");
    return false;
  }
  if (!options.learn_for.empty()) {
    options.replay.learn_for = parse_duration(options.learn_for);
    if (!options.replay.learn_for || !options.replay.learn_captures.empty()) {
      complain(options.replay.learn_for ? "--learn and --learn-for exclude each other"
                                        : "--learn-for " + options.learn_for +
                                              ": a number and s, min, h or d, as in 10min");
      return false;
    }
  }
  if (!options.case_directory.empty()) options.replay.case_directory = options.case_directory;
  return true;
}

void show(const Options& options, const ReplayResult& result, const Configuration& configuration) {
  if (options.json) {
    for (const Alert& alert : result.alerts) print(eve_line(alert) + "\n");
  } else if (!options.quiet) {
    print(alert_table(result.alerts, terminal_width()));
    if (!result.alerts.empty()) print("\n");
    if (options.conversations) {
      const std::string table = conversation_table(result.conversations);
      print(table + (table.empty() ? "" : "\n"));
    }
    if (options.hosts) {
      const std::string table = host_table(result.hosts);
      print(table + (table.empty() ? "" : "\n"));
    }
    print(replay_summary(result, configuration));
  }
  std::fflush(stdout);
}

int run(Options& options) {
  if (!settle_captures(options)) return kExitMistake;
  ConfigurationRequest request;
  request.rule_files = options.rules;
  request.site_file = options.site;
  request.has_baseline = options.replay.learn_for || !options.replay.learn_captures.empty();
  const LoadedConfiguration loaded = load_configuration(request);
  for (const auto& diagnostic : loaded.diagnostics) std::fputs(diagnostic.c_str(), stderr);
  if (!loaded.configuration) return kExitMistake;
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  std::signal(SIGQUIT, want_summary);
  options.replay.tool_version = SIGHTGLASS_VERSION;
  ReplayResult result;
  {
    ProgressBar bar;
    const auto report = [&](const ReplayProgress& at) {
      if (summary_wanted.exchange(false)) {
        bar.clear();
        std::fputs(replay_summary(at.so_far(), *loaded.configuration).c_str(), stderr);
      }
      bar.show(at.bytes_read, at.bytes_total, at.packets);
    };
    result = replay(options.replay, loaded.configuration, report, interrupted);
  }
  for (const auto& error : result.errors) complain(error);
  if (!result.errors.empty()) return kExitMistake;
  for (const auto& end : result.early_ends) complain(end.capture + ": " + end.reason);
  if (result.interrupted) complain("interrupted: what follows is of the packets read so far");
  show(options, result, *loaded.configuration);
  if (!result.record_error.empty()) {
    complain("the case is not complete: " + result.record_error);
    return kExitFailed;
  }
  return result.interrupted ? kExitFailed : kExitDone;
}

}  // namespace

void add_replay(CLI::App& program, Run& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = program.add_subcommand("replay", "Judge captures and show the alerts");
  command->add_option("FILE", options->replay.captures,
                      "pcap or pcapng, also gzip; several are merged by time; - is standard input");
  command->add_option("--case", options->case_directory, "write a case the console opens");
  command->add_option("--site", options->site, "the plant: zones, assets, roles, writers");
  command
      ->add_option("--rules", options->rules,
                   "rules besides the shipped ones: a file, or a directory of them")
      ->allow_extra_args(false);
  command->add_option("--learn", options->replay.learn_captures, "learn from these captures ...");
  command->add_option("--then", options->then, "... and judge these");
  command->add_option("--learn-for", options->learn_for,
                      "learn from the beginning, as long as this (10min, 288s), then judge");
  command->add_option("--workers", options->replay.workers, "threads that follow flows")
      ->check(CLI::Range(1, 64));
  command->add_option("--flows", options->replay.flows, "conversations followed at once")
      ->check(CLI::Range(kFewestFlows, kMostFlows));
  command->add_flag("--conversations", options->conversations,
                    "also who talked to whom, how much, and how fast it was answered");
  command->add_flag("--hosts", options->hosts, "also what of each host was seen, and what was not");
  command->add_flag("--json", options->json, "alerts as JSON lines");
  command->add_flag("--quiet", options->quiet, "no output but errors");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

}  // namespace sightglass
