// A handful of local connections, served by poll on one thread. Nothing here is on the packets'
// way.
#include "sensor/pipeline/control_socket.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sightglass {
namespace {

bool fill_address(const std::string& path, sockaddr_un& address) {
  if (path.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return true;
}

std::string failure(const std::string& path) { return path + ": " + std::strerror(errno); }

bool send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void limit_waiting(int fd) {
  const timeval limit{kControlTimeout.count(), 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

boost::json::object error_line(boost::json::value id, const ControlAnswer& answer) {
  boost::json::object line{{"id", std::move(id)}, {"error", answer.error}};
  boost::json::array diagnostics;
  for (const auto& diagnostic : answer.diagnostics) diagnostics.emplace_back(diagnostic);
  line["diagnostics"] = std::move(diagnostics);
  return line;
}

}  // namespace

ControlSocket::Opened ControlSocket::open(const std::string& path,
                                          std::vector<ControlCommand> commands,
                                          std::vector<uid_t> allowed_uids) {
  sockaddr_un address{};
  if (!fill_address(path, address)) return {nullptr, path + ": the path is too long for a socket"};
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0) return {nullptr, failure(path)};
  unlink(path.c_str());  // what a killed sensor left; a live one holds the record's lock
  const int wake = eventfd(0, EFD_CLOEXEC);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      chmod(path.c_str(), 0660) != 0 || listen(listener, kControlConnections) != 0 || wake < 0) {
    const std::string error = failure(path);
    close(listener);
    if (wake >= 0) close(wake);
    return {nullptr, error};
  }
  return {std::unique_ptr<ControlSocket>(new ControlSocket(
              listener, wake, path, std::move(commands), std::move(allowed_uids))),
          ""};
}

ControlSocket::ControlSocket(int listener, int wake, std::string path,
                             std::vector<ControlCommand> commands, std::vector<uid_t> allowed_uids)
    : listener_(listener),
      wake_(wake),
      path_(std::move(path)),
      commands_(std::move(commands)),
      allowed_uids_(std::move(allowed_uids)),
      thread_([this] { serve(); }) {}

ControlSocket::~ControlSocket() {
  const std::uint64_t one = 1;
  // An eventfd takes this write at once unless 2^64 - 1 came before.
  [[maybe_unused]] const ssize_t woken = write(wake_, &one, sizeof one);
  thread_.join();
  for (const auto& connection : connections_) close(connection.fd);
  close(listener_);
  close(wake_);
  unlink(path_.c_str());
}

void ControlSocket::serve() {
  while (true) {
    std::vector<pollfd> watched{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const auto& connection : connections_) watched.push_back({connection.fd, POLLIN, 0});
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (watched[0].revents != 0) return;
    for (std::size_t i = connections_.size(); i-- > 0;) {
      if (watched[i + 2].revents == 0 || receive(connections_[i])) continue;
      close(connections_[i].fd);
      connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (watched[1].revents != 0) accept_one();
  }
}

void ControlSocket::accept_one() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  if (connections_.size() >= kControlConnections || !heard(fd)) {
    ++refused_;
    close(fd);
    return;
  }
  limit_waiting(fd);
  connections_.push_back({fd, {}});
}

bool ControlSocket::heard(int fd) const {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == 0 || peer.uid == geteuid() ||
         std::find(allowed_uids_.begin(), allowed_uids_.end(), peer.uid) != allowed_uids_.end();
}

bool ControlSocket::receive(Connection& connection) {
  char part[16 * 1024];
  const ssize_t size = recv(connection.fd, part, sizeof part, MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (size <= 0) return false;
  connection.input.append(part, static_cast<std::size_t>(size));
  std::size_t end = 0;
  while ((end = connection.input.find('\n')) != std::string::npos) {
    const std::string reply = answer(connection.input.substr(0, end)) + "\n";
    connection.input.erase(0, end + 1);
    if (!send_all(connection.fd, reply)) return false;
  }
  if (connection.input.size() <= kControlLineBytes) return true;
  ++refused_;
  return false;
}

std::string ControlSocket::answer(const std::string& line) {
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(line, error);
  const boost::json::object* request = parsed.if_object();
  if (error || request == nullptr) {
    return boost::json::serialize(error_line(nullptr, {{}, "a request is one JSON object", {}}));
  }
  const auto text = [&](const char* key) -> std::string {
    const boost::json::value* value = request->if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
  };
  const boost::json::value* id = request->if_contains("id");
  const boost::json::value reply_id = id == nullptr ? boost::json::value() : *id;
  const boost::json::value* version = request->if_contains("v");
  if (version == nullptr || *version != 1) {
    return boost::json::serialize(error_line(reply_id, {{}, "this sensor speaks \"v\": 1", {}}));
  }
  const std::string name = text("do");
  const auto command = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const ControlCommand& row) { return row.name == name; });
  if (command == commands_.end()) {
    ControlAnswer unknown{{}, "no command \"" + name + "\"", {}};
    for (const auto& row : commands_) unknown.diagnostics.push_back(row.name + ": " + row.sentence);
    return boost::json::serialize(error_line(reply_id, unknown));
  }
  const boost::json::value* args = request->if_contains("args");
  const boost::json::object none;
  const bool has_args = args != nullptr && args->is_object();
  const ControlAnswer result = command->run(has_args ? args->get_object() : none, text("actor"));
  if (!result.error.empty()) return boost::json::serialize(error_line(reply_id, result));
  return boost::json::serialize(boost::json::object{{"id", reply_id}, {"result", result.result}});
}

}  // namespace sightglass
