// Objects in words, as the engineers of each protocol write them.
#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <string>

#include "dissectors/hex_text.hpp"
#include "dissectors/message.hpp"
#include "dissectors/utf8.hpp"

namespace sightglass {
namespace {

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
     {"CPU", "CPUs"},
     {"node", "nodes"},
     {"node", "nodes"},
     {"method", "methods"},
     {"method", "methods"}}};

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

std::string s7_symbol_area(std::uint32_t area) {
  constexpr std::uint32_t kDataBlocks = 0x8a0e;
  if (area >> 16 == kDataBlocks) return "DB" + std::to_string(area & 0xffff);
  constexpr std::uint32_t kFirst = 0x50;
  constexpr std::string_view kNames[] = {"inputs", "outputs", "flags", "counters", "timers"};
  const bool is_named = area >= kFirst && area - kFirst < std::size(kNames);
  return is_named ? std::string(kNames[area - kFirst]) : "area " + std::to_string(area);
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
  const std::string_view name = kSpaceWords[static_cast<std::size_t>(object.space)].one;
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
      return "symbol " + std::to_string(object.first) + " in " + s7_symbol_area(object.container);
    default:
      return std::string(name) + " " + container + " index " + range(object.first, object.count);
  }
}

constexpr std::string_view kAttributes[] = {"",
                                            "NodeId",
                                            "NodeClass",
                                            "BrowseName",
                                            "DisplayName",
                                            "Description",
                                            "WriteMask",
                                            "UserWriteMask",
                                            "IsAbstract",
                                            "Symmetric",
                                            "InverseName",
                                            "ContainsNoLoops",
                                            "EventNotifier",
                                            "Value",
                                            "DataType",
                                            "ValueRank",
                                            "ArrayDimensions",
                                            "AccessLevel",
                                            "UserAccessLevel",
                                            "MinimumSamplingInterval",
                                            "Historizing",
                                            "Executable",
                                            "UserExecutable",
                                            "DataTypeDefinition",
                                            "RolePermissions",
                                            "UserRolePermissions",
                                            "AccessRestrictions",
                                            "AccessLevelEx"};

/// What stands for a node within its namespace: a name where it has one, else a number.
std::string identifier_text(const Object& object) {
  const bool numeric = object.space == ObjectSpace::node || object.space == ObjectSpace::method;
  if (numeric) return "i=" + std::to_string(object.first);
  if (object.name.empty()) {
    std::array<char, 16> digest{};
    std::snprintf(digest.data(), digest.size(), "#%08x", object.first);
    return digest.data();
  }
  // A Guid or an opaque identifier is no text.
  if (is_plain_text(as_bytes(object.name))) return "s=" + std::string(object.name);
  return "0x" + hex_text(as_bytes(object.name));
}

/// "node ns=2;i=1001 Value", "method ns=2;s=Boiler.Reset": OPC 10000-6 (1.05), 5.3.1.10 and A.1.
std::string node_text(const Object& object) {
  std::string text(to_text(object.space));
  text += ' ';
  if (object.container != 0) text += "ns=" + std::to_string(object.container) + ";";
  text += identifier_text(object);
  if (object.unit == 0) return text;
  if (object.unit < std::size(kAttributes))
    return text + " " + std::string(kAttributes[object.unit]);
  return text + " attribute " + std::to_string(object.unit);
}

/// "unit 1 holding registers 40-43"
std::string modbus_text(const Object& object) {
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

}  // namespace

std::string_view to_text(ObjectSpace space) {
  return kSpaceWords[static_cast<std::size_t>(space)].one;
}

std::string to_text(const Object& object) {
  if (object.space >= ObjectSpace::node) return node_text(object);
  if (object.space >= ObjectSpace::s7_data_block) return s7_text(object);
  return modbus_text(object);
}

}  // namespace sightglass
