#include "dissectors/s7comm/pairing.hpp"

#include <chrono>

namespace sightglass::s7comm {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDeadline = 5s;

/// Identifiers of requests that the server makes have this bit: those of a flow are all different.
constexpr RequestId kByServer = RequestId{1} << 63;

}  // namespace

Pairing::Asking::Asking(RequestId mark_, PairingCounters& counters)
    : pending(kDeadline, counters), mark(mark_) {}

Pairing::Pairing(PairingCounters* counters)
    : sides_{Asking(0, counters != nullptr ? *counters : own_counters_),
             Asking(kByServer, counters != nullptr ? *counters : own_counters_)} {}

auto Pairing::completing(const Asking& side, MessageSink& sink) {
  return [&side, &sink](const Pending::Entry& entry, Outcome::Kind kind, Timestamp at) {
    // A flow that never showed an answer may be a one-way mirror.
    if (kind == Outcome::Kind::unanswered && !side.answers_seen) kind = Outcome::Kind::unseen;
    sink.completion({entry.id | side.mark, {kind, 0}, {}, 0, at});
  };
}

void Pairing::at(Timestamp now) {
  if (last_time_ == Timestamp{}) {
    for (Asking& side : sides_) side.blind_since = now;
  }
  last_time_ = now;
}

Asked& Pairing::open(const RequestKey& key, Message& message, MessageSink& sink) {
  Asking& side = asked_by(message.direction);
  Pending::Entry& entry =
      side.pending.open(key, message.where.time, message.where.last_packet, completing(side, sink));
  message.request = entry.id | side.mark;
  message.roles_turned = message.direction == Direction::to_client;
  message.outcome = {};
  return entry.request;
}

Pairing::Answered Pairing::answer(const RequestKey& key, std::optional<std::uint8_t> function,
                                  Message& message) {
  Asking& side = asked_by(opposite(message.direction));
  side.answers_seen = true;
  message.roles_turned = message.direction == Direction::to_server;
  // An acknowledgement that reports an error often names no function.
  const auto fits = [function](const Asked& asked) {
    return !function || asked.function == *function;
  };
  Answered result;
  result.match = side.pending.answer(key, fits);
  const Pending::Entry* entry = result.match.entry;
  if (entry == nullptr) {
    result.is_unexpected = side.requests_seen || message.where.time - side.blind_since >= kDeadline;
    return result;
  }
  result.is_repeated = result.match.kind == Pending::Match::Kind::repeated;
  result.fits = fits(entry->request);
  if (result.match.kind == Pending::Match::Kind::answer && !side.pending.blind_for(*entry)) {
    side.requests_seen = true;
  }
  message.request = entry->id | side.mark;
  message.request_packet = entry->packet;
  message.latency = message.where.time - entry->sent;
  result.name(message);
  return result;
}

void Pairing::Answered::name(Message& message) const {
  if (match.entry == nullptr) return;
  message.operation = match.entry->request.operation;
  message.function_name = match.entry->request.function_name;
}

void Pairing::complete(const Answered& answered, const Message& message, MessageSink& sink) {
  if (answered.match.kind != Pending::Match::Kind::answer) return;
  sink.completion({message.request, message.outcome, message.outcome_name,
                   message.where.last_packet, message.where.time});
}

void Pairing::gap(Direction direction) {
  for (Asking& side : sides_) side.pending.blind();
  Asking& side = asked_by(direction);
  side.requests_seen = false;
  side.blind_since = last_time_;
}

void Pairing::tick(Timestamp now, MessageSink& sink) {
  for (Asking& side : sides_) side.pending.tick(now, completing(side, sink));
}

bool Pairing::is_waiting() const {
  return sides_[0].pending.pending() > 0 || sides_[1].pending.pending() > 0;
}

void Pairing::finish(Timestamp now, MessageSink& sink) {
  for (Asking& side : sides_) side.pending.finish(now, completing(side, sink));
}

void Pairing::turn_round() {
  for (Asking& side : sides_) {
    side.pending.clear();
    side.requests_seen = side.answers_seen = false;
  }
}

}  // namespace sightglass::s7comm
