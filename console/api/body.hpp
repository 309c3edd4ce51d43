// Reads what a client sent, and remembers everything that is wrong with it.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/server/problem.hpp"
#include "dissectors/time.hpp"

namespace sightglass::console {

/// Members of a JSON object. Each reader returns a value in any case; ok() says at the end whether
/// the answer is refusal() instead.
class BodyReader {
 public:
  explicit BodyReader(const boost::json::object& body) : body_(body) {}

  /// A text of at most `most` bytes that must be there and not empty.
  std::string required_text(std::string_view name, std::size_t most);
  /// "" and nothing when it is not there.
  std::optional<std::string> text(std::string_view name, std::size_t most);
  std::optional<bool> boolean(std::string_view name);
  /// At least one, at most `most` texts.
  std::vector<std::string> required_texts(std::string_view name, std::size_t most);
  void wrong(std::string_view name, std::string sentence) {
    errors_.emplace_back(std::string(name), std::move(sentence));
  }

  bool ok() const { return errors_.empty(); }
  Response refusal() const { return problem(422, "The request can not be used", "", errors_); }

 private:
  const boost::json::object& body_;
  std::vector<FieldError> errors_;
};

/// The parts of `text` between commas, without empty ones.
std::vector<std::string> listed(std::string_view text);
/// RFC 3339 with any number of decimals: 2026-11-22T23:05:00.123Z, 2026-11-22T23:05:00+01:00.
std::optional<Timestamp> parse_time(std::string_view text);
std::optional<std::uint64_t> parse_number(std::string_view text);
/// `?limit=`: between 1 and `most`; nothing when it is no such number.
std::optional<std::uint32_t> parse_limit(std::string_view text, std::uint32_t usual,
                                         std::uint32_t most);

/// A JSON answer.
Response answer(const boost::json::object& body, unsigned status = 200);
/// 204.
Response nothing();
/// RFC 3339 with nanoseconds, "" for the epoch: not known.
std::string time_text(Timestamp time);

}  // namespace sightglass::console
