// The console, whole: opens its database and the record, serves until told to stop.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "console/server/accounts.hpp"
#include "console/server/config.hpp"

namespace sightglass::console {

/// What a person at the terminal needs once the console serves.
struct ConsoleStarted {
  std::string address;      ///< "https://127.0.0.1:8443"
  std::string fingerprint;  ///< SHA-256 of the certificate
  std::string setup_link;   ///< one-time, an hour; "" when there is an administrator already
  std::uint16_t port = 0;
  std::function<void()> reload_certificate;  ///< for SIGHUP; any thread, until run_console returns
};

/// Serves until `stop` is requested; `started` is called on the calling thread when the port is
/// open. The exit status: 0 after a stop, 1 when it could not start (`problem` says why).
int run_console(const ConsoleConfig& config, std::stop_token stop,
                const std::function<void(const ConsoleStarted&)>& started, std::string& problem);

/// The accounts alone, for `sightglass user`: works beside a console that runs. May throw
/// DatabaseError.
class LocalAccounts {
 public:
  explicit LocalAccounts(const std::filesystem::path& state);
  Accounts& operator*() { return accounts_; }
  Accounts* operator->() { return &accounts_; }

 private:
  Database database_;
  Accounts accounts_;
};

}  // namespace sightglass::console
