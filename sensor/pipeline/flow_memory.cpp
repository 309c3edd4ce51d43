// Short lists, searched from the back: what is asked for is nearly always the latest.
#include "sensor/pipeline/flow_memory.hpp"

#include <algorithm>

#include "rules/rule.hpp"

namespace sightglass {

void FlowMemory::watch(RequestId request, bool decode) {
  if (Watched* known = watched(request)) {
    known->decode |= decode;
    return;
  }
  if (watched_.size() == kWatchedRequests) watched_.erase(watched_.begin());
  watched_.push_back({request, decode, {}});
}

FlowMemory::Watched* FlowMemory::watched(RequestId request) {
  const auto found =
      std::find_if(watched_.rbegin(), watched_.rend(),
                   [request](const Watched& entry) { return entry.request == request; });
  return found == watched_.rend() ? nullptr : &*found;
}

void FlowMemory::forget(const Watched* watched) {
  watched_.erase(watched_.begin() + (watched - watched_.data()));
}

bool FlowMemory::decodes(const Rule& rule) {
  const auto found = std::find_if(matched_.begin(), matched_.end(), [&rule](const Matched& entry) {
    return entry.signature_id == rule.signature_id;
  });
  if (found != matched_.end()) return ++found->times <= kDecodedMatches;
  matched_.push_back({rule.signature_id, 1});
  return true;
}

}  // namespace sightglass
