#include "tests/console/tls_client.hpp"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace sightglass::console {

TlsClient::TlsClient(std::uint16_t port, Version version)
    : host_("127.0.0.1:" + std::to_string(port)) {
  std::signal(SIGPIPE, SIG_IGN);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
  context_ = SSL_CTX_new(TLS_client_method());
  if (version == Version::only_1_1) {
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_min_proto_version(context_, TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context_, TLS1_1_VERSION);
  }
  tls_ = SSL_new(context_);
  SSL_set_fd(tls_, socket_);
  connected_ = SSL_connect(tls_) == 1;
}

TlsClient::~TlsClient() {
  SSL_free(tls_);
  SSL_CTX_free(context_);
  if (socket_ >= 0) ::close(socket_);
}

bool TlsClient::send(std::string_view bytes) {
  return connected_ && SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

bool TlsClient::receive() {
  std::array<char, 16384> part{};
  const int size = connected_ ? SSL_read(tls_, part.data(), static_cast<int>(part.size())) : 0;
  if (size <= 0) return false;
  buffer_.append(part.data(), static_cast<std::size_t>(size));
  return true;
}

std::string TlsClient::read_until(std::string_view end) {
  std::size_t at = buffer_.find(end);
  while (at == std::string::npos && receive()) at = buffer_.find(end);
  const std::size_t size = at == std::string::npos ? buffer_.size() : at + end.size();
  std::string text = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return text;
}

std::string TlsClient::read_all() {
  while (receive()) {
  }
  return std::exchange(buffer_, {});
}

std::string TlsClient::ask(std::string_view method, std::string_view target,
                           std::string_view headers, std::string_view body) {
  std::string request = std::string(method) + " " + std::string(target) +
                        " HTTP/1.1\r\nHost: " + host_ + "\r\n" + std::string(headers);
  if (!body.empty()) {
    request +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  }
  if (!send(request + "\r\n" + std::string(body))) return "";
  std::string answer = read_until("\r\n\r\n");
  const std::string length = header_of(answer, "Content-Length");
  const std::size_t size = length.empty() ? 0 : std::strtoul(length.c_str(), nullptr, 10);
  while (buffer_.size() < size && receive()) {
  }
  answer += buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

std::string status_of(std::string_view answer) {
  return answer.size() < 12 ? "" : std::string(answer.substr(9, 3));
}

std::string header_of(std::string_view answer, std::string_view name) {
  const std::string wanted = "\r\n" + std::string(name) + ": ";
  const std::size_t at = answer.find(wanted);
  if (at == std::string_view::npos) return "";
  answer.remove_prefix(at + wanted.size());
  return std::string(answer.substr(0, answer.find("\r\n")));
}

std::string body_of(std::string_view answer) {
  const std::size_t at = answer.find("\r\n\r\n");
  return at == std::string_view::npos ? "" : std::string(answer.substr(at + 4));
}

}  // namespace sightglass::console
