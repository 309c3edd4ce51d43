#include "console/server/events.hpp"

#include <algorithm>
#include <utility>

namespace sightglass::console {
namespace {

/// JSON has no line breaks of its own, so one data line is enough.
std::string event_text(std::uint64_t seq, std::string_view event, std::string_view json) {
  std::string text;
  if (seq != 0) text += "id: " + std::to_string(seq) + "\n";
  text.append("event: ").append(event).append("\ndata: ").append(json).append("\n\n");
  return text;
}

}  // namespace

class EventHub::Stream : public EventSource {
 public:
  Stream(std::string session, std::function<bool()> may_go_on)
      : session_(std::move(session)), may_go_on_(std::move(may_go_on)) {}

  const std::string& session() const { return session_; }

  /// False when too much waits already: the client gets `reset` instead of all that.
  bool add(const std::string& text, const std::string& reset) {
    std::function<void()> wake;
    bool fits = true;
    {
      const std::scoped_lock lock(mutex_);
      fits = waiting_.size() + text.size() <= kStreamBytes;
      if (fits) {
        waiting_ += text;
      } else {
        waiting_ = reset;
      }
      wake = wake_;
    }
    if (wake) wake();
    return fits;
  }

  std::string take() override {
    const std::scoped_lock lock(mutex_);
    return std::exchange(waiting_, {});
  }
  void when_ready(std::function<void()> wake) override {
    const std::scoped_lock lock(mutex_);
    wake_ = std::move(wake);
  }
  bool may_go_on() override { return may_go_on_(); }

 private:
  std::string session_;
  std::function<bool()> may_go_on_;
  std::mutex mutex_;
  std::string waiting_;
  std::function<void()> wake_;
};

void EventHub::send_to_all(const std::shared_ptr<const std::string>& text) {
  const std::string reset = event_text(seq_, "reset", "{}");
  std::erase_if(streams_, [&](const std::weak_ptr<Stream>& weak) {
    const std::shared_ptr<Stream> stream = weak.lock();
    if (!stream) return true;
    if (!stream->add(*text, reset)) ++counters_.streams_reset;
    return false;
  });
}

void EventHub::publish(std::uint64_t seq, std::string_view event, std::string_view json) {
  auto text = std::make_shared<const std::string>(event_text(seq, event, json));
  const std::scoped_lock lock(mutex_);
  ++counters_.published;
  if (seq != 0) {
    seq_ = seq;
    kept_.push_back({seq, text});
    if (kept_.size() > kEventsKept) {
      kept_from_ = kept_.front().seq;
      kept_.pop_front();
    }
  }
  send_to_all(text);
}

void EventHub::reset(std::uint64_t seq) {
  const std::scoped_lock lock(mutex_);
  kept_.clear();
  kept_from_ = seq_ = seq;
  send_to_all(std::make_shared<const std::string>(event_text(seq, "reset", "{}")));
}

std::shared_ptr<EventSource> EventHub::subscribe(std::optional<std::uint64_t> last_event_id,
                                                 const std::string& session,
                                                 std::function<bool()> may_go_on) {
  const std::scoped_lock lock(mutex_);
  std::size_t all = 0, same = 0;
  for (const std::weak_ptr<Stream>& weak : streams_) {
    if (const auto stream = weak.lock()) {
      ++all;
      if (stream->session() == session) ++same;
    }
  }
  if (all >= kStreamsMost || same >= kStreamsPerSession) {
    ++counters_.streams_refused;
    return nullptr;
  }
  auto stream = std::make_shared<Stream>(session, std::move(may_go_on));
  // An id without an event tells the client where it stands before anything has happened.
  std::string first = "retry: 2000\n";
  if (!last_event_id) {
    first += "id: " + std::to_string(seq_) + "\n\n";
  } else if (*last_event_id < kept_from_ || *last_event_id > seq_) {
    ++counters_.not_resumable;
    first += event_text(seq_, "reset", "{}");
  } else {
    ++counters_.resumed;
    first += ": resumed\n\n";
    for (const Kept& kept : kept_) {
      if (kept.seq > *last_event_id) first += *kept.text;
    }
  }
  stream->add(first, event_text(seq_, "reset", "{}"));
  streams_.push_back(stream);
  return stream;
}

std::uint64_t EventHub::seq() const {
  const std::scoped_lock lock(mutex_);
  return seq_;
}

}  // namespace sightglass::console
