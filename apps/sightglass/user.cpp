// sightglass user: the console's accounts from the command line, beside a console that runs or not.
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "apps/sightglass/command.hpp"
#include "console/server/console.hpp"

namespace sightglass {
namespace {

struct Options {
  std::string state = "/var/lib/sightglass/console";
  std::string name, role = "analyst";
};

int refused(const std::string& sentence) {
  std::fprintf(stderr, "sightglass user: %s\n", sentence.c_str());
  return kExitMistake;
}

/// One line of standard input, not echoed when it is a terminal.
std::string read_password() {
  const bool terminal = isatty(STDIN_FILENO) == 1;
  termios before{};
  if (terminal) {
    std::fputs("Password: ", stderr);
    tcgetattr(STDIN_FILENO, &before);
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
  }
  std::string password;
  std::getline(std::cin, password);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::fputs("\n", stderr);
  }
  return password;
}

/// Runs `change` on the accounts; its refusal is the answer.
template <typename Change>
int on_accounts(const Options& options, Change change) {
  try {
    console::LocalAccounts accounts{std::filesystem::path(options.state)};
    const console::Refusal refusal = change(*accounts);
    return refusal.ok() ? kExitDone : refused(refusal.sentence);
  } catch (const console::DatabaseError& error) {
    return refused(error.message);
  }
}

int add(const Options& options) {
  const std::optional<console::Role> role = console::parse_role(options.role);
  if (!role) return refused("a role is viewer, analyst, engineer or admin");
  return on_accounts(options, [&](console::Accounts& accounts) {
    return accounts.add_user(options.name, *role, read_password(), "command line", "local");
  });
}

int list(const Options& options) {
  return on_accounts(options, [](console::Accounts& accounts) {
    for (const console::User& user : accounts.users()) {
      std::printf("%s\t%s%s\n", user.name.c_str(), std::string(to_text(user.role)).c_str(),
                  user.disabled ? "\tdisabled" : "");
    }
    return console::Refusal{};
  });
}

int disable(const Options& options) {
  return on_accounts(options, [&](console::Accounts& accounts) {
    return accounts.change_user(options.name, std::nullopt, true, "command line", "local");
  });
}

int set_password(const Options& options) {
  return on_accounts(options, [&](console::Accounts& accounts) {
    return accounts.change_password(options.name, read_password(), "", "command line", "local");
  });
}

}  // namespace

void add_user(CLI::App& program, Run& chosen) {
  auto* user = program.add_subcommand("user", "Manage the console's users");
  user->require_subcommand(1);
  auto options = std::make_shared<Options>();
  user->add_option("--state", options->state, "the console's state directory");
  const auto command = [&](const char* name, const char* sentence, int (*run)(const Options&)) {
    auto* sub = user->add_subcommand(name, sentence);
    sub->callback([&chosen, options, run] { chosen = [options, run] { return run(*options); }; });
    return sub;
  };
  auto* adding = command("add", "Add a user; the password is read from standard input", add);
  adding->add_option("NAME", options->name)->required();
  adding->add_option("--role", options->role, "viewer, analyst, engineer or admin");
  command("list", "List the users", list);
  command("disable", "Let a user sign in no more", disable)
      ->add_option("NAME", options->name)
      ->required();
  command("password", "Set a user's password", set_password)
      ->add_option("NAME", options->name)
      ->required();
}

}  // namespace sightglass
