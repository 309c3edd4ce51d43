#include "dissectors/tls/functions.hpp"

#include "dissectors/tls/names.hpp"

namespace sightglass::tls {

std::vector<Function> functions(Protocol protocol) {
  std::vector<Function> all;
  const auto add = [&](std::string_view name, Depth depth) {
    all.push_back({protocol, name, Operation::other, depth});
  };
  constexpr unsigned kTypes = 256;
  for (unsigned number = 0; number < kTypes; ++number) {
    const auto type = static_cast<std::uint8_t>(number);
    const bool is_read = type == kClientHello || type == kServerHello;
    if (!handshake_is_defined(type)) continue;
    add(handshake_name(type), is_read                ? Depth::decoded
                              : type == kCertificate ? Depth::partly
                                                     : Depth::named);
  }
  for (const std::string_view name :
       {kUnknownHandshakeName, kHandshakePartName, kEncryptedHandshakeName}) {
    add(name, Depth::named);
  }
  add(content_name(kChangeCipherSpec), Depth::decoded);
  add(content_name(kAlert), Depth::decoded);
  add(kEncryptedAlertName, Depth::named);
  add(content_name(kApplicationData), Depth::named);
  add(content_name(kHeartbeat), Depth::named);
  return all;
}

}  // namespace sightglass::tls
