#include "dissectors/s7comm/plus/pdu.hpp"

#include "dissectors/s7comm/anomalies.hpp"
#include "dissectors/s7comm/plus/contents.hpp"
#include "dissectors/s7comm/plus/names.hpp"
#include "dissectors/s7comm/plus/values.hpp"

namespace sightglass::s7comm::plus {
namespace {

constexpr std::uint8_t kSystemEvent = 0xfe, kKeepAlive = 0xff;
constexpr std::size_t kHeader = 4;   // also the trailer's size
constexpr std::size_t kDigest = 32;  // HMAC-SHA-256

constexpr std::uint8_t kRequestOpcode = 0x31, kResponseOpcode = 0x32, kNotificationOpcode = 0x33,
                       kUnwantedResponseOpcode = 0x02;
constexpr std::uint8_t kWantsNoAnswer = 0x40;

Kind kind_of(std::uint8_t opcode) {
  switch (opcode) {
    case kRequestOpcode:
      return Kind::request;
    case kResponseOpcode:
    case kUnwantedResponseOpcode:
      return Kind::response;
    case kNotificationOpcode:
      return Kind::notification;
    default:
      return Kind::unknown;
  }
}

}  // namespace

Envelope read_envelope(FieldReader& in) {
  Envelope envelope;
  in.u8();
  envelope.version = in.u8(version);
  const std::size_t length = in.u16(data_length);
  if (!in.ok()) {
    in.flag(anomaly::plus_length, 0);
    return envelope;
  }
  const bool is_event = envelope.version == kSystemEvent || envelope.version == kKeepAlive;
  if (length > in.remaining()) {
    in.flag(anomaly::plus_length, 2);
  } else {
    envelope.goes_on = !is_event && in.remaining() < length + kHeader;
  }
  FieldReader data = in.take(length);
  if (is_event) {
    envelope.event_name = envelope.version == kKeepAlive ? kKeepAliveName : kSystemEventName;
    data.bytes(event, data.remaining());
    return envelope;
  }
  if (envelope.version == kVersion3 && data.remaining() > 0) {
    const std::size_t digest = data.u8();
    data.bytes(integrity, digest);
    if (digest != kDigest || !data.ok()) in.flag(anomaly::plus_length, kHeader);
  }
  envelope.contents.emplace(data);
  return envelope;
}

bool begins_pdu(Bytes contents) {
  ByteReader in(contents);
  const Kind kind = kind_of(in.u8());
  const bool is_reserved = kind == Kind::notification || in.u16() == 0;
  return kind != Kind::unknown && is_reserved && in.ok();
}

void read_head(FieldReader& in, Head& head) {
  const std::uint8_t code = in.u8(opcode);
  head.kind = kind_of(code);
  if (head.kind == Kind::unknown || head.kind == Kind::notification) return;
  in.u16();
  head.function = in.u16(function);
  in.u16();
  head.sequence = in.u16(sequence);
  if (head.kind == Kind::request) head.session = in.u32(session);
  const std::uint8_t flags = in.u8(transport_flags);
  // In version 2 there is an answer all the same, of another opcode.
  head.wants_answer = (flags & kWantsNoAnswer) == 0 || head.version < kVersion3;
  if (head.kind == Kind::response) {
    Contents contents(in);
    head.returned = vlq64(contents, return_value);
  }
}

}  // namespace sightglass::s7comm::plus
