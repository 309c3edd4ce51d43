// One client: TLS, and on it requests read and answers written as HTTP/1.1. The only code that
// knows Beast.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <memory>
#include <string_view>

#include "console/server/http.hpp"
#include "console/server/https.hpp"

namespace sightglass::console {

/// Used on its io_context's thread. Every step has its time of ServerLimits, and what goes wrong is
/// counted.
class HttpConnection {
 public:
  template <typename Result>
  using Awaitable = boost::asio::awaitable<Result>;

  HttpConnection(boost::asio::ip::tcp::socket socket,
                 std::shared_ptr<boost::asio::ssl::context> tls, const ServerLimits& limits,
                 ServerCounters& counters);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  Awaitable<bool> handshake();
  /// Fills in the next request, but for its `peer` and `local`. False when there is none; a bad one
  /// has been answered as far as it can be.
  Awaitable<bool> read(Request& request);
  /// Answers the request that was read last. False when the connection has to end after it.
  Awaitable<bool> write(const Response& response);
  /// Instead of write(): a body of unknown length, which lasts until one side closes. False when
  /// the client is gone.
  Awaitable<bool> begin_stream(const Response& response);
  Awaitable<bool> continue_stream(std::string_view text);
  Awaitable<void> close();

  /// The request that was read last asks for no body.
  bool wants_head_only() const { return answer_.head_only; }

 private:
  using error_code = boost::system::error_code;
  class Parser;
  /// What a request asks of its answer; without one, an answer that ends the connection.
  struct Answer {
    unsigned version = 11;
    bool keep_alive = false;
    bool head_only = false;
  };

  Awaitable<error_code> read_message(Parser& parser);
  Awaitable<error_code> parse_on(Parser& parser);
  Awaitable<error_code> receive();
  Awaitable<error_code> send(std::string_view text);
  Awaitable<void> refuse(unsigned status, std::string_view title);
  Awaitable<void> drain();
  void limit_to(std::chrono::milliseconds time);
  void count(const error_code& code);

  const ServerLimits& limits_;
  ServerCounters& counters_;
  std::shared_ptr<boost::asio::ssl::context> tls_;  // the one it began under
  boost::asio::ssl::stream<boost::beast::tcp_stream> stream_;
  boost::beast::flat_buffer received_;  // and not yet parsed
  Answer answer_;
};

}  // namespace sightglass::console
