#include "console/server/https.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <map>
#include <tuple>
#include <utility>

#include "console/server/problem.hpp"

namespace sightglass::console {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kAcceptPause{100};  // after a failure: out of descriptors
constexpr std::chrono::seconds kFarewell{1};
constexpr std::size_t kFirstRead = 4096;
// What a refused client may still send before the connection is cut under it, so that it gets to
// read why.
constexpr std::size_t kDrained = std::size_t{4} << 20;
constexpr std::chrono::seconds kDraining{2};
// TLS 1.2 with forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

using Stream = beast::ssl_stream<beast::tcp_stream>;
using Parser = http::request_parser<http::string_body>;

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

std::string in_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const bool bracket = endpoint.address().is_v6();
  return (bracket ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

// Runs on a handler thread.
asio::awaitable<Response> answer(const HttpsServer::Handler& handler, const Request& request) {
  co_return handler(request);
}
asio::awaitable<bool> ask_whether_it_may_go_on(EventSource& source) {
  co_return source.may_go_on();
}

}  // namespace

class HttpsServer::Impl {
 public:
  Impl(const Settings& settings, Handler handler)
      : limits_(settings.limits),
        certificate_(settings.certificate),
        key_(settings.key),
        handler_(std::move(handler)),
        tls_(read_certificate()),
        acceptor_(io_),
        farewell_(io_),
        pool_(settings.limits.threads) {
    error_code code;
    const auto address = asio::ip::make_address(settings.address, code);
    if (code) throw ServerError{settings.address + ": is no IP address"};
    const tcp::endpoint endpoint(address, settings.port);
    acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(asio::socket_base::reuse_address(true), code);
    if (!code) acceptor_.bind(endpoint, code);
    if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
    if (code) throw ServerError{in_text(endpoint) + ": can not listen there: " + code.message()};
  }

  ~Impl() {
    pool_.stop();
    pool_.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  const ServerCounters& counters() const { return counters_; }

  void run() {
    running_ = true;
    asio::co_spawn(io_, accept(), asio::detached);
    io_.run();
    running_ = false;
    pool_.join();
  }

  void stop() {
    asio::post(io_, [this] {
      error_code ignored;
      acceptor_.close(ignored);
      farewell_.expires_after(kFarewell);
      farewell_.async_wait([this](const error_code&) { io_.stop(); });
      stopping_ = true;
      for (const auto& [number, wake] : streams_) wake();
      if (counters_.connections_open == 0) farewell_.cancel();
    });
  }

  void reload_certificate() {
    asio::post(io_, [this] {
      try {
        tls_ = read_certificate();
      } catch (const ServerError&) {
        // The old one serves on.
      }
    });
  }

 private:
  std::shared_ptr<asio::ssl::context> read_certificate() const {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context->native_handle(), kCiphers);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    error_code code;
    context->use_certificate_chain_file(certificate_.string(), code);
    if (code) throw ServerError{certificate_.string() + ": no certificate: " + code.message()};
    context->use_private_key_file(key_.string(), asio::ssl::context::pem, code);
    if (code) throw ServerError{key_.string() + ": not the certificate's key: " + code.message()};
    return context;
  }

  asio::awaitable<void> accept() {
    asio::steady_timer pause(io_);
    while (acceptor_.is_open()) {
      auto [code, socket] = co_await acceptor_.async_accept(kTuple);
      if (code == asio::error::operation_aborted) co_return;
      if (code) {
        ++counters_.accept_errors;
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(kTuple);
        continue;
      }
      asio::co_spawn(io_, connection(std::move(socket)), asio::detached);
    }
  }

  /// One client's place among the connections.
  class Place {
   public:
    Place(Impl& server, std::string address) : server_(server), address_(std::move(address)) {
      ++server_.counters_.connections_open;
      ++server_.per_address_[address_];
    }
    ~Place() {
      if (--server_.per_address_[address_] == 0) server_.per_address_.erase(address_);
      if (--server_.counters_.connections_open == 0 && server_.stopping_ && server_.running_) {
        server_.farewell_.cancel();
      }
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    Impl& server_;
    std::string address_;
  };

  bool has_room(const std::string& address) {
    if (counters_.connections_open >= limits_.connections) {
      ++counters_.refused_too_many;
      return false;
    }
    const auto found = per_address_.find(address);
    if (found != per_address_.end() && found->second >= limits_.connections_per_address) {
      ++counters_.refused_per_address;
      return false;
    }
    return true;
  }

  void count(const error_code& code) {
    if (code == beast::error::timeout) {
      ++counters_.timeouts;
    } else if (code == http::error::header_limit) {
      ++counters_.headers_too_large;
    } else if (code == http::error::body_limit) {
      ++counters_.bodies_too_large;
    } else if (status_for(code) == 400) {
      ++counters_.malformed;
    }
  }

