#include "dissectors/s7comm/functions.hpp"

#include "dissectors/s7comm/cotp.hpp"
#include "dissectors/s7comm/names.hpp"
#include "dissectors/s7comm/plus/names.hpp"
#include "dissectors/s7comm/programmer.hpp"
#include "dissectors/s7comm/tls_in_cotp.hpp"

namespace sightglass::s7comm {
namespace {

constexpr std::uint8_t kReadRecord = 8;

Depth depth_of_userdata(std::uint8_t group, std::uint8_t function) {
  switch (group) {
    case kProgrammer:
      return programmer_is_laid_out(function) ? Depth::decoded : Depth::named;
    case kCyclic:
      return function == kReadRecord ? Depth::named : Depth::decoded;
    case kSecurity:  // a password: never shown
    case kNcProgram:
      return Depth::named;
    case kPbc:
      return Depth::partly;
    default:
      return Depth::decoded;
  }
}

/// Program invocations by their service; then those of a numerical control, and any other.
void add_services(std::vector<Function>& all) {
  for (const ServiceSpec& service : services()) {
    all.push_back({Protocol::s7comm, service.name, service.operation, Depth::decoded});
  }
  for (const std::string_view unlisted : {kNcPrefix, std::string_view()}) {
    const FunctionSpec spec = service_spec(unlisted, "");
    all.push_back({Protocol::s7comm, spec.name, spec.operation, Depth::partly});
  }
}

void add_userdata(std::vector<Function>& all) {
  constexpr std::uint8_t kLast = 0xff;  // of no group: what a group's unknown functions are called
  for (std::uint8_t group = 0; group <= kNcProgram; ++group) {
    for (unsigned code = 0; code <= kLast; ++code) {
      const auto function = static_cast<std::uint8_t>(code);
      const FunctionSpec spec = userdata_spec(group, function);
      const bool is_repeated = all.back().name == spec.name;
      if (is_repeated || (!spec.is_known && function != kLast)) continue;
      const Depth depth = spec.is_known ? depth_of_userdata(group, function) : Depth::named;
      all.push_back({Protocol::s7comm, spec.name, spec.operation, depth});
    }
  }
}

}  // namespace

std::vector<Function> functions() {
  std::vector<Function> all;
  const auto add = [&all](Protocol protocol, const FunctionSpec& spec, Depth depth) {
    all.push_back({protocol, spec.name, spec.operation, depth});
  };
  for (std::uint8_t type = 0; type <= 0xf; ++type) {
    if (!cotp::is_known(static_cast<std::uint8_t>(type << 4))) continue;
    add(Protocol::iso_on_tcp, {cotp::name(type)}, Depth::decoded);
  }
  add(Protocol::iso_on_tcp, {cotp::kPartName}, Depth::decoded);
  add(Protocol::iso_on_tcp, {cotp::kEmptyName}, Depth::decoded);
  for (unsigned code = 0; code <= 0xff; ++code) {
    const FunctionSpec spec = function_spec(static_cast<std::uint8_t>(code));
    if (!spec.is_known) continue;
    add(Protocol::s7comm, spec, Depth::decoded);
    if (code == kPiService) add_services(all);
  }
  add(Protocol::s7comm, {kAcknowledgementName}, Depth::decoded);
  add(Protocol::s7comm, {kUnknownPduName}, Depth::named);
  add(Protocol::s7comm, {function_spec(0xff).name}, Depth::named);
  add_userdata(all);
  for (const auto& list : {plus::functions(), tls_functions()}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  add(Protocol::mms, {kMmsName}, Depth::named);
  return all;
}

}  // namespace sightglass::s7comm
