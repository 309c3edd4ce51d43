// Promise 9: the capture socket can not transmit. Every way in is tried, in a child process that
// has locked itself down as the sensor does.
#include "sensor/capture/lockdown.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "sensor/capture/live_captures.hpp"

namespace sightglass {
namespace {

constexpr int kCapture = kFirstCaptureDescriptor;

struct Attempt {
  const char* call;
  std::function<long()> run;
};

/// A frame the loopback device would carry if it left.
std::vector<std::uint8_t> frame() { return std::vector<std::uint8_t>(60, 0x42); }

std::vector<Attempt> attempts(int pipe_in, int file) {
  static std::vector<std::uint8_t> bytes = frame();
  static iovec vector{bytes.data(), bytes.size()};
  static msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  static mmsghdr messages{message, 0};
  static sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
  static sockaddr* to = reinterpret_cast<sockaddr*>(&address);
  static loff_t offset = 0;
  static int one = 1;
  return {
      {"write", [] { return write(kCapture, bytes.data(), bytes.size()); }},
      {"pwrite64", [] { return pwrite(kCapture, bytes.data(), bytes.size(), 0); }},
      {"writev", [] { return writev(kCapture, &vector, 1); }},
      {"pwritev", [] { return pwritev(kCapture, &vector, 1, 0); }},
      {"pwritev2", [] { return pwritev2(kCapture, &vector, 1, -1, 0); }},
      {"send", [] { return send(kCapture, bytes.data(), bytes.size(), 0); }},
      {"sendto",
       [] { return sendto(kCapture, bytes.data(), bytes.size(), 0, to, sizeof address); }},
      {"sendmsg", [] { return sendmsg(kCapture, &message, 0); }},
      {"sendmmsg", [] { return static_cast<long>(sendmmsg(kCapture, &messages, 1, 0)); }},
      {"sendfile", [file] { return sendfile(kCapture, file, nullptr, 60); }},
      {"splice", [pipe_in] { return splice(pipe_in, nullptr, kCapture, nullptr, 60, 0); }},
      {"vmsplice", [] { return vmsplice(kCapture, &vector, 1, 0); }},
      {"tee", [pipe_in] { return tee(pipe_in, kCapture, 60, 0); }},
      {"copy_file_range",
       [file] { return copy_file_range(file, &offset, kCapture, nullptr, 60, 0); }},
      {"dup", [] { return static_cast<long>(dup(kCapture)); }},
      {"dup2", [] { return static_cast<long>(dup2(kCapture, 77)); }},
      {"dup3", [] { return static_cast<long>(dup3(kCapture, 77, O_CLOEXEC)); }},
      {"fcntl F_DUPFD", [] { return static_cast<long>(fcntl(kCapture, F_DUPFD, 3)); }},
      {"fcntl F_DUPFD_CLOEXEC",
       [] { return static_cast<long>(fcntl(kCapture, F_DUPFD_CLOEXEC, 3)); }},
      {"setsockopt",
       [] {
         return static_cast<long>(setsockopt(kCapture, SOL_PACKET, PACKET_LOSS, &one, sizeof one));
       }},
      {"bind", [] { return static_cast<long>(bind(kCapture, to, sizeof address)); }},
      {"connect", [] { return static_cast<long>(connect(kCapture, to, sizeof address)); }},
      {"io_uring_setup", [] { return syscall(SYS_io_uring_setup, 1, nullptr); }},
      {"pidfd_getfd", [] { return syscall(SYS_pidfd_getfd, 3, kCapture, 0); }},
      {"socket AF_PACKET", [] { return static_cast<long>(socket(AF_PACKET, SOCK_RAW, 0)); }},
      {"socket AF_INET", [] { return static_cast<long>(socket(AF_INET, SOCK_DGRAM, 0)); }},
      {"socket AF_INET6", [] { return static_cast<long>(socket(AF_INET6, SOCK_STREAM, 0)); }},
      {"socket AF_NETLINK", [] { return static_cast<long>(socket(AF_NETLINK, SOCK_RAW, 0)); }},
      {"execve", [] { return syscall(SYS_execve, "/bin/true", nullptr, nullptr); }},
  };
}

/// Runs `body` in a child and gives what it wrote: "" when it had nothing to complain of.
std::string in_child(const std::function<std::string()>& body) {
  int report[2];
  if (pipe(report) != 0) return "pipe";
  const pid_t child = fork();
  if (child == 0) {
    const std::string text = body();
    if (write(report[1], text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(2);
    _exit(0);
  }
  close(report[1]);
  std::string text;
  char part[512];
  for (ssize_t size = read(report[0], part, sizeof part); size > 0;
       size = read(report[0], part, sizeof part)) {
    text.append(part, static_cast<std::size_t>(size));
  }
  close(report[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? text : text + " (child ended with " + std::to_string(status) + ")";
}

/// A packet socket on the loopback device where the sensor's stand; false without privileges.
bool open_capture_socket() {
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  if (fd < 0) return false;
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
  return bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
         dup2(fd, kCapture) == kCapture && close(fd) == 0;
}

class Lockdown : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "opening a packet socket needs root";
  }
};

TEST_F(Lockdown, EveryWayToTransmitIsRefused) {
  EXPECT_EQ("", in_child([]() -> std::string {
              if (!open_capture_socket()) return "no packet socket";
              int ends[2];
              const int file = open("/proc/self/exe", O_RDONLY);
              if (file < 0 || pipe(ends) != 0 || write(ends[1], frame().data(), 60) != 60) {
                return "could not prepare";
              }
              const std::string error = forbid_transmission();
              if (!error.empty()) return error;
              std::string succeeded;
              for (const auto& attempt : attempts(ends[0], file)) {
                errno = 0;
                const long result = attempt.run();
                if (result >= 0 || errno != EPERM) {
                  succeeded += std::string(attempt.call) + " gave " + std::to_string(result) +
                               " (" + std::strerror(errno) + "); ";
                }
              }
              return succeeded;
            }));
}

TEST_F(Lockdown, WithoutItTheSameSocketTransmits) {
  EXPECT_EQ("", in_child([]() -> std::string {
              if (!open_capture_socket()) return "no packet socket";
              return write(kCapture, frame().data(), 60) == 60 ? "" : std::strerror(errno);
            }));
}

TEST_F(Lockdown, WhatTheSensorNeedsStillWorks) {
  EXPECT_EQ("", in_child([]() -> std::string {
              if (!open_capture_socket()) return "no packet socket";
              const std::string error = forbid_transmission();
              if (!error.empty()) return error;
              char byte = 0;
              if (recv(kCapture, &byte, 1, MSG_DONTWAIT) < 0 && errno != EAGAIN) return "recv";
              int ends[2];
              if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return "socketpair";
              if (send(ends[0], "x", 1, 0) != 1) return "send on a unix socket";
              return write(ends[0], "x", 1) == 1 ? "" : "write on a unix socket";
            }));
}

TEST_F(Lockdown, HoldsForThreadsThatRanBefore) {
  EXPECT_EQ("", in_child([]() -> std::string {
              if (!open_capture_socket()) return "no packet socket";
              int go[2];
              int done[2];
              if (pipe(go) != 0 || pipe(done) != 0) return "pipe";
              struct Ends {
                int go, done;
              } ends{go[0], done[1]};
              pthread_t thread{};
              pthread_create(
                  &thread, nullptr,
                  [](void* argument) -> void* {
                    const Ends* mine = static_cast<Ends*>(argument);
                    char byte = 0;
                    if (read(mine->go, &byte, 1) != 1) return nullptr;
                    byte = write(kCapture, frame().data(), 60) < 0 && errno == EPERM ? 'r' : 't';
                    return write(mine->done, &byte, 1) == 1 ? nullptr : argument;
                  },
                  &ends);
              const std::string error = forbid_transmission();
              char byte = 'g';
              if (!error.empty() || write(go[1], &byte, 1) != 1) return error + "?";
              const bool told = read(done[0], &byte, 1) == 1;
              pthread_join(thread, nullptr);
              return told && byte == 'r' ? "" : "an earlier thread could transmit";
            }));
}

TEST_F(Lockdown, PrivilegesDoNotComeBack) {
  EXPECT_EQ("", in_child([]() -> std::string {
              const std::string error = give_up_privileges("nobody");
              if (!error.empty()) return error;
              if (geteuid() == 0 || setuid(0) == 0) return "root again";
              return socket(AF_PACKET, SOCK_RAW, 0) < 0 ? "" : "opened a packet socket";
            }));
}

TEST(Privileges, AnUnknownUserIsNamedWithTheWayOut) {
  if (geteuid() != 0) GTEST_SKIP() << "becoming another user needs root";
  const std::string error = in_child([] { return give_up_privileges("no-such-user"); });
  EXPECT_NE(error.find("user \"no-such-user\" does not exist: create it"), std::string::npos)
      << error;
}

TEST_F(Lockdown, LibpcapsSocketStandsAmongTheGuarded) {
  auto opened = LiveCapture::open({.interface = "lo", .ring_mib = 1, .filter = ""});
  ASSERT_NE(opened.capture, nullptr) << opened.error;
  EXPECT_GE(opened.capture->descriptor(), kFirstCaptureDescriptor);
}

TEST_F(Lockdown, SoDoAllSocketsOfSeveralInterfaces) {
  const std::vector<LiveCaptureSettings> lo(kMostInterfaces,
                                            {.interface = "lo", .ring_mib = 1, .filter = ""});
  std::vector<LiveCapture::Opened> opened;
  for (const auto& settings : lo) opened.push_back(LiveCapture::open(settings));
  for (const auto& one : opened) {
    ASSERT_NE(one.capture, nullptr) << one.error;
    EXPECT_GE(one.capture->descriptor(), kFirstCaptureDescriptor);
  }
}

TEST_F(Lockdown, EveryInterfaceThatIsMissingIsNamed) {
  const LiveCaptureSettings settings[] = {{.interface = "no-such-1", .ring_mib = 1, .filter = ""},
                                          {.interface = "lo", .ring_mib = 1, .filter = "tcp"},
                                          {.interface = "lo", .ring_mib = 1, .filter = "tcp nor"}};
  const auto opened = LiveCaptures::open(settings);
  EXPECT_EQ(opened.captures, nullptr);
  ASSERT_EQ(opened.errors.size(), 2u);
  EXPECT_EQ(opened.errors[0].find("no-such-1: no such interface"), 0u) << opened.errors[0];
  EXPECT_EQ(opened.errors[1].find("lo: capture filter \"tcp nor\": "), 0u) << opened.errors[1];
}

TEST_F(Lockdown, AMissingInterfaceIsNamedWithThoseThatExist) {
  auto opened = LiveCapture::open({.interface = "no-such-if", .ring_mib = 1, .filter = ""});
  EXPECT_EQ(opened.capture, nullptr);
  EXPECT_NE(opened.error.find("no-such-if: no such interface; there are: lo"), std::string::npos)
      << opened.error;
}

}  // namespace
}  // namespace sightglass
