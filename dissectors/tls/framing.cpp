#include "dissectors/tls/framing.hpp"

#include "dissectors/tls/names.hpp"

namespace sightglass::tls {

Framing frame(Bytes stream) {
  ByteReader in(stream);
  const std::uint8_t type = in.u8();
  if (in.ok() && (type < kChangeCipherSpec || type > kHeartbeat)) return Framing::not_mine();
  const std::uint8_t major = in.u8();
  if (in.ok() && major != kTls12 >> 8) return Framing::not_mine();
  const std::uint8_t minor = in.u8();
  if (in.ok() && minor > (kTls13 & 0xff)) return Framing::not_mine();
  const std::size_t length = in.u16();
  if (!in.ok()) return Framing::need_more(kRecordHeader);
  // Only application data may be empty (RFC 8446, 5.1).
  const bool is_empty = length == 0 && type != kApplicationData;
  if (is_empty || length > kMaxRecord) return Framing::not_mine();
  return Framing::message(kRecordHeader + length);
}

Probe probe(Bytes stream) {
  const Framing framing = frame(stream);
  if (framing.kind == Framing::Kind::not_mine) return {};
  if (framing.kind == Framing::Kind::need_more || stream.size() < framing.size) {
    return {Likeness::maybe};
  }
  Probe result{Likeness::yes, std::nullopt, false};
  ByteReader in(stream.first(framing.size));
  const std::uint8_t content = in.u8();
  in.skip(kRecordHeader - 1);
  const std::uint8_t type = in.u8();
  const std::uint32_t length = in.u24();
  const std::uint8_t major = in.u8();
  if (content != kHandshake || !in.ok()) return result;
  if (type != kClientHello && type != kServerHello) return result;
  result.direction = type == kClientHello ? Direction::to_server : Direction::to_client;
  result.typical = major == kTls12 >> 8 && length > 0;
  return result;
}

}  // namespace sightglass::tls
