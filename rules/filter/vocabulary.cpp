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
// Fields of TPKT and COTP belong to every protocol on port 102.
constexpr std::array kBlocks = {
    Block{field_block::modbus, field_block::cotp, Protocol::modbus},
    Block{field_block::s7comm, field_block::s7comm_plus, Protocol::s7comm}};

struct ApplicationName {
  std::string_view name;
  Protocol protocol;
};
constexpr std::array kApplications = {ApplicationName{"mbtcp", Protocol::modbus},
                                      ApplicationName{"modbus", Protocol::modbus},
                                      ApplicationName{"s7comm", Protocol::s7comm}};

constexpr std::array<std::string_view, 1> kFunctionFields = {"modbus.func_code"};

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

std::span<const std::string_view> words_of(FieldId id) {
  static const auto protocols = words_between(Protocol::modbus, Protocol::iso_on_tcp);
  static const auto directions = words_between(Direction::to_server, Direction::to_client);
  static const auto operations = words_between(Operation::other, Operation::force);
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
