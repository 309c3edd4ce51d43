#include "dissectors/modbus/routines.hpp"

#include <algorithm>

namespace sightglass::modbus {

void Routines::Routine::keep_request(Asked& whole) {
  whole.routine = number;
  whole.routine_request = request;
  asked.repeat(whole);
}

void Routines::Routine::keep_answer(Bytes bytes, const Message& message) {
  answer.assign(bytes.begin(), bytes.end());
  outcome = message.outcome;
  outcome_name = message.outcome_name;
}

Routines::Likeness Routines::Routine::compare(Bytes bytes) const {
  if (bytes.size() != answer.size()) return Likeness::other;
  if (std::ranges::equal(bytes, answer)) return Likeness::same;
  // Read Coils to Read Input Registers: unit identifier, function code, byte count, values.
  constexpr std::size_t kBeforeValues = 3;
  constexpr std::uint8_t kFirstRead = 1, kLastRead = 4;
  const bool reads =
      bytes.size() > kBeforeValues && bytes[1] >= kFirstRead && bytes[1] <= kLastRead;
  const bool as_many =
      reads && std::ranges::equal(bytes.first(kBeforeValues), Bytes(answer).first(kBeforeValues));
  return as_many ? Likeness::other_values : Likeness::other;
}

std::optional<std::uint64_t> Routines::key_of(Bytes request) {
  if (request.size() > kMostRequestBytes) return std::nullopt;
  std::uint64_t key = request.size();
  for (const std::uint8_t byte : request) key = key << 8 | byte;
  return key;
}

Routines::Routine* Routines::find(Bytes request) {
  const auto key = key_of(request);
  if (!key) return nullptr;
  for (std::size_t tried = 0; tried < routines_.size(); ++tried) {
    if (expected_ >= routines_.size()) expected_ = 0;
    Routine& routine = routines_[expected_++];
    if (routine.request != *key) continue;
    routine.used = true;
    return &routine;
  }
  return nullptr;
}

Routines::Routine* Routines::add(Bytes request) {
  const auto key = key_of(request);
  if (!key) return nullptr;
  Routine& routine = vacant();
  routine.request = *key;
  routine.used = true;
  routine.answer.clear();
  return &routine;
}

/// A new one, or the next that was not used since the hand came by.
Routines::Routine& Routines::vacant() {
  if (routines_.size() < kMost) {
    Routine& routine = routines_.emplace_back();
    routine.number = static_cast<std::uint16_t>(2 * routines_.size() - 1);
    return routine;
  }
  for (;;) {
    Routine& routine = routines_[hand_++ % kMost];
    if (!routine.used) return routine;
    routine.used = false;
  }
}

Routines::Routine* Routines::of(const Asked& asked) {
  if (asked.routine == 0) return nullptr;
  Routine& routine = routines_[asked.routine / 2u];
  return routine.request == asked.routine_request ? &routine : nullptr;
}

}  // namespace sightglass::modbus
