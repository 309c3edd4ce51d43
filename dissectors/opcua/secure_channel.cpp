// Secure conversation: channels, their chunks and sequence numbers. OPC 10000-6 (1.05), 6.7.
#include "dissectors/certificate.hpp"
#include "dissectors/opcua/flow.hpp"

namespace sightglass::opcua {

void OpcUaDissector::show_certificate(Bytes certificate, Decoder& in) const {
  if (certificate.empty() || in.remaining() == 0) return;
  const Certificate read = read_certificate(certificate);
  if (!read.valid) return;
  in.show(session_certificate_subject, Value::text(read.common_name), 0, 0);
  in.show(session_certificate_not_before, Value::time(read.not_before), 0, 0);
  in.show(session_certificate_not_after, Value::time(read.not_after), 0, 0);
  if (read.key_bits != 0) in.show(session_certificate_key_bits, Value::number(read.key_bits), 0, 0);
  findings().thumbprint = thumbprint(read);
  findings().security.certificate_subject = read.common_name;
  findings().security.certificate_thumbprint = findings().thumbprint;
  in.show(session_certificate_thumbprint, Value::bytes(findings().thumbprint), 0, 0);
}

/// Tells how sessions of this channel are protected. `message` is the server's.
void OpcUaDissector::settle_security(Message& message) const {
  findings().security.strength = session_.strength();
  findings().security.policy = session_.policy;
  message.security = &findings().security;
}

void OpcUaDissector::open(Chunk& chunk, Decoder& in, Message& message, MessageSink& sink) {
  const Service* const asked = service_of(kOpenSecureChannel);
  message.function = asked->request;
  message.function_name = asked->name;
  show_header(in);
  chunk.channel = in.u32(transport_scid);
  const std::string_view policy = in.string(security_spu);
  const Bytes certificate = in.byte_string(security_scert);
  in.byte_string(security_rcthumb);
  if (!in.ok()) {
    in.flag(anomaly::truncated, message.bytes.size());
    return deliver(message, sink);
  }
  session_.opened(policy);
  show_certificate(certificate, in);
  if (session_.protection == Protection::none) {
    sequence_header(chunk, in, message);
    return service(chunk, in, message, sink);
  }
  // The rest is cipher text; of each direction at most one OpenSecureChannel is under way.
  const Key key{0, 0, ChunkKind::open};
  for (Side& each : sides_) each.last_sequence.reset();
  if (message.is_request()) {
    ask(key, asked, kDeadline, message, sink);
  } else {
    session_.channel = chunk.channel;
    settle_security(message);
    answer(key, asked, message);
  }
  show_session(in);
  deliver(message, sink);
}

void OpcUaDissector::sequence_header(Chunk& chunk, Decoder& in, const Message& message) {
  const std::size_t at = in.offset();
  chunk.sequence = in.u32(security_seq);
  chunk.request = in.u32(security_rqid);
  if (!in.ok()) return;
  auto& last = side(message.direction).last_sequence;
  // Numbers rise by one, and begin again below 1024 when they near their end (6.7.2.4).
  constexpr std::uint32_t kWrapsFrom = 0xffffffff - 1024, kWrapsTo = 1024;
  if (last) {
    const bool wrapped = *last >= kWrapsFrom && chunk.sequence < kWrapsTo;
    if (chunk.sequence != *last + 1 && !wrapped) in.flag(anomaly::sequence_number, at);
  }
  last = chunk.sequence;
}

/// Whether a message of a channel is in clear: signed ones are, but nothing says so outside of
/// encrypted messages.
bool OpcUaDissector::readable(const Chunk& chunk, const Message& message) const {
  if (session_.protection == Protection::none) return true;
  ByteReader in(message.bytes);
  in.skip(kHeaderSize + 12);
  const std::uint32_t request = in.le32();
  if (sides_[static_cast<std::size_t>(message.direction)].chunks.holds(request)) return true;
  if (chunk.header.final == 'A') return session_.protection == Protection::sign;
  const bool numeric = in.u8() == 1 && in.u8() == 0;
  const Service* const service = service_of(in.le16());
  const bool begins =
      in.ok() && numeric && service != nullptr && (service->is_request == message.is_request());
  return begins || session_.protection == Protection::sign;
}

void OpcUaDissector::channel_message(Chunk& chunk, Decoder& in, Message& message,
                                     MessageSink& sink) {
  ByteReader ahead(message.bytes);
  ahead.skip(kHeaderSize + 12);
  const std::uint32_t request = ahead.le32();
  const bool is_message = chunk.header.kind == ChunkKind::message;
  const bool clear = readable(chunk, message);
  const bool whole = message.bytes.size() >= kSymmetricHeader;
  Chunks& chunks = side(message.direction).chunks;

  const std::size_t signature = session_.signature_size();
  const Bytes all = message.bytes;
  const bool can_sign = clear && whole && all.size() >= kSymmetricHeader + signature;
  const Bytes body =
      can_sign ? all.first(all.size() - signature).subspan(kSymmetricHeader) : Bytes{};
  const bool is_part = is_message && clear && whole && chunk.header.final != 'A' &&
                       (chunk.header.final == 'C' || chunks.holds(request));
  if (is_part) {
    const auto added =
        chunks.add(request, all.first(kSymmetricHeader), body, message.where.last_packet);
    if (added != Chunks::Added::kept) in.flag(anomaly::chunks, kHeaderSize);
    if (chunk.header.final == 'F' && added == Chunks::Added::kept) {
      message.bytes = chunks.bytes();
      in.turn_to(message.bytes);
      in.show(fragments, Value::presence(), 0, 0);
      for (const std::uint64_t packet : chunks.packets()) {
        in.show(fragment, Value::number(packet), 0, 0);
      }
      in.show(fragment_count, Value::number(chunks.packets().size()), 0, 0);
      in.show(reassembled_length, Value::number(message.bytes.size() - kSymmetricHeader), 0, 0);
    }
  } else if (can_sign && signature != 0) {
    in.turn_to(all.first(all.size() - signature));
  }

  show_header(in);
  chunk.channel = in.u32(transport_scid);
  in.u32(security_tokenid);
  if (session_.channel != 0 && chunk.channel != session_.channel) {
    in.flag(anomaly::channel, kHeaderSize);
  }
  message.encrypted = !clear;
  if (!clear || !in.ok()) {
    message.function_name = is_message ? kEncryptedName : "CloseSecureChannel (452)";
    if (!is_message) message.function = kCloseSecureChannel;
    if (!in.ok()) in.flag(anomaly::truncated, message.bytes.size());
    show_session(in);
    return deliver(message, sink);
  }
  if (session_.protection == Protection::encrypt) {
    session_.protection = Protection::sign;
    session_.mode = "Sign";
  }
  sequence_header(chunk, in, message);
  if (chunk.header.final == 'A') {
    chunks.drop();
    return abort(chunk, in, message, sink);
  }
  if (chunk.header.final == 'C') {
    message.function_name = kChunkName;
    show_session(in);
    return deliver(message, sink);
  }
  service(chunk, in, message, sink);
  if (is_part) chunks.drop();
}

/// The sender gives the message up: an answer will not come.
void OpcUaDissector::abort(const Chunk& chunk, Decoder& in, Message& message, MessageSink& sink) {
  message.function_name = kAbortName;
  const std::uint32_t status = in.status_code(transport_error);
  in.string(transport_reason);
  check_end(in, message);
  if (!message.is_request()) {
    message.outcome = {Outcome::Kind::refused, status};
    message.outcome_name = status_name(status);
    answer({chunk.channel, chunk.request, ChunkKind::message}, nullptr, message);
  }
  deliver(message, sink);
}

void OpcUaDissector::show_session(Decoder& in) const {
  const auto text = [&](FieldId id, std::string_view value) {
    if (!value.empty()) in.show(id, Value::text(value), 0, 0);
  };
  text(session_application, session_.application);
  text(session_policy, session_.policy);
  if (!session_.policy.empty()) text(session_mode, session_.mode);
  text(session_token, session_.token);
  text(session_user, session_.user);
}

}  // namespace sightglass::opcua