  asio::awaitable<void> connection(tcp::socket socket) {
    error_code code;
    const tcp::endpoint peer = socket.remote_endpoint(code);
    const tcp::endpoint local = socket.local_endpoint(code);
    if (code || !has_room(peer.address().to_string())) co_return;
    ++counters_.connections;
    const Place place(*this, peer.address().to_string());
    const std::shared_ptr<asio::ssl::context> tls = tls_;
    Stream stream(std::move(socket), *tls);

    beast::get_lowest_layer(stream).expires_after(limits_.handshake);
    std::tie(code) = co_await stream.async_handshake(asio::ssl::stream_base::server, kTuple);
    if (code) {
      ++(code == beast::error::timeout ? counters_.timeouts : counters_.handshakes_failed);
      co_return;
    }
    Request common;
    common.peer = peer.address().to_string();
    common.local = in_text(local);
    beast::flat_buffer buffer(limits_.header_bytes + kFirstRead);
    bool goes_on = true;
    while (goes_on && !stopping_) goes_on = co_await exchange(stream, buffer, common);
    beast::get_lowest_layer(stream).expires_after(limits_.handshake);
    co_await stream.async_shutdown(kTuple);
  }

  /// Waits for a request to begin: an open connection may rest longer than a header may take.
  asio::awaitable<error_code> first_byte(Stream& stream, beast::flat_buffer& buffer) {
    if (buffer.size() > 0) co_return error_code();
    beast::get_lowest_layer(stream).expires_after(limits_.first_byte);
    auto [code, size] = co_await stream.async_read_some(buffer.prepare(kFirstRead), kTuple);
    buffer.commit(size);
    co_return code;
  }

  /// Reads a request whole. False when there is none; it has been answered as far as it can be.
  asio::awaitable<bool> read(Stream& stream, beast::flat_buffer& buffer, Parser& parser) {
    error_code code = co_await first_byte(stream, buffer);
    if (!code) {
      beast::get_lowest_layer(stream).expires_after(limits_.header);
      std::tie(code, std::ignore) =
          co_await http::async_read_header(stream, buffer, parser, kTuple);
    }
    if (!code) {
      beast::get_lowest_layer(stream).expires_after(limits_.body);
      if (!parser.is_done() && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
        http::response<http::empty_body> go_on(http::status::continue_, 11);
        std::tie(code, std::ignore) = co_await http::async_write(stream, go_on, kTuple);
      }
    }
    if (!code) {
      std::tie(code, std::ignore) = co_await http::async_read(stream, buffer, parser, kTuple);
    }
    if (!code) co_return true;
    count(code);
    if (const unsigned status = status_for(code); status != 0) {
      Response refusal = problem(status, refusal_title(status));
      add_security_headers(refusal);
      co_await write(stream, refusal, 11, false, false);
      co_await drain(stream);
    }
    co_return false;
  }

  static std::string_view refusal_title(unsigned status) {
    if (status == 413) return "The request is too large";
    if (status == 431) return "The request's header is too large";
    return "This is no HTTP/1.1 request";
  }

  asio::awaitable<void> drain(Stream& stream) {
    std::string rest(std::size_t{64} << 10, '\0');
    beast::get_lowest_layer(stream).expires_after(kDraining);
    for (std::size_t drained = 0; drained < kDrained;) {
      auto [code, size] = co_await stream.async_read_some(asio::buffer(rest), kTuple);
      if (code) co_return;
      drained += size;
    }
  }

  /// 0 when nobody is there to be answered.
  static unsigned status_for(const error_code& code) {
    if (code == http::error::header_limit || code == http::error::buffer_overflow) return 431;
    if (code == http::error::body_limit) return 413;
    if (code == http::error::end_of_stream || code == http::error::partial_message) return 0;
    if (code.category() == http::make_error_code(http::error::bad_target).category()) return 400;
    return 0;
  }

  asio::awaitable<bool> exchange(Stream& stream, beast::flat_buffer& buffer,
                                 const Request& common) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser.body_limit(limits_.body_bytes);
    if (!co_await read(stream, buffer, parser)) co_return false;
    ++counters_.requests;
    auto& message = parser.get();
    Request request = common;
    request.method = method_of(message.method());
    const auto target = message.target();
    if (!read_target({target.data(), target.size()}, request)) {
      ++counters_.malformed;
      Response refusal = problem(400, "The request's target is no path");
      add_security_headers(refusal);
      co_return co_await write(stream, refusal, message.version(), false, false);
    }
    for (const auto& field : message) {
      const auto name = field.name_string();
      const auto value = field.value();
      request.headers[lower_case({name.data(), name.size()})] = std::string(value);
    }
    request.body = std::move(message.body());

