// One line, drawn over itself.
#include "apps/sightglass/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace sightglass {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr int kBarWidth = 30;

std::string eta(double seconds) {
  const auto left = std::lround(seconds);
  char text[32];
  std::snprintf(text, sizeof text, "%ld:%02ld", left / 60, left % 60);
  return text;
}

}  // namespace

ProgressBar::ProgressBar() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

void ProgressBar::show(std::uint64_t bytes_done, std::uint64_t bytes_total, std::uint64_t packets) {
  const Clock::time_point now = Clock::now();
  if (!terminal_ || now - shown_ < kRedraw) return;
  shown_ = now;
  drawn_ = true;
  const double seconds = std::max(std::chrono::duration<double>(now - began_).count(), 0.001);
  const double rate = static_cast<double>(bytes_done) / 1e6 / seconds;
  if (bytes_total == 0) {
    std::fprintf(stderr, "\r\033[K%llu packets, %.0f MB, %.0f MB/s",
                 static_cast<unsigned long long>(packets), static_cast<double>(bytes_done) / 1e6,
                 rate);
    return;
  }
  const double share =
      std::min(1.0, static_cast<double>(bytes_done) / static_cast<double>(bytes_total));
  const auto full = static_cast<std::size_t>(share * kBarWidth);
  const std::string bar = std::string(full, '#') + std::string(kBarWidth - full, '.');
  const double left = share > 0 ? seconds * (1 - share) / share : 0;
  std::fprintf(stderr, "\r\033[K[%s] %3.0f %%  %llu packets  %.0f MB/s  %s left", bar.c_str(),
               share * 100, static_cast<unsigned long long>(packets), rate, eta(left).c_str());
}

}  // namespace sightglass
