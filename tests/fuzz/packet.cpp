// Packets from hostile hands. The first byte chooses the link type, the second how much was cut
// off.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "dissectors/packet_fields.hpp"
#include "sensor/packet/decode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass;
  constexpr std::uint16_t kLinkTypes[] = {1, 0, 101, 108, 113, 276, 228, 229};
  if (size < 2) return 0;
  RawPacket packet;
  packet.link_type = kLinkTypes[data[0] % std::size(kLinkTypes)];
  packet.bytes = Bytes(data + 2, size - 2);
  packet.original_length = static_cast<std::uint32_t>(packet.bytes.size()) + data[1];
  Layers layers;
  decode(packet, 1, layers);
  if (layers.payload_offset + layers.payload_length > packet.bytes.size()) std::abort();
  std::vector<Field> fields;
  for (FieldId id = 0; id < packet_field::end; ++id) append_packet_field(layers, id, fields);
  for (const Field& field : fields) {
    if (field.offset + field.length > packet.bytes.size()) std::abort();
    to_text(field_spec(field.id), field.value);
  }
  for (const ProtocolName& protocol : protocol_names()) has_layer(layers, protocol.name);
  return 0;
}
