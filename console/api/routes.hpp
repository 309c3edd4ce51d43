// Everything the API can be asked, and who may ask it.
#pragma once

#include <atomic>
#include <boost/json/object.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "console/server/accounts.hpp"
#include "console/server/alert_index.hpp"
#include "console/server/database.hpp"
#include "console/server/events.hpp"
#include "console/server/http.hpp"
#include "console/server/https.hpp"
#include "console/server/record.hpp"
#include "console/server/record_tail.hpp"
#include "console/server/sensor_link.hpp"

namespace sightglass::console {

/// The baseline as it was last read.
struct KeptBaseline {
  std::mutex mutex;
  std::uint64_t version = 0;  ///< RecordTail::baseline_version() it was read at
  std::shared_ptr<const Baseline> stored;
};

/// What the endpoints work with; made once, outlives them.
struct Services {
  Database& database;
  Accounts& accounts;
  Record& record;
  AlertIndex& index;
  RecordTail& tail;
  EventHub& events;
  Clock clock;
  /// Of the server, once there is one.
  std::atomic<const ServerCounters*> server{nullptr};
  /// The way to the sensor, when one is configured.
  std::atomic<const SensorLink*> sensor{nullptr};
  KeptBaseline baseline{};
};

/// One request that got through the gate.
struct Call {
  const Request& request;
  std::optional<Session> session;  ///< always set unless the route is for anyone
  std::string parameter;           ///< what stands for `{...}` in the path, decoded
  boost::json::object body;        ///< {} without one

  Actor actor(const Clock& clock) const {
    return {session ? session->user : "", request.peer, clock()};
  }
};

/// Who may use a route. Has no default: a route that does not say it does not compile.
class Access {
 public:
  static constexpr Access anyone() { return Access(Role::nobody); }
  /// This role and those above it.
  static constexpr Access from(Role role) { return Access(role); }
  constexpr Role least() const { return least_; }

 private:
  explicit constexpr Access(Role least) : least_(least) {}
  Role least_;
};

/// May throw DatabaseError and RecordUnavailable.
using Endpoint = Response (*)(Services&, const Call&);

struct Route {
  Method method;
  std::string_view path;  ///< below /api/v1; one segment may be a `{name}`
  Access access;
  Endpoint endpoint;
};
std::span<const Route> routes();

inline constexpr std::string_view kApiRoot = "/api/v1";

/// The route and what stands for its parameter. Without one, `allowed` says which methods the path
/// has ("" when there is no such path).
struct Found {
  const Route* route = nullptr;
  std::string parameter;
  std::string allowed;
};
Found find_route(Method method, std::string_view path_below_root);

}  // namespace sightglass::console
