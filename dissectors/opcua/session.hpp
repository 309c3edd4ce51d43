// What a flow's secure channel and session have told of themselves, and what later messages need of
// earlier ones: the objects of requests, the nodes of monitored items.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dissectors/message.hpp"
#include "dissectors/opcua/decode.hpp"

namespace sightglass::opcua {

inline constexpr std::size_t kMaxName = 256;        ///< bytes kept of a name, a user, a policy
inline constexpr std::size_t kMaxMonitored = 4096;  ///< items of a flow; then new ones have no node
inline constexpr std::size_t kContexts = 64;        ///< requests of a flow whose objects are kept
inline constexpr std::size_t kContextTouches = 128;  ///< objects kept of one request

/// How the messages of a channel can be read.
enum class Protection : std::uint8_t {
  unknown,  ///< the channel's opening was not seen
  none,
  sign,
  encrypt,  ///< or not known yet: the mode is inside an encrypted message
};

/// The secure channel and its session. Text is cut at kMaxName.
struct Session {
  Protection protection = Protection::unknown;
  std::uint32_t channel = 0;  ///< 0 when its opening was not seen
  std::string policy;         ///< without the standard's prefix
  std::string application, user;
  std::string_view mode = "unknown";
  std::string_view token;

  /// An OpenSecureChannel names its policy.
  void opened(std::string_view policy_uri);
  ChannelSecurity::Strength strength() const;
  /// Bytes that a signature takes at the end of a message of this policy.
  std::size_t signature_size() const;
};

/// The objects of a request, for its answer.
class Context {
 public:
  void keep(RequestId request, const std::vector<Touch>& touches, std::uint32_t subscription);
  bool is_of(RequestId request) const { return request_ == request; }
  std::uint32_t subscription() const { return subscription_; }
  std::size_t size() const { return touches_.size(); }
  /// Names are views into this.
  Touch at(std::size_t index) const;

 private:
  struct Kept {
    Touch touch;  ///< without name and values
    std::uint32_t begin = 0, size = 0;
  };
  RequestId request_ = 0;
  std::uint32_t subscription_ = 0;
  std::vector<Kept> touches_;
  std::string names_;
};

/// Which node is monitored under a client handle of a subscription.
class MonitoredItems {
 public:
  void add(std::uint32_t subscription, const Touch& touch, std::uint32_t item);
  void remove_item(std::uint32_t subscription, std::uint32_t item);
  void remove_subscription(std::uint32_t subscription);
  /// Gives `touch` the node that is monitored under its client handle, if it is known.
  void resolve(std::uint32_t subscription, Touch& touch) const;
  void clear() { items_.clear(); }

 private:
  struct Item {
    NodeName node;  ///< without its name
    std::string name;
    std::uint32_t attribute = 0;
    std::uint32_t item = 0;
  };
  static std::uint64_t key(std::uint32_t subscription, std::uint32_t handle) {
    return std::uint64_t{subscription} << 32 | handle;
  }
  std::unordered_map<std::uint64_t, Item> items_;
};

}  // namespace sightglass::opcua
