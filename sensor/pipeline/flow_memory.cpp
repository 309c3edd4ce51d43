// Short lists, searched from the back: what is asked for is nearly always the latest.
#include "sensor/pipeline/flow_memory.hpp"

#include <algorithm>

#include "rules/rule.hpp"
#include "sensor/packet/protocol_numbers.hpp"

namespace sightglass {

void FlowMemory::count(const Message& message) {
  PduCounts& pdus = pdus_.make();
  ++pdus.operations[static_cast<std::size_t>(message.operation)];
  pdus.encrypted += message.encrypted ? 1 : 0;
  const bool is_paired = !message.is_request() && message.request_packet != 0;
  if (is_paired) pdus.latency.add(message.latency);
}

FlowMemory::Totals FlowMemory::totals_of(const Flow& flow) {
  Totals totals;
  for (const SideCounters& side : flow.sent) {
    totals.packets += side.packets;
    totals.bytes += side.bytes;
    totals.pdus += side.messages;
    totals.gaps += side.gaps;
    totals.retransmissions += side.retransmissions;
    totals.truncated += side.truncated;
  }
  return totals;
}

ConversationCounts FlowMemory::take_counts(const Flow& flow) {
  const Totals totals = totals_of(flow);
  ConversationCounts counts;
  counts.packets = totals.packets - taken_.packets;
  counts.bytes = totals.bytes - taken_.bytes;
  counts.pdus = totals.pdus - taken_.pdus;
  counts.gaps = totals.gaps - taken_.gaps;
  counts.retransmissions = totals.retransmissions - taken_.retransmissions;
  counts.truncated = totals.truncated - taken_.truncated;
  const bool one_way = flow.sent[0].packets == 0 || flow.sent[1].packets == 0;
  if (one_way && flow.key.ip_protocol == ip_protocol::tcp) counts.one_way_packets = counts.packets;
  counts.first_seen = taken_at_.value_or(flow.first_seen);
  counts.last_seen = flow.last_seen;
  if (pdus_.is_made()) {
    counts.of_pdus = pdus_;
    pdus_.make() = {};
  }
  taken_ = totals;
  taken_at_ = flow.last_seen;
  return counts;
}

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
