// How sessions are protected: whether one has less security than those before it, and whether a
// server shows another certificate.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rules/baseline/learned_facts.hpp"
#include "rules/detectors.hpp"
#include "rules/judge_limits.hpp"
#include "rules/observation.hpp"

namespace sightglass {

/// What is wrong with the security of a session.
struct SecurityJudgement {
  Detector detector = Detector::weaker_security;
  std::string expected, observed;  ///< what it was before, what it is now
};

/// Remembers the strongest policy of each client with each server, and each server's certificate
/// for each policy (one with keys of two kinds has two). Bounded: beyond `most` of either, more
/// stations are not judged, and counted. Nothing is remembered over a restart.
class SecureChannels {
 public:
  SecureChannels(std::size_t most, JudgeCounters& counters);

  std::vector<SecurityJudgement> judge(const Conversation& conversation, const SecuritySeen& seen,
                                       Timestamp now);

 private:
  using Service = std::pair<HostKey, std::uint16_t>;  ///< a server and its port
  struct Policy {
    ChannelSecurity::Strength strength = ChannelSecurity::Strength::none;
    std::string name;
    Timestamp seen{};
  };
  struct Certificate {
    std::string thumbprint, subject;
    Timestamp seen{};
  };

  /// The entry of `key`; nullptr when there is no room for another.
  template <typename Map>
  typename Map::mapped_type* entry(Map& map, const typename Map::key_type& key);

  std::size_t most_;
  JudgeCounters& counters_;
  std::map<std::pair<Service, HostKey>, Policy> policies_;
  std::map<std::pair<Service, std::string>, Certificate> certificates_;
};

}  // namespace sightglass
