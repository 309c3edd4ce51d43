// A request and its answer as plain values: the API and its tests know no network library.
#pragma once

#include <cstdint>
#include <map>
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
  std::string peer;  ///< address of the client, without port

  /// "" when there is none.
  std::string_view header(std::string_view lower_case_name) const;
  std::string_view parameter(std::string_view name) const;
  /// The value of a cookie; "".
  std::string_view cookie(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;
  std::string body;
  /// Not an answer but the start of an event stream from `resume_after` on.
  bool event_stream = false;
  std::uint64_t resume_after = 0;
};

}  // namespace sightglass::console
