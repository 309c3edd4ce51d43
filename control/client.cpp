#include "control/client.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>

namespace sightglass {
namespace {

using Clock = std::chrono::steady_clock;

// For one call; the deadline of the whole answer is looked at between calls.
void limit_waiting(int descriptor) {
  const timeval limit{kControlTimeout.count(), 0};
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

std::string system_error() { return std::strerror(errno); }

ControlAnswer answer_in(const boost::json::object& line) {
  ControlAnswer answer;
  if (const auto* result = line.if_contains("result")) {
    answer.result = *result;
    return answer;
  }
  const auto* message = line.if_contains("error");
  const bool has_reason = message != nullptr && message->is_string();
  answer.error = has_reason ? std::string(message->get_string()) : "the sensor gave no reason";
  if (const auto* list = line.if_contains("diagnostics"); list != nullptr && list->is_array()) {
    for (const auto& entry : list->get_array()) {
      if (entry.is_string()) answer.diagnostics.emplace_back(entry.get_string());
    }
  }
  return answer;
}

}  // namespace

ControlAnswer ControlClient::ask(std::string_view command, const boost::json::object& args,
                                 std::string_view actor) {
  if (!is_connected()) {
    close();
    if (std::string error = connect(); !error.empty()) {
      return lost(error + " (is the sensor running?)");
    }
  }
  const std::uint64_t id = ++asked_;
  std::string request = boost::json::serialize(
      boost::json::object{{"v", 1}, {"id", id}, {"do", command}, {"args", args}, {"actor", actor}});
  if (request.size() >= kControlLineBytes) {
    return {{}, "the request is longer than the socket takes", {}};
  }
  std::string reply;
  if (std::string error = exchange(std::move(request) + "\n", reply); !error.empty()) {
    return lost(std::move(error));
  }
  boost::system::error_code code;
  const boost::json::value parsed = boost::json::parse(reply, code);
  const boost::json::object* line = parsed.if_object();
  const boost::json::value* answered = line == nullptr ? nullptr : line->if_contains("id");
  if (code || answered == nullptr || *answered != id) {
    return lost("the answer is not one to what was asked");
  }
  return answer_in(*line);
}

bool ControlClient::is_connected() const {
  if (descriptor_ < 0) return false;
  char byte = 0;
  const ssize_t size = recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

std::string ControlClient::connect() {
  sockaddr_un address{};
  if (path_.size() >= sizeof address.sun_path) return "the path is too long for a socket";
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  descriptor_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return system_error();
  limit_waiting(descriptor_);
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return "";
  return system_error();
}

// "" and one line in `reply`, without its end; or what went wrong.
std::string ControlClient::exchange(std::string request, std::string& reply) {
  std::string_view rest = request;
  while (!rest.empty()) {
    const ssize_t sent = send(descriptor_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return system_error();
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  const Clock::time_point until = Clock::now() + kControlTimeout;
  char part[16 * 1024];
  while (reply.size() <= kControlLineBytes) {
    const ssize_t size = recv(descriptor_, part, sizeof part, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size == 0) return "the sensor gave no answer";
    if (size < 0) return errno == EAGAIN ? "the sensor took too long to answer" : system_error();
    reply.append(part, static_cast<std::size_t>(size));
    if (const std::size_t end = reply.find('\n'); end != std::string::npos) {
      reply.resize(end);
      return "";
    }
    if (Clock::now() > until) return "the sensor took too long to answer";
  }
  return "the sensor's answer is too long";
}

ControlAnswer ControlClient::lost(std::string why) {
  close();
  return {{}, path_ + ": " + std::move(why), {}};
}

void ControlClient::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

ControlAnswer ask_sensor(const std::string& path, std::string_view command,
                         const boost::json::object& args, std::string_view actor) {
  return ControlClient(path).ask(command, args, actor);
}

}  // namespace sightglass
