// What flows are that none of our dissectors knows: nDPI's word, taken from their first packets.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "rules/application.hpp"
#include "sensor/application/flow_sample.hpp"

namespace sightglass {

struct RecognizerLimits {
  /// Flows examined at once; one more, and the one sampled least recently is settled early.
  std::size_t examined = 2048;
  /// Flows whose name is kept until they end; one more, and the oldest name is forgotten.
  std::size_t named = 131'072;
};

/// Monotonic counts since the recognizer was made.
struct RecognizerCounters {
  std::uint64_t flows = 0;            ///< examined
  std::uint64_t recognised = 0;       ///< settled with a name
  std::uint64_t unknown = 0;          ///< settled without one
  std::uint64_t dismissed = 0;        ///< our own dissectors confirmed them meanwhile
  std::uint64_t settled_early = 0;    ///< by RecognizerLimits::examined
  std::uint64_t names_forgotten = 0;  ///< by RecognizerLimits::named
};

/// Owns the library. The same samples in the same order give the same names: its caches span flows.
/// A flow is settled, once, when the library is sure, after its last sample, when it ends, or early
/// at a limit. Used by one thread, the judge's.
class Recognizer {
 public:
  /// `on` is the sample that settled it, or the latest before its end; `moment` is when that was.
  using Settled = std::function<void(const Application& application, const FlowSample& on,
                                     const Moment& moment)>;

  explicit Recognizer(Settled settled, RecognizerLimits limits = {});
  ~Recognizer();
  Recognizer(const Recognizer&) = delete;
  Recognizer& operator=(const Recognizer&) = delete;

  /// In the order of their moments.
  void take(FlowSample sample);
  /// What is known of a flow so far; ended flows are known until forget_ended().
  Application application_of(std::uint64_t flow) const;
  void forget_ended();

  const RecognizerCounters& counters() const;
  /// Memory, about: the library is made with the first sample.
  std::size_t bytes() const;
  /// At most, within the limits.
  static std::size_t bytes_of(const RecognizerLimits& limits);
  /// "4.2.0"
  static std::string_view library_version();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sightglass
