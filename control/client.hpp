// Asking a running sensor, over its control socket (docs/control.md). For the command line and the
// console.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sightglass {

inline constexpr std::size_t kControlLineBytes = 1024 * 1024;  ///< of a request or an answer
inline constexpr std::chrono::seconds kControlTimeout{10};     ///< for one answer

struct ControlAnswer {
  boost::json::value result;
  std::string error;                     ///< "" when it worked
  std::vector<std::string> diagnostics;  ///< of an error: every one, as a person reads them
};

/// One connection, made at the first question and kept; made again at the next one after a failure.
/// Used from one thread.
class ControlClient {
 public:
  explicit ControlClient(std::string path) : path_(std::move(path)) {}
  ~ControlClient() { close(); }
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  /// Sends one request and waits for its answer, at most kControlTimeout each way.
  ControlAnswer ask(std::string_view command, const boost::json::object& args,
                    std::string_view actor);
  /// Whether the connection stands; the sensor may have ended since the latest answer.
  bool is_connected() const;

 private:
  std::string connect();
  std::string exchange(std::string request, std::string& reply);
  ControlAnswer lost(std::string why);
  void close();

  const std::string path_;
  int descriptor_ = -1;
  std::uint64_t asked_ = 0;
};

/// A connection for one question.
ControlAnswer ask_sensor(const std::string& path, std::string_view command,
                         const boost::json::object& args, std::string_view actor);

}  // namespace sightglass
