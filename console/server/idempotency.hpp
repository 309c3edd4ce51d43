// A change asked for twice with the same Idempotency-Key happens once.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "console/server/accounts.hpp"
#include "console/server/database.hpp"
#include "console/server/http.hpp"

namespace sightglass::console {

inline constexpr Duration kAnswersKept = std::chrono::hours(24);
inline constexpr std::size_t kIdempotencyKeyMost = 255;

/// Thread-safe. May throw DatabaseError.
class Idempotency {
 public:
  Idempotency(Database& database, Clock clock) : database_(database), clock_(std::move(clock)) {}

  /// Holds the key until it goes away.
  class Claim {
   public:
    Claim(Idempotency& owner, std::string user, std::string key, std::string request)
        : owner_(&owner),
          user_(std::move(user)),
          key_(std::move(key)),
          request_(std::move(request)) {}
    explicit Claim(Response response) : answered(std::move(response)) {}
    Claim(Claim&& other) noexcept
        : answered(std::move(other.answered)),
          owner_(std::exchange(other.owner_, nullptr)),
          user_(std::move(other.user_)),
          key_(std::move(other.key_)),
          request_(std::move(other.request_)) {}
    Claim& operator=(Claim&&) = delete;
    ~Claim();

    /// Set: the endpoint is not to be called. The first answer, 409 while the first request is
    /// still at work, or 422 when the key was used for something else.
    std::optional<Response> answered;
    /// Remembers the answer unless it is the server's own failure (5xx).
    void keep(const Response& response);

   private:
    Idempotency* owner_ = nullptr;
    std::string user_, key_, request_;
  };
  Claim claim(const std::string& user, std::string_view key, const Request& request);

 private:
  std::optional<Response> find(const std::string& user, const std::string& key,
                               const std::string& request);

  Database& database_;
  Clock clock_;
  std::mutex mutex_;
  std::set<std::string> at_work_;
};

}  // namespace sightglass::console
