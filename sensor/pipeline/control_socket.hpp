// The way in for people: a unix socket with one JSON object a line (docs/control.md).
#pragma once

#include <sys/types.h>

#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "control/client.hpp"

namespace sightglass {

/// One row of the table of commands. A request line is
/// `{"v": 1, "id": any, "do": "status", "args": {}, "actor": "name"}`; its answer is
/// `{"id": ..., "result": ...}` or `{"id": ..., "error": "...", "diagnostics": [...]}`. `run` is
/// called on the socket's thread.
struct ControlCommand {
  std::string name;
  std::string sentence;  ///< what it does, for `help`
  std::function<ControlAnswer(const boost::json::object& args, const std::string& actor)> run;
};

inline constexpr std::size_t kControlConnections = 8;

/// Listens from construction to destruction, on a thread of its own. Only root, our own user and
/// `allowed_uids` are heard; anyone else is disconnected and counted.
class ControlSocket {
 public:
  /// `socket` is null, with `error`, when the path can not be bound.
  struct Opened {
    std::unique_ptr<ControlSocket> socket;
    std::string error;
  };
  static Opened open(const std::string& path, std::vector<ControlCommand> commands,
                     std::vector<uid_t> allowed_uids);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  std::uint64_t refused() const { return refused_; }  ///< connections turned away, lines too long

 private:
  struct Connection {
    int fd;
    std::string input;
  };

  ControlSocket(int listener, int wake, std::string path, std::vector<ControlCommand> commands,
                std::vector<uid_t> allowed_uids);
  void serve();
  void accept_one();
  bool heard(int fd) const;
  bool receive(Connection& connection);
  std::string answer(const std::string& line);

  int listener_;
  int wake_;  ///< eventfd that ends the thread
  std::string path_;
  std::vector<ControlCommand> commands_;
  std::vector<uid_t> allowed_uids_;
  std::vector<Connection> connections_;
  std::atomic<std::uint64_t> refused_ = 0;
  std::thread thread_;
};

}  // namespace sightglass
