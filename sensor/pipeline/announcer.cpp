#include "sensor/pipeline/announcer.hpp"

#include <utility>
#include <vector>

namespace sightglass {

void Announcer::alert(const Alert& alert) {
  batch_.alerts.push_back(alert);
  batch_.alerts.back().evidence = EvidenceState::collecting;
}

// Evidence is asked for afterwards, because the record drops the evidence of an alert it has not
// got yet.
void Announcer::send() {
  if (batch_.empty()) return;
  const std::vector<Alert> announced = batch_.alerts;
  writer_.submit(std::move(batch_));
  batch_ = {};
  for (const Alert& alert : announced) {
    if (evidence_.request(alert)) continue;
    Batch refused;
    refused.evidence.push_back({.alert = alert.id, .path = "", .lack = EvidenceLack::busy});
    writer_.submit(std::move(refused));
  }
}

}  // namespace sightglass
