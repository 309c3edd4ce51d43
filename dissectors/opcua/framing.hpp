// Where a chunk of OPC UA binary ends, and whether bytes are OPC UA at all.
// OPC 10000-6 (1.05), 7.1.2 (OPC UA Connection Protocol), 6.7.2 (MessageChunks).
#pragma once

#include <cstdint>

#include "dissectors/dissector.hpp"

namespace sightglass::opcua {

inline constexpr std::uint16_t kTcpPorts[] = {4840};

/// The type of a MessageChunk: its first three bytes.
enum class ChunkKind : std::uint8_t {
  hello,
  acknowledge,
  error,
  reverse_hello,
  open,
  message,
  close
};

inline constexpr std::size_t kHeaderSize = 8;        ///< type, chunk type, size
inline constexpr std::size_t kSymmetricHeader = 24;  ///< and channel, token, sequence, request
inline constexpr std::size_t kMinBufferSize = 8192;  ///< every peer takes chunks of this size
/// A larger chunk is not believed: peers agree on 64 KiB as a rule, some on 640 KB.
inline constexpr std::size_t kBelievedChunk = 1 << 20;

struct ChunkHeader {
  ChunkKind kind = ChunkKind::message;
  char final = 'F';  ///< F final, C intermediate, A abort
  std::uint32_t size = 0;
};

/// Reads the header at the front of `bytes`; false when it can not be one.
bool read_header(Bytes bytes, ChunkHeader& header);

Framing frame(Bytes stream);
Probe probe(Bytes stream);

}  // namespace sightglass::opcua
