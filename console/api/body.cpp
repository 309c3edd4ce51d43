#include "console/api/body.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <chrono>

#include "rules/alert/time_text.hpp"

namespace sightglass::console {
namespace {

/// Takes exactly `digits` digits from the front; nothing when they are not there.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  int value = 0;
  if (text.size() < digits) return std::nullopt;
  const auto [end, code] = std::from_chars(text.data(), text.data() + digits, value);
  if (code != std::errc() || end != text.data() + digits || text.front() == '-') {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// ".123456789" as nanoseconds; more decimals are read and dropped.
std::optional<std::chrono::nanoseconds> take_decimals(std::string_view& text) {
  std::chrono::nanoseconds::rep value = 0;
  if (!take(text, '.')) return std::chrono::nanoseconds(0);
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    if (digits++ < 9) value = value * 10 + (text.front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits) value *= 10;
  return std::chrono::nanoseconds(value);
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes(0);
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset(*hours * 60 + *minutes);
  return east ? offset : -offset;
}

}  // namespace

std::string BodyReader::required_text(std::string_view name, std::size_t most) {
  const std::size_t before = errors_.size();
  std::optional<std::string> value = text(name, most);
  if (errors_.size() == before && (!value || value->empty())) wrong(name, "It is missing.");
  return value.value_or("");
}

std::optional<std::string> BodyReader::text(std::string_view name, std::size_t most) {
  const boost::json::value* value = body_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_string()) {
    wrong(name, "It must be a text.");
    return std::nullopt;
  }
  if (value->get_string().size() > most) {
    wrong(name, "It is longer than " + std::to_string(most) + " bytes.");
    return std::nullopt;
  }
  return std::string(value->get_string());
}

std::optional<bool> BodyReader::boolean(std::string_view name) {
  const boost::json::value* value = body_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_bool()) {
    wrong(name, "It must be true or false.");
    return std::nullopt;
  }
  return value->get_bool();
}

std::vector<std::string> BodyReader::required_texts(std::string_view name, std::size_t most) {
  std::vector<std::string> texts;
  const boost::json::value* value = body_.if_contains(name);
  if (value == nullptr || !value->is_array() || value->get_array().empty() ||
      value->get_array().size() > most) {
    wrong(name, "It must be a list of 1 to " + std::to_string(most) + " texts.");
    return texts;
  }
  for (const boost::json::value& item : value->get_array()) {
    if (!item.is_string()) {
      wrong(name, "Its items must be texts.");
      return {};
    }
    texts.emplace_back(item.get_string());
  }
  return texts;
}

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::optional<Timestamp> parse_time(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || (!take(text, 'T') && !take(text, 't') && !take(text, ' '))) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second) return std::nullopt;
  const auto decimals = take_decimals(text);
  if (!decimals) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  // Nanoseconds in 64 bits reach from 1678 to 2261.
  if (!date.ok() || *year < 1700 || *year > 2200 || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute) + std::chrono::seconds(*second) + *decimals - *zone;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint32_t> parse_limit(std::string_view text, std::uint32_t usual,
                                         std::uint32_t most) {
  if (text.empty()) return usual;
  const auto number = parse_number(text);
  if (!number || *number == 0) return std::nullopt;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(*number, most));
}

Response answer(const boost::json::object& body, unsigned status) {
  Response response;
  response.status = status;
  response.body = boost::json::serialize(body);
  return response;
}

Response nothing() {
  Response response;
  response.status = 204;
  return response;
}

std::string time_text(Timestamp time) { return to_ns(time) == 0 ? "" : exact_time(time); }

}  // namespace sightglass::console
