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
#include <map>
#include <utility>

#include "console/server/http_connection.hpp"

namespace sightglass::console {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kAcceptPause{100};  // after a failure: out of descriptors
constexpr std::chrono::seconds kFarewell{1};
// TLS 1.2 with forward secrecy and authenticated encryption only; TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

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

  asio::awaitable<void> connection(tcp::socket socket) {
    error_code code;
    const tcp::endpoint peer = socket.remote_endpoint(code);
    if (code) co_return;  // it is gone already
    const tcp::endpoint local = socket.local_endpoint(code);
    Request common;
    common.peer = peer.address().to_string();
    common.local = in_text(local);
    if (code || !has_room(common.peer)) co_return;
    ++counters_.connections;
    const Place place(*this, common.peer);
    HttpConnection client(std::move(socket), tls_, limits_, counters_);
    if (!co_await client.handshake()) co_return;
    bool goes_on = true;
    while (goes_on && !stopping_) goes_on = co_await exchange(client, common);
    co_await client.close();
  }

  asio::awaitable<bool> exchange(HttpConnection& client, Request request) {
    if (!co_await client.read(request)) co_return false;
    const Response response =
        co_await asio::co_spawn(pool_, answer(handler_, request), asio::use_awaitable);
    if (response.events && response.status == 200 && !client.wants_head_only()) {
      co_await send_events(client, response);
      co_return false;
    }
    co_return co_await client.write(response);
  }

  asio::awaitable<void> send_events(HttpConnection& client, const Response& response) {
    if (!co_await client.begin_stream(response)) co_return;
    auto bell = std::make_shared<asio::steady_timer>(io_);
    const auto wake = [bell, this] { asio::post(io_, [bell] { bell->cancel(); }); };
    const std::uint64_t number = ++last_stream_;
    streams_[number] = wake;
    ++counters_.streams_open;
    response.events->when_ready(wake);
    bool goes_on = true;
    // Asked by the clock, not by silence: a busy stream must not outlive its session.
    auto next_question = std::chrono::steady_clock::now() + limits_.heartbeat;
    while (goes_on && !stopping_) {
      if (std::chrono::steady_clock::now() >= next_question) {
        const bool may = co_await asio::co_spawn(pool_, ask_whether_it_may_go_on(*response.events),
                                                 asio::use_awaitable);
        if (!may) break;
        next_question = std::chrono::steady_clock::now() + limits_.heartbeat;
      }
      // Set before asking: what comes in between rings it.
      bell->expires_after(limits_.heartbeat);
      const std::string waiting = response.events->take();
      if (!waiting.empty()) {
        goes_on = co_await client.continue_stream(waiting);
        continue;
      }
      auto [rang] = co_await bell->async_wait(kTuple);
      if (!rang) goes_on = co_await client.continue_stream(": still here\n\n");
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
