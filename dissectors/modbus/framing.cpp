#include "dissectors/modbus/framing.hpp"

#include "dissectors/modbus/names.hpp"
#include "dissectors/modbus/rtu.hpp"
#include "dissectors/modbus/shape.hpp"

namespace sightglass::modbus {

Framing frame(Bytes stream) {
  ByteReader in(stream);
  in.u16();
  const std::uint16_t protocol = in.u16();
  if (in.ok() && protocol != 0) return Framing::not_mine();
  const std::size_t length = in.u16();
  if (!in.ok()) return Framing::need_more(kPrefixSize);
  if (length < kMinLength || length > kBelievedLength) return Framing::not_mine();
  return Framing::message(kPrefixSize + length);
}

Probe probe(Bytes stream) {
  const Framing framing = frame(stream);
  if (framing.kind == Framing::Kind::not_mine) return {};
  if (framing.kind == Framing::Kind::need_more) return {Likeness::maybe, std::nullopt};
  if (framing.size > kPrefixSize + kMaxLength) return {};
  if (stream.size() < framing.size) return {Likeness::maybe, std::nullopt};
  // A request of RTU for address 0 and two registers, say, has the form of a header as well.
  if (rtu::is_frame(stream)) return {};

  ByteReader in(stream.first(framing.size));
  in.skip(kHeaderSize);
  const std::uint8_t function = in.u8();
  const Bytes body = in.rest();
  Probe result{Likeness::yes, std::nullopt};
  if ((function & kExceptionBit) != 0) {
    result.typical = body.size() == 1 && exception_is_defined(body[0]);
    result.direction = Direction::to_client;
    return result;
  }
  const bool request = request_fits(function, body);
  const bool response = response_fits(function, body);
  result.typical = request || response;
  if (request != response) result.direction = request ? Direction::to_server : Direction::to_client;
  return result;
}

}  // namespace sightglass::modbus
