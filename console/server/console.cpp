#include "console/server/console.hpp"

#include <sys/stat.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "console/server/certificate.hpp"
#include "console/server/gate.hpp"
#include "console/server/sensor_link.hpp"

namespace sightglass::console {
namespace {

namespace fs = std::filesystem;

Timestamp now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

/// Holds password hashes and a private key: nobody else's.
std::string database_file(const fs::path& state) {
  std::error_code code;
  fs::create_directories(state, code);
  if (code) throw ServerError{state.string() + ": can not make it: " + code.message()};
  if (::chmod(state.c_str(), 0700) != 0) {
    throw ServerError{state.string() + ": can not close it to others"};
  }
  return (state / "console.db").string();
}

std::string address_of(const ConsoleConfig& config, std::uint16_t port) {
  const bool is_v6 = config.listen.find(':') != std::string::npos;
  const std::string host = is_v6 ? "[" + config.listen + "]" : config.listen;
  return "https://" + host + ":" + std::to_string(port);
}

/// Looks at the record again and again on its own thread until it goes away.
class Watch {
 public:
  Watch(RecordTail& tail, EventHub& hub)
      : thread_([&tail, &hub](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any bell;
          std::unique_lock lock(mutex);
          while (!stop.stop_requested()) {
            tail.look(&hub);
            bell.wait_for(lock, stop, kTailPause, [] { return false; });
          }
        }) {}

 private:
  std::jthread thread_;
};

/// Tells the sensor what people decide, on its own thread until it goes away.
class Telling {
 public:
  explicit Telling(SensorLink& link)
      : thread_([&link](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any bell;
          std::unique_lock lock(mutex);
          while (!stop.stop_requested()) {
            bell.wait_for(lock, stop, link.work(), [] { return false; });
          }
        }) {}

 private:
  std::jthread thread_;
};

void serve(const ConsoleConfig& config, const std::stop_token& stop,
           const std::function<void(const ConsoleStarted&)>& started) {
  const std::string file = database_file(config.state);
  Database database(file), lists(file);
  Accounts accounts(database, now);
  Record record(config.record);
  AlertIndex index(database, lists);
  RecordTail tail(record, index);
  tail.look(nullptr);
  EventHub hub(tail.cursor());
  Services services{database, accounts, record, index, tail, hub, now};
  const Pages pages(config.web);
  Gate gate(services, pages, config.names);

  const bool own = config.certificate.empty();
  const fs::path certificate = own ? config.state / "tls" / "console.crt" : config.certificate;
  const fs::path key = own ? config.state / "tls" / "console.key" : config.key;
  if (own) ensure_certificate(certificate, key, config.names);
  HttpsServer server({config.listen, config.port, certificate, key, {}},
                     [&gate](const Request& request) { return gate(request); });
  services.server = &server.counters();
  const Watch watch(tail, hub);
  // A finished case has no sensor.
  std::optional<SensorLink> link;
  std::optional<Telling> telling;
  if (!config.sensor_socket.empty() && !record.is_case()) {
    link.emplace(lists, config.sensor_socket.string());
    services.sensor = &*link;
    telling.emplace(*link);
  }

  ConsoleStarted told;
  told.port = server.port();
  told.address = address_of(config, told.port);
  told.fingerprint = fingerprint(certificate);
  if (const std::string token = accounts.issue_setup_token(); !token.empty()) {
    told.setup_link = told.address + "/setup#token=" + token;
  }
  told.reload_certificate = [&server] { server.reload_certificate(); };
  started(told);
  const std::stop_callback end(stop, [&server] { server.stop(); });
  server.run();
}

}  // namespace

int run_console(const ConsoleConfig& config, std::stop_token stop,
                const std::function<void(const ConsoleStarted&)>& started, std::string& problem) {
  try {
    serve(config, stop, started);
    return 0;
  } catch (const ServerError& error) {
    problem = error.message;
  } catch (const DatabaseError& error) {
    problem = error.message;
  } catch (const std::exception& error) {
    problem = error.what();
  }
  return 1;
}

LocalAccounts::LocalAccounts(const fs::path& state)
    : database_(database_file(state)), accounts_(database_, now) {}

}  // namespace sightglass::console
