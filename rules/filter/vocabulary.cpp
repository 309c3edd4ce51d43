// Tables that tie names to protocols; a new protocol adds its rows here.
#include "rules/filter/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "dissectors/sg_fields.hpp"
#include "rules/diagnostic.hpp"

namespace sightglass::filter {
namespace {

struct Block {
  FieldId begin, end;
  Protocol protocol;
};
constexpr std::array kBlocks = {Block{field_block::modbus, field_block::opcua, Protocol::modbus},
                                Block{field_block::opcua, field_block::end, Protocol::opcua}};

struct ApplicationName {
  std::string_view name;
  Protocol protocol;
};
constexpr std::array kApplications = {ApplicationName{"mbtcp", Protocol::modbus},
                                      ApplicationName{"modbus", Protocol::modbus},
                                      ApplicationName{"opcua", Protocol::opcua}};

constexpr std::array<std::string_view, 1> kFunctionFields = {"modbus.func_code"};

/// A field that occurs only in PDUs whose function is `function` where `mask` has bits.
struct Home {
  std::string_view field;
  std::uint32_t mask, function;
};
constexpr Home kHomes[] = {
    {"modbus.exception_code", 0x80, 0x80},
    {"modbus.diagnostic_code", 0x7f, 8},
    {"modbus.mei", 0x7f, 43},
};

template <typename Enum>
std::vector<std::string_view> words_between(Enum first, Enum last) {
  std::vector<std::string_view> words;
  for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i) {
    words.push_back(to_text(static_cast<Enum>(i)));
  }
  return words;
}

}  // namespace

std::optional<Protocol> application_of(FieldId id) {
  for (const Block& block : kBlocks) {
    if (id >= block.begin && id < block.end) return block.protocol;
  }
  return std::nullopt;
}

std::optional<Protocol> application_named(std::string_view name) {
  for (const ApplicationName& application : kApplications) {
    if (application.name == name) return application.protocol;
  }
  return std::nullopt;
}

bool is_function_field(std::string_view field_name) {
  return std::find(kFunctionFields.begin(), kFunctionFields.end(), field_name) !=
         kFunctionFields.end();
}

bool can_occur(std::string_view field_name, std::uint32_t function) {
  const auto home = std::find_if(std::begin(kHomes), std::end(kHomes),
                                 [&](const Home& row) { return row.field == field_name; });
  return home == std::end(kHomes) || (function & home->mask) == home->function;
}

std::span<const std::string_view> words_of(FieldId id) {
  static const auto protocols = words_between(Protocol{1}, Protocol{kProtocols - 1});
  static const auto directions = words_between(Direction::to_server, Direction::to_client);
  static const auto operations = words_between(Operation{}, Operation{kOperations - 1});
  static const auto outcomes = words_between(Outcome::Kind::accepted, Outcome::Kind::refused);
  switch (id) {
    case sg::protocol:
      return protocols;
    case sg::direction:
      return directions;
    case sg::operation:
      return operations;
    case sg::outcome:
      return outcomes;
    default:
      return {};
  }
}

bool is_protocol(std::string_view name) {
  const auto names = protocol_names();
  return std::any_of(names.begin(), names.end(),
                     [&](const ProtocolName& protocol) { return protocol.name == name; });
}

std::string_view nearest_name(std::string_view name) {
  std::vector<std::string_view> names;
  for (const FieldSpec* spec : all_fields()) names.push_back(spec->name);
  for (const ProtocolName& protocol : protocol_names()) names.push_back(protocol.name);
  return nearest_word(name, names);
}

}  // namespace sightglass::filter
