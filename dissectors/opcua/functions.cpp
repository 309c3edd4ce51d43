#include "dissectors/opcua/functions.hpp"

#include "dissectors/opcua/names.hpp"

namespace sightglass::opcua {

std::vector<Function> functions() {
  std::vector<Function> all;
  const auto add = [&all](std::string_view name, Operation operation, Depth depth) {
    all.push_back({Protocol::opcua, name, operation, depth});
  };
  for (const std::string_view name :
       {kHelloName, kAcknowledgeName, kErrorName, kReverseHelloName, kChunkName, kAbortName}) {
    add(name, Operation::other, Depth::decoded);
  }
  add(kEncryptedName, Operation::other, Depth::named);
  add(kUnknownServiceName, Operation::other, Depth::named);
  for (const Service& service : services()) {
    if (service.is_request || service.id == kServiceFault) {
      add(service.name, service.operation, Depth::decoded);
    }
  }
  return all;
}

}  // namespace sightglass::opcua
