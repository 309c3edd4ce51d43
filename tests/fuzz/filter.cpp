// Conditions from hostile hands: parsing ends, and what was parsed can be evaluated and rewritten.
#include <cstddef>
#include <cstdint>

#include "rules/filter/filter.hpp"
#include "rules/filter/wireshark.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sightglass;
  const std::string_view text = as_text(Bytes(data, size));
  const filter::ParseResult parsed = filter::Filter::parse(text);
  to_text(parsed.diagnostics("fuzz", text));
  if (!parsed.filter) return 0;

  static constexpr std::uint8_t kFrame[64] = {1, 2, 3, 4};
  Layers layers;
  layers.bytes = kFrame;
  layers.network = NetworkLayer::ipv4;
  layers.source = IpAddress::v4(0x0a000001);
  layers.destination = IpAddress::v4(0x0a000002);
  const Field fields[] = {{field_block::modbus, Value::number(6), 0, 0}};
  Message message;
  message.protocol = Protocol::modbus;
  message.at_hand = fields;
  const Message* const messages[] = {&message};
  static filter::Scratch scratch;
  parsed.filter->matches({layers, messages, nullptr}, scratch);
  to_wireshark(*parsed.filter, nullptr);
  return 0;
}
