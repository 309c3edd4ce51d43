// HTTP/1.1 over TLS: connections, their limits, and event streams.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "console/server/http.hpp"

namespace sightglass::console {

/// What one client, and all together, may take.
struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 1024 * 1024;
  std::size_t connections = 512;
  std::size_t connections_per_address = 64;
  std::size_t threads = 8;  ///< that answer requests
  std::chrono::milliseconds handshake{5'000};
  std::chrono::milliseconds first_byte{60'000};  ///< of the next request on an open connection
  std::chrono::milliseconds header{10'000};      ///< a whole header, from its first byte
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds answer{60'000};  ///< to take a whole answer, or a piece of a stream
  std::chrono::milliseconds heartbeat{15'000};
};

/// Since the start; each limit that was hit is counted.
struct ServerCounters {
  std::atomic<std::uint64_t> connections{0};       ///< accepted
  std::atomic<std::uint64_t> connections_open{0};  ///< now
  std::atomic<std::uint64_t> streams_open{0};      ///< event streams now
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> refused_too_many{0};     ///< over `connections`
  std::atomic<std::uint64_t> refused_per_address{0};  ///< over `connections_per_address`
  std::atomic<std::uint64_t> handshakes_failed{0};    ///< no TLS 1.2, or no TLS at all
  std::atomic<std::uint64_t> timeouts{0};             ///< any of the times above
  std::atomic<std::uint64_t> headers_too_large{0};
  std::atomic<std::uint64_t> bodies_too_large{0};
  std::atomic<std::uint64_t> malformed{0};
  std::atomic<std::uint64_t> accept_errors{0};
};

/// What kept the server from starting; for the person who started it.
struct ServerError {
  std::string message;
};

class HttpsServer {
 public:
  /// Runs on one of `limits.threads` threads, several at once; must not throw.
  using Handler = std::function<Response(const Request&)>;

  struct Settings {
    std::string address;                     ///< an IP address
    std::uint16_t port = 0;                  ///< 0: any that is free
    std::filesystem::path certificate, key;  ///< PEM
    ServerLimits limits;
  };

  /// Binds and reads the certificate. Throws ServerError.
  HttpsServer(const Settings& settings, Handler handler);
  ~HttpsServer();
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  std::uint16_t port() const;
  /// Serves until stop(); on the calling thread and the handlers' threads.
  void run();
  /// From any thread. Answers under way have a second to finish.
  void stop();
  /// New connections get the certificate as it is on disk now; the old one stays when that can not
  /// be read. From any thread.
  void reload_certificate();
  const ServerCounters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sightglass::console
