// The calendar comes from <chrono>, so that no locale and no time zone can get in.
#include "rules/alert/time_text.hpp"

#include <array>
#include <cstdio>

namespace sightglass {
namespace {

struct CivilTime {
  int year;
  unsigned month, day;
  int hour, minute, second;
  long nanosecond;
};

CivilTime civil(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<long>(clock.subseconds().count())};
}

std::string date_and_time(const CivilTime& at, char separator) {
  std::array<char, 64> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u%c%02d:%02d:%02d", at.year, at.month,
                    at.day, separator, at.hour, at.minute, at.second);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string fraction(long value, int digits) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), ".%0*ld", digits, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::string eve_time(Timestamp time) {
  const CivilTime at = civil(time);
  return date_and_time(at, 'T') + fraction(at.nanosecond / 1000, 6) + "+0000";
}

std::string exact_time(Timestamp time) {
  const CivilTime at = civil(time);
  return date_and_time(at, 'T') + fraction(at.nanosecond, 9) + "Z";
}

std::string spoken_time(Timestamp time) { return date_and_time(civil(time), ' ') + " UTC"; }

std::string spoken_duration(Duration length) {
  struct Unit {
    std::int64_t nanoseconds;
    const char* name;
  };
  constexpr std::array<Unit, 5> kUnits = {{{3'600'000'000'000, " h"},
                                           {60'000'000'000, " min"},
                                           {1'000'000'000, " s"},
                                           {1'000'000, " ms"},
                                           {1'000, " us"}}};
  for (const Unit& unit : kUnits) {
    if (length.count() != 0 && length.count() % unit.nanoseconds == 0) {
      return std::to_string(length.count() / unit.nanoseconds) + unit.name;
    }
  }
  return std::to_string(length.count()) + " ns";
}

}  // namespace sightglass
