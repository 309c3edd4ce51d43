// One table per prefix of the field names (frame, eth, modbus ...), in order of name.
#include "apps/sightglass/field_reference.hpp"

#include <map>
#include <string_view>
#include <vector>

#include "dissectors/field.hpp"

namespace sightglass {
namespace {

std::string_view prefix(std::string_view name) { return name.substr(0, name.find('.')); }

std::string_view word(ValueType type) {
  switch (type) {
    case ValueType::presence:
      return "presence";
    case ValueType::boolean:
      return "boolean";
    case ValueType::unsigned_integer:
      return "unsigned";
    case ValueType::signed_integer:
      return "signed";
    case ValueType::real:
      return "real";
    case ValueType::bytes:
      return "bytes";
    case ValueType::text:
      return "text";
    case ValueType::ipv4:
      return "IPv4 address";
    case ValueType::ipv6:
      return "IPv6 address";
    case ValueType::mac:
      return "MAC address";
    case ValueType::time:
      return "time";
    case ValueType::duration:
      return "duration";
  }
  return "";
}

std::string type_of(const FieldSpec& spec) {
  std::string text(word(spec.type));
  if (spec.bits != 0) text += ", " + std::to_string(spec.bits) + " bits";
  if (!spec.unit.empty()) text += ", " + std::string(spec.unit);
  return text;
}

}  // namespace

std::string field_reference() {
  std::string text =
      "# Fields\n\n"
      "What a condition may name: the language is described in [rules.md](rules.md). Names, types "
      "and\n"
      "values are Wireshark's where Wireshark has the field; those that begin with `sg.` are "
      "ours.\n"
      "This page is what `sightglass fields` prints.\n\n"
      "A protocol's name alone is true when the protocol is there:";
  for (const ProtocolName& protocol : protocol_names()) {
    text += " `" + std::string(protocol.name) + "`";
  }
  text += ".\n";
  std::map<std::string_view, std::vector<const FieldSpec*>> groups;
  for (const FieldSpec* spec : all_fields()) groups[prefix(spec->name)].push_back(spec);
  for (const auto& [name, specs] : groups) {
    text += "\n## " + std::string(name) + "\n\n| field | type | meaning |\n| --- | --- | --- |\n";
    for (const FieldSpec* spec : specs) {
      text += "| `" + std::string(spec->name) + "` | " + type_of(*spec) + " | " +
              std::string(spec->sentence) + " |\n";
    }
  }
  return text;
}

}  // namespace sightglass
