// What a spoofer and a replaced device have in common is the new binding; the manner parts them.
#include "rules/network/address_claims.hpp"

#include <algorithm>
#include <array>

namespace sightglass {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kConflictWindow = minutes(5);
constexpr Duration kBothActiveWindow = seconds(60);
constexpr Duration kAnswerWindow = seconds(2);

struct Prefix {
  std::uint64_t bits;
  unsigned length;
};
/// VRRP and CARP (IPv4, IPv6), HSRP 1 and 2, GLBP.
constexpr std::array<Prefix, 5> kMovingByDesign = {{{0x00005e000100, 40},
                                                    {0x00005e000200, 40},
                                                    {0x00000c07ac00, 40},
                                                    {0x00000c9ff000, 36},
                                                    {0x0007b4000000, 24}}};

bool moves_by_design(MacAddress mac) {
  return std::ranges::any_of(kMovingByDesign, [mac](const Prefix& prefix) {
    return (mac.bits ^ prefix.bits) >> (48 - prefix.length) == 0;
  });
}

}  // namespace

AddressClaims::AddressClaims(std::size_t most_bindings, JudgeCounters& counters)
    : most_bindings_(most_bindings), counters_(counters) {}

AddressClaims::Binding& AddressClaims::binding(const Address& address, Timestamp now) {
  const auto found = bindings_.find(address);
  if (found == bindings_.end() && bindings_.size() >= most_bindings_ && !quiet_.empty()) {
    ++counters_.bindings_forgotten;
    bindings_.erase(quiet_.begin()->second);
    used_.erase(quiet_.begin()->second);
    quiet_.erase(quiet_.begin());
  }
  if (const auto used = used_.find(address); used != used_.end()) {
    quiet_.erase({used->second, address});
  }
  used_[address] = now;
  quiet_.emplace(now, address);
  return bindings_[address];
}

std::optional<ClaimJudgement> AddressClaims::judge(const AddressClaim& claim, Timestamp now) {
  const bool asks = claim.means == AddressClaim::Means::request;
  if (asks && !claim.asked.is_none()) {
    Binding& asked = binding({claim.realm, claim.asked}, now);
    asked.asked = now;
    asked.asker = claim.claimed;
  }
  // An address probe (RFC 5227) claims nothing: its sender address is 0.0.0.0.
  if (claim.claimed.v4_bits() == 0 || claim.claimed.is_group()) return std::nullopt;
  if (claim.claimant.is_group() || moves_by_design(claim.claimant)) return std::nullopt;

  Binding& held = binding({claim.realm, claim.claimed}, now);
  if (!held.claimed || held.mac == claim.claimant) {
    held.claimed = true;
    held.mac = claim.claimant;
    held.heard = now;
    return std::nullopt;
  }
  const bool reclaimed =
      held.moved && held.previous == claim.claimant && now - held.previous_heard <= kConflictWindow;
  const bool victim = reclaimed && held.spoofed && claim.claimant == held.original;
  std::optional<ClaimJudgement> judgement;
  if (!victim) judgement = name(claim, held, reclaimed, now);
  Binding next = held;
  next.mac = claim.claimant;
  next.previous = held.mac;
  next.previous_heard = held.heard;
  next.heard = now;
  next.original = reclaimed ? held.original : held.mac;
  next.moved = true;
  next.spoofed = judgement && judgement->detector == Detector::address_spoofed;
  held = next;
  return judgement;
}

/// A second address taken over by the same MAC within the window.
bool AddressClaims::takes_several(const AddressClaim& claim, Timestamp now) {
  const std::pair claimant(claim.realm, claim.claimant);
  const auto found = takeovers_.find(claimant);
  if (found != takeovers_.end() && found->second.first != claim.claimed &&
      now - found->second.at <= kConflictWindow) {
    return true;
  }
  if (found == takeovers_.end() && takeovers_.size() >= most_bindings_) {
    ++counters_.bindings_forgotten;
    takeovers_.clear();
  }
  takeovers_[claimant] = {claim.claimed, now};
  return false;
}

ClaimJudgement AddressClaims::name(const AddressClaim& claim, const Binding& held, bool reclaimed,
                                   Timestamp now) {
  ClaimJudgement judgement;
  judgement.culprit = claim.claimant;
  judgement.holder = held.mac;
  judgement.holder_heard = held.heard;
  judgement.both_active = now - held.heard <= kBothActiveWindow;
  const std::string who = to_text(claim.claimant) + " claims " + to_text(claim.claimed);
  const bool asked_for = held.asker == claim.asked && now - held.asked <= kAnswerWindow;
  const bool unasked = claim.means == AddressClaim::Means::reply && !asked_for;
  const bool several = takes_several(claim, now);
  if (claim.frame_source != claim.claimant) {
    judgement.detector = Detector::address_spoofed;
    judgement.observed = who + " in a frame sent by " + to_text(claim.frame_source);
  } else if (unasked) {
    judgement.detector = Detector::address_spoofed;
    judgement.observed = who + " in an ARP reply that nobody asked for";
  } else if (several) {
    judgement.detector = Detector::address_spoofed;
    judgement.observed = who + ", after taking over another station's address";
  } else if (reclaimed) {
    judgement.detector = Detector::address_conflict;
    judgement.observed = who + ", " + to_text(held.mac) + " claimed it meanwhile";
    judgement.holder = held.original;
    if (claim.claimant == held.original) judgement.culprit = held.mac;
  } else {
    judgement.detector = Detector::address_moved;
    judgement.observed = who;
  }
  return judgement;
}

}  // namespace sightglass
