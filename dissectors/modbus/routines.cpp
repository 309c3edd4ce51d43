#include "dissectors/modbus/routines.hpp"

#include <algorithm>

namespace sightglass::modbus {

void Routines::Routine::keep_request(Asked& whole) {
  whole.routine = number;
  whole.routine_age = age;
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
  return table_.find([&](const Routine& routine) { return routine.request == *key; });
}

Routines::Routine* Routines::add(Bytes request) {
  const auto key = key_of(request);
  if (!key) return nullptr;
  Routine& routine = table_.vacant();
  routine.request = *key;
  routine.answer.clear();
  return &routine;
}

}  // namespace sightglass::modbus
