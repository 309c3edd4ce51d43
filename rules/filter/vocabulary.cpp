// Tables that tie names to protocols; a new protocol adds its rows here.
#include "rules/filter/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <vector>

#include "dissectors/s7comm/field_blocks.hpp"
#include "dissectors/sg_fields.hpp"
#include "rules/diagnostic.hpp"
#include "rules/filter/application_names.hpp"

namespace sightglass::filter {
namespace {

constexpr ProtocolSet set_of(std::initializer_list<Protocol> protocols) {
  unsigned long long bits = 0;
  for (const Protocol protocol : protocols) bits |= 1ull << static_cast<unsigned>(protocol);
  return {bits};
}

constexpr ProtocolSet kModbus = set_of({Protocol::modbus});
constexpr ProtocolSet kS7comm = set_of({Protocol::s7comm});
constexpr ProtocolSet kS7commPlus = set_of({Protocol::s7comm_plus});
constexpr ProtocolSet kOpcua = set_of({Protocol::opcua});
constexpr ProtocolSet kTls = set_of({Protocol::tls, Protocol::s7comm_plus});
constexpr ProtocolSet kOnCotp =
    set_of({Protocol::s7comm, Protocol::s7comm_plus, Protocol::mms, Protocol::iso_on_tcp});

struct Block {
  FieldId begin, end;
  ProtocolSet protocols;
};
constexpr std::array kBlocks = {Block{field_block::modbus, field_block::s7comm, kModbus},
                                Block{s7comm::block::cotp, s7comm::block::s7comm, kOnCotp},
                                Block{s7comm::block::s7comm, s7comm::block::plus, kS7comm},
                                Block{s7comm::block::plus, s7comm::block::end, kS7commPlus},
                                Block{field_block::opcua, field_block::tls, kOpcua},
                                Block{field_block::tls, field_block::end, kTls}};

struct ApplicationName {
  std::string_view name;
  ProtocolSet protocols;
};
constexpr std::array kApplications = {
    ApplicationName{"cotp", kOnCotp},   ApplicationName{"mbtcp", kModbus},
    ApplicationName{"modbus", kModbus}, ApplicationName{"opcua", kOpcua},
    ApplicationName{"s7comm", kS7comm}, ApplicationName{"tls", kTls},
    ApplicationName{"tpkt", kOnCotp}};

constexpr std::array<std::string_view, 2> kFunctionFields = {"modbus.func_code",
                                                             "s7comm.param.func"};

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

/// The words of the enumerators from the one numbered `first` up to `end`.
template <typename Enum>
std::vector<std::string_view> words(std::size_t first, std::size_t end) {
  std::vector<std::string_view> words;
  for (std::size_t i = first; i < end; ++i) words.push_back(to_text(static_cast<Enum>(i)));
  return words;
}

}  // namespace

ProtocolSet applications_of(FieldId id) {
  for (const Block& block : kBlocks) {
    if (id >= block.begin && id < block.end) return block.protocols;
  }
  return {};
}

ProtocolSet applications_named(std::string_view name) {
  for (const ApplicationName& application : kApplications) {
    if (application.name == name) return application.protocols;
  }
  return {};
}

bool is_application_field(FieldId id) {
  return id == sg::app || id == sg::app_category || id == sg::risk;
}

bool is_pdu_field(FieldId id) {
  const bool of_both = id >= sg::client_ip && id <= sg::realm;
  return id >= field_block::sightglass && !of_both && !is_application_field(id);
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
  static const auto protocols = words<Protocol>(1, kProtocols);
  static const auto directions = words<Direction>(0, kDirections);
  static const auto operations = words<Operation>(0, kOperations);
  static const auto outcomes =
      words<Outcome::Kind>(static_cast<std::size_t>(Outcome::Kind::accepted),
                           static_cast<std::size_t>(Outcome::Kind::refused) + 1);
  switch (id) {
    case sg::protocol:
      return protocols;
    case sg::direction:
      return directions;
    case sg::operation:
      return operations;
    case sg::outcome:
      return outcomes;
    case sg::app:
      return kApplicationNames;
    case sg::app_category:
      return kApplicationCategories;
    case sg::risk:
      return kApplicationRisks;
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
