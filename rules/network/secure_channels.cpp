#include "rules/network/secure_channels.hpp"

#include "rules/alert/time_text.hpp"

namespace sightglass {
namespace {

std::string certificate_text(const std::string& subject, const std::string& thumbprint) {
  return "certificate " + thumbprint + (subject.empty() ? "" : " of " + subject);
}

std::string policy_text(const std::string& policy) {
  return policy == "None" ? "no security" : "policy " + policy;
}

}  // namespace

SecureChannels::SecureChannels(std::size_t most, JudgeCounters& counters)
    : most_(most), counters_(counters) {}

template <typename Map>
typename Map::mapped_type* SecureChannels::entry(Map& map, const typename Map::key_type& key) {
  const auto found = map.find(key);
  if (found != map.end()) return &found->second;
  if (map.size() >= most_) {
    ++counters_.channels_not_kept;
    return nullptr;
  }
  return &map[key];
}

std::vector<SecurityJudgement> SecureChannels::judge(const Conversation& conversation,
                                                     const SecuritySeen& seen, Timestamp now) {
  std::vector<SecurityJudgement> judgements;
  const Service service{host_key(conversation.server), conversation.server_port};
  if (Policy* const best = entry(policies_, {service, host_key(conversation.client)})) {
    if (seen.strength < best->strength) {
      judgements.push_back({Detector::weaker_security,
                            policy_text(best->name) + ", last seen " + spoken_time(best->seen),
                            policy_text(seen.policy)});
    } else {
      *best = {seen.strength, seen.policy, now};
    }
  }
  if (seen.certificate_thumbprint.empty()) return judgements;
  if (Certificate* const known = entry(certificates_, {service, seen.policy})) {
    if (!known->thumbprint.empty() && known->thumbprint != seen.certificate_thumbprint) {
      judgements.push_back(
          {Detector::certificate_changed,
           certificate_text(known->subject, known->thumbprint) + ", last seen " +
               spoken_time(known->seen),
           certificate_text(seen.certificate_subject, seen.certificate_thumbprint)});
    }
    *known = {seen.certificate_thumbprint, seen.certificate_subject, now};
  }
  return judgements;
}

}  // namespace sightglass
