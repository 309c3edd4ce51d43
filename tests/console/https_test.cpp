#include "console/server/https.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "console/server/certificate.hpp"
#include "tests/console/tls_client.hpp"
#include "tests/store/sample_rows.hpp"

namespace sightglass::console {
namespace {

using std::chrono::milliseconds;

/// A server on loopback that answers with what it was asked.
class Echo {
 public:
  explicit Echo(ServerLimits limits = {}) {
    ensure_certificate(directory_ / "crt", directory_ / "key", {});
    server_ = std::make_unique<HttpsServer>(
        HttpsServer::Settings{"127.0.0.1", 0, directory_ / "crt", directory_ / "key", limits},
        [this](const Request& request) { return answer(request); });
    thread_ = std::thread([this] { server_->run(); });
  }
  ~Echo() {
    server_->stop();
    thread_.join();
  }
  std::uint16_t port() const { return server_->port(); }
  const ServerCounters& counters() const { return server_->counters(); }
  HttpsServer& server() { return *server_; }

  /// Requests for /held wait until this.
  void release() {
    const std::scoped_lock lock(mutex_);
    released_ = true;
    bell_.notify_all();
  }

 private:
  Response answer(const Request& request) {
    if (request.path == "/held") {
      std::unique_lock lock(mutex_);
      bell_.wait(lock, [this] { return released_; });
    }
    Response response;
    response.content_type = "text/plain";
    response.body = std::string(to_text(request.method)) + " " + request.path;
    for (const auto& [name, value] : request.query) response.body += " " + name + "=" + value;
    response.body += " " + std::string(request.header("x-test")) + " " + request.body;
    response.headers["Peer"] = request.peer;
    response.headers["Local"] = request.local;
    return response;
  }

  sample::Directory directory_;
  std::unique_ptr<HttpsServer> server_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable bell_;
  bool released_ = false;
};

TEST(Https, RequestArrivesWholeAndTheConnectionStays) {
  Echo echo;
  TlsClient client(echo.port());
  const std::string answer =
      client.ask("POST", "/a%20b?x=1%262&y=a+b", "X-Test: t\r\n", R"({"z":1})");
  EXPECT_EQ(status_of(answer), "200");
  EXPECT_EQ(body_of(answer), "POST /a b x=1&2 y=a b t {\"z\":1}");
  EXPECT_EQ(header_of(answer, "Peer"), "127.0.0.1");
  EXPECT_EQ(header_of(answer, "Local"), "127.0.0.1:" + std::to_string(echo.port()));
  EXPECT_EQ(body_of(client.ask("GET", "/again")), "GET /again  ");
}

TEST(Https, HeadHasTheLengthAndNoBody) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  const std::string answer = client.read_all();
  EXPECT_EQ(header_of(answer, "Content-Length"), "8");
  EXPECT_EQ(body_of(answer), "");
}

TEST(Https, BodyIsAskedForWhenTheClientWaits) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send(
      "POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
  ASSERT_TRUE(client.send("{}"));
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), "200");
}

TEST(Https, OldTlsAndPlainHttpAreRefused) {
  Echo echo;
  EXPECT_FALSE(TlsClient(echo.port(), TlsClient::Version::only_1_1).connected());
  EXPECT_TRUE(TlsClient(echo.port()).connected());
}

TEST(Https, OversizedBodyIsRefusedBeforeItIsRead) {
  ServerLimits limits;
  limits.body_bytes = 1000;
  Echo echo(limits);
  TlsClient client(echo.port());
  const std::string answer = client.ask("POST", "/x", "", std::string(5000, 'x'));
  EXPECT_EQ(status_of(answer), "413");
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/problem+json");
  EXPECT_NE(header_of(answer, "Content-Security-Policy"), "");
  EXPECT_EQ(echo.counters().bodies_too_large, 1u);
  EXPECT_EQ(status_of(TlsClient(echo.port()).ask("POST", "/x", "", std::string(1000, 'x'))), "200");
}

TEST(Https, BodyThatGrowsInChunksIsRefusedToo) {
  ServerLimits limits;
  limits.body_bytes = 1000;
  Echo echo(limits);
  TlsClient client(echo.port());
  std::string request = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) request += "64\r\n" + std::string(100, 'x') + "\r\n";
  ASSERT_TRUE(client.send(request));
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), "413");
}

TEST(Https, OversizedHeaderIsRefused) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x')));
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), "431");
  EXPECT_EQ(echo.counters().headers_too_large, 1u);
}

TEST(Https, WhatIsNoHttpIsRefused) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("\x01\x02\x03 nonsense\r\n\r\n"));
  EXPECT_EQ(status_of(client.read_all()), "400");
  TlsClient proxy(echo.port());
  ASSERT_TRUE(proxy.send("GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(status_of(proxy.read_all()), "400");
  EXPECT_EQ(echo.counters().malformed, 2u);
}

TEST(Https, SlowHeaderIsCutOff) {
  ServerLimits limits;
  limits.header = milliseconds(500);  // the handshake of a busy machine fits in
  Echo echo(limits);
  TlsClient slow(echo.port());
  ASSERT_TRUE(slow.send("GET / HTTP/1.1\r\nHost: h\r\nX-"));  // and never the rest
  EXPECT_EQ(slow.read_all(), "");
  EXPECT_EQ(echo.counters().timeouts, 1u);
}

TEST(Https, SlowBodyIsCutOff) {
  ServerLimits limits;
  limits.body = milliseconds(50);
  Echo echo(limits);
  TlsClient slow(echo.port());
  ASSERT_TRUE(slow.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"));
  EXPECT_EQ(slow.read_all(), "");
  EXPECT_EQ(echo.counters().timeouts, 1u);
}

TEST(Https, OneAddressGetsItsShareOfConnections) {
  ServerLimits limits;
  limits.connections_per_address = 2;
  Echo echo(limits);
  TlsClient first(echo.port());
  TlsClient second(echo.port());
  EXPECT_FALSE(TlsClient(echo.port()).connected());
  EXPECT_EQ(echo.counters().refused_per_address, 1u);
  EXPECT_EQ(status_of(second.ask("GET", "/")), "200") << "the others are not disturbed";
}

TEST(Https, ConnectionsAreLimitedInAll) {
  ServerLimits limits;
  limits.connections = 1;
  Echo echo(limits);
  TlsClient first(echo.port());
  EXPECT_FALSE(TlsClient(echo.port()).connected());
  EXPECT_EQ(echo.counters().refused_too_many, 1u);
}

TEST(Https, SlowAnswerHoldsUpNobodyElse) {
  Echo echo;
  TlsClient held(echo.port());
  ASSERT_TRUE(held.send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(status_of(TlsClient(echo.port()).ask("GET", "/other")), "200");
  echo.release();
  EXPECT_EQ(status_of(held.read_until("\r\n\r\n")), "200");
}

TEST(Https, CertificateThatCanNotBeReadStopsTheStart) {
  EXPECT_THROW(HttpsServer({"127.0.0.1", 0, "/nowhere/crt", "/nowhere/key", {}}, {}), ServerError);
}

}  // namespace
}  // namespace sightglass::console
