// The console's own certificate, for installations that have no other.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sightglass::console {

/// Makes `key` (EC P-256, 0600) and a self-signed `certificate` for localhost, 127.0.0.1, ::1 and
/// `names` (host names or addresses), unless both are there and the certificate is valid for
/// another day. Throws ServerError.
void ensure_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key,
                        const std::vector<std::string>& names);

/// SHA-256 of the first certificate in the file, as browsers show it: "AB:CD:...". Throws
/// ServerError.
std::string fingerprint(const std::filesystem::path& certificate);

}  // namespace sightglass::console
