#include "console/server/https.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
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
  explicit Echo(ServerLimits limits = {}, std::shared_ptr<EventSource> events = nullptr)
      : events_(std::move(events)) {
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
    if (request.path == "/events") response.events = events_;
    if (request.path == "/unchanged") {
      response.status = 304;
      response.body.clear();
    }
    return response;
  }

  std::shared_ptr<EventSource> events_;
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

void send_byte_by_byte(TlsClient& client, std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(1)) ASSERT_TRUE(client.send(bytes.substr(0, 1)));
}

TEST(Https, RequestMayComeByteByByte) {
  Echo echo;
  TlsClient client(echo.port());
  send_byte_by_byte(client,
                    "POST /x HTTP/1.1\r\nHost: h\r\nX-Test: t\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(client.read_until("body").substr(0, 12), "HTTP/1.1 200");
  send_byte_by_byte(client,
                    "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nbod\r\n2;more\r\nys\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_EQ(client.read_until("bodys").substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(echo.counters().requests, 2u);
}

TEST(Https, RequestsInOnePieceAreAnsweredInTheirOrder) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(
      client.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n"
                  "POST /second HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"
                  "GET /third HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  const std::string answers = client.read_all();
  const std::size_t first = answers.find("\r\n\r\nGET /first  HTTP/1.1 200");
  const std::size_t second = answers.find("\r\n\r\nPOST /second  bodyHTTP/1.1 200");
  EXPECT_LT(first, second);
  EXPECT_LT(second, answers.size());
  EXPECT_TRUE(answers.ends_with("\r\n\r\nGET /third  "));
  EXPECT_EQ(echo.counters().requests, 3u);
}

TEST(Https, AnswersOfAnySizeArriveWhole) {
  Echo echo;
  TlsClient client(echo.port());
  // Around 16 KiB, what a record of TLS holds, and far beyond.
  for (const std::size_t size : {1, 15'000, 16'000, 16'200, 16'384, 16'385, 1'000'000}) {
    const std::string body(size, 'x');
    EXPECT_EQ(body_of(client.ask("POST", "/", "", body)), "POST /  " + body) << size;
  }
}

TEST(Https, UnchangedPageHasNoBody) {
  Echo echo;
  TlsClient client(echo.port());
  EXPECT_EQ(status_of(client.ask("GET", "/unchanged")), "304");
  EXPECT_EQ(body_of(client.ask("GET", "/again")), "GET /again  ");
}

TEST(Https, ConnectionOfHttp10EndsAfterItsAnswer) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("GET /x HTTP/1.0\r\n\r\n"));
  const std::string answer = client.read_all();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.0 200");
  EXPECT_EQ(body_of(answer), "GET /x  ");
}

TEST(Https, HeadHasTheLengthAndNoBody) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  const std::string answer = client.read_all();
  EXPECT_EQ(header_of(answer, "Content-Length"), "8");
  EXPECT_EQ(body_of(answer), "");
}

TEST(Https, RefusalOfHeadHasNoBodyEither) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("HEAD http://other/ HTTP/1.1\r\nHost: h\r\n\r\n"));
  const std::string answer = client.read_all();
  EXPECT_EQ(status_of(answer), "400");
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

TEST(Https, ChunkWithoutEndIsRefusedAndCounted) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
                          std::string(30'000, 'x')));
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

TEST(Https, RefusalIsWholeWhateverCameBefore) {
  Echo echo;
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), "200");
  ASSERT_TRUE(client.send("nonsense\r\n\r\n"));
  const std::string refusal = client.read_until("}");
  EXPECT_EQ(status_of(refusal), "400");
  EXPECT_EQ(header_of(refusal, "Connection"), "close");
  EXPECT_EQ(header_of(refusal, "Content-Length"), std::to_string(body_of(refusal).size()));
}

/// The client sees the connection end a moment before the server has counted why.
template <typename Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return condition();
}

TEST(Https, SlowHeaderIsCutOff) {
  ServerLimits limits;
  limits.header = milliseconds(500);  // the handshake of a busy machine fits in
  Echo echo(limits);
  TlsClient slow(echo.port());
  ASSERT_TRUE(slow.send("GET / HTTP/1.1\r\nHost: h\r\nX-"));  // and never the rest
  EXPECT_EQ(slow.read_all(), "");
  EXPECT_TRUE(comes_true([&] { return echo.counters().timeouts == 1; }));
}

TEST(Https, SlowBodyIsCutOff) {
  ServerLimits limits;
  limits.body = milliseconds(50);
  Echo echo(limits);
  TlsClient slow(echo.port());
  ASSERT_TRUE(slow.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"));
  EXPECT_EQ(slow.read_all(), "");
  EXPECT_TRUE(comes_true([&] { return echo.counters().timeouts == 1; }));
}

TEST(Https, ClientThatLeavesHasDoneNothingWrong) {
  Echo echo;
  for (const std::string_view sent :
       {"G", "GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"}) {
    TlsClient client(echo.port());
    ASSERT_TRUE(client.send(sent));
  }
  const ServerCounters& counters = echo.counters();
  EXPECT_TRUE(
      comes_true([&] { return counters.connections == 3 && counters.connections_open == 0; }));
  EXPECT_EQ(counters.requests + counters.malformed + counters.timeouts, 0u);
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

/// Always has something to send, and nobody may hear it any more.
class BusyStream : public EventSource {
 public:
  static constexpr std::uint64_t kFar = 200'000;  ///< takes, long after the end must have come

  std::string take() override { return ++takes_ < kFar ? ": busy\n\n" : ""; }
  void when_ready(std::function<void()>) override {}
  bool may_go_on() override { return false; }
  std::uint64_t takes() const { return takes_; }

 private:
  std::atomic<std::uint64_t> takes_{0};
};

TEST(Https, BusyStreamEndsWithItsSessionToo) {
  ServerLimits limits;
  limits.heartbeat = milliseconds(20);
  const auto busy = std::make_shared<BusyStream>();
  Echo echo(limits, busy);
  TlsClient client(echo.port());
  ASSERT_TRUE(client.send("GET /events HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_NE(client.read_all().find(": busy"), std::string::npos);
  EXPECT_LT(busy->takes(), BusyStream::kFar);
}

TEST(Https, CertificateThatCanNotBeReadStopsTheStart) {
  EXPECT_THROW(HttpsServer({"127.0.0.1", 0, "/nowhere/crt", "/nowhere/key", {}}, {}), ServerError);
}

}  // namespace
}  // namespace sightglass::console
