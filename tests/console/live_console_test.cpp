// The whole console over TLS: from the set-up link to an alert that arrives while one watches.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "console/server/console.hpp"
#include "tests/console/small_console.hpp"
#include "tests/console/tls_client.hpp"

namespace sightglass::console {
namespace {

class LiveConsole {
 public:
  LiveConsole() : writer_(sample::writer(directory_ / "record" / "record.db")) {
    write(1);
    ConsoleConfig config;
    config.record = directory_ / "record";
    config.state = directory_ / "state";
    config.port = 0;
    std::promise<ConsoleStarted> started;
    thread_ = std::thread([this, config, &started] {
      status_ = run_console(
          config, stop_.get_token(), [&](const ConsoleStarted& told) { started.set_value(told); },
          problem_);
    });
    told_ = started.get_future().get();
  }
  ~LiveConsole() { end(); }

  int end() {
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
    return status_;
  }
  void write(std::uint64_t number) {
    Batch batch;
    batch.alerts = {sample::alert(number)};
    writer_->submit(std::move(batch));
    ASSERT_TRUE(writer_->flush().error.ok());
  }
  const ConsoleStarted& told() const { return told_; }
  std::string token() const { return told_.setup_link.substr(told_.setup_link.find("token=") + 6); }

 private:
  sample::Directory directory_;
  std::unique_ptr<RecordWriter> writer_;
  std::stop_source stop_;
  std::thread thread_;
  ConsoleStarted told_;
  std::string problem_;
  int status_ = -1;
};

/// Sets up; gives the header that names the session.
std::string set_up(LiveConsole& console, TlsClient& client) {
  const std::string answer =
      client.ask("POST", "/api/v1/setup", "",
                 R"({"token":")" + console.token() + R"(","user":"root","password":")" +
                     std::string(kPassword) + "\"}");
  EXPECT_EQ(status_of(answer), "201") << answer;
  const std::string cookie = header_of(answer, "Set-Cookie");
  return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
}

TEST(LiveConsole, AlertArrivesWhileOneWatches) {
  LiveConsole console;
  TlsClient client(console.told().port);
  const std::string cookie = set_up(console, client);
  EXPECT_NE(body_of(client.ask("GET", "/api/v1/alerts", cookie)).find(id_text(1)),
            std::string::npos);

  TlsClient stream(console.told().port);
  ASSERT_TRUE(stream.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n"));
  const std::string head = stream.read_until("\r\n\r\n");
  EXPECT_EQ(header_of(head, "Content-Type"), "text/event-stream");
  EXPECT_EQ(header_of(head, "Cache-Control"), "no-store");
  const std::string first = stream.read_until("\n\n");
  const std::string last_id = first.substr(first.find("id: ") + 4);
  console.write(2);
  EXPECT_NE(stream.read_until("}\n\n").find(id_text(2)), std::string::npos);

  // Another stream that had stopped there hears the same.
  TlsClient resumed(console.told().port);
  ASSERT_TRUE(resumed.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " +
                           last_id.substr(0, last_id.find('\n')) + "\r\n" + cookie + "\r\n"));
  resumed.read_until("\r\n\r\n");
  EXPECT_NE(resumed.read_until("}\n\n").find(id_text(2)), std::string::npos);
}

TEST(LiveConsole, OpenStreamDoesNotKeepItFromEnding) {
  LiveConsole console;
  TlsClient client(console.told().port);
  const std::string cookie = set_up(console, client);
  TlsClient stream(console.told().port);
  ASSERT_TRUE(stream.send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n"));
  stream.read_until("\n\n");
  EXPECT_EQ(console.end(), 0);
}

TEST(LiveConsole, PortInUseIsAnErrorInWords) {
  LiveConsole console;
  sample::Directory directory;
  ConsoleConfig config;
  config.record = directory / "record";
  config.state = directory / "state";
  config.port = console.told().port;
  std::string problem;
  EXPECT_EQ(run_console(
                config, {}, [](const ConsoleStarted&) {}, problem),
            1);
  EXPECT_NE(problem.find("can not listen"), std::string::npos) << problem;
}

TEST(LiveConsole, LocalAccountsWorkBesideIt) {
  sample::Directory directory;
  LocalAccounts accounts(directory / "state");
  EXPECT_TRUE(accounts->add_user("root", Role::admin, kPassword, "terminal", "").ok());
  LocalAccounts other(directory / "state");
  EXPECT_EQ(other->users().size(), 1u);
}

}  // namespace
}  // namespace sightglass::console
