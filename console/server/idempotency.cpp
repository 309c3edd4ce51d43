#include "console/server/idempotency.hpp"

#include <utility>

#include "console/server/problem.hpp"
#include "console/server/secrets.hpp"

namespace sightglass::console {
namespace {

std::string fingerprint(const Request& request) {
  const Digest digest = sha256(std::string(to_text(request.method)) + "\n" + request.path + "\n" +
                               std::string(request.header("if-match")) + "\n" + request.body);
  return std::string(view(digest));
}

std::string name_of(const std::string& user, const std::string& key) { return user + "\n" + key; }

}  // namespace

Idempotency::Claim::~Claim() {
  if (owner_ == nullptr) return;
  const std::scoped_lock lock(owner_->mutex_);
  owner_->at_work_.erase(name_of(user_, key_));
}

void Idempotency::Claim::keep(const Response& response) {
  if (response.status >= 500) return;
  const auto tag = response.headers.find("ETag");
  Database::Transaction transaction(owner_->database_);
  const Timestamp now = owner_->clock_();
  transaction.prepare("DELETE FROM answered WHERE time < ?").bind(to_ns(now - kAnswersKept)).run();
  transaction.prepare("INSERT OR REPLACE INTO answered VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(user_)
      .bind(key_)
      .bind_blob(request_)
      .bind(to_ns(now))
      .bind(std::int64_t{response.status})
      .bind(response.content_type)
      .bind(std::string_view(tag == response.headers.end() ? "" : tag->second))
      .bind(response.body)
      .run();
  transaction.commit();
}

Idempotency::Claim Idempotency::claim(const std::string& user, std::string_view key,
                                      const Request& request) {
  if (key.size() > kIdempotencyKeyMost) {
    return Claim(problem(422, "The Idempotency-Key is too long"));
  }
  std::string name(key), print = fingerprint(request);
  {
    const std::scoped_lock lock(mutex_);
    if (!at_work_.insert(name_of(user, name)).second) {
      return Claim(problem(409, "The same request is still at work"));
    }
  }
  Claim claim(*this, user, name, print);
  claim.answered = find(user, name, print);
  return claim;
}

std::optional<Response> Idempotency::find(const std::string& user, const std::string& key,
                                          const std::string& request) {
  Database::Transaction transaction(database_, Database::Transaction::Purpose::read);
  Statement row = transaction.prepare(
      "SELECT request, status, content_type, etag, body FROM answered "
      "WHERE user = ? AND key = ? AND time >= ?");
  row.bind(user).bind(key).bind(to_ns(clock_() - kAnswersKept));
  if (!row.step()) return std::nullopt;
  if (row.blob(0) != request) {
    return problem(422, "The Idempotency-Key was used for another request");
  }
  Response response;
  response.status = static_cast<unsigned>(row.integer(1));
  response.content_type = row.text(2);
  if (const std::string tag = row.text(3); !tag.empty()) response.headers["ETag"] = tag;
  response.body = row.text(4);
  response.headers["Idempotency-Replayed"] = "true";
  return response;
}

}  // namespace sightglass::console
