// The decision about a connection's protocol.
#include "sensor/flow/identification.hpp"

#include <algorithm>

namespace sightglass {
namespace {

constexpr std::size_t kMaxProtocols = 32;  // one bit each

std::uint32_t bit(std::size_t protocol) { return std::uint32_t{1} << protocol; }

}  // namespace

KnownProtocols KnownProtocols::of(std::span<const ProtocolEntry> entries) {
  KnownProtocols known;
  known.entries = entries.first(std::min(entries.size(), kMaxProtocols));
  for (const ProtocolEntry& entry : known.entries) {
    known.framers.push_back(entry.make(DissectorSettings{}));
  }
  return known;
}

Identification::Identification(const KnownProtocols& protocols, const FlowKey& key)
    : protocols_(protocols) {
  for (std::size_t i = 0; i < protocols.entries.size(); ++i) {
    for (const std::uint16_t port : protocols.entries[i].tcp_ports) {
      if (key.endpoints[0].port == port || key.endpoints[1].port == port) standard_ |= bit(i);
    }
  }
}

StreamData Identification::data_of(const Kept& kept) const {
  const Bytes bytes(sides_[kept.sender].bytes);
  return {bytes.subspan(kept.begin, kept.end - kept.begin), kept.carrier, kept.packet->layers()};
}

bool Identification::take_other_protocol() {
  if (!found_other_ || told_other_) return false;
  told_other_ = true;
  return true;
}

Identification::State Identification::confirm(std::size_t protocol, Side sender,
                                              const Probe& probe) {
  if (probe.by_opening_server) opening_server_ = sender;
  decision_ = {protocol, sender, probe.direction, opening_server_};
  return State::confirmed;
}

/// Whether a PDU may begin here that is too long to keep until it is whole.
bool Identification::begins_longer(std::size_t protocol, Bytes bytes) const {
  if (protocols_.entries[protocol].probe(bytes).likeness != Likeness::maybe) return false;
  const Framing framing = protocols_.framers[protocol]->frame(bytes, Direction::to_server);
  return framing.kind == Framing::Kind::message && framing.size > kMaxUndecidedBytes;
}

/// A segment on its own, on a standard port: one whole PDU is enough.
Identification::State Identification::try_alone(Side sender, Bytes bytes) {
  for (std::size_t i = 0; i < protocols_.entries.size(); ++i) {
    if (!is_standard(i)) continue;
    const Probe probe = protocols_.entries[i].probe(bytes);
    if (probe.likeness == Likeness::yes || begins_longer(i, bytes))
      return confirm(i, sender, probe);
  }
  return State::undecided;
}

Identification::State Identification::data(Side sender, const StreamData& data, bool from_start,
                                           HeldBudget& budget) {
  SideState& side = sides_[sender];
  has_kept_last_ = false;
  if (side.bytes.size() == side.scan_from) {
    side.is_joined = side.is_joined || !from_start;
    if (try_alone(sender, data.bytes) == State::confirmed) return State::confirmed;
  }
  if (overflowed_) return overflow();
  if (!keep(sender, data, budget)) {
    const Bytes begun = Bytes(side.bytes).subspan(side.scan_from);
    const State answer = try_answer(sender, begun.empty() ? data.bytes : begun);
    return answer == State::confirmed ? answer : overflow();
  }
  has_kept_last_ = true;
  return judge(sender);
}

/// Too much to keep, but it begins like the answer to a whole PDU of the other side.
Identification::State Identification::try_answer(Side sender, Bytes bytes) {
  for (std::size_t i = 0; i < protocols_.entries.size(); ++i) {
    if (!is_probable(i, other(sender))) continue;
    const Probe probe = protocols_.entries[i].probe(bytes);
    if (probe.likeness != Likeness::no) return confirm(i, sender, probe);
  }
  return State::undecided;
}

void Identification::gap(Side sender, std::uint64_t bytes) {
  SideState& side = sides_[sender];
  side.scan_from = side.bytes.size();
  side.is_joined = true;
  if (!overflowed_) kept_.push_back({sender, bytes, std::nullopt, 0, 0, 0});
}

bool Identification::keep(Side sender, const StreamData& data, HeldBudget& budget) {
  SideState& side = sides_[sender];
  if (side.bytes.size() + data.bytes.size() > kMaxUndecidedBytes ||
      kept_.size() >= kMaxUndecidedSegments || !budget.has_room(HeldPacket::cost_of(data.layers))) {
    return false;
  }
  const auto begin = static_cast<std::uint32_t>(side.bytes.size());
  side.segment_starts.push_back(begin);
  side.bytes.insert(side.bytes.end(), data.bytes.begin(), data.bytes.end());
  kept_.push_back({sender, 0, HeldPacket(data.layers, budget), data.carrier, begin,
                   static_cast<std::uint32_t>(side.bytes.size())});
  return true;
}

/// Nothing was recognised within the limits.
Identification::State Identification::overflow() {
  overflowed_ = true;
  kept_.clear();
  for (SideState& side : sides_) {
    side = SideState{};
    side.is_joined = true;
  }
  if (standard_ == 0) return State::given_up;
  found_other_ = true;
  return State::undecided;
}

Identification::State Identification::judge(Side sender) {
  SideState& side = sides_[sender];
  std::uint32_t open = 0;
  std::size_t next_start = 0;
  for (std::size_t at = side.scan_from; at < side.bytes.size(); ++at) {
    while (side.segment_starts[next_start] < at && next_start + 1 < side.segment_starts.size()) {
      ++next_start;
    }
    const bool is_start = side.segment_starts[next_start] == at;
    for (std::size_t i = 0; i < protocols_.entries.size(); ++i) {
      const bool may_be_joined =
          side.is_joined && (is_start || !protocols_.entries[i].begins_segments);
      const bool is_candidate = may_be_joined || at == 0 || (is_standard(i) && is_start);
      if (!is_candidate) continue;
      if (judge_protocol(i, sender, at, is_start, open) == State::confirmed) {
        return State::confirmed;
      }
    }
  }
  if (side.is_joined) return State::undecided;
  // Told even where it may be another protocol that we know.
  if (standard_ != 0 && (open & standard_) == 0) found_other_ = true;
  if (open != 0 || standard_ != 0) return State::undecided;
  kept_.clear();
  return State::given_up;
}

Identification::State Identification::judge_protocol(std::size_t protocol, Side sender,
                                                     std::size_t at, bool is_start,
                                                     std::uint32_t& open) {
  SideState& side = sides_[sender];
  const Bytes rest = Bytes(side.bytes).subspan(at);
  const ProtocolEntry& entry = protocols_.entries[protocol];
  const Probe probe = entry.probe(rest);
  if (probe.likeness == Likeness::no) return State::undecided;
  const bool is_expected = is_start && is_standard(protocol);
  // What says nothing typical where it is not expected will not be believed: it is not waited for.
  const bool is_whole = probe.likeness == Likeness::yes;
  if (is_whole && !is_expected && !probe.typical) return State::undecided;
  open |= bit(protocol);
  if (!is_whole) return State::undecided;
  if (is_expected) return confirm(protocol, sender, probe);
  const Direction direction = probe.direction.value_or(Direction::to_server);
  const Framing framing = protocols_.framers[protocol]->frame(rest, direction);
  if (framing.kind != Framing::Kind::message) return State::undecided;
  if (framing.size < rest.size()) {
    const Probe next = entry.probe(rest.subspan(framing.size));
    if (next.likeness == Likeness::yes && next.typical) return confirm(protocol, sender, probe);
  }
  if (!is_start) return State::undecided;
  side.probable |= bit(protocol);
  if (probe.by_opening_server) opening_server_ = sender;
  return is_probable(protocol, other(sender)) ? confirm(protocol, sender, probe) : State::undecided;
}

}  // namespace sightglass
