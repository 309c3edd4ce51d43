#include "dissectors/functions.hpp"

#include <array>

#include "dissectors/modbus/functions.hpp"
#include "dissectors/opcua/functions.hpp"
#include "dissectors/s7comm/functions.hpp"
#include "dissectors/tls/functions.hpp"

namespace sightglass {

std::string_view to_text(Depth depth) {
  constexpr std::array<std::string_view, 3> kWords = {"decoded", "partly", "named only"};
  return kWords[static_cast<std::size_t>(depth)];
}

std::vector<Function> known_functions() {
  std::vector<Function> all;
  for (const auto& list : {modbus::functions(), opcua::functions(), s7comm::functions(),
                           tls::functions(Protocol::tls)}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

}  // namespace sightglass
