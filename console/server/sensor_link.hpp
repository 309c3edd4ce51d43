// Tells a running sensor which alerts are closed and which are held, over its control socket, so
// that it keeps the right packets (docs/control.md).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "console/server/database.hpp"
#include "console/server/sensor_news.hpp"
#include "control/client.hpp"

namespace sightglass::console {

inline constexpr std::size_t kLinkPage = 1000;  ///< alerts told at once
inline constexpr std::chrono::milliseconds kLinkPause{500}, kLinkLongestPause{30'000};
/// With nothing to tell, the sensor is asked this often whether it still knows.
inline constexpr std::chrono::seconds kLinkHeartbeat{30};

struct LinkCounters {
  std::atomic<std::uint64_t> alerts_told{0}, statements{0}, failures{0};
};

/// Each start of a console tells everything anew, in pages; after that what is new. Where a sensor
/// stands is asked after every loss of the connection: whichever side was away, the page that
/// follows is the one it lacks. `work` is one thread's; the rest may be asked from any.
class SensorLink {
 public:
  /// `database` is only read.
  SensorLink(Database& database, const std::string& socket);

  /// Tells what there is to tell; returns how long to wait before the next time: longer and longer
  /// while the sensor does not take it.
  std::chrono::milliseconds work();

  /// "" while the sensor knows everything; else why not, for people.
  std::string problem() const;
  const LinkCounters& counters() const { return counters_; }

 private:
  bool tell();
  bool ask(const boost::json::object& args);
  bool fail(std::string problem);

  Database& database_;
  const std::string source_;
  ControlClient client_;
  bool known_ = false;  // where the sensor stands, since the connection was made
  TriageTold told_;
  std::chrono::steady_clock::time_point heard_{};
  std::chrono::milliseconds pause_ = kLinkPause;
  mutable std::mutex mutex_;
  std::string problem_ = "The sensor has not been reached yet.";
  LinkCounters counters_;
};

}  // namespace sightglass::console
