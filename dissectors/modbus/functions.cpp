#include "dissectors/modbus/functions.hpp"

#include "dissectors/modbus/names.hpp"
#include "dissectors/modbus/umas.hpp"

namespace sightglass::modbus {
namespace {

Function listed(const SubFunctionSpec& spec, Depth depth) {
  return {Protocol::modbus, spec.name, spec.operation, depth};
}

void add_sub_functions(std::uint8_t code, std::vector<Function>& all) {
  constexpr unsigned kLast = 0xff;  // no number in use is higher
  for (unsigned number = 0; number <= kLast; ++number) {
    const auto sub = static_cast<std::uint8_t>(number);
    if (code == kDiagnostics) {
      if (const auto* spec = diagnostic_spec(sub)) all.push_back(listed(*spec, Depth::decoded));
    } else if (code == kEncapsulated) {
      const Depth depth = sub == kMeiCanopen ? Depth::named : Depth::decoded;
      if (const auto* spec = mei_spec(sub)) all.push_back(listed(*spec, depth));
    } else if (code == kUnity) {
      const Depth depth = umas_is_laid_out(sub) ? Depth::decoded : Depth::named;
      if (const auto* spec = umas_spec(sub)) all.push_back(listed(*spec, depth));
    }
  }
}

}  // namespace

std::vector<Function> functions() {
  std::vector<Function> all;
  for (std::uint8_t code = 0; code <= kFunctionMask; ++code) {
    const FunctionSpec& spec = function_spec(code);
    const Depth depth = spec.kind == FunctionClass::defined ? Depth::decoded : Depth::named;
    all.push_back({Protocol::modbus, function_name(code), spec.operation, depth});
    add_sub_functions(code, all);
  }
  return all;
}

}  // namespace sightglass::modbus
