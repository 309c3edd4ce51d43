// The words for the envelope's enumerations, as rules, JSON and the console write them.
#include <array>
#include <bit>
#include <cstdio>

#include "dissectors/message.hpp"

namespace sightglass {
namespace {

template <typename Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

constexpr std::array<std::string_view, kProtocols> kProtocolWords = {"unknown", "modbus", "opcua"};
constexpr std::array<std::string_view, 2> kDirectionWords = {"to_server", "to_client"};
constexpr std::array<std::string_view, kOperations> kOperationWords = {
    "other",        "read",     "write",    "call",      "start",     "stop",
    "restart",      "upload",   "download", "erase",     "firmware",  "configure",
    "authenticate", "discover", "diagnose", "subscribe", "set_clock", "force"};
constexpr std::array<std::string_view, kOutcomes> kOutcomeWords = {
    "pending", "accepted", "refused", "unanswered", "unseen", ""};
struct SpaceWords {
  std::string_view one, many;
};
constexpr std::array<SpaceWords, kObjectSpaces> kSpaceWords = {
    {{"object", "objects"},
     {"coil", "coils"},
     {"discrete input", "discrete inputs"},
     {"input register", "input registers"},
     {"holding register", "holding registers"},
     {"record", "records"},
     {"FIFO queue", "FIFO queues"},
     {"identification object", "identification objects"},
     {"diagnostic", "diagnostics"},
     {"node", "nodes"},
     {"node", "nodes"},
     {"method", "methods"},
     {"method", "methods"}}};

/// "node ns=2;i=1001 attribute 13", "method ns=2 #5d1c0a2b"
std::string node_text(const Object& object) {
  const bool named =
      object.space == ObjectSpace::named_node || object.space == ObjectSpace::named_method;
  std::string text(to_text(object.space));
  text += " ns=" + std::to_string(object.container);
  if (named) {
    std::array<char, 16> digest{};
    std::snprintf(digest.data(), digest.size(), " #%08x", object.first);
    text += digest.data();
  } else {
    text += ";i=" + std::to_string(object.first);
  }
  if (object.unit != 0) text += " attribute " + std::to_string(object.unit);
  return text;
}

std::uint64_t little(Bytes data, std::size_t index, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8 | data[index * size + i - 1];
  return value;
}

std::uint32_t confined(double value) {
  constexpr double kLargest = 0xffffffff;
  if (!(value > 0)) return 0;
  return value < kLargest ? static_cast<std::uint32_t>(value) : 0xffffffffu;
}

}  // namespace

std::string_view to_text(Protocol protocol) { return word(kProtocolWords, protocol); }
std::string_view to_text(Direction direction) { return word(kDirectionWords, direction); }
std::string_view to_text(Operation operation) { return word(kOperationWords, operation); }
std::string_view to_text(Outcome::Kind kind) { return word(kOutcomeWords, kind); }
std::string_view to_text(ObjectSpace space) {
  return kSpaceWords[static_cast<std::size_t>(space)].one;
}

std::string to_text(const Object& object) {
  if (object.space >= ObjectSpace::node) return node_text(object);
  std::string text = "unit " + std::to_string(object.unit);
  if (object.space == ObjectSpace::none) return text;
  if (object.space == ObjectSpace::file_record) text += " file " + std::to_string(object.container);
  const auto& words = kSpaceWords[static_cast<std::size_t>(object.space)];
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
    case Shape::bytes:
      return data[index];
    case Shape::little16:
      return static_cast<std::uint32_t>(little(data, index, 2));
    case Shape::little32:
      return static_cast<std::uint32_t>(little(data, index, 4));
    case Shape::little64:
      return static_cast<std::uint32_t>(little(data, index, 8));
    case Shape::little_real32: {
      const auto bits = static_cast<std::uint32_t>(little(data, index, 4));
      return confined(double{std::bit_cast<float>(bits)});
    }
    case Shape::little_real64:
      return confined(std::bit_cast<double>(little(data, index, 8)));
    case Shape::none:
      break;
  }
  return 0;
}

}  // namespace sightglass
