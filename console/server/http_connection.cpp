#include "console/server/http_connection.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>
#include <string>
#include <utility>

#include "console/server/problem.hpp"

namespace sightglass::console {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kPiece = 4096;  // of what is read at once
// What a refused client may still send before the connection is cut under it, so that it gets to
// read why.
constexpr std::size_t kDrained = std::size_t{4} << 20;
constexpr std::chrono::seconds kDraining{2};

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
    case http::verb::head:
      return Method::get;
    case http::verb::post:
      return Method::post;
    case http::verb::put:
      return Method::put;
    case http::verb::patch:
      return Method::patch;
    case http::verb::delete_:
      return Method::remove;
    default:
      return Method::other;
  }
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// False when the target is no path.
bool read_target(std::string_view target, Request& request) {
  const auto url = boost::urls::parse_origin_form({target.data(), target.size()});
  if (!url) return false;
  boost::urls::encoding_opts plus;
  plus.space_as_plus = true;
  request.path = url->encoded_path().decode();
  for (const auto& parameter : url->encoded_params()) {
    request.query[parameter.key.decode(plus)] = parameter.value.decode(plus);
  }
  return true;
}

/// 0 when nobody is there to be answered.
unsigned status_for(const error_code& code) {
  if (code == http::error::header_limit || code == http::error::buffer_overflow) return 431;
  if (code == http::error::body_limit) return 413;
  if (code.category() == http::make_error_code(http::error::bad_target).category()) return 400;
  return 0;
}

std::string_view refusal_title(unsigned status) {
  if (status == 413) return "The request is too large";
  if (status == 431) return "The request's header is too large";
  return "This is no HTTP/1.1 request";
}

/// Without a length the body ends with the connection.
std::string head_of(const Response& response, unsigned version, bool keep_alive,
                    std::optional<std::size_t> length) {
  http::response<http::empty_body> head(http::int_to_status(response.status), version);
  head.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) head.set(name, value);
  head.keep_alive(keep_alive);
  if (length) head.content_length(*length);
  return beast::buffers_to_string(
      http::fields::writer(head, head.version(), head.result_int()).get());
}

}  // namespace

class HttpConnection::Parser : public http::request_parser<http::string_body> {
 public:
  explicit Parser(const ServerLimits& limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
  }
};

HttpConnection::HttpConnection(asio::ip::tcp::socket socket,
                               std::shared_ptr<asio::ssl::context> tls, const ServerLimits& limits,
                               ServerCounters& counters)
    : limits_(limits),
      counters_(counters),
      tls_(std::move(tls)),
      stream_(std::move(socket), *tls_),
      received_(limits.header_bytes + kPiece) {
  // Or the second piece of an answer waits until the client has acknowledged the first.
  error_code ignored;
  stream_.next_layer().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}
HttpConnection::~HttpConnection() = default;

void HttpConnection::limit_to(std::chrono::milliseconds time) {
  stream_.next_layer().expires_after(time);
}

void HttpConnection::count(const error_code& code) {
  if (code == beast::error::timeout) ++counters_.timeouts;
  const unsigned status = status_for(code);
  if (status == 431) ++counters_.headers_too_large;
  if (status == 413) ++counters_.bodies_too_large;
  if (status == 400) ++counters_.malformed;
}

asio::awaitable<bool> HttpConnection::handshake() {
  limit_to(limits_.handshake);
  auto [code] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kTuple);
  if (code) ++(code == beast::error::timeout ? counters_.timeouts : counters_.handshakes_failed);
  co_return !code;
}

asio::awaitable<void> HttpConnection::close() {
  limit_to(limits_.handshake);
  co_await stream_.async_shutdown(kTuple);
}

asio::awaitable<bool> HttpConnection::read(Request& request) {
  answer_ = {};
  Parser parser(limits_);
  const error_code code = co_await read_message(parser);
  if (code) {
    count(code);
    const unsigned status = status_for(code);
    if (status == 0) co_return false;
    co_await refuse(status, refusal_title(status));
    co_await drain();
    co_return false;
  }
  ++counters_.requests;
  auto& message = parser.get();
  answer_ = {message.version(), message.keep_alive(), message.method() == http::verb::head};
  request.method = method_of(message.method());
  const auto target = message.target();
  if (!read_target({target.data(), target.size()}, request)) {
    ++counters_.malformed;
    co_await refuse(400, "The request's target is no path");
    co_return false;
  }
  for (const auto& field : message) {
    const auto name = field.name_string();
    const auto value = field.value();
    request.headers[lower_case({name.data(), name.size()})] = std::string(value);
  }
  request.body = std::move(message.body());
  co_return true;
}

asio::awaitable<error_code> HttpConnection::read_message(Parser& parser) {
  error_code code;
  if (received_.size() == 0) {
    // An open connection may rest longer than a header may take.
    limit_to(limits_.first_byte);
    code = co_await receive();
  }
  limit_to(limits_.header);
  while (!code && !parser.is_header_done()) code = co_await parse_on(parser);
  limit_to(limits_.body);
  if (!code && !parser.is_done() &&
      beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    code = co_await send("HTTP/1.1 100 Continue\r\n\r\n");
  }
  parser.eager(true);
  while (!code && !parser.is_done()) code = co_await parse_on(parser);
  co_return code;
}

/// Parses what has been received; waits for more when that is not enough.
asio::awaitable<error_code> HttpConnection::parse_on(Parser& parser) {
  error_code code = http::error::need_more;
  if (received_.size() > 0) received_.consume(parser.put(received_.cdata(), code));
  if (code == http::error::need_more) code = co_await receive();
  co_return code;
}

asio::awaitable<error_code> HttpConnection::receive() {
  const std::size_t room = std::min(kPiece, received_.max_size() - received_.size());
  if (room == 0) co_return http::error::buffer_overflow;
  auto [code, size] = co_await stream_.async_read_some(received_.prepare(room), kTuple);
  received_.commit(size);
  co_return code;
}

asio::awaitable<error_code> HttpConnection::send(std::string_view text) {
  while (!text.empty()) {
    const asio::const_buffer rest(text.data(), text.size());
    auto [code, size] = co_await stream_.async_write_some(rest, kTuple);
    if (code) co_return code;
    text.remove_prefix(size);
  }
  co_return error_code();
}

asio::awaitable<void> HttpConnection::refuse(unsigned status, std::string_view title) {
  answer_.keep_alive = false;
  Response refusal = problem(status, title);
  add_security_headers(refusal);
  co_await write(refusal);
}

asio::awaitable<void> HttpConnection::drain() {
  limit_to(kDraining);
  for (std::size_t drained = 0; drained < kDrained; drained += received_.size()) {
    received_.clear();
    if (co_await receive()) co_return;
  }
}

asio::awaitable<bool> HttpConnection::write(const Response& response) {
  const std::string head =
      head_of(response, answer_.version, answer_.keep_alive, response.body.size());
  const bool has_body = !answer_.head_only && response.status != 304;
  limit_to(limits_.answer);
  error_code code = co_await send(head);
  if (!code && has_body) code = co_await send(response.body);
  count(code);
  co_return !code && answer_.keep_alive;
}

asio::awaitable<bool> HttpConnection::begin_stream(const Response& response) {
  const std::string head = head_of(response, 11, false, std::nullopt);
  co_return co_await continue_stream(head);
}

asio::awaitable<bool> HttpConnection::continue_stream(std::string_view text) {
  limit_to(limits_.answer);
  const error_code code = co_await send(text);
  count(code);
  co_return !code;
}

}  // namespace sightglass::console
