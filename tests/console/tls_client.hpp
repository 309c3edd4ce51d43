// A client that can be as rude as it likes: sends any bytes over TLS, reads what comes back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace sightglass::console {

/// Blocking; a server that says nothing for half a minute counts as having hung up.
class TlsClient {
 public:
  enum class Version : std::uint8_t { any, only_1_1 };

  explicit TlsClient(std::uint16_t port, Version version = Version::any);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool connected() const { return connected_; }
  /// False when the server has hung up.
  bool send(std::string_view bytes);
  /// Reads until `end` has come (and returns all up to and with it), or the server hung up.
  std::string read_until(std::string_view end);
  /// Everything until the server hangs up.
  std::string read_all();
  /// Sends a request with Host and Content-Length and reads its whole answer.
  std::string ask(std::string_view method, std::string_view target, std::string_view headers = {},
                  std::string_view body = {});

 private:
  bool receive();

  int socket_ = -1;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* tls_ = nullptr;
  bool connected_ = false;
  std::string host_, buffer_;
};

/// "200" of "HTTP/1.1 200 OK...".
std::string status_of(std::string_view answer);
/// The value of a header; "".
std::string header_of(std::string_view answer, std::string_view name);
std::string body_of(std::string_view answer);

}  // namespace sightglass::console
