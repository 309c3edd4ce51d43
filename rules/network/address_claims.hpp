// Who claims which IP address: conflicts, moves and spoofing, seen in ARP.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "rules/detectors.hpp"
#include "rules/judge_limits.hpp"
#include "rules/observation.hpp"

namespace sightglass {

/// What is wrong with a claim; at most one thing, the gravest.
struct ClaimJudgement {
  Detector detector = Detector::address_moved;
  MacAddress culprit;        ///< who came second
  MacAddress holder;         ///< whose address it was
  Timestamp holder_heard{};  ///< when the holder last claimed it
  bool both_active = false;  ///< the holder was heard within 60 s: a live station is taken over
  std::string observed;      ///< why, in words
};

/// Remembers the MAC of each IP address of each realm, bounded; the address not claimed for longest
/// makes room. Addresses of router redundancy protocols (VRRP, CARP, HSRP, GLBP) move by design:
/// not judged.
class AddressClaims {
 public:
  AddressClaims(std::size_t most_bindings, JudgeCounters& counters);

  std::optional<ClaimJudgement> judge(const AddressClaim& claim, Timestamp now);

 private:
  struct Binding {
    MacAddress mac, previous;
    MacAddress original;                  ///< before it began to move
    Timestamp heard{}, previous_heard{};  ///< heard: zero while nobody has claimed it
    Timestamp asked{};                    ///< last request for it
    IpAddress asker;
    bool claimed = false, moved = false, spoofed = false;
  };
  using Address = std::pair<Realm, IpAddress>;
  struct Takeover {
    IpAddress first;
    Timestamp at{};
  };

  Binding& binding(const Address& address, Timestamp now);
  ClaimJudgement name(const AddressClaim& claim, const Binding& binding, bool reclaimed,
                      Timestamp now);
  bool takes_several(const AddressClaim& claim, Timestamp now);

  std::size_t most_bindings_;
  JudgeCounters& counters_;
  std::map<Address, Binding> bindings_;
  std::map<Address, Timestamp> used_;
  std::set<std::pair<Timestamp, Address>> quiet_;
  std::map<std::pair<Realm, MacAddress>, Takeover> takeovers_;
};

}  // namespace sightglass
