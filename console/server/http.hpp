// A request and its answer as plain values: the API and its tests know no network library.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace sightglass::console {

enum class Method : std::uint8_t { get, post, put, patch, remove, other };
std::string_view to_text(Method method);

struct Request {
  Method method = Method::get;
  std::string path;                            ///< decoded, without the query: "/api/v1/alerts"
  std::map<std::string, std::string> query;    ///< decoded; of a repeated name the last
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string peer;   ///< address of the client, without port
  std::string local;  ///< address and port the client connected to: "127.0.0.1:8443", "[::1]:8443"

  /// "" when there is none.
  std::string_view header(std::string_view lower_case_name) const;
  std::string_view parameter(std::string_view name) const;
  /// The value of a cookie; "".
  std::string_view cookie(std::string_view name) const;
};

/// An event stream as the server sees it. Thread-safe.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// All that waits to be sent, in the format of text/event-stream; "" when nothing does.
  virtual std::string take() = 0;
  /// `wake` is called, from any thread, when there is something to take or the stream has ended.
  virtual void when_ready(std::function<void()> wake) = 0;
  /// False when whoever opened it may not hear more. Asked once a heartbeat's time,
  /// however busy the stream is; may take a while.
  virtual bool may_go_on() = 0;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;
  std::string body;
  /// Set: not an answer but the start of an event stream; `body` is not sent.
  std::shared_ptr<EventSource> events;
};

}  // namespace sightglass::console
