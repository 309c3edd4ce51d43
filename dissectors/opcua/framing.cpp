#include "dissectors/opcua/framing.hpp"

#include <algorithm>

#include "dissectors/opcua/names.hpp"

namespace sightglass::opcua {
namespace {

struct KindSpec {
  std::string_view letters;
  ChunkKind kind;
  std::uint32_t least;      ///< size of the smallest such message
  std::string_view chunks;  ///< chunk types it may have
};
constexpr KindSpec kKinds[] = {
    {"HEL", ChunkKind::hello, 32, "F"}, {"ACK", ChunkKind::acknowledge, 28, "F"},
    {"ERR", ChunkKind::error, 16, "F"}, {"RHE", ChunkKind::reverse_hello, 16, "F"},
    {"OPN", ChunkKind::open, 24, "F"},  {"MSG", ChunkKind::message, 16, "FCA"},
    {"CLO", ChunkKind::close, 16, "F"},
};

}  // namespace

bool read_header(Bytes bytes, ChunkHeader& header) {
  ByteReader in(bytes);
  const std::string_view letters = as_text(in.bytes(3));
  const char chunk = static_cast<char>(in.u8());
  const std::uint32_t size = in.le32();
  if (!in.ok()) return false;
  const auto* const found =
      std::find_if(std::begin(kKinds), std::end(kKinds),
                   [&](const KindSpec& row) { return row.letters == letters; });
  if (found == std::end(kKinds)) return false;
  const bool known_chunk = found->chunks.find(chunk) != std::string_view::npos;
  if (!known_chunk || size < found->least || size > kBelievedChunk) return false;
  header = {found->kind, chunk, size};
  return true;
}

Framing frame(Bytes stream) {
  if (stream.size() < kHeaderSize) {
    const std::size_t known = std::min<std::size_t>(stream.size(), 3);
    const std::string_view begun = as_text(stream.first(known));
    const bool possible = std::any_of(std::begin(kKinds), std::end(kKinds), [&](const auto& row) {
      return row.letters.substr(0, known) == begun;
    });
    return possible ? Framing::need_more(kHeaderSize) : Framing::not_mine();
  }
  ChunkHeader header;
  return read_header(stream, header) ? Framing::message(header.size) : Framing::not_mine();
}

Probe probe(Bytes stream) {
  const Framing framing = frame(stream);
  if (framing.kind == Framing::Kind::not_mine) return {};
  if (framing.kind == Framing::Kind::need_more) return {Likeness::maybe, std::nullopt};
  if (stream.size() < framing.size) return {Likeness::maybe, std::nullopt};
  ChunkHeader header;
  read_header(stream, header);
  Probe result{Likeness::yes, std::nullopt};
  switch (header.kind) {
    case ChunkKind::hello:
    case ChunkKind::close:
      result.direction = Direction::to_server;
      return result;
    case ChunkKind::reverse_hello:
      result.by_opening_server = true;
      [[fallthrough]];
    case ChunkKind::acknowledge:
    case ChunkKind::error:
      result.direction = Direction::to_client;
      return result;
    case ChunkKind::open:
    case ChunkKind::message:
      break;
  }
  ByteReader in(stream.first(framing.size));
  in.skip(kHeaderSize + 4);
  if (header.kind == ChunkKind::open) {
    for (int i = 0; i < 3; ++i) {
      const std::uint32_t length = in.le32();
      if (length != 0xffffffff) in.skip(length);
    }
    if (!in.ok()) return {Likeness::yes, std::nullopt, false};
    in.skip(8);
  } else {
    in.skip(12);
  }
  // Four-byte NodeId of namespace 0; cipher text tells nothing.
  const bool numeric = in.u8() == 1 && in.u8() == 0;
  if (const Service* service = service_of(in.le16()); in.ok() && numeric && service != nullptr) {
    result.direction = service->is_request ? Direction::to_server : Direction::to_client;
  }
  return result;
}

}  // namespace sightglass::opcua
