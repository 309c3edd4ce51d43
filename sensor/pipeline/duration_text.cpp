#include "sensor/pipeline/duration_text.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace sightglass {
namespace {

struct Unit {
  std::string_view word;
  Duration length;
};
constexpr std::array kUnits = {
    Unit{"ms", std::chrono::milliseconds(1)}, Unit{"s", std::chrono::seconds(1)},
    Unit{"m", std::chrono::minutes(1)},       Unit{"min", std::chrono::minutes(1)},
    Unit{"h", std::chrono::hours(1)},         Unit{"d", std::chrono::hours(24)}};
/// Nobody means more, and nanoseconds of it still fit.
constexpr std::int64_t kMost = 100'000'000;

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view word(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (error != std::errc() || count < 0 || count > kMost) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (unit.word == word && count <= std::chrono::hours(24 * 3650) / unit.length) {
      return count * unit.length;
    }
  }
  return std::nullopt;
}

}  // namespace sightglass
