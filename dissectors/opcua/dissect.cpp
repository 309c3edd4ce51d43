#include "dissectors/opcua/dissect.hpp"

#include "dissectors/opcua/flow.hpp"

namespace sightglass::opcua {

void show_header(Decoder& in) {
  in.letters(transport_type, 3);
  in.letters(transport_chunk, 1);
  in.u32(transport_size);
}

void check_end(Decoder& in, const Message& message) {
  if (!in.ok()) {
    in.flag(anomaly::truncated, message.bytes.size());
  } else if (in.remaining() > 0) {
    in.flag(anomaly::trailing_bytes, in.offset());
  }
}

void OpcUaDissector::deliver(Message& message, MessageSink& sink) {
  Findings& found = findings();
  message.at_hand = found.fields;
  message.accesses = found.accesses;
  message.anomalies = found.anomalies;
  sink.message(message);
  if (!completes_) return;
  sink.completion({message.request, message.outcome, message.outcome_name,
                   message.where.last_packet, message.where.time});
}

void OpcUaDissector::dissect(Bytes bytes, const Arrival& arrival, MessageSink& sink) {
  Findings& found = findings();
  found.clear();
  completes_ = false;
  if (last_time_ == Timestamp{}) blind_since_ = arrival.where.time;
  last_time_ = arrival.where.time;

  Message message;
  message.protocol = Protocol::opcua;
  message.direction = arrival.direction;
  message.where = arrival.where;
  message.bytes = bytes;
  if (!message.is_request()) {
    answers_seen_ = true;
    message.outcome.kind = Outcome::Kind::accepted;
  }

  Chunk chunk;
  if (!read_header(bytes, chunk.header) || bytes.size() < chunk.header.size) {
    found.flag(anomaly::header, 0);
    message.unreadable = true;
    message.function_name = "Unreadable message";
    message.anomalies = found.anomalies;
    sink.message(message);
    return;
  }
  if (bytes.size() > chunk.header.size) {
    found.flag(anomaly::trailing_bytes, chunk.header.size);
    message.bytes = bytes.first(chunk.header.size);
  }
  Decoder in(message.bytes, found);
  switch (chunk.header.kind) {
    case ChunkKind::hello:
    case ChunkKind::acknowledge:
    case ChunkKind::error:
    case ChunkKind::reverse_hello:
      return connection(chunk.header, in, message, sink);
    case ChunkKind::open:
      return open(chunk, in, message, sink);
    case ChunkKind::message:
    case ChunkKind::close:
      return channel_message(chunk, in, message, sink);
  }
}

void OpcUaDissector::ask(const Key& key, const Service* service, Duration deadline,
                         Message& message, MessageSink& sink) {
  Pending::Entry& entry =
      pending_.open(key, message.where.time, message.where.last_packet, deadline, completing(sink));
  entry.request.service = service;
  message.request = entry.id;
}

const Pending::Entry* OpcUaDissector::answer(const Key& key, const Service* service,
                                             Message& message) {
  const auto fits = [&](const Asked& asked) {
    return asked.service == nullptr || service == nullptr || service->id == kServiceFault ||
           asked.service->request == service->request;
  };
  const Pending::Match match = pending_.answer(key, fits);
  if (match.entry == nullptr) {
    if (requests_seen_ || message.where.time - blind_since_ >= kDeadline) {
      findings().flag(anomaly::unsolicited_response, 0);
    }
    return nullptr;
  }
  if (match.kind == Pending::Match::Kind::repeated) {
    findings().flag(anomaly::duplicate_response, 0);
  }
  completes_ = match.kind == Pending::Match::Kind::answer;
  if (completes_ && !pending_.blind_for(*match.entry)) requests_seen_ = true;
  if (!fits(match.entry->request)) findings().flag(anomaly::response_mismatch, kHeaderSize);
  message.request = match.entry->id;
  message.request_packet = match.entry->packet;
  message.latency = message.where.time - match.entry->sent;
  return match.entry;
}

std::unique_ptr<Dissector> make_dissector(const DissectorSettings& settings) {
  return std::make_unique<OpcUaDissector>(settings);
}

}  // namespace sightglass::opcua
