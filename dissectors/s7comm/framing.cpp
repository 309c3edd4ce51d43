#include "dissectors/s7comm/framing.hpp"

#include <optional>

#include "dissectors/s7comm/cotp.hpp"
#include "dissectors/s7comm/names.hpp"

namespace sightglass::s7comm {

Framing frame(Bytes stream) {
  ByteReader in(stream);
  if (in.u8() != kTpktVersion) return Framing::not_mine();
  const std::uint8_t reserved = in.u8();
  if (in.ok() && reserved != 0) return Framing::not_mine();
  const std::size_t size = in.u16();
  if (!in.ok()) return Framing::need_more(kTpktHeader);
  if (size < kShortestPacket) return Framing::not_mine();
  // Length indicator and type are looked at too: two bytes are no proof after a gap.
  const std::size_t indicator = in.u8();
  const std::uint8_t code = in.u8();
  if (!in.ok()) return Framing::need_more(kTpktHeader + 2);
  if (indicator < 2 || kTpktHeader + 1 + indicator > size) return Framing::not_mine();
  if (!cotp::is_known(code)) return Framing::not_mine();
  return Framing::message(size);
}

Probe probe(Bytes stream) {
  const Framing framing = frame(stream);
  if (framing.kind == Framing::Kind::not_mine) return {};
  if (framing.kind == Framing::Kind::need_more || stream.size() < framing.size) {
    return {Likeness::maybe, std::nullopt};
  }
  Probe result{Likeness::yes, std::nullopt};
  ByteReader in(stream.first(framing.size));
  in.skip(kTpktHeader);
  const std::size_t indicator = in.u8();
  const std::uint8_t type = in.u8() >> 4;
  if (type == cotp::kConnectRequest) result.direction = Direction::to_server;
  if (type == cotp::kConnectConfirm) result.direction = Direction::to_client;
  if (type != cotp::kData) return result;
  in.skip(indicator - 1);
  const std::uint8_t protocol = in.u8();
  if (!in.ok()) return result;
  result.typical = protocol == kProtocolId || protocol == kPlusProtocolId;
  if (protocol != kProtocolId) return result;
  const std::uint8_t rosctr = in.u8();
  in.skip(8);
  const std::uint8_t first = in.u8();
  // A controller asks for the parts of a download, everything else is asked by the client.
  const bool turned = first == kDownloadBlock || first == kDownloadEnded;
  if (!in.ok() || turned) return result;
  if (rosctr == kJob) result.direction = Direction::to_server;
  // Acknowledgements of a download go the other way, and their function comes two octets later.
  in.u8();
  const std::uint8_t function = in.u8();
  const bool turned_answer = function == kDownloadBlock || function == kDownloadEnded;
  if (rosctr == kAckData && in.ok() && !turned_answer) result.direction = Direction::to_client;
  return result;
}

}  // namespace sightglass::s7comm
