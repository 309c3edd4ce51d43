// The connection protocol: what comes before there is a channel. OPC 10000-6 (1.05), 7.1.2.
#include "dissectors/opcua/flow.hpp"

namespace sightglass::opcua {

void OpcUaDissector::connection(const ChunkHeader& header, Decoder& in, Message& message,
                                MessageSink& sink) {
  show_header(in);
  const Key key{0, 0, ChunkKind::hello};
  switch (header.kind) {
    case ChunkKind::hello:
      message.function_name = kHelloName;
      break;
    case ChunkKind::acknowledge:
      message.function_name = kAcknowledgeName;
      break;
    case ChunkKind::error: {
      message.function_name = kErrorName;
      const std::uint32_t status = in.status_code(transport_error);
      in.string(transport_reason);
      message.outcome = {Outcome::Kind::refused, status};
      message.outcome_name = status_name(status);
      break;
    }
    default:
      message.function_name = kReverseHelloName;
      in.string(transport_suri);
      in.string(transport_endpoint);
      break;
  }
  if (header.kind == ChunkKind::hello || header.kind == ChunkKind::acknowledge) {
    for (const FieldId id :
         {transport_ver, transport_rbs, transport_sbs, transport_mms, transport_mcc}) {
      in.u32(id);
    }
    if (header.kind == ChunkKind::hello) in.string(transport_endpoint);
  }
  check_end(in, message);
  if (header.kind == ChunkKind::hello) {
    session_ = {};
    monitored_.clear();
    for (Side& each : sides_) each = {};
    ask(key, nullptr, kDeadline, message, sink);
  } else if (header.kind != ChunkKind::reverse_hello && !message.is_request()) {
    // An Error answers whatever was asked last: the connection ends with it.
    Pending::Match match = pending_.answer(key, [](const Asked&) { return true; });
    if (match.entry == nullptr && header.kind == ChunkKind::error) {
      match = pending_.answer_like([](const Key&) { return true; });
    }
    if (match.entry != nullptr) {
      completes_ = match.kind == Pending::Match::Kind::answer;
      message.request = match.entry->id;
      message.request_packet = match.entry->packet;
      message.latency = message.where.time - match.entry->sent;
    }
  }
  deliver(message, sink);
}

}  // namespace sightglass::opcua
