// The words for the envelope's enumerations, as rules, JSON and the console write them.
#include <algorithm>
#include <array>
#include <iterator>
#include <string>

#include "dissectors/message.hpp"

namespace sightglass {
namespace {

template <typename Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

constexpr std::array<std::string_view, kProtocols> kProtocolWords = {
    "unknown", "modbus", "s7comm", "s7comm_plus", "mms", "iso_on_tcp"};
constexpr std::array<std::string_view, kDirections> kDirectionWords = {"to_server", "to_client"};
constexpr std::array<std::string_view, kOperations> kOperationWords = {
    "other",        "read",     "write",    "call",      "start",     "stop",
    "restart",      "upload",   "download", "erase",     "firmware",  "configure",
    "authenticate", "discover", "diagnose", "subscribe", "set_clock", "force"};
constexpr std::array<std::string_view, Outcome::kKinds> kOutcomeWords = {
    "pending", "accepted", "refused", "unanswered", "unseen", ""};
struct SpaceWords {
  std::string_view one, many;
};
constexpr std::array<SpaceWords, kObjectSpaces> kSpaces = {
    {{"object", "objects"},
     {"coil", "coils"},
     {"discrete input", "discrete inputs"},
     {"input register", "input registers"},
     {"holding register", "holding registers"},
     {"record", "records"},
     {"FIFO queue", "FIFO queues"},
     {"identification object", "identification objects"},
     {"diagnostic", "diagnostics"},
     {"data block", "data blocks"},
     {"instance data block", "instance data blocks"},
     {"input", "inputs"},
     {"output", "outputs"},
     {"flag", "flags"},
     {"peripheral", "peripherals"},
     {"area", "areas"},
     {"counter", "counters"},
     {"timer", "timers"},
     {"symbol", "symbols"},
     {"NCK variable", "NCK variables"},
     {"drive parameter", "drive parameters"},
     {"block", "blocks"},
     {"system status list", "system status lists"},
     {"CPU", "CPUs"}}};

std::string range(std::uint64_t first, std::uint64_t count) {
  std::string text = std::to_string(first);
  if (count > 1) text += "-" + std::to_string(first + count - 1);
  return text;
}

/// Bits from a bit address on: "DBX4.1", "DBB0-3".
std::string s7_bits(const Object& object, std::string_view letter) {
  std::string text(letter);
  if (object.first % 8 == 0 && object.count % 8 == 0 && object.count > 0) {
    return text + "B" + range(object.first / 8, object.count / 8);
  }
  text += (letter == "DB" ? "X" : "") + std::to_string(object.first / 8) + "." +
          std::to_string(object.first % 8);
  if (object.count > 1) text += " (" + std::to_string(object.count) + " bits)";
  return text;
}

std::string s7_block(const Object& object) {
  struct Type {
    std::uint32_t number;
    std::string_view name;
  };
  constexpr Type kTypes[] = {{8, "OB"},   {10, "DB"}, {11, "SDB"}, {12, "FC"},
                             {13, "SFC"}, {14, "FB"}, {15, "SFB"}};
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const Type& type) {
    return type.number == object.container;
  });
  const std::string type = found != std::end(kTypes)
                               ? std::string(found->name)
                               : "block type " + std::to_string(object.container) + " number ";
  return object.count == 0 ? type + " blocks" : type + range(object.first, object.count);
}

std::string s7_text(const Object& object) {
  const std::string_view name = kSpaces[static_cast<std::size_t>(object.space)].one;
  const std::string container = std::to_string(object.container);
  switch (object.space) {
    case ObjectSpace::s7_data_block:
      return "DB" + container + "." + s7_bits(object, "DB");
    case ObjectSpace::s7_instance_block:
      return "DI" + container + "." + s7_bits(object, "DI");
    case ObjectSpace::s7_input:
      return s7_bits(object, "I");
    case ObjectSpace::s7_output:
      return s7_bits(object, "Q");
    case ObjectSpace::s7_flag:
      return s7_bits(object, "M");
    case ObjectSpace::s7_peripheral:
      return s7_bits(object, "P");
    case ObjectSpace::s7_area:
      return "area " + container + " " + s7_bits(object, "");
    case ObjectSpace::s7_counter:
      return "C" + range(object.first, object.count);
    case ObjectSpace::s7_timer:
      return "T" + range(object.first, object.count);
    case ObjectSpace::s7_block:
      return s7_block(object);
    case ObjectSpace::s7_cpu:
      return std::string(name);
    case ObjectSpace::s7_symbol:
      return "symbol " + std::to_string(object.first) + " in " + container;
    default:
      return std::string(name) + " " + container + " index " + range(object.first, object.count);
  }
}

}  // namespace

std::string_view to_text(Protocol protocol) { return word(kProtocolWords, protocol); }
std::string_view to_text(Direction direction) { return word(kDirectionWords, direction); }
std::string_view to_text(Operation operation) { return word(kOperationWords, operation); }
std::string_view to_text(Outcome::Kind kind) { return word(kOutcomeWords, kind); }
std::string_view to_text(ObjectSpace space) { return kSpaces[static_cast<std::size_t>(space)].one; }

std::string to_text(const Object& object) {
  if (object.space >= ObjectSpace::s7_data_block) return s7_text(object);
  std::string text = "unit " + std::to_string(object.unit);
  if (object.space == ObjectSpace::none) return text;
  if (object.space == ObjectSpace::file_record) text += " file " + std::to_string(object.container);
  const auto& words = kSpaces[static_cast<std::size_t>(object.space)];
  const bool several = object.count > 1;
  text += " ";
  text += several ? words.many : words.one;
  text += " " + std::to_string(object.first);
  if (several) text += "-" + std::to_string(std::uint64_t{object.first} + object.count - 1);
  return text;
}

std::uint32_t Values::at(std::size_t index) const {
  switch (shape) {
    case Shape::bits:
      return data[index / 8] >> (index % 8) & 1u;
    case Shape::registers16:
      return static_cast<std::uint32_t>(data[2 * index] << 8 | data[2 * index + 1]);
    case Shape::words32:
    case Shape::reals32: {
      ByteReader element(data);
      element.skip(4 * index);
      return element.u32();
    }
    case Shape::bytes:
      return data[index];
    case Shape::none:
      break;
  }
  return 0;
}

}  // namespace sightglass
