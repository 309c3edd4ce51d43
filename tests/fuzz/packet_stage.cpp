// Several packets from hostile hands: copies, fragments, tunnels, time that jumps. Each begins with
// a byte that says how much later it is (in ms; the high bit: in seconds) and two with its length.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "dissectors/packet_fields.hpp"
#include "sensor/packet/packet_stage.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass;
  constexpr DefragmentLimits kLimits = {.datagrams = 4, .bytes = 2000, .fragments = 8};
  std::uint64_t told = 0;
  PacketStage stage(
      [&](const Duplicate& copy) {
        if (copy.first.packet_number >= copy.again.packet_number) std::abort();
        ++told;
      },
      kLimits);
  ByteReader input(Bytes(data, size));
  Timestamp now = timestamp_from_ns(1'700'000'000'000'000'000);
  Layers layers;
  std::vector<Field> fields;
  std::uint64_t number = 0, dropped = 0;
  while (!input.at_end()) {
    const std::uint8_t later = input.u8();
    const std::size_t length = input.u16();
    RawPacket packet;
    packet.bytes = input.bytes(std::min(length, input.remaining()));
    packet.original_length = static_cast<std::uint32_t>(packet.bytes.size());
    packet.link_type = 1;
    now += later < 128 ? Duration(std::chrono::milliseconds(later))
                       : Duration(std::chrono::seconds(later - 128));
    packet.time = now;
    dropped += stage.take(packet, ++number, layers) ? 0 : 1;
    if (layers.payload_offset + layers.payload_length > layers.bytes.size()) std::abort();
    if (layers.captured_length() != packet.bytes.size()) std::abort();
    fields.clear();
    for (FieldId id = 0; id < packet_field::end; ++id) append_packet_field(layers, id, fields);
    for (const Field& field : fields) {
      if (field.offset + field.length > layers.bytes.size()) std::abort();
    }
  }
  if (dropped != told) std::abort();
  return 0;
}
