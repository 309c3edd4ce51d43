// The control socket: requests and answers, and what it does not put up with.
#include "sensor/pipeline/control_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace sightglass {
namespace {

class ControlSocketTest : public testing::Test {
 protected:
  void SetUp() override {
    char folder[] = "/tmp/control-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    path_ = folder_ + "/sensor.sock";
    std::vector<ControlCommand> commands{
        {"echo", "gives back its arguments and who asked",
         [](const boost::json::object& args, const std::string& actor) {
           return ControlAnswer{boost::json::object{{"args", args}, {"actor", actor}}, "", {}};
         }},
        {"fail", "always fails", [](const boost::json::object&, const std::string&) {
           return ControlAnswer{{}, "it failed", {"first reason", "second reason"}};
         }}};
    auto opened = ControlSocket::open(path_, std::move(commands), {});
    ASSERT_NE(opened.socket, nullptr) << opened.error;
    socket_ = std::move(opened.socket);
  }
  void TearDown() override {
    socket_.reset();
    rmdir(folder_.c_str());
  }

  int connect_raw() const {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
    EXPECT_EQ(0, connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address));
    return fd;
  }

  static std::string read_line(int fd) {
    std::string line;
    char byte = 0;
    while (recv(fd, &byte, 1, 0) == 1 && byte != '\n') line += byte;
    return line;
  }

  std::string folder_, path_;
  std::unique_ptr<ControlSocket> socket_;
};

TEST_F(ControlSocketTest, AnswersWithTheResultAndTheActor) {
  const auto answer = ask_sensor(path_, "echo", {{"n", 7}}, "analyst");
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(boost::json::serialize(answer.result), R"({"args":{"n":7},"actor":"analyst"})");
}

TEST_F(ControlSocketTest, PassesOnEveryDiagnostic) {
  const auto answer = ask_sensor(path_, "fail", {}, "");
  EXPECT_EQ(answer.error, "it failed");
  EXPECT_THAT(answer.diagnostics, testing::ElementsAre("first reason", "second reason"));
}

TEST_F(ControlSocketTest, AnUnknownCommandListsTheTable) {
  const auto answer = ask_sensor(path_, "stop", {}, "");
  EXPECT_EQ(answer.error, "no command \"stop\"");
  EXPECT_THAT(
      answer.diagnostics,
      testing::ElementsAre("echo: gives back its arguments and who asked", "fail: always fails"));
}

TEST_F(ControlSocketTest, AMalformedLineIsAnsweredAndTheNextOneServed) {
  const int fd = connect_raw();
  const std::string lines = "{not json\n{\"v\":2}\n{\"v\":1,\"id\":\"x\",\"do\":\"fail\"}\n";
  ASSERT_EQ(send(fd, lines.data(), lines.size(), 0), static_cast<ssize_t>(lines.size()));
  EXPECT_THAT(read_line(fd), testing::HasSubstr("a request is one JSON object"));
  EXPECT_THAT(read_line(fd), testing::HasSubstr("this sensor speaks"));
  EXPECT_THAT(read_line(fd), testing::HasSubstr(R"("id":"x","error":"it failed")"));
  close(fd);
}

TEST_F(ControlSocketTest, ALineWithoutEndIsCutOffAndCounted) {
  const int fd = connect_raw();
  const std::string chunk(64 * 1024, 'x');
  for (std::size_t sent = 0; sent <= kControlLineBytes + chunk.size(); sent += chunk.size()) {
    if (send(fd, chunk.data(), chunk.size(), MSG_NOSIGNAL) <= 0) break;
  }
  char byte = 0;
  EXPECT_LE(recv(fd, &byte, 1, 0), 0);
  EXPECT_EQ(socket_->refused(), 1u);
  close(fd);
}

TEST_F(ControlSocketTest, OneConnectionTooManyIsTurnedAway) {
  std::vector<int> connections;
  for (std::size_t i = 0; i < kControlConnections; ++i) {
    connections.push_back(connect_raw());
    const std::string line = "{\"v\":1,\"do\":\"fail\"}\n";
    ASSERT_EQ(send(connections.back(), line.data(), line.size(), 0),
              static_cast<ssize_t>(line.size()));
    ASSERT_THAT(read_line(connections.back()), testing::HasSubstr("it failed"));
  }
  const int extra = connect_raw();
  char byte = 0;
  EXPECT_LE(recv(extra, &byte, 1, 0), 0);
  EXPECT_EQ(socket_->refused(), 1u);
  close(extra);
  for (const int fd : connections) close(fd);
}

TEST_F(ControlSocketTest, IsForOwnerAndGroupOnly) {
  struct stat status {};
  ASSERT_EQ(0, stat(path_.c_str(), &status));
  EXPECT_EQ(status.st_mode & 07777u, 0660u);
}

TEST(ControlClient, SaysThatNobodyListens) {
  const auto answer = ask_sensor("/tmp/no-such-sensor.sock", "status", {}, "");
  EXPECT_THAT(answer.error, testing::HasSubstr("is the sensor running?"));
}

}  // namespace
}  // namespace sightglass
