#include "dissectors/s7comm/routines.hpp"

#include <algorithm>

#include "dissectors/s7comm/names.hpp"

namespace sightglass::s7comm {
namespace {

// Offsets into a packet: TPKT, three octets of COTP, the header of S7comm.
constexpr std::size_t kLength = 2, kCotp = 4, kProtocol = kReadTsdu, kKind = 8, kReference = 11,
                      kParameterLength = 13, kJobHeader = 17, kAckHeader = 19;
constexpr std::size_t kReferenceSize = 2;

std::uint16_t u16_at(Bytes packet, std::size_t at) {
  return static_cast<std::uint16_t>(packet[at] << 8 | packet[at + 1]);
}

bool same_but_for_reference(Bytes a, Bytes b) {
  constexpr std::size_t kBehind = kReference + kReferenceSize;
  return a.size() == b.size() && std::ranges::equal(a.subspan(kBehind), b.subspan(kBehind)) &&
         std::ranges::equal(a.first(kReference), b.first(kReference));
}

}  // namespace

bool is_read(Bytes packet, std::uint8_t rosctr) {
  const std::size_t header = rosctr == kJob ? kJobHeader : kAckHeader;
  constexpr std::size_t kFunctionAndCount = 2;
  if (packet.size() < header + kFunctionAndCount || u16_at(packet, kLength) != packet.size()) {
    return false;
  }
  const bool is_plain_data =
      packet[kCotp] == 2 && packet[kCotp + 1] == 0xf0 && packet[kCotp + 2] == 0x80;
  const bool is_kind = packet[kProtocol] == kProtocolId && packet[kKind] == rosctr;
  const bool has_function = rosctr == kJob || u16_at(packet, kParameterLength) == kFunctionAndCount;
  return is_plain_data && is_kind && has_function && packet[header] == kReadVar;
}

std::uint16_t reference_of(Bytes packet) { return u16_at(packet, kReference); }

void Routines::Routine::keep_request(Asked& whole) {
  whole.routine = number;
  whole.routine_age = age;
  asked.repeat(whole);
}

void Routines::Routine::keep_answer(Bytes packet, const Message& message) {
  outcome = message.outcome;
  outcome_name = message.outcome_name;
  answer.clear();
  if (packet.size() > kMostBytes) return;
  answer.assign(packet.begin(), packet.end());
  values_.clear();
  const std::size_t count = packet[kAckHeader + 1];
  ByteReader in(packet.subspan(kAckHeader + 2));
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const DataItem item = read_data_item(in);
    const Bytes data = in.bytes(item.has_data() ? item.length : 0);
    if (data.size() % 2 != 0 && i + 1 < count) in.skip(1);
    if (data.empty()) continue;
    values_.push_back({static_cast<std::uint32_t>(data.data() - packet.data()),
                       static_cast<std::uint32_t>(data.size())});
  }
  if (!in.ok()) values_.clear();
}

Routines::Likeness Routines::Routine::compare(Bytes packet) const {
  if (packet.size() != answer.size()) return Likeness::other;
  if (same_but_for_reference(packet, answer)) return Likeness::same;
  const Bytes known(answer);
  if (!std::ranges::equal(packet.first(kReference), known.first(kReference)))
    return Likeness::other;
  std::size_t at = kReference + kReferenceSize;
  const auto same_up_to = [&](std::size_t end) {
    return std::ranges::equal(packet.subspan(at, end - at), known.subspan(at, end - at));
  };
  for (const Run& run : values_) {
    if (!same_up_to(run.begin)) return Likeness::other;
    at = run.begin + run.size;
  }
  return same_up_to(packet.size()) ? Likeness::other_values : Likeness::other;
}

Routines::Routine* Routines::find(Bytes request) {
  return table_.find(
      [&](const Routine& routine) { return same_but_for_reference(request, routine.request); });
}

Routines::Routine* Routines::add(Bytes request) {
  if (request.size() > kMostBytes) return nullptr;
  Routine& routine = table_.vacant();
  routine.request.assign(request.begin(), request.end());
  routine.answer.clear();
  return &routine;
}

}  // namespace sightglass::s7comm