    const bool head = message.method() == http::verb::head;
    const bool keep = message.keep_alive();
    // While the answer is made the client owes nothing.
    beast::get_lowest_layer(stream).expires_never();
    Response response =
        co_await asio::co_spawn(pool_, answer(handler_, request), asio::use_awaitable);
    if (response.events && response.status == 200 && !head) {
      co_await send_events(stream, response);
      co_return false;
    }
    co_return co_await write(stream, response, message.version(), keep, head);
  }

  template <class Body>
  static void head_of(http::response<Body>& message, const Response& response) {
    message.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message.set(name, value);
  }

  asio::awaitable<bool> write(Stream& stream, Response& response, unsigned version, bool keep,
                              bool head) {
    http::response<http::string_body> message(http::int_to_status(response.status), version);
    head_of(message, response);
    message.body() = std::move(response.body);
    message.keep_alive(keep);
    message.prepare_payload();
    http::response_serializer<http::string_body> serializer(message);
    beast::get_lowest_layer(stream).expires_after(limits_.answer);
    error_code code;
    if (head || response.status == 304) {
      std::tie(code, std::ignore) = co_await http::async_write_header(stream, serializer, kTuple);
    } else {
      std::tie(code, std::ignore) = co_await http::async_write(stream, serializer, kTuple);
    }
    count(code);
    co_return !code && keep;
  }

  asio::awaitable<error_code> send(Stream& stream, const std::string& text) {
    beast::get_lowest_layer(stream).expires_after(limits_.answer);
    auto [code, size] = co_await asio::async_write(stream, asio::buffer(text), kTuple);
    count(code);
    co_return code;
  }

  /// The stream has no length: it lasts until one side closes the connection.
  asio::awaitable<void> send_events(Stream& stream, const Response& response) {
    http::response<http::empty_body> message(http::status::ok, 11);
    head_of(message, response);
    message.keep_alive(false);
    http::response_serializer<http::empty_body> serializer(message);
    beast::get_lowest_layer(stream).expires_after(limits_.answer);
    auto [failed, size] = co_await http::async_write_header(stream, serializer, kTuple);
    if (failed) co_return;

    auto bell = std::make_shared<asio::steady_timer>(io_);
    const auto wake = [bell, this] { asio::post(io_, [bell] { bell->cancel(); }); };
    const std::uint64_t number = ++last_stream_;
    streams_[number] = wake;
    ++counters_.streams_open;
    response.events->when_ready(wake);
    error_code code;
    // Asked by the clock, not by silence: a busy stream must not outlive its session.
    auto next_question = std::chrono::steady_clock::now() + limits_.heartbeat;
    while (!code && !stopping_) {
      if (std::chrono::steady_clock::now() >= next_question) {
        const bool goes_on = co_await asio::co_spawn(
            pool_, ask_whether_it_may_go_on(*response.events), asio::use_awaitable);
        if (!goes_on) break;
        next_question = std::chrono::steady_clock::now() + limits_.heartbeat;
      }
      // Set before asking: what comes in between rings it.
      bell->expires_after(limits_.heartbeat);
      const std::string waiting = response.events->take();
      if (!waiting.empty()) {
        code = co_await send(stream, waiting);
        continue;
      }
      beast::get_lowest_layer(stream).expires_never();
      auto [rang] = co_await bell->async_wait(kTuple);
      if (!rang) code = co_await send(stream, ": still here\n\n");
    }
    response.events->when_ready({});
    streams_.erase(number);
    --counters_.streams_open;
  }

  ServerLimits limits_;
  std::filesystem::path certificate_, key_;
  Handler handler_;
  ServerCounters counters_;
  std::map<std::string, std::size_t> per_address_;
  std::map<std::uint64_t, std::function<void()>> streams_;
  std::uint64_t last_stream_ = 0;
  bool running_ = false, stopping_ = false;
  std::shared_ptr<asio::ssl::context> tls_;  // shared with the connections that began under it
  // Connections end with it at the latest: what they use stands above.
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer farewell_;
  asio::thread_pool pool_;
};

HttpsServer::HttpsServer(const Settings& settings, Handler handler)
    : impl_(std::make_unique<Impl>(settings, std::move(handler))) {}
HttpsServer::~HttpsServer() = default;
std::uint16_t HttpsServer::port() const { return impl_->port(); }
void HttpsServer::run() { impl_->run(); }
void HttpsServer::stop() { impl_->stop(); }
void HttpsServer::reload_certificate() { impl_->reload_certificate(); }
const ServerCounters& HttpsServer::counters() const { return impl_->counters(); }

}  // namespace sightglass::console
