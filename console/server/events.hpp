// Live events: what every open page hears, in order, resumable, bounded for each of them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/server/http.hpp"

namespace sightglass::console {

inline constexpr std::size_t kEventsKept = 4096;  ///< that a client can resume over
inline constexpr std::size_t kStreamBytes = std::size_t{1} << 20;  ///< waiting for one slow client
inline constexpr std::size_t kStreamsMost = 256;
inline constexpr std::size_t kStreamsPerSession = 8;

struct EventCounters {
  std::atomic<std::uint64_t> published{0};
  std::atomic<std::uint64_t> streams_refused{0};  ///< over one of the limits
  std::atomic<std::uint64_t> streams_reset{0};    ///< too slow: told to read everything anew
  std::atomic<std::uint64_t> resumed{0}, not_resumable{0};
};

/// Thread-safe. Event ids are the record's change numbers; what people do (triage) has no id and is
/// not resumed: a page that was away looks again anyway.
class EventHub {
 public:
  /// `seq`: the change number that clients are up to date with when they connect now.
  explicit EventHub(std::uint64_t seq) : kept_from_(seq), seq_(seq) {}

  /// `seq` 0: without id.
  void publish(std::uint64_t seq, std::string_view event, std::string_view json);
  /// Everything has to be read anew; `seq` is where the record stands now.
  void reset(std::uint64_t seq);

  /// Nothing when there are too many. With `last_event_id` it begins with what came after that, or
  /// with a `reset` when that is not known any more. `may_go_on` is asked at each heartbeat.
  std::shared_ptr<EventSource> subscribe(std::optional<std::uint64_t> last_event_id,
                                         const std::string& session,
                                         std::function<bool()> may_go_on);

  std::uint64_t seq() const;
  const EventCounters& counters() const { return counters_; }

 private:
  class Stream;
  struct Kept {
    std::uint64_t seq;
    std::shared_ptr<const std::string> text;
  };

  void send_to_all(const std::shared_ptr<const std::string>& text);

  mutable std::mutex mutex_;
  std::deque<Kept> kept_;
  std::uint64_t kept_from_;  // every event with a greater seq is in kept_
  std::uint64_t seq_;
  std::vector<std::weak_ptr<Stream>> streams_;
  EventCounters counters_;
};

}  // namespace sightglass::console
