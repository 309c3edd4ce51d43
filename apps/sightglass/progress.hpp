// A progress bar on a terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace sightglass {

/// Draws on standard error while it is a terminal, at most ten times a second, and wipes itself
/// away.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  void clear();  ///< until it is shown again
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `total` 0: how much there is is not known.
  void show(std::uint64_t bytes_done, std::uint64_t bytes_total, std::uint64_t packets);

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point began_ = Clock::now();
  Clock::time_point shown_{};
};

}  // namespace sightglass
